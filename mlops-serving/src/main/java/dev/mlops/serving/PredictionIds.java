package dev.mlops.serving;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names predictions: a random prefix for each router opened, then a running number. So ids differ
 * between restarts and replicas, and an id tells its number without a search.
 */
final class PredictionIds {

  private static final int RADIX = 36;
  private static final long FOREIGN = -1;

  private final AtomicLong next = new AtomicLong();
  private final String prefix =
      UUID.randomUUID().toString().replace("-", "").substring(0, 16) + "-";

  long next() {
    return next.getAndIncrement();
  }

  /** Returns how many numbers were given out. */
  long issued() {
    return next.get();
  }

  String name(long sequence) {
    return prefix + Long.toString(sequence, RADIX);
  }

  /** Returns the number of an id of this router, -1 for any other text. */
  long sequence(String id) {
    if (!id.startsWith(prefix)) {
      return FOREIGN;
    }
    try {
      return Long.parseLong(id, prefix.length(), id.length(), RADIX);
    } catch (NumberFormatException e) {
      return FOREIGN;
    }
  }
}
