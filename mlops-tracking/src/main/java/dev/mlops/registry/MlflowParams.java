package dev.mlops.registry;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.data.DataType;
import dev.mlops.error.InvalidInputException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/** The params of a signature in the JSON of MLflow's model signatures. */
final class MlflowParams {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  private MlflowParams() {}

  static String write(List<ModelParam> params) {
    ArrayNode list = MAPPER.createArrayNode();
    for (ModelParam param : params) {
      ObjectNode node = list.addObject().put("name", param.name());
      node.put("type", MlflowSchema.typeName(param.dataType()));
      node.set("default", json(param.value()));
      if (param.isList()) {
        node.putArray("shape").add(-1);
      } else {
        node.putNull("shape");
      }
    }
    return list.toString();
  }

  /** MLflow reads times without a zone, which it takes as UTC. */
  private static JsonNode json(Object value) {
    if (value instanceof List<?> values) {
      ArrayNode list = MAPPER.createArrayNode();
      values.forEach(each -> list.add(json(each)));
      return list;
    }
    return MAPPER.valueToTree(
        value instanceof Instant time
            ? LocalDateTime.ofInstant(time, ZoneOffset.UTC).toString()
            : value);
  }

  static List<ModelParam> read(String json) {
    List<ModelParam> params = new ArrayList<>();
    try {
      JsonNode list = MAPPER.readTree(json);
      if (!list.isArray()) {
        throw new InvalidInputException(
            "a signature's params must be a list: " + MlflowSchema.brief(json));
      }
      list.forEach(entry -> params.add(param(entry)));
      return params;
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "a signature's params are not JSON: " + MlflowSchema.brief(json), e);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new InvalidInputException("a signature's params are none: " + e.getMessage(), e);
    }
  }

  private static ModelParam param(JsonNode entry) {
    String name = entry.path("name").asText("");
    JsonNode shape = entry.path("shape");
    JsonNode value = entry.path("default");
    boolean isList = shape.isArray() && shape.size() == 1 && shape.get(0).asInt() == -1;
    DataType type =
        switch (entry.path("type").asText()) {
          case "boolean" -> DataType.BOOLEAN;
          case "integer", "long" -> DataType.INT64;
          case "float" -> DataType.FLOAT32;
          case "double" -> DataType.FLOAT64;
          case "string" -> DataType.STRING;
          case "datetime" -> DataType.INSTANT;
          default -> throw unknown(entry);
        };
    if (!isList && !shape.isNull() && !shape.isMissingNode()) {
      throw unknown(entry);
    }
    if (!isList) {
      return ModelParam.of(name, type, value(type, value));
    }
    List<Object> values = new ArrayList<>();
    value.forEach(each -> values.add(value(type, each)));
    return ModelParam.ofList(name, type, values);
  }

  private static InvalidInputException unknown(JsonNode entry) {
    return new InvalidInputException(
        "the signature has a param that no code here holds, "
            + MlflowSchema.brief(entry.toString())
            + "; known are single values and lists of boolean, integer, long, float, double, string"
            + " and datetime");
  }

  private static Object value(DataType type, JsonNode value) {
    return switch (type.kind()) {
      case BOOLEAN -> value.isBoolean() ? value.booleanValue() : value.toString();
      case INT64 ->
          value.isIntegralNumber() && value.canConvertToLong()
              ? value.longValue()
              : value.toString();
      case FLOAT32, FLOAT64 -> value.isNumber() ? value.doubleValue() : value.toString();
      case INSTANT -> LocalDateTime.parse(value.asText()).toInstant(ZoneOffset.UTC);
      default -> value.isTextual() ? value.textValue() : 0;
    };
  }
}
