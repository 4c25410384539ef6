package dev.mlops.data;

import java.nio.LongBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

final class InstantColumn extends BufferColumn implements Column.OfInstant {

  private static final long MICROS = 1_000_000;

  private final LongBuffer micros;

  /**
   * The array under the values, because a virtual call per value would cost more than the value.
   */
  private final long @Nullable [] array;

  private final int offset;

  InstantColumn(LongBuffer micros, @Nullable Bits present) {
    super(DataType.INSTANT, micros.remaining(), present);
    this.micros = micros;
    this.array = micros.hasArray() ? micros.array() : null;
    this.offset = array == null ? 0 : micros.arrayOffset();
  }

  /** Returns microseconds since the epoch, refusing what they cannot say exactly. */
  static long micros(Instant instant) {
    if (instant.getNano() % 1000 != 0) {
      throw new IllegalArgumentException(
          "instant "
              + instant
              + " is finer than a microsecond; truncate it to ChronoUnit.MICROS first");
    }
    try {
      long micros = instant.getNano() / 1000;
      long seconds = instant.getEpochSecond();
      boolean towardsZero =
          seconds < 0 && micros > 0; // else the smallest one would pass through an overflow
      return towardsZero
          ? Math.addExact(Math.multiplyExact(seconds + 1, MICROS), micros - MICROS)
          : Math.addExact(Math.multiplyExact(seconds, MICROS), micros);
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException(
          "instant "
              + instant
              + " is out of range; microseconds in 64 bits reach from -290308 to +294247",
          e);
    }
  }

  static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  LongBuffer values() {
    return micros.duplicate();
  }

  private long at(int row) {
    return array == null ? micros.get(row) : array[offset + row];
  }

  @Override
  public @Nullable Instant get(int row) {
    return isNull(row) ? null : instant(at(row));
  }

  @Override
  public long micros(int row) {
    requirePresent(row);
    return at(row);
  }

  @Override
  public @Nullable Instant value(int row) {
    return get(row);
  }

  @Override
  public InstantColumn slice(int from, int to) {
    return new InstantColumn(micros.slice(from, to - from), presentSlice(from, to));
  }

  @Override
  public InstantColumn take(int[] rows) {
    Bits present = presentTake(rows);
    long[] taken = new long[rows.length];
    for (int i = 0; i < rows.length; i++) {
      taken[i] = at(rows[i]);
    }
    return new InstantColumn(LongBuffer.wrap(taken), present);
  }
}
