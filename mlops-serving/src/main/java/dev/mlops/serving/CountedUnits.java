package dev.mlops.serving;

import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.Pairs;
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * The units that a tick has counted: for each the hash of its key, with its arm and whether it was
 * bad in the lowest bits. So a unit that another process has counted in the same step can be taken
 * out again.
 */
final class CountedUnits {

  /** Of ticks whose units are requests: no other process has the same. */
  static final CountedUnits NONE = new CountedUnits(new long[0]);

  /** One hexadecimal digit for flags, of which a tick that is under way needs two more. */
  static final long CANDIDATE = 1;

  static final long BAD = 2;
  static final long FLAGS = 15;

  private final long[] words;

  private CountedUnits(long[] words) {
    this.words = words;
  }

  static CountedUnits of(long[] words) {
    return words.length == 0 ? NONE : new CountedUnits(words);
  }

  static long word(long hash, boolean candidate, boolean bad) {
    return unit(hash) | (candidate ? CANDIDATE : 0) | (bad ? BAD : 0);
  }

  /** Of a unit that both models have answered, the flags say of each whether it was bad. */
  static long pair(long hash, boolean candidateBad, boolean liveBad) {
    return unit(hash) | (candidateBad ? CANDIDATE : 0) | (liveBad ? BAD : 0);
  }

  /** What is left of a hash to know a unit by. */
  static long unit(long hash) {
    return hash & ~FLAGS;
  }

  /** The hashes of the keys, without arms and outcomes. */
  long[] units() {
    return Arrays.stream(words).map(CountedUnits::unit).toArray();
  }

  boolean isEmpty() {
    return words.length == 0;
  }

  /** Keeps every unit. */
  void addTo(UnitSet set) {
    for (long word : words) {
      set.add(unit(word));
    }
  }

  /**
   * Takes out the units that others have counted.
   *
   * @param isShadow whether the units are pairs
   */
  RolloutEntry.Counted without(UnitSet others, RolloutEntry.Counted tick, boolean isShadow) {
    long[] left = Arrays.stream(words).filter(word -> !others.contains(unit(word))).toArray();
    if (left.length == words.length) {
      return tick;
    }
    return new RolloutEntry.Counted(
        tick.time(),
        tick.guard(),
        tick.step(),
        isShadow ? pairs(left) : minus(tick.counts(), others),
        of(left));
  }

  /** A pair is counted when both have answered, so the units tell all. */
  private static BadEventProcess.Tick pairs(long[] words) {
    BadEventProcess.Tick counts = new BadEventProcess.Tick(0, 0, 0, 0);
    for (long word : words) {
      counts = counts.plus(Pairs.one((word & CANDIDATE) != 0, (word & BAD) != 0));
    }
    return counts;
  }

  private BadEventProcess.Tick minus(BadEventProcess.Tick counts, UnitSet others) {
    long candidate = counts.canary();
    long candidateBad = counts.canaryBad();
    long live = counts.stable();
    long liveBad = counts.stableBad();
    for (long word : words) {
      int bad = (word & BAD) == 0 ? 0 : 1;
      if (!others.contains(unit(word))) {
        continue;
      }
      if ((word & CANDIDATE) == 0) {
        live--;
        liveBad -= bad;
      } else {
        candidate--;
        candidateBad -= bad;
      }
    }
    // A unit that came back in the very moment in which it was given up may differ from its count.
    return new BadEventProcess.Tick(
        candidate, within(candidateBad, candidate), live, within(liveBad, live));
  }

  private static long within(long bad, long events) {
    return Math.max(0, Math.min(bad, events));
  }

  byte[] toBytes() {
    ByteBuffer bytes = ByteBuffer.allocate(words.length * Long.BYTES);
    bytes.asLongBuffer().put(words);
    return bytes.array();
  }

  static CountedUnits of(byte[] bytes) {
    LongBuffer numbers = ByteBuffer.wrap(bytes).asLongBuffer();
    long[] words = new long[numbers.remaining()];
    numbers.get(words);
    return of(words);
  }
}
