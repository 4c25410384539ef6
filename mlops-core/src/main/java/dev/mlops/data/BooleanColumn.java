package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import java.util.BitSet;
import org.jspecify.annotations.Nullable;

final class BooleanColumn extends BufferColumn implements Column.OfBoolean {

  private final Bits values;

  BooleanColumn(Bits values, @Nullable Bits present) {
    super(DataType.BOOLEAN, values.size(), present);
    this.values = values;
  }

  static Bits pack(boolean[] values) {
    BitSet set = new BitSet(values.length);
    for (int row = 0; row < values.length; row++) {
      set.set(row, values[row]);
    }
    return Bits.of(set, values.length);
  }

  Bits values() {
    return values;
  }

  @Override
  public boolean get(int row) {
    requirePresent(row);
    return values.get(row);
  }

  @Override
  public boolean[] toArray() {
    requireNoNulls();
    boolean[] copy = new boolean[size()];
    for (int row = 0; row < copy.length; row++) {
      copy[row] = values.get(row);
    }
    return copy;
  }

  @Override
  public @Nullable Boolean value(int row) {
    return isNull(row) ? null : values.get(row);
  }

  @Override
  public BooleanColumn slice(int from, int to) {
    Bits present = presentSlice(from, to);
    return new BooleanColumn(values.slice(from, to), present);
  }

  @Override
  public BooleanColumn take(int[] rows) {
    requireNonNull(rows, "rows");
    Bits present = presentTake(rows);
    return new BooleanColumn(values.take(rows), present);
  }
}
