package dev.mlops.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Takes JSON objects line by line and puts their values into columns. */
final class JsonRows {

  private static final JsonFactory JSON =
      new JsonFactoryBuilder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  private final @Nullable Schema schema;
  private final TextFormat times;
  private final BadCells bad;
  private final List<Field> fields = new ArrayList<>();
  private final List<CellParser> columns = new ArrayList<>();
  private final Map<String, Integer> positions = new HashMap<>();
  private long rows;
  private int accepted;
  private long line;

  JsonRows(@Nullable Schema schema, TextFormat times, int badCells) {
    this.schema = schema;
    this.times = times;
    this.bad = new BadCells(badCells);
    if (schema != null) {
      schema.fields().forEach(this::addColumn);
    }
  }

  private int addColumn(Field field) {
    fields.add(field);
    columns.add(CellParser.of(field.type(), times));
    positions.put(field.name(), positions.size());
    return positions.size() - 1;
  }

  void add(String characters) throws IOException {
    line++;
    String text =
        line == 1 && characters.startsWith("\uFEFF") ? characters.substring(1) : characters;
    if (text.chars().allMatch(c -> c == ' ' || c == '\t' || c == '\r')) {
      return;
    }
    int columnsBefore = columns.size();
    boolean whole;
    try (JsonParser json = JSON.createParser(text)) {
      whole = readObject(json, text);
    } catch (JsonProcessingException e) {
      whole = bad(null, text, "is no JSON: " + e.getOriginalMessage());
    }
    rows++;
    if (whole) {
      accepted++;
    } else {
      columns.forEach(column -> column.column().truncate(accepted));
      forgetFrom(columnsBefore);
      bad.setAside();
    }
  }

  private boolean bad(@Nullable String column, String text, String reason) {
    bad.add(new BadCell(rows, line, column, text, reason));
    return false;
  }

  /** Forgets the columns that only a line set aside has. */
  private void forgetFrom(int size) {
    fields.subList(size, fields.size()).clear();
    columns.subList(size, columns.size()).clear();
    positions.values().removeIf(position -> position >= size);
  }

  private boolean readObject(JsonParser json, String text) throws IOException {
    if (json.nextToken() != JsonToken.START_OBJECT) {
      return bad(null, text, "is no JSON object");
    }
    boolean whole = true;
    while (json.nextToken() == JsonToken.FIELD_NAME) {
      String name = json.currentName();
      JsonToken token = json.nextToken();
      if (schema == null && (name.isEmpty() || !WholeText.is(name))) {
        return bad(null, text, "has a value whose name is empty or half a character");
      }
      int column = position(name);
      if (column < 0) {
        json.skipChildren();
      } else {
        whole &= cell(column, JsonCell.read(json, token));
      }
    }
    if (json.nextToken() != null) {
      return bad(null, text, "is more than one JSON object");
    }
    for (int column = 0; column < columns.size(); column++) {
      whole &= columns.get(column).column().size() > accepted || missing(column);
    }
    return whole;
  }

  private int position(String name) {
    Integer known = positions.get(name);
    if (known != null || schema != null) {
      return known == null ? -1 : known;
    }
    int added = addColumn(new Field(name, DataType.STRING, true));
    IntStream.range(0, accepted).forEach(row -> columns.get(added).column().addNull());
    return added;
  }

  private boolean cell(int column, JsonCell cell) {
    if (cell.kind() == JsonCell.Kind.NULL) {
      return missing(column);
    }
    Field field = fields.get(column);
    String reason = schema == null ? cell.refuse() : cell.refuse(field.type());
    if (reason == null) {
      reason = columns.get(column).parse(schema == null ? cell.marked() : cell.text());
    }
    if (reason == null) {
      return true;
    }
    bad(field.name(), cell.text(), reason);
    columns.get(column).column().addNull();
    return field.nullable();
  }

  private boolean missing(int column) {
    columns.get(column).column().addNull();
    Field field = fields.get(column);
    return field.nullable() || bad(field.name(), "", "is missing, but the field is not nullable");
  }

  Imported imported() {
    List<Column> built = columns.stream().map(column -> column.column().build()).toList();
    return schema == null
        ? inferred(built)
        : new Imported(Dataset.of(schema, built), List.of(), bad);
  }

  private Imported inferred(List<Column> texts) {
    List<Field> found = new ArrayList<>();
    List<Column> typed = new ArrayList<>();
    List<Inference> inferences = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String name = fields.get(i).name();
      TypeInference.Result result = JsonCell.infer(name, (StringColumn) texts.get(i), times);
      found.add(new Field(name, result.column().type(), result.column().nullCount() > 0));
      typed.add(result.column());
      inferences.add(result.inference());
    }
    return new Imported(Dataset.of(Schema.of(found), typed), inferences, bad);
  }
}
