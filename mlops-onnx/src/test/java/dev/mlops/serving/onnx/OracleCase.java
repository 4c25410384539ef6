package dev.mlops.serving.onnx;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.ToIntFunction;
import java.util.stream.Stream;

/**
 * A model that {@code interop/onnx_models.py} made, its inputs, and what Python's onnxruntime
 * answers to each row.
 *
 * @param name its file, without the ending
 * @param json inputs and answers
 */
record OracleCase(String name, JsonNode json) {

  private static final Path DIRECTORY = Path.of("src/test/resources/models");

  static Stream<OracleCase> all() throws IOException {
    try (Stream<Path> files = Files.list(DIRECTORY)) {
      List<OracleCase> cases = new ArrayList<>();
      for (Path file : files.filter(path -> path.toString().endsWith(".json")).sorted().toList()) {
        cases.add(of(file.getFileName().toString().replace(".json", "")));
      }
      return cases.stream();
    }
  }

  static OracleCase of(String name) throws IOException {
    return new OracleCase(
        name, new ObjectMapper().readTree(DIRECTORY.resolve(name + ".json").toFile()));
  }

  OnnxModel load() {
    return OnnxModel.load(file(), options());
  }

  Path file() {
    return DIRECTORY.resolve(name + ".onnx");
  }

  /** Names the columns of the matrix, if the model takes one. */
  OnnxOptions options() {
    return OnnxOptions.defaults().columns(columns().toArray(String[]::new));
  }

  private List<String> columns() {
    return texts(json.get("columns"));
  }

  static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>();
    list.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  int rows() {
    return json.get("rows").asInt();
  }

  /** Whether the answers have no size for rows. */
  boolean isWithoutRows() {
    return json.get("batch").asText().equals("none");
  }

  JsonNode answer(int row) {
    return json.get("answers").get(row);
  }

  /** The classes that the graph notes, by output. */
  Map<String, List<String>> classes() {
    Map<String, List<String>> classes = new LinkedHashMap<>();
    json.get("classes")
        .properties()
        .forEach(output -> classes.put(output.getKey(), texts(output.getValue())));
    return classes;
  }

  /** One row by name. */
  Map<String, Object> features(int row) {
    Map<String, Object> features = new LinkedHashMap<>();
    json.get("inputs")
        .properties()
        .forEach(
            input -> {
              Object value = value(input.getValue(), row);
              if (columns().isEmpty()) {
                features.put(input.getKey(), value);
              } else {
                for (int i = 0; i < columns().size(); i++) {
                  features.put(columns().get(i), Array.get(value, i));
                }
              }
            });
    return features;
  }

  /** All rows as a table. */
  Dataset table() {
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (String name : features(0).keySet()) {
      List<Object> values = new ArrayList<>();
      for (int row = 0; row < rows(); row++) {
        values.add(flat(Objects.requireNonNull(features(row).get(name))));
      }
      DataType type = type(values.get(0));
      fields.add(Field.of(name, type));
      columns.add(Column.of(type, values));
    }
    return Dataset.of(Schema.of(fields), columns);
  }

  private static DataType type(Object value) {
    if (value instanceof float[] vector) {
      return DataType.vector(vector.length);
    }
    return value instanceof Long
        ? DataType.INT64
        : value instanceof Boolean
            ? DataType.BOOLEAN
            : value instanceof String
                ? DataType.STRING
                : value instanceof Float ? DataType.FLOAT32 : DataType.FLOAT64;
  }

  /** A table's vectors are of floats. */
  private static Object flat(Object value) {
    if (Nested.isOne(value)) {
      return value;
    }
    List<Object> leaves = new ArrayList<>();
    Nested.leaves(value, leaves::add);
    if (leaves.size() == 1) {
      return leaves.get(0);
    }
    float[] vector = new float[leaves.size()];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = ((Number) leaves.get(i)).floatValue();
    }
    return vector;
  }

  private static Object value(JsonNode tensor, int row) {
    List<Integer> shape = new ArrayList<>();
    tensor.get("shape").forEach(size -> shape.add(size.asInt()));
    String type = tensor.get("type").asText();
    if (shape.isEmpty()) {
      return cell(type, tensor.get("data").get(0));
    }
    List<Integer> ofRow = shape.subList(1, shape.size());
    int width = ofRow.stream().mapToInt(Integer::intValue).reduce(1, (a, b) -> a * b);
    int[] next = {row * width};
    return nested(ofRow, depth -> next[0]++, type, tensor.get("data"));
  }

  private static Object nested(
      List<Integer> shape, ToIntFunction<Integer> next, String type, JsonNode data) {
    if (shape.isEmpty()) {
      return cell(type, data.get(next.applyAsInt(0)));
    }
    Object[] parts = new Object[shape.get(0)];
    for (int i = 0; i < parts.length; i++) {
      parts[i] = nested(shape.subList(1, shape.size()), next, type, data);
    }
    return parts;
  }

  private static Object cell(String type, JsonNode cell) {
    return switch (type) {
      case "STRING" -> cell.asText();
      case "BOOL" -> cell.asBoolean();
      case "FLOAT", "FLOAT16" -> (float) number(cell);
      case "DOUBLE" -> number(cell);
      default -> cell.asLong();
    };
  }

  /** What JSON has no number for is a text. */
  static double number(JsonNode cell) {
    return cell.isTextual() ? Double.parseDouble(cell.asText()) : cell.asDouble();
  }

  @Override
  public String toString() {
    return name;
  }
}
