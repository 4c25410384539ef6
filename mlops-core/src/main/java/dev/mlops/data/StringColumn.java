package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings as codes into a dictionary that holds each string once. */
final class StringColumn extends BufferColumn implements Column.OfString {

  private final IntValues codes;
  private final List<String> dictionary;

  StringColumn(IntValues codes, List<String> dictionary, @Nullable Bits present) {
    super(DataType.STRING, codes.size(), present);
    this.codes = codes;
    this.dictionary = dictionary;
  }

  IntValues codes() {
    return codes;
  }

  /**
   * Returns the same strings with a dictionary of those that rows have, and with code 0 in the
   * place of a null.
   */
  StringColumn compact() {
    BitSet used = new BitSet(dictionary.size());
    for (int row = 0; row < size(); row++) {
      if (!isNull(row)) {
        used.set(codes.get(row));
      }
    }
    boolean compact = nullCount() == 0 && used.cardinality() == dictionary.size();
    return compact ? this : (StringColumn) ColumnBuilder.concat(DataType.STRING, List.of(this));
  }

  @Override
  public @Nullable String get(int row) {
    return isNull(row) ? null : dictionary.get(codes.get(row));
  }

  @Override
  public int code(int row) {
    return isNull(row) ? -1 : codes.get(row);
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
    Bits present = presentSlice(from, to);
    return new StringColumn(codes.slice(from, to), dictionary, present);
  }

  @Override
  public StringColumn take(int[] rows) {
    requireNonNull(rows, "rows");
    Bits present = presentTake(rows);
    return new StringColumn(codes.take(rows), dictionary, present);
  }
}
