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
 * <p>A place holds a mark (number, step and arm in one word), a score and a unit. The writer clears
 * the mark, writes the others, then the mark; a reader that sees the same mark before and after has
 * read what belongs to it, and takes the prediction by clearing the mark, so a label counts once.
 */
final class PendingLabels {

  private static final long EMPTY = 0;
  private static final int NUMBER_SHIFT = 8;
  private static final int MAX_STEP = 127;
  private static final int PART = 4096;

  /** A prediction whose label has come. */
  record Pending(long number, int step, boolean candidate, double score, long unit) {}

  private record Part(AtomicLongArray marks, AtomicLongArray scores, AtomicLongArray units) {
    Part() {
      this(new AtomicLongArray(PART), new AtomicLongArray(PART), new AtomicLongArray(PART));
    }
  }

  private final int capacity;
  private final AtomicReferenceArray<@Nullable Part> parts;
  private final LongAdder candidate = new LongAdder();
  private final LongAdder live = new LongAdder();
  private final LongAdder forgotten = new LongAdder();

  PendingLabels(int capacity) {
    this.capacity = capacity;
    this.parts = new AtomicReferenceArray<>((capacity + PART - 1) / PART);
  }

  /** Returns false if an older prediction had to be forgotten. */
  boolean remember(long number, int step, boolean candidate, double score, long unit) {
    int place = place(number);
    Part part = part(place);
    long older = part.marks.getAndSet(place % PART, EMPTY);
    part.scores.set(place % PART, Double.doubleToRawLongBits(score));
    part.units.set(place % PART, unit);
    waiting(candidate).increment();
    part.marks.set(place % PART, mark(number, step, candidate));
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
    if (!part.marks.compareAndSet(place % PART, mark, EMPTY)) {
      return null;
    }
    waiting(isCandidate(mark)).decrement();
    return new Pending(number, (int) (mark >>> 1) & MAX_STEP, isCandidate(mark), score, unit);
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
    Part fresh = new Part();
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
