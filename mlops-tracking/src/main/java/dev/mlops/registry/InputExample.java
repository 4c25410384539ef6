package dev.mlops.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.Plural;
import dev.mlops.models.ModelFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the questions that MLflow keeps beside a model: a data frame in its split form, a list by
 * the name of each input, or one array of rows.
 */
final class InputExample {

  private static final int LARGEST = 64 << 20;
  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private final Schema inputs;

  private InputExample(Schema inputs) {
    this.inputs = inputs;
  }

  static Dataset read(ModelFile file, Schema inputs) {
    if (file.size() > LARGEST) {
      throw new InvalidInputException(
          "the input example '"
              + file.path()
              + "' has "
              + Plural.of(file.size(), "byte")
              + "; at most "
              + Plural.grouped(LARGEST)
              + " are read");
    }
    try {
      return new InputExample(inputs).rows(MAPPER.readTree(file.bytes()));
    } catch (JsonProcessingException e) {
      throw refused(file, JsonFailure.reason(e), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw refused(file, String.valueOf(e.getMessage()), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static InvalidInputException refused(ModelFile file, String reason, Exception cause) {
    return new InvalidInputException(
        "the input example '" + file.path() + "' cannot be read: " + reason, cause);
  }

  private Dataset rows(JsonNode json) {
    List<Field> fields = inputs.fields().stream().map(Field::orNull).toList();
    Dataset.Builder table = Dataset.builder(Schema.of(fields));
    JsonNode data = json.path("data");
    if (json.path("columns").isArray() && data.isArray()) {
      List<Integer> places = places(json.path("columns"));
      data.forEach(row -> table.row(cells(places.stream().map(row::path).toList())));
    } else if (json.isObject()) {
      List<JsonNode> columns = inputs.names().stream().map(json::path).toList();
      int rows = columns.stream().mapToInt(JsonNode::size).max().orElse(0);
      for (int row = 0; row < rows; row++) {
        int at = row;
        table.row(cells(columns.stream().map(column -> column.path(at)).toList()));
      }
    } else {
      json.forEach(row -> table.row(cells(inputs.fields().size() == 1 ? List.of(row) : list(row))));
    }
    return table.build();
  }

  private List<Integer> places(JsonNode columns) {
    List<String> names = new ArrayList<>();
    columns.forEach(name -> names.add(name.asText()));
    return inputs.names().stream().map(names::indexOf).toList();
  }

  private static List<JsonNode> list(JsonNode row) {
    List<JsonNode> cells = new ArrayList<>();
    row.forEach(cells::add);
    return cells;
  }

  private @Nullable Object[] cells(List<JsonNode> row) {
    if (row.size() != inputs.fields().size()) {
      throw new IllegalArgumentException(
          "a row of " + Plural.of(row.size(), "value") + " is not one of [" + inputs + "]");
    }
    @Nullable Object[] cells = new Object[row.size()];
    for (int i = 0; i < cells.length; i++) {
      cells[i] = cell(row.get(i), inputs.fields().get(i));
    }
    return cells;
  }

  private static @Nullable Object cell(JsonNode value, Field field) {
    if (value.isMissingNode() && !field.nullable()) {
      throw new IllegalArgumentException("it has no value of '" + field + "'");
    }
    if (value.isMissingNode() || value.isNull() || isGap(value, field)) {
      return null;
    }
    List<JsonNode> parts = new ArrayList<>();
    flatten(value, parts);
    DataType type = field.dataType();
    int width = type.kind() == DataType.Kind.VECTOR ? type.dimension() : 1;
    if (parts.size() != width) {
      throw new IllegalArgumentException(
          "'" + field + "' has " + Plural.of(parts.size(), "value") + " in a row");
    }
    JsonNode first = parts.get(0);
    return switch (type.kind()) {
      case BOOLEAN -> needed(first.isBoolean(), first, field).booleanValue();
      case INT64 -> needed(isWhole(first), first, field).longValue();
      case FLOAT32 -> needed(first.isNumber(), first, field).floatValue();
      case FLOAT64 -> needed(first.isNumber(), first, field).doubleValue();
      case STRING -> needed(first.isTextual(), first, field).textValue();
      case INSTANT -> time(needed(first.isTextual(), first, field).textValue());
      case VECTOR -> vector(parts, field);
    };
  }

  /** A data frame has one gap for all types: NaN, also in a column that holds whole numbers. */
  private static boolean isGap(JsonNode value, Field field) {
    return value.isDouble()
        && Double.isNaN(value.doubleValue())
        && field.dataType().kind() != DataType.Kind.VECTOR;
  }

  /** A data frame with a gap holds whole numbers as decimals. */
  private static boolean isWhole(JsonNode value) {
    return value.canConvertToExactIntegral() && value.canConvertToLong();
  }

  private static JsonNode needed(boolean fits, JsonNode value, Field field) {
    if (!fits) {
      throw new IllegalArgumentException("'" + field + "' is " + value);
    }
    return value;
  }

  /** MLflow writes times without a zone, which it takes as UTC. */
  private static Object time(String text) {
    return LocalDateTime.parse(text.replace(' ', 'T').replace("Z", "")).toInstant(ZoneOffset.UTC);
  }

  private static float[] vector(List<JsonNode> parts, Field field) {
    float[] numbers = new float[parts.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = needed(parts.get(i).isNumber(), parts.get(i), field).floatValue();
    }
    return numbers;
  }

  private static void flatten(JsonNode value, List<JsonNode> parts) {
    if (!value.isArray()) {
      parts.add(value);
      return;
    }
    value.forEach(each -> flatten(each, parts));
  }
}
