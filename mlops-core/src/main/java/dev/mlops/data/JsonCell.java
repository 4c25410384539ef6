package dev.mlops.data;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A value of a JSON object: of which kind it is, and its text.
 *
 * @param kind what JSON says it is
 * @param text a string's characters, or how the value is written
 */
record JsonCell(Kind kind, String text) {

  enum Kind {
    NULL,
    BOOLEAN,
    NUMBER,
    STRING,
    LIST,
    OBJECT
  }

  /** Stands before strings while types are being inferred, so that "7" is not taken for 7. */
  private static final char MARK = '"';

  /** The types that a column may be in which nothing is a string but what is not finite. */
  private static final List<DataType> NO_STRINGS =
      List.of(DataType.BOOLEAN, DataType.INT64, DataType.FLOAT64);

  private static final Set<String> NOT_FINITE = Set.of("\"NaN", "\"Infinity", "\"-Infinity");

  static JsonCell read(JsonParser json, JsonToken token) throws IOException {
    return switch (token) {
      case VALUE_NULL -> new JsonCell(Kind.NULL, "");
      case VALUE_TRUE, VALUE_FALSE -> new JsonCell(Kind.BOOLEAN, json.getText());
      case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> new JsonCell(Kind.NUMBER, json.getText());
      case VALUE_STRING -> new JsonCell(Kind.STRING, json.getText());
      case START_ARRAY -> readList(json);
      default -> {
        json.skipChildren();
        yield new JsonCell(Kind.OBJECT, "{...}");
      }
    };
  }

  /** Writes a list again; anything but numbers in it makes a text that no vector has. */
  private static JsonCell readList(JsonParser json) throws IOException {
    StringBuilder text = new StringBuilder("[");
    for (JsonToken token = json.nextToken();
        token != JsonToken.END_ARRAY;
        token = json.nextToken()) {
      text.append(text.length() > 1 ? "," : "").append(json.getText());
      json.skipChildren();
    }
    return new JsonCell(Kind.LIST, text.append(']').toString());
  }

  /** Says why this cannot be a value of a type, or null if its text may be one. */
  @Nullable String refuse(DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> kind == Kind.BOOLEAN ? null : CellParser.NO_BOOLEAN;
      case INT64 -> kind == Kind.NUMBER ? null : NumberText.NOT_WHOLE;
      case FLOAT32, FLOAT64 ->
          kind == Kind.NUMBER || NOT_FINITE.contains(marked()) ? null : NumberText.NO_NUMBER;
      case STRING -> kind == Kind.STRING ? refuseHalf() : "is not a string";
      case INSTANT -> kind == Kind.STRING ? null : TimeText.NO_ISO;
      case VECTOR -> kind == Kind.LIST ? null : CellParser.NO_VECTOR;
    };
  }

  /** Says why this can be no value at all, or null. */
  @Nullable String refuse() {
    return kind == Kind.OBJECT ? "is an object; flatten it before" : refuseHalf();
  }

  private @Nullable String refuseHalf() {
    return WholeText.is(text) ? null : "has half a surrogate pair, which is no character";
  }

  String marked() {
    return kind == Kind.STRING ? MARK + text : text;
  }

  /**
   * Infers a column's type from marked texts: strings may be instants, all else what it looks like.
   */
  static TypeInference.Result infer(String name, StringColumn marked, TextFormat times) {
    List<String> texts = marked.compact().dictionary();
    if (allMatch(texts, text -> text.charAt(0) == MARK)) {
      return TypeInference.infer(name, unmarked(marked), List.of(DataType.INSTANT), times);
    }
    if (allMatch(texts, text -> text.charAt(0) == '[')) {
      DataType vector = DataType.vector(dimension(texts.get(0)));
      return TypeInference.infer(name, marked, List.of(vector), times);
    }
    boolean noStrings =
        allMatch(texts, text -> text.charAt(0) != MARK || NOT_FINITE.contains(text));
    return TypeInference.infer(name, unmarked(marked), noStrings ? NO_STRINGS : List.of(), times);
  }

  private static int dimension(String list) {
    return Math.max(1, list.split(",").length);
  }

  private static boolean allMatch(List<String> texts, Predicate<String> test) {
    return texts.stream().allMatch(test);
  }

  private static StringColumn unmarked(StringColumn marked) {
    StringColumnBuilder builder = new StringColumnBuilder();
    for (int row = 0; row < marked.size(); row++) {
      String text = marked.get(row);
      builder.add(text != null && text.charAt(0) == MARK ? text.substring(1) : text);
    }
    return builder.build();
  }

  /**
   * The rules of {@link #infer} for marked texts that come in portions: the first text tells of
   * which kind all must be.
   */
  static final class Marked implements ColumnInference.Rules {

    private boolean onlyStrings = true;

    @Override
    public List<DataType> candidates(String first) {
      if (first.charAt(0) == '[') {
        return List.of(DataType.vector(dimension(first)));
      }
      return first.charAt(0) == MARK && !NOT_FINITE.contains(first)
          ? List.of(DataType.INSTANT)
          : NO_STRINGS;
    }

    @Override
    public boolean admits(DataType type, String text) {
      boolean string = text.charAt(0) == MARK;
      onlyStrings &= string;
      return type.equals(DataType.INSTANT) == (string && !NOT_FINITE.contains(text));
    }

    @Override
    public String value(String text) {
      return text.charAt(0) == MARK ? text.substring(1) : text;
    }

    /** NaN and the infinities alone are strings. */
    @Override
    public boolean holds(DataType type) {
      return !onlyStrings || !NO_STRINGS.contains(type);
    }
  }
}
