package dev.mlops.tracking;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a run stands in an order, as it was then: what each order compares, its start and its key.
 * The run itself may be changed or removed since.
 *
 * @param values for each order the column of one run that it compares
 */
record RunPlace(List<Value> values, long start, long id) {

  private static final String NUMBER = "n";
  private static final String TEXT = "t";
  private static final String NO_TEXT = "-";

  /** One run's number or text: only one of the two is there. */
  record Value(@Nullable NumberColumn number, @Nullable TextColumn text) {

    static Value of(double number) {
      return new Value(new NumberColumn(new double[] {number}), null);
    }

    static Value of(@Nullable String text) {
      TextColumn.Builder column = new TextColumn.Builder(1);
      if (text != null) {
        column.put(0, text);
      }
      return new Value(null, column.build());
    }

    String written() {
      if (number != null) {
        return NUMBER + HexFormat.of().toHexDigits(Double.doubleToRawLongBits(number.value(0)));
      }
      String only = text == null ? null : text.text(0);
      return only == null ? NO_TEXT : TEXT + only;
    }

    static Value read(String written) {
      if (written.startsWith(NUMBER)) {
        return of(Double.longBitsToDouble(HexFormat.fromHexDigitsToLong(written.substring(1))));
      }
      return of(written.equals(NO_TEXT) ? (String) null : written.substring(1));
    }
  }

  /** The only run of a group. */
  RunBase base() {
    return new RunBase(
        new long[] {id},
        new long[] {start},
        new long[] {RunBase.NONE},
        new TextColumn.Builder(1).build(),
        new BitSet());
  }

  List<String> written() {
    List<String> texts = new ArrayList<>();
    values.forEach(value -> texts.add(value.written()));
    texts.add(String.valueOf(start));
    texts.add(String.valueOf(id));
    return texts;
  }

  /**
   * Reads what {@link #written} has written, for the same orders.
   *
   * @throws IllegalArgumentException if it is something else
   */
  static RunPlace read(List<String> written) {
    int orders = written.size() - 2;
    if (orders < 0) {
      throw new IllegalArgumentException(
          "the page token says no place; pass next() of a page as it is, or ask for the first page"
              + " without a token");
    }
    return new RunPlace(
        written.subList(0, orders).stream().map(Value::read).toList(),
        Long.parseLong(written.get(orders)),
        Long.parseLong(written.get(orders + 1)));
  }
}
