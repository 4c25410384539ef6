package dev.mlops.serving;

import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Remembers the newest predictions that are evidence until their labels come: a ring indexed by the
 * prediction's number, without locks, whose parts are allocated when they are first needed. An
 * older prediction is forgotten when its place is needed; that is counted, and its label is then
 * unmatched.
 *
 * <p>A place holds a mark (number, step and arm in one word), a score, a unit, and in a shadow the
 * live model's score. The writer clears the mark, writes the others, then the mark; a reader that
 * sees the same mark before and after has read what belongs to it, and takes the prediction by
 * clearing the mark, so a label counts once.
 */
final class PendingLabels {

  private static final long EMPTY = 0;
  private static final int NUMBER_SHIFT = 8;
  private static final int MAX_STEP = 127;
  private static final int PART = 4096;

  /** A prediction whose label has come. */
  record Pending(
      long number, int step, boolean candidate, double score, double liveScore, long unit) {

    /** A prediction that one model has made. */
    Pending(long number, int step, boolean candidate, double score, long unit) {
      this(number, step, candidate, score, Double.NaN, unit);
    }
  }

  private record Part(
      AtomicLongArray marks,
      AtomicLongArray scores,
      AtomicLongArray units,
      @Nullable AtomicLongArray liveScores) {

    static Part of(boolean hasShadow) {
      return new Part(
          new AtomicLongArray(PART),
          new AtomicLongArray(PART),
          new AtomicLongArray(PART),
          hasShadow ? new AtomicLongArray(PART) : null);
    }
  }

  private final int capacity;
  private final boolean hasShadow;
  private final AtomicReferenceArray<@Nullable Part> parts;
  private final LongAdder candidate = new LongAdder();
  private final LongAdder live = new LongAdder();
  private final LongAdder forgotten = new LongAdder();

  PendingLabels(int capacity, boolean hasShadow) {
    this.capacity = capacity;
    this.hasShadow = hasShadow;
    this.parts = new AtomicReferenceArray<>((capacity + PART - 1) / PART);
  }

  /** Returns false if an older prediction had to be forgotten. */
  boolean remember(Pending prediction) {
    long number = prediction.number;
    boolean candidate = prediction.candidate;
    int place = place(number);
    Part part = part(place);
    long older = part.marks.getAndSet(place % PART, EMPTY);
    part.scores.set(place % PART, Double.doubleToRawLongBits(prediction.score));
    part.units.set(place % PART, prediction.unit);
    if (part.liveScores != null) {
      part.liveScores.set(place % PART, Double.doubleToRawLongBits(prediction.liveScore));
    }
    waiting(candidate).increment();
    part.marks.set(place % PART, mark(number, prediction.step, candidate));
    if (older == EMPTY) {
      return true;
    }
    waiting(isCandidate(older)).decrement();
    forgotten.increment();
    return false;
  }

  /**
   * Returns the prediction and forgets it; null if it is unknown, forgotten or already labelled.
   */
  @Nullable Pending take(long number) {
    int place = place(number);
    Part part = parts.get(place / PART);
    long mark = part == null ? EMPTY : part.marks.get(place % PART);
    if (part == null || mark == EMPTY || (mark >>> NUMBER_SHIFT) != number + 1) {
      return null;
    }
    double score = Double.longBitsToDouble(part.scores.get(place % PART));
    long unit = part.units.get(place % PART);
    double liveScore =
        part.liveScores == null
            ? Double.NaN
            : Double.longBitsToDouble(part.liveScores.get(place % PART));
    if (!part.marks.compareAndSet(place % PART, mark, EMPTY)) {
      return null;
    }
    waiting(isCandidate(mark)).decrement();
    int step = (int) (mark >>> 1) & MAX_STEP;
    return new Pending(number, step, isCandidate(mark), score, liveScore, unit);
  }

  /** How many predictions of the candidate wait. */
  long ofCandidate() {
    return candidate.sum();
  }

  /** How many predictions of the live model wait. */
  long ofLive() {
    return live.sum();
  }

  long forgotten() {
    return forgotten.sum();
  }

  private Part part(int place) {
    Part part = parts.get(place / PART);
    if (part != null) {
      return part;
    }
    Part fresh = Part.of(hasShadow);
    Part other = parts.compareAndExchange(place / PART, null, fresh);
    return other == null ? fresh : other;
  }

  private LongAdder waiting(boolean candidate) {
    return candidate ? this.candidate : live;
  }

  private int place(long number) {
    return (int) (number % capacity);
  }

  private static boolean isCandidate(long mark) {
    return (mark & 1) == 1;
  }

  private static long mark(long number, int step, boolean candidate) {
    return (number + 1) << NUMBER_SHIFT | (long) step << 1 | (candidate ? 1 : 0);
  }
}
