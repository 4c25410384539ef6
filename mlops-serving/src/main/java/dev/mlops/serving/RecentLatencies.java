package dev.mlops.serving;

import dev.mlops.stats.Histogram;
import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * How long the newest answers of a live model took: a ring with one place for each, so that old
 * ones are forgotten, and nothing is added up.
 *
 * <p>To add one costs a store: no lock, no allocation, no atomic operation. A place belongs to the
 * request's number, and threads with numbers next to each other write to different cache lines. Two
 * threads that meet at one place are a lap of the ring apart; either of their latencies may stay.
 */
final class RecentLatencies {

  /** Below the least quantile and beyond the greatest are ten of as many as the ring may hold. */
  static final double LEAST_QUANTILE = 0.001;

  static final double GREATEST_QUANTILE = 0.999;

  /** A cold model is not a slow model: of so many requests the first answers are left out. */
  static final int START = 500;

  /** A power of two, so that an odd stride comes to every place before it comes to one again. */
  static final int SIZE = 1 << 14;

  private static final int STRIDE = 1 + (SIZE >> 4);
  private static final long NONE = -1;

  /** Bits of floats, whose 24 binary digits are finer than a histogram; 0 for an empty place. */
  private final AtomicIntegerArray ring = new AtomicIntegerArray(SIZE);

  private volatile long first = NONE;

  /**
   * Adds an answer.
   *
   * @param sequence the number of its request
   */
  void add(long sequence, long nanos) {
    if (first == NONE) {
      first = sequence;
    }
    if (sequence - first >= START) {
      int place = (int) (sequence * STRIDE) & (SIZE - 1);
      ring.setOpaque(place, Float.floatToRawIntBits(Math.max(1f, (float) nanos)));
    }
  }

  /** Returns the distribution of those that are kept, in nanoseconds. */
  Histogram histogram() {
    Histogram.Recorder recorder = Histogram.recorder();
    for (int i = 0; i < SIZE; i++) {
      int bits = ring.getOpaque(i);
      if (bits != 0) {
        recorder.add(Float.intBitsToFloat(bits));
      }
    }
    return recorder.snapshot();
  }
}
