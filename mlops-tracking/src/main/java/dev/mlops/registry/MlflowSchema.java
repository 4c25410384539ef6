package dev.mlops.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import java.util.ArrayList;
import java.util.List;

/**
 * A schema in the JSON of MLflow's model signatures: columns, or tensors if every field is a
 * vector.
 */
final class MlflowSchema {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private MlflowSchema() {}

  static String write(Schema schema) {
    boolean tensors =
        schema.fields().stream().allMatch(field -> field.dataType().kind() == DataType.Kind.VECTOR);
    ArrayNode list = MAPPER.createArrayNode();
    schema.fields().forEach(field -> list.add(tensors ? tensor(field) : column(field)));
    return list.toString();
  }

  private static ObjectNode tensor(Field field) {
    ObjectNode tensor = MAPPER.createObjectNode().put("type", "tensor").put("name", field.name());
    ObjectNode spec = tensor.putObject("tensor-spec").put("dtype", "float32");
    spec.putArray("shape").add(-1).add(field.dataType().dimension());
    return tensor;
  }

  private static ObjectNode column(Field field) {
    ObjectNode column = MAPPER.createObjectNode().put("type", typeName(field.dataType()));
    if (field.dataType().kind() == DataType.Kind.VECTOR) {
      column.putObject("items").put("type", "float");
    }
    return column.put("name", field.name()).put("required", !field.nullable());
  }

  static String typeName(DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> "boolean";
      case INT64 -> "long";
      case FLOAT32 -> "float";
      case FLOAT64 -> "double";
      case STRING -> "string";
      case INSTANT -> "datetime";
      case VECTOR -> "array";
    };
  }

  /**
   * Reads a schema.
   *
   * @param json MLflow's list
   * @return the schema
   * @throws InvalidInputException if it is no such JSON, or holds what no column holds
   */
  static Schema read(String json) {
    JsonNode list = tree(json);
    if (!list.isArray() || list.isEmpty()) {
      throw new InvalidInputException(
          "a signature's schema must be a list of columns or tensors: " + brief(json));
    }
    List<Field> fields = new ArrayList<>();
    for (JsonNode entry : list) {
      fields.add(field(entry, name(entry)));
    }
    try {
      return Schema.of(fields);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("a signature's schema is none: " + e.getMessage(), e);
    }
  }

  private static String name(JsonNode entry) {
    String name = entry.path("name").asText("");
    if (name.isEmpty()) {
      throw new InvalidInputException(
          "the signature has a part without a name, "
              + brief(entry.toString())
              + ", and no model to look it up in; log the model with a signature that names its"
              + " columns or tensors");
    }
    return name;
  }

  private static JsonNode tree(String json) {
    try {
      return MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("a signature's schema is not JSON: " + brief(json), e);
    }
  }

  private static Field field(JsonNode entry, String name) {
    Field field = Field.of(name, type(entry, name));
    return entry.path("required").asBoolean(!entry.path("optional").asBoolean(false))
        ? field
        : field.orNull();
  }

  private static DataType type(JsonNode entry, String name) {
    String type = entry.path("type").asText();
    return switch (type) {
      case "boolean" -> DataType.BOOLEAN;
      case "integer", "long" -> DataType.INT64;
      case "float" -> DataType.FLOAT32;
      case "double" -> DataType.FLOAT64;
      case "string" -> DataType.STRING;
      case "datetime" -> DataType.INSTANT;
      case "tensor" -> tensorType(entry.path("tensor-spec"), name);
      default ->
          throw new InvalidInputException(
              "column '"
                  + name
                  + "' has the type '"
                  + type
                  + "'; known are boolean, integer, long, float, double, string, datetime and tensor");
    };
  }

  private static DataType tensorType(JsonNode spec, String name) {
    JsonNode shape = spec.path("shape");
    String dtype = spec.path("dtype").asText();
    if (shape.size() == 1
        || (shape.size() == 2 && shape.get(1).asInt() == 1 && !dtype.equals("float32"))) {
      return scalarType(dtype, name);
    }
    long width = width(shape);
    if (width > 0 && width <= Integer.MAX_VALUE && dtype.equals("float32")) {
      return DataType.vector((int) width);
    }
    throw new InvalidInputException(
        "tensor '"
            + name
            + "' has the type "
            + dtype
            + " and the shape "
            + shape
            + "; known are one dimension of any type, and float32 with all sizes but the first said,"
            + " such as [-1, n]");
  }

  /** How many numbers a row has, laid out with the last dimension fastest; 0 if a size is open. */
  private static long width(JsonNode shape) {
    long width = shape.size() > 1 ? 1 : 0;
    for (int i = 1; i < shape.size(); i++) {
      width = Math.max(0, shape.get(i).asInt()) * Math.min(width, Integer.MAX_VALUE);
    }
    return width;
  }

  private static DataType scalarType(String dtype, String name) {
    return switch (dtype) {
      case "bool" -> DataType.BOOLEAN;
      case "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32" -> DataType.INT64;
      case "float32" -> DataType.FLOAT32;
      case "float64" -> DataType.FLOAT64;
      case "str", "object" -> DataType.STRING;
      default ->
          throw new InvalidInputException(
              "tensor '" + name + "' has the type '" + dtype + "', which no column holds");
    };
  }

  static String brief(String json) {
    return json.length() > 80 ? json.substring(0, 80) + "..." : json;
  }
}
