package dev.mlops.serving;

import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Names predictions: a random prefix for each router opened, then a running number, and for a
 * prediction whose label is evidence the number under which it waits for it. So ids differ between
 * restarts and replicas, and an id tells its numbers without a search.
 */
final class PredictionIds {

  static final long NONE = -1;

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

  /** Returns the number under which the label of a prediction of this router is awaited, or -1. */
  long awaited(String id) {
    int dot = id.indexOf('.', prefix.length());
    if (!id.startsWith(prefix) || dot < 0) {
      return NONE;
    }
    try {
      return Math.max(NONE, Long.parseLong(id, dot + 1, id.length(), RADIX));
    } catch (NumberFormatException e) {
      return NONE;
    }
  }
}
