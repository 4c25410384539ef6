package dev.mlops.data;

import java.util.Arrays;

final class StringColumnBuilder extends ColumnBuilder {

  private final StringDictionary dictionary = new StringDictionary();
  private int[] codes = new int[0];

  StringColumnBuilder() {
    super(DataType.STRING);
  }

  StringDictionary dictionary() {
    return dictionary;
  }

  void addString(String value) {
    addCode(dictionary.code(value));
  }

  /** Adds the string that has a code in this builder's dictionary. */
  void addCode(int code) {
    int row = next();
    codes[row] = code;
  }

  @Override
  void resize(int rows) {
    codes = Arrays.copyOf(codes, rows);
  }

  @Override
  boolean accept(Object value) {
    if (value instanceof String string) {
      addString(string);
      return true;
    }
    return false;
  }

  @Override
  void append(Column column, int at) {
    StringColumn strings = (StringColumn) column;
    int[] translated = new int[strings.dictionary().size()];
    Arrays.fill(translated, -1);
    for (int row = 0; row < strings.size(); row++) {
      int code = strings.code(row);
      if (code >= 0 && translated[code] < 0) {
        translated[code] = dictionary.code(strings.dictionary().get(code));
      }
      codes[at + row] = code < 0 ? 0 : translated[code];
    }
  }

  @Override
  StringColumn build() {
    return new StringColumn(IntValues.of(codes, size()), dictionary.strings(), present());
  }
}
