package dev.mlops.serving;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names predictions: a random prefix for each router opened, then a running number, and for a
 * prediction whose label is evidence the number under which it waits for it. So ids differ between
 * restarts and replicas, and an id tells its numbers without a search.
 */
final class PredictionIds {

  /** No label of this prediction is awaited. */
  static final long NONE = -1;

  /** No prediction of this router has such an id. */
  static final long UNKNOWN = -2;

  private static final int RADIX = 36;

  private final AtomicLong next = new AtomicLong();
  private final AtomicLong nextAwaited = new AtomicLong();
  private final String prefix =
      UUID.randomUUID().toString().replace("-", "").substring(0, 16) + "-";

  long next() {
    return next.getAndIncrement();
  }

  /** Returns the number of a prediction whose label is awaited. */
  long nextAwaited() {
    return nextAwaited.getAndIncrement();
  }

  /** Returns how many predictions were given a number. */
  long issued() {
    return next.get();
  }

  String name(long sequence, long awaited) {
    String name = prefix + Long.toString(sequence, RADIX);
    return awaited == NONE ? name : name + "." + Long.toString(awaited, RADIX);
  }

  /**
   * Returns the number under which the label of a prediction is awaited, {@link #NONE} or {@link
   * #UNKNOWN}.
   */
  long awaited(String id) {
    if (!id.startsWith(prefix)) {
      return UNKNOWN;
    }
    try {
      int dot = id.indexOf('.', prefix.length());
      int end = dot < 0 ? id.length() : dot;
      long sequence = Long.parseLong(id, prefix.length(), end, RADIX);
      long awaited = dot < 0 ? NONE : Long.parseLong(id, dot + 1, id.length(), RADIX);
      return isIssued(sequence, awaited) && name(sequence, awaited).equals(id) ? awaited : UNKNOWN;
    } catch (NumberFormatException e) {
      return UNKNOWN;
    }
  }

  private boolean isIssued(long sequence, long awaited) {
    return sequence >= 0 && sequence < next.get() && awaited < nextAwaited.get();
  }
}
