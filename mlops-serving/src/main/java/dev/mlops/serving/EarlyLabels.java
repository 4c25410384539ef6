package dev.mlops.serving;

import java.util.OptionalDouble;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Requests that a shadow will answer, and the labels that come for them before it has: the live
 * model's answer is known to its caller at once, and so may be the truth. There are no more of them
 * than wait for the shadow.
 */
final class EarlyLabels {

  private static final OptionalDouble NOT_YET = OptionalDouble.empty();

  private final ConcurrentHashMap<Long, OptionalDouble> labels = new ConcurrentHashMap<>();

  /** Takes in a request, by the number under which its label is awaited. */
  void expect(long number) {
    labels.put(number, NOT_YET);
  }

  /** Keeps a label, the first of several; false if its request does not wait for the shadow. */
  boolean keep(long number, double label) {
    OptionalDouble kept =
        labels.computeIfPresent(
            number, (key, first) -> first.isPresent() ? first : OptionalDouble.of(label));
    return kept != null;
  }

  /** Lets go of a request that is answered, or will never be; returns its label if there is one. */
  OptionalDouble remove(long number) {
    OptionalDouble label = labels.remove(number);
    return label == null ? NOT_YET : label;
  }

  /** Lets go of all requests; returns for how many of them there were labels. */
  int clear() {
    int kept = 0;
    for (Long number : labels.keySet()) {
      kept += remove(number).isPresent() ? 1 : 0;
    }
    return kept;
  }
}
