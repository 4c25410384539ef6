package dev.mlops.parity;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads {@code parity.json}: three tables, column by column, and the digests of the model's files.
 * A number is written with as many digits as tell it from every other, so nothing is rounded.
 */
final class ParityFile {

  static final int VERSION = 1;
  private static final JsonMapper MAPPER = new JsonMapper();

  private final JsonNode tree;

  private ParityFile(JsonNode tree) {
    this.tree = tree;
  }

  static Parity parse(byte[] json) {
    try {
      JsonNode tree = MAPPER.readTree(json);
      NewerFormException.requireKnown("'" + Parity.FILE + "'", tree.path("version"), VERSION);
      return new ParityFile(tree).read(json);
    } catch (JsonProcessingException e) {
      throw refused(JsonFailure.reason(e), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw refused(String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InvalidInputException refused(String reason, Exception cause) {
    return new InvalidInputException("'" + Parity.FILE + "' cannot be used: " + reason, cause);
  }

  private Parity read(byte[] json) {
    RecordedTable raw = table("raw", false);
    RecordedTable features = table("features", true);
    RecordedTable answers = table("answers", true);
    int rows = raw.values().rowCount();
    if (rows == 0 || features.values().rowCount() != rows || answers.values().rowCount() != rows) {
      throw new IllegalArgumentException(
          "it needs as many rows of features and answers as raw rows, and at least one: "
              + Plural.of(rows, "raw row")
              + ", "
              + Plural.of(features.values().rowCount(), "row")
              + " of features, "
              + Plural.of(answers.values().rowCount(), "row")
              + " of answers");
    }
    return new Parity(json, raw, features, answers, files());
  }

  private Map<String, Digest> files() {
    Map<String, Digest> files = new LinkedHashMap<>();
    tree.path("files")
        .forEachEntry((path, digest) -> files.put(path, Digest.parse(digest.asText())));
    if (files.isEmpty()) {
      throw new IllegalArgumentException("its 'files' name no file of a model");
    }
    return files;
  }

  private RecordedTable table(String part, boolean isLimited) {
    JsonNode columns = tree.path(part);
    if (!columns.isArray() || columns.isEmpty()) {
      throw new IllegalArgumentException("its '" + part + "' must be a list of columns");
    }
    List<Field> fields = new ArrayList<>();
    Map<String, Limit> limits = new LinkedHashMap<>();
    for (JsonNode column : columns) {
      String name = column.path("name").asText("");
      fields.add(Field.of(name, type(column, name)).orNull());
      if (isLimited) {
        limits.put(name, limit(column, name));
      }
    }
    Dataset.Builder table = Dataset.builder(Schema.of(fields));
    for (int row = 0; row < columns.get(0).path("values").size(); row++) {
      table.row(cells(columns, fields, row));
    }
    return new RecordedTable(table.build(), limits);
  }

  private static @Nullable Object[] cells(JsonNode columns, List<Field> fields, int row) {
    int rows = columns.get(0).path("values").size();
    @Nullable Object[] cells = new Object[fields.size()];
    for (int i = 0; i < cells.length; i++) {
      JsonNode values = columns.get(i).path("values");
      Field field = fields.get(i);
      if (values.size() != rows) {
        throw new IllegalArgumentException(
            "its column '"
                + field.name()
                + "' has "
                + Plural.of(values.size(), "value")
                + ", and '"
                + fields.get(0).name()
                + "' has "
                + rows);
      }
      cells[i] = cell(values.get(row), field, row);
    }
    return cells;
  }

  private static DataType type(JsonNode column, String name) {
    String type = column.path("type").asText();
    return switch (type) {
      case "boolean" -> DataType.BOOLEAN;
      case "int64" -> DataType.INT64;
      case "float32" -> DataType.FLOAT32;
      case "float64" -> DataType.FLOAT64;
      case "string" -> DataType.STRING;
      case "instant" -> DataType.INSTANT;
      case "vector" -> DataType.vector(column.path("dimension").asInt());
      default ->
          throw new IllegalArgumentException(
              "its column '"
                  + name
                  + "' has the type '"
                  + type
                  + "'; known are boolean, int64, float32, float64, string, instant and vector");
    };
  }

  /** A number of a model's own arithmetic says how far it may lie apart; nothing is assumed. */
  private static Limit limit(JsonNode column, String name) {
    JsonNode ulps = column.path("ulps");
    JsonNode tolerance = column.path("tolerance");
    boolean isFloating =
        switch (type(column, name).kind()) {
          case FLOAT32, FLOAT64, VECTOR -> true;
          default -> false;
        };
    if (!isFloating) {
      return Limit.EXACT;
    }
    if (ulps.canConvertToLong() && ulps.isIntegralNumber() && ulps.longValue() >= 0) {
      return new Limit(ulps.longValue(), 0);
    }
    double allowed = tolerance.asDouble(Double.NaN);
    if (!(allowed >= 0) || Double.isInfinite(allowed)) {
      throw new IllegalArgumentException(
          "its column '"
              + name
              + "' needs 'ulps', a whole number of 0 or more, or 'tolerance', a finite number of 0 or"
              + " more: "
              + (tolerance.isMissingNode() ? "neither" : Exactly.number(allowed)));
    }
    return new Limit(0, allowed);
  }

  private static @Nullable Object cell(JsonNode value, Field field, int row) {
    if (value.isNull()) {
      return null;
    }
    DataType type = field.dataType();
    boolean fits =
        switch (type.kind()) {
          case BOOLEAN -> value.isBoolean();
          case INT64 -> value.isIntegralNumber() && value.canConvertToLong();
          case FLOAT32, FLOAT64 -> isNumber(value);
          case STRING, INSTANT -> value.isTextual();
          case VECTOR -> value.isArray() && value.size() == type.dimension() && areNumbers(value);
        };
    if (!fits) {
      throw new IllegalArgumentException(
          "its column '"
              + field.name()
              + "' of type "
              + type
              + " holds "
              + brief(value)
              + " in row "
              + row);
    }
    return switch (type.kind()) {
      case BOOLEAN -> value.booleanValue();
      case INT64 -> value.longValue();
      case FLOAT32 -> (float) number(value);
      case FLOAT64 -> number(value);
      case STRING -> value.textValue();
      case INSTANT -> Instant.parse(value.textValue());
      case VECTOR -> vector(value);
    };
  }

  private static String brief(JsonNode value) {
    String text = value.toString();
    return text.length() > 80 ? text.substring(0, 80) + "..." : text;
  }

  private static boolean areNumbers(JsonNode values) {
    for (JsonNode value : values) {
      if (!isNumber(value) && !value.isNull()) {
        return false;
      }
    }
    return true;
  }

  private static boolean isNumber(JsonNode value) {
    return value.isNumber() || value.asText().matches("-?Infinity");
  }

  private static double number(JsonNode value) {
    return value.isTextual() ? Double.parseDouble(value.asText()) : value.doubleValue();
  }

  private static float[] vector(JsonNode value) {
    float[] numbers = new float[value.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = value.get(i).isNull() ? Float.NaN : (float) number(value.get(i));
    }
    return numbers;
  }
}
