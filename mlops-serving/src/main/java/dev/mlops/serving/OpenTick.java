package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A tick of requests that are under way: those that were assigned one after the other, whenever
 * they come back. It is complete once it is closed to new members and every member has come back,
 * has left, or was given up as overdue.
 *
 * <p>Why ticks are made of assignments and not of answers: a model that hangs never answers, and a
 * slow one's answers would meet the other model's of a later moment.
 *
 * <p>Two words hold it. {@code members} counts who joined, by arm, with one bit for closed; {@code
 * results} counts who came back and who of them was bad, with one bit for settled, after which a
 * late return counts no more. A member changes one word at a time and then looks at both; the last
 * one sees them agree, and a flag lets one only report.
 */
final class OpenTick {

  private static final int LIVE_SHIFT = 15;
  private static final int BAD_SHIFT = 30;
  private static final int LIVE_BAD_SHIFT = 45;
  private static final long MASK = (1L << LIVE_SHIFT) - 1;
  private static final long FLAG = 1L << 60;

  /** Flags of a unit beside those of {@link CountedUnits}. */
  private static final long COUNTED = 4;

  private static final long LEFT = 8;

  /** Room for units beyond a tick's size: those that left made room for others. */
  private static final int SPARE = 16;

  private final int size;
  private final @Nullable AtomicLongArray units;
  private final AtomicInteger nextUnit = new AtomicInteger();
  private final AtomicLong members = new AtomicLong();
  private final AtomicLong results = new AtomicLong();
  private final AtomicBoolean reported = new AtomicBoolean();
  private volatile long lastJoined;

  OpenTick(int size, boolean keepsUnits, long now) {
    this.size = size;
    this.units = keepsUnits ? new AtomicLongArray(size + SPARE) : null;
    this.lastJoined = now;
  }

  int size() {
    return size;
  }

  /** Counts a request in, unless the tick is closed; the last one closes it. */
  boolean join(boolean candidate, long now) {
    if (now - lastJoined > 0) {
      lastJoined = now; // Before the member is seen, or it would look as old as the tick.
    }
    long before;
    long after;
    do {
      before = members.get();
      if ((before & FLAG) != 0) {
        return false;
      }
      after = before + (candidate ? 1 : 1L << LIVE_SHIFT);
      if (events(after) == size) {
        after |= FLAG;
      }
    } while (!members.compareAndSet(before, after));
    return true;
  }

  /** Remembers who joined; returns the place, for {@link #mark}. */
  int remember(long hash, boolean candidate) {
    int place = nextUnit.getAndIncrement();
    if (units != null && place < units.length()) {
      units.set(place, CountedUnits.word(hash, candidate, false));
    }
    return place;
  }

  /** Says what came of a unit, before it comes back or leaves. */
  void mark(int place, boolean bad, boolean left) {
    if (units != null && place < units.length()) {
      long flags = left ? LEFT : COUNTED | (bad ? CountedUnits.BAD : 0);
      units.getAndUpdate(place, word -> (word & COUNTED) == 0 ? word | flags : word);
    }
  }

  /** Those that were counted. */
  CountedUnits units() {
    if (units == null) {
      return CountedUnits.NONE;
    }
    int known = Math.min(nextUnit.get(), units.length());
    return CountedUnits.of(
        IntStream.range(0, known)
            .mapToLong(units::get)
            .filter(word -> (word & COUNTED) != 0)
            .map(word -> word & ~(COUNTED | LEFT))
            .toArray());
  }

  boolean isClosed() {
    return (members.get() & FLAG) != 0;
  }

  boolean isReported() {
    return reported.get();
  }

  /** Returns true to the one caller by whom the tick became complete. */
  boolean comeBack(boolean candidate, boolean bad) {
    long event = candidate ? 1 : 1L << LIVE_SHIFT;
    if (bad) {
      event |= event << BAD_SHIFT;
    }
    long before;
    do {
      before = results.get();
      if ((before & FLAG) != 0) {
        return false;
      }
    } while (!results.compareAndSet(before, before + event));
    return completed();
  }

  /** Takes a request out that says nothing; returns true to whom the tick became complete by. */
  boolean leave(boolean candidate) {
    if ((results.get() & FLAG) != 0) {
      return false;
    }
    members.addAndGet(candidate ? -1 : -(1L << LIVE_SHIFT));
    return completed();
  }

  /** Whether somebody is still under way, and each of those for longer than the model's time. */
  boolean isOverdue(long now, AnswerTimes times) {
    long joined = members.get();
    long back = results.get();
    long waited = now - lastJoined;
    boolean candidate = candidates(joined) > candidates(back);
    boolean live = lives(joined) > lives(back);
    return (candidate || live)
        && (!candidate || waited > times.candidateNanos())
        && (!live || waited > times.liveNanos());
  }

  /**
   * Gives up who is still under way.
   *
   * @param bad whether each of them is a bad event, or none at all
   * @return true to one caller
   */
  boolean settle(boolean bad) {
    long joined = members.updateAndGet(word -> word | FLAG);
    long before;
    long after;
    do {
      before = results.get();
      if ((before & FLAG) != 0) {
        return false;
      }
      long missing = Math.max(0, candidates(joined) - candidates(before));
      long missingLive = Math.max(0, lives(joined) - lives(before));
      long event = bad ? missing | missingLive << LIVE_SHIFT : 0;
      after = (before + event + (event << BAD_SHIFT)) | FLAG;
    } while (!results.compareAndSet(before, after));
    if (bad && units != null) {
      for (int i = 0; i < Math.min(nextUnit.get(), units.length()); i++) {
        if ((units.get(i) & LEFT) == 0) {
          mark(i, true, false);
        }
      }
    }
    return reported.compareAndSet(false, true);
  }

  BadEventProcess.Tick counts() {
    long word = results.get();
    return new BadEventProcess.Tick(
        candidates(word), word >>> BAD_SHIFT & MASK, lives(word), word >>> LIVE_BAD_SHIFT & MASK);
  }

  private boolean completed() {
    long joined = members.get();
    long back = results.get();
    return (joined & FLAG) != 0
        && candidates(joined) == candidates(back)
        && lives(joined) == lives(back)
        && reported.compareAndSet(false, true);
  }

  private static long candidates(long word) {
    return word & MASK;
  }

  private static long lives(long word) {
    return word >>> LIVE_SHIFT & MASK;
  }

  private static long events(long word) {
    return candidates(word) + lives(word);
  }
}
