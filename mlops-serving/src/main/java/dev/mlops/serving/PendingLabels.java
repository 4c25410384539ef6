package dev.mlops.serving;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Remembers the newest predictions of a rollout until their labels come: a ring indexed by the
 * prediction's sequence number, without locks or allocation. An older prediction is forgotten when
 * its place is needed; its label is then unmatched.
 *
 * <p>A place holds a mark (sequence number, step and arm in one word) and a score. The writer
 * clears the mark, writes the score, then the mark; a reader that sees the same mark before and
 * after has read its score, and takes the prediction by clearing the mark, so a label counts once.
 */
final class PendingLabels {

  private static final long EMPTY = 0;
  private static final int SEQUENCE_SHIFT = 8;
  private static final int MAX_STEP = 127;

  /** A prediction whose label has come. */
  record Pending(long sequence, int step, boolean candidate, double score) {}

  private final AtomicLongArray marks;
  private final AtomicLongArray scores;

  PendingLabels(int capacity) {
    marks = new AtomicLongArray(capacity);
    scores = new AtomicLongArray(capacity);
  }

  void remember(long sequence, int step, boolean candidate, double score) {
    int place = place(sequence);
    marks.set(place, EMPTY);
    scores.set(place, Double.doubleToRawLongBits(score));
    marks.set(place, mark(sequence, step, candidate));
  }

  /**
   * Returns the prediction and forgets it; null if it is unknown, forgotten or already labelled.
   */
  @org.jspecify.annotations.Nullable
  Pending take(long sequence) {
    int place = place(sequence);
    long mark = marks.get(place);
    if (mark == EMPTY || (mark >>> SEQUENCE_SHIFT) != sequence + 1) {
      return null;
    }
    double score = Double.longBitsToDouble(scores.get(place));
    if (!marks.compareAndSet(place, mark, EMPTY)) {
      return null;
    }
    return new Pending(sequence, (int) (mark >>> 1) & MAX_STEP, (mark & 1) == 1, score);
  }

  private int place(long sequence) {
    return (int) (sequence % marks.length());
  }

  private static long mark(long sequence, int step, boolean candidate) {
    return (sequence + 1) << SEQUENCE_SHIFT | (long) step << 1 | (candidate ? 1 : 0);
  }
}
