package dev.mlops.data;

import java.nio.IntBuffer;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings as codes into a dictionary that holds each string once. */
final class StringColumn extends BufferColumn implements Column.OfString {

  private final IntBuffer codes;

  /** The array under the codes, because a virtual call per value would cost more than the value. */
  private final int @Nullable [] array;

  private final int offset;
  private final List<String> dictionary;

  StringColumn(IntBuffer codes, List<String> dictionary, @Nullable Bits present) {
    super(DataType.STRING, codes.remaining(), present);
    this.codes = codes;
    this.array = codes.hasArray() ? codes.array() : null;
    this.offset = array == null ? 0 : codes.arrayOffset();
    this.dictionary = dictionary;
  }

  IntBuffer codes() {
    return codes.duplicate();
  }

  private int at(int row) {
    return array == null ? codes.get(row) : array[offset + row];
  }

  /**
   * Returns the same strings with a dictionary of those that rows have, and with code 0 in the
   * place of a null.
   */
  StringColumn compact() {
    BitSet used = new BitSet(dictionary.size());
    for (int row = 0; row < size(); row++) {
      if (!isNull(row)) {
        used.set(at(row));
      }
    }
    boolean compact = nullCount() == 0 && used.cardinality() == dictionary.size();
    return compact ? this : (StringColumn) ColumnBuilder.concat(DataType.STRING, List.of(this));
  }

  @Override
  public @Nullable String get(int row) {
    return isNull(row) ? null : dictionary.get(at(row));
  }

  @Override
  public int code(int row) {
    return isNull(row) ? -1 : at(row);
  }

  @Override
  public List<String> dictionary() {
    return dictionary;
  }

  @Override
  public @Nullable String value(int row) {
    return get(row);
  }

  @Override
  public StringColumn slice(int from, int to) {
    return new StringColumn(codes.slice(from, to - from), dictionary, presentSlice(from, to));
  }

  @Override
  public StringColumn take(int[] rows) {
    Bits present = presentTake(rows);
    int[] taken = new int[rows.length];
    for (int i = 0; i < rows.length; i++) {
      taken[i] = at(rows[i]);
    }
    return new StringColumn(IntBuffer.wrap(taken), dictionary, present);
  }
}
