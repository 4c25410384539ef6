package dev.mlops.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.Reader;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the values of JSON objects, one on each line, into columns. A line ends with a line feed; a
 * carriage return is a blank to JSON.
 */
final class JsonRows extends TextRows {

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final Reader characters;
  private final @Nullable Schema schema;
  private final @Nullable Schema inferred;
  private final Map<String, Integer> positions = new HashMap<>();
  private final char[] chunk = new char[1 << 16];
  private int at;
  private int limit;
  private boolean ended;
  private long line;

  /**
   * Reads the lines of a text.
   *
   * @param schema the columns wanted; null for all that the file has
   * @param inferred the file's columns, if they have been inferred before
   */
  JsonRows(
      Reader characters,
      @Nullable Schema schema,
      TextFormat format,
      BadCells bad,
      @Nullable Schema inferred) {
    super(format, bad);
    this.characters = characters;
    this.schema = schema;
    this.inferred = inferred;
  }

  @Override
  void begin() {
    Schema known = schema == null ? inferred : schema;
    if (known != null) {
      known.fields().forEach(this::addNamedColumn);
    }
  }

  @CanIgnoreReturnValue
  private int addNamedColumn(Field field) {
    addColumn(field);
    positions.put(field.name(), positions.size());
    return positions.size() - 1;
  }

  @Override
  boolean next() throws IOException {
    String text = nextLine();
    if (text == null) {
      return false;
    }
    add(text);
    return true;
  }

  private @Nullable String nextLine() throws IOException {
    StringBuilder text = new StringBuilder();
    while (!ended) {
      int end = at;
      while (end < limit && chunk[end] != '\n') {
        end++;
      }
      text.append(chunk, at, end - at);
      at = end + 1;
      if (end < limit) {
        return text.toString();
      }
      limit = characters.read(chunk);
      at = 0;
      ended = limit < 0;
      if (ended) {
        return text.toString();
      }
    }
    return null;
  }

  private void add(String characters) throws IOException {
    line++;
    String text =
        line == 1 && characters.startsWith("\uFEFF") ? characters.substring(1) : characters;
    if (text.chars().allMatch(c -> c == ' ' || c == '\t' || c == '\r')) {
      return;
    }
    int columnsBefore = fields().size();
    boolean whole;
    try (JsonParser json = JSON.createParser(text)) {
      whole = readObject(json, text);
    } catch (JsonProcessingException e) {
      whole = bad(text, "is no JSON: " + e.getOriginalMessage());
    }
    endRow(whole);
    if (!whole) {
      // The columns that only a line set aside has.
      forgetColumns(columnsBefore);
      positions.values().removeIf(position -> position >= columnsBefore);
    }
  }

  private boolean bad(String text, String reason) {
    bad(line, null, text, reason);
    return false;
  }

  private boolean readObject(JsonParser json, String text) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return bad(text, "is no JSON object");
    }
    boolean whole = true;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      if (schema == null && (name.isEmpty() || !WholeText.is(name))) {
        return bad(text, "has a value whose name is empty or half a character");
      }
      int column = position(name);
      if (column < 0) {
        json.skipChildren();
      } else {
        whole &= cell(column, JsonCell.read(json, token));
      }
    }
    if (json.nextToken() != null) {
      return bad(text, "is more than one JSON object");
    }
    for (int column = 0; column < fields().size(); column++) {
      whole &= column(column).size() > accepted() || missing(column, line, "");
    }
    return whole;
  }

  private int position(String name) {
    Integer known = positions.get(name);
    if (known != null || schema != null) {
      return known == null ? -1 : known;
    }
    int added = addNamedColumn(new Field(name, DataType.STRING, true));
    IntStream.range(0, accepted()).forEach(row -> column(added).addNull());
    return added;
  }

  private boolean cell(int column, JsonCell cell) {
    if (cell.kind() == JsonCell.Kind.NULL) {
      return missing(column, line, "");
    }
    String reason = schema == null ? cell.refuse() : cell.refuse(fields().get(column).dataType());
    if (reason == null) {
      boolean marked = schema == null && inferred == null;
      reason = parser(column).parse(marked ? cell.marked() : cell.text());
    }
    return reason == null || unreadable(column, line, cell.text(), reason);
  }

  @Override
  TypeInference.Result infer(String name, StringColumn texts) {
    return JsonCell.infer(name, texts, format());
  }

  @Override
  ColumnInference inference() {
    return new ColumnInference(new JsonCell.Marked(), format());
  }
}
