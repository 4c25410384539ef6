package dev.mlops.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.InvalidInputException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The Java side of {@code interop/run}: {@code write DIRECTORY} makes files for Python to check,
 * {@code check DIRECTORY} checks files that Python made. {@code interop/arrow_interop.py} says what
 * the JSON beside each file means.
 */
final class ArrowInterop {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;

  ArrowInterop(Path directory) {
    this.directory = directory;
  }

  public static void main(String[] arguments) throws IOException {
    ArrowInterop interop = new ArrowInterop(Path.of(arguments[1]));
    if (arguments[0].equals("write")) {
      interop.write();
    } else if (!report(interop.problems())) {
      System.exit(1);
    }
  }

  private static boolean report(Map<String, String> problems) {
    problems.forEach(
        (name, problem) ->
            System.out.println(
                (problem.isEmpty() ? "passed" : "FAILED " + problem + ":")
                    + " python -> java "
                    + name));
    return problems.values().stream().allMatch(String::isEmpty);
  }

  private void write() throws IOException {
    for (DataType.Kind kind : DataType.Kind.values()) {
      DataType type = new DataType(kind, kind == DataType.Kind.VECTOR ? 3 : 0);
      write(
          kind + "-without-nulls",
          new RandomTables(1).dataset(Schema.of(Field.of("c", type)), 70),
          100);
      write(kind + "-all-null", nulls(type, 9), 100);
      write(kind + "-no-rows", Dataset.empty(Schema.of(Field.of("c", type))), 100);
    }
    for (int seed = 0; seed < 40; seed++) {
      write("random-" + seed, new RandomTables(seed).dataset(), seed % 2 == 0 ? 13 : 1000);
    }
  }

  private static Dataset nulls(DataType type, int rows) {
    Dataset.Builder builder = Dataset.builder(Schema.of(Field.of("c", type).orNull()));
    for (int row = 0; row < rows; row++) {
      builder.row((Object) null);
    }
    return builder.build();
  }

  private void write(String name, Dataset dataset, int rowsPerBatch) throws IOException {
    Files.write(directory.resolve(name + ".arrow"), ArrowFileTest.bytes(dataset, rowsPerBatch));
    Files.writeString(
        directory.resolve(name + ".json"), JSON.writeValueAsString(describe(dataset)));
  }

  private static ObjectNode describe(Dataset dataset) {
    ObjectNode root = JSON.createObjectNode();
    ArrayNode columns = root.putArray("columns");
    for (Field field : dataset.schema().fields()) {
      ObjectNode column = columns.addObject().put("name", field.name());
      column.put("type", field.dataType().toString()).put("nullable", field.nullable());
      List<@Nullable Object> values = new ArrayList<>();
      for (Row row : dataset) {
        values.add(plain(row.value(field.name())));
      }
      column.set("values", JSON.valueToTree(values));
    }
    return root;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Instant instant) {
      return Micros.floor(instant);
    }
    if (value instanceof Float number) {
      return plain(number.doubleValue());
    }
    if (value instanceof Double number && (number.isNaN() || number.isInfinite())) {
      return number.toString();
    }
    if (value instanceof float[] vector) {
      List<@Nullable Object> elements = new ArrayList<>();
      for (float element : vector) {
        elements.add(plain(element));
      }
      return elements;
    }
    return value;
  }

  /** Reads each file, and says what is wrong with it: nothing, or a sentence. */
  Map<String, String> problems() throws IOException {
    Map<String, String> problems = new TreeMap<>();
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.filter(path -> path.toString().endsWith(".arrow")).toList()) {
        String name = file.getFileName().toString().replace(".arrow", "");
        JsonNode expected = JSON.readTree(directory.resolve(name + ".json").toFile());
        boolean refused = expected.has("error");
        problems.put(
            name,
            refused ? refusal(file, expected.get("error").asText()) : difference(file, expected));
      }
    }
    return problems;
  }

  private static String refusal(Path file, String message) {
    try {
      return "was read: " + ArrowFile.open(file);
    } catch (InvalidInputException e) {
      return String.valueOf(e.getMessage()).contains(message) ? "" : String.valueOf(e.getMessage());
    }
  }

  private static String difference(Path file, JsonNode expected) throws IOException {
    Dataset mapped = ArrowFile.open(file);
    Dataset streamed = ArrowFile.read(new ByteArrayInputStream(Files.readAllBytes(file)));
    if (!mapped.digest().equals(streamed.digest())) {
      return "mapped and streamed differ";
    }
    JsonNode found = JSON.readTree(JSON.writeValueAsString(describe(mapped)));
    return found.equals(normal(expected)) ? "" : found + " is not " + expected;
  }

  /**
   * Python writes 1.0 where Java writes 1.0, but 1e+300 where Java writes 1.0E300; both trees say
   * the same.
   */
  private static JsonNode normal(JsonNode expected) throws IOException {
    return JSON.readTree(JSON.writeValueAsString(expected));
  }
}
