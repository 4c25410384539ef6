package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

final class InstantColumn extends BufferColumn implements Column.OfInstant {

  private final LongValues micros;

  InstantColumn(LongValues micros, @Nullable Bits present) {
    super(DataType.INSTANT, micros.size(), present);
    this.micros = micros;
  }

  LongValues values() {
    return micros;
  }

  @Override
  public @Nullable Instant get(int row) {
    return isNull(row) ? null : Micros.instant(micros.get(row));
  }

  @Override
  public long micros(int row) {
    requirePresent(row);
    return micros.get(row);
  }

  @Override
  public long[] toMicros() {
    requireNoNulls();
    long[] copy = new long[size()];
    micros.read(0, copy, 0, copy.length);
    return copy;
  }

  @Override
  public @Nullable Instant value(int row) {
    return get(row);
  }

  @Override
  public InstantColumn slice(int from, int to) {
    Bits present = presentSlice(from, to);
    return new InstantColumn(micros.slice(from, to), present);
  }

  @Override
  public InstantColumn take(int[] rows) {
    requireNonNull(rows, "rows");
    Bits present = presentTake(rows);
    return new InstantColumn(micros.take(rows), present);
  }
}
