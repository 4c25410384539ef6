package dev.mlops.data;

import java.nio.LongBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

final class InstantColumn extends BufferColumn implements Column.OfInstant {

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
    if (!instant.equals(instant.truncatedTo(ChronoUnit.MICROS))) {
      throw new IllegalArgumentException(
          "instant "
              + instant
              + " is finer than a microsecond; truncate it to ChronoUnit.MICROS first");
    }
    return Micros.floor(instant);
  }

  LongBuffer values() {
    return micros.duplicate();
  }

  private long at(int row) {
    return array == null ? micros.get(row) : array[offset + row];
  }

  @Override
  public @Nullable Instant get(int row) {
    return isNull(row) ? null : Micros.instant(at(row));
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
