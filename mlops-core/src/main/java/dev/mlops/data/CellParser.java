package dev.mlops.data;

import dev.mlops.error.Plural;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Reads the characters of a cell into a column. */
abstract class CellParser {

  static final String NO_BOOLEAN = "is neither true nor false";
  static final String NO_VECTOR = "is not a list of numbers in brackets";

  private final ColumnBuilder column;
  private final boolean bare;

  private CellParser(ColumnBuilder column) {
    this.column = column;
    this.bare = !(column instanceof StringColumnBuilder);
  }

  static CellParser of(DataType type, TextFormat format) {
    return switch (type.kind()) {
      case BOOLEAN -> new Booleans(new BooleanColumnBuilder());
      case INT64 -> new Longs(new LongColumnBuilder(type));
      case FLOAT32 -> new Floats(new FloatColumnBuilder(), format);
      case FLOAT64 -> new Doubles(new DoubleColumnBuilder(), format);
      case STRING -> new Strings(new StringColumnBuilder());
      case INSTANT -> new Instants(new LongColumnBuilder(type), format);
      case VECTOR -> new Vectors(new VectorColumnBuilder(type), type.dimension());
    };
  }

  final ColumnBuilder column() {
    return column;
  }

  /**
   * Adds the value to the column, or says why it is none and adds nothing. Blanks around anything
   * but a string mean nothing.
   */
  final @Nullable String parse(char[] chars, int from, int to) {
    int first = from;
    int last = to;
    while (bare && first < last && isBlank(chars[first])) {
      first++;
    }
    while (bare && first < last && isBlank(chars[last - 1])) {
      last--;
    }
    return read(chars, first, last);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t';
  }

  abstract @Nullable String read(char[] chars, int from, int to);

  final @Nullable String parse(String text) {
    return parse(text.toCharArray(), 0, text.length());
  }

  private static final class Booleans extends CellParser {
    private final BooleanColumnBuilder values;

    Booleans(BooleanColumnBuilder values) {
      super(values);
      this.values = values;
    }

    @Override
    @Nullable String read(char[] chars, int from, int to) {
      String text = new String(chars, from, Math.min(to - from, 6)).toLowerCase(Locale.ROOT);
      if (!text.equals("true") && !text.equals("false")) {
        return NO_BOOLEAN;
      }
      values.addBoolean(text.equals("true"));
      return null;
    }
  }

  private static final class Longs extends CellParser {
    private final LongColumnBuilder values;
    private final NumberText number = new NumberText();

    Longs(LongColumnBuilder values) {
      super(values);
      this.values = values;
    }

    @Override
    @Nullable String read(char[] chars, int from, int to) {
      String reason = number.parseLong(chars, from, to);
      if (reason == null) {
        values.addLong(number.whole());
      }
      return reason;
    }
  }

  private static final class Doubles extends CellParser {
    private final DoubleColumnBuilder values;
    private final NumberText number;

    Doubles(DoubleColumnBuilder values, TextFormat format) {
      super(values);
      this.values = values;
      this.number = new NumberText(format.decimal());
    }

    @Override
    @Nullable String read(char[] chars, int from, int to) {
      String reason = number.parseReal(chars, from, to);
      double value = reason == null ? number.toDouble() : Double.NaN;
      if (number.isNumeral() && Double.isInfinite(value)) {
        return "is too large for 64 bits";
      }
      if (reason == null) {
        values.addDouble(value);
      }
      return reason;
    }
  }

  private static final class Floats extends CellParser {
    private final FloatColumnBuilder values;
    private final NumberText number;

    Floats(FloatColumnBuilder values, TextFormat format) {
      super(values);
      this.values = values;
      this.number = new NumberText(format.decimal());
    }

    @Override
    @Nullable String read(char[] chars, int from, int to) {
      String reason = number.parseReal(chars, from, to);
      float value = reason == null ? number.toFloat() : Float.NaN;
      if (number.isNumeral() && Float.isInfinite(value)) {
        return "is too large for 32 bits";
      }
      if (reason == null) {
        values.addFloat(value);
      }
      return reason;
    }
  }

  private static final class Strings extends CellParser {
    private final StringColumnBuilder values;

    Strings(StringColumnBuilder values) {
      super(values);
      this.values = values;
    }

    @Override
    @Nullable String read(char[] chars, int from, int to) {
      values.addCode(values.dictionary().code(chars, from, to - from));
      return null;
    }
  }

  private static final class Instants extends CellParser {
    private final LongColumnBuilder micros;
    private final TimeText time;

    Instants(LongColumnBuilder micros, TextFormat format) {
      super(micros);
      this.micros = micros;
      this.time = new TimeText(format);
    }

    @Override
    @Nullable String read(char[] chars, int from, int to) {
      String reason = time.parse(chars, from, to);
      if (reason == null) {
        micros.addLong(time.micros());
      }
      return reason;
    }
  }

  /** Reads vectors as they are in JSON: {@code [0.5,-1.0]}. */
  private static final class Vectors extends CellParser {
    private final VectorColumnBuilder values;
    private final int dimension;
    private final NumberText number = new NumberText();
    private float[] vector = new float[0];

    Vectors(VectorColumnBuilder values, int dimension) {
      super(values);
      this.values = values;
      this.dimension = dimension;
    }

    @Override
    @Nullable String read(char[] chars, int from, int to) {
      if (to - from < 2 || chars[from] != '[' || chars[to - 1] != ']') {
        return NO_VECTOR;
      }
      int size = 1;
      for (int i = from; i < to; i++) {
        size += chars[i] == ',' ? 1 : 0;
      }
      if (size != dimension) {
        return wrongSize(size);
      }
      vector = vector.length == 0 ? new float[size] : vector;
      int at = 0;
      int start = from + 1;
      for (int i = start; i < to; i++) {
        if (chars[i] == ',' || i == to - 1) {
          String reason = element(chars, start, i, at++);
          if (reason != null) {
            return reason;
          }
          start = i + 1;
        }
      }
      var unused = values.accept(vector);
      return null;
    }

    private @Nullable String element(char[] chars, int from, int to, int at) {
      int start = from;
      int end = to;
      while (start < end && chars[start] == ' ') {
        start++;
      }
      while (end > start && chars[end - 1] == ' ') {
        end--;
      }
      if (number.parseReal(chars, start, end) != null) {
        return "has an element that is not a number";
      }
      vector[at] = number.toFloat();
      return number.isNumeral() && Float.isInfinite(vector[at])
          ? "has an element that is too large for 32 bits"
          : null;
    }

    private String wrongSize(int size) {
      return "has " + Plural.of(size, "number") + " where the vector has " + dimension;
    }
  }
}
