package dev.mlops.data;

import java.nio.IntBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Strings as codes into a dictionary that holds each string once. */
final class StringColumn extends BufferColumn implements Column.OfString {

  private final IntBuffer codes;
  private final List<String> dictionary;

  StringColumn(IntBuffer codes, List<String> dictionary, @Nullable Bits present) {
    super(DataType.STRING, codes.remaining(), present);
    this.codes = codes;
    this.dictionary = dictionary;
  }

  IntBuffer codes() {
    return codes.duplicate();
  }

  @Override
  public @Nullable String get(int row) {
    return isNull(row) ? null : dictionary.get(codes.get(row));
  }

  @Override
  public int code(int row) {
    return present() != null && isNull(row) ? -1 : codes.get(row);
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
      taken[i] = codes.get(rows[i]);
    }
    return new StringColumn(IntBuffer.wrap(taken), dictionary, present);
  }
}
