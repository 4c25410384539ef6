package dev.mlops.data;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NotFoundException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a dataset in their order; each name occurs once. Immutable and safe for use by many
 * threads.
 */
public final class Schema {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final List<Field> fields;
  private final List<String> names;
  private final Map<String, Integer> positions;

  private Schema(List<Field> fields) {
    this.fields = Elements.copy(fields, "fields");
    this.names = this.fields.stream().map(Field::name).toList();
    this.positions = new HashMap<>();
    for (String name : names) {
      if (positions.put(name, positions.size()) != null) {
        throw new IllegalArgumentException("field '" + name + "' occurs twice in " + names);
      }
    }
  }

  /**
   * Returns a schema of some fields.
   *
   * @param fields the fields in order; may be empty
   * @return the schema
   * @throws IllegalArgumentException if a name occurs twice
   */
  public static Schema of(Field... fields) {
    return new Schema(Elements.copy(fields, "fields"));
  }

  /**
   * Returns a schema of some fields.
   *
   * @param fields the fields in order; may be empty
   * @return the schema
   * @throws IllegalArgumentException if a name occurs twice
   */
  public static Schema of(List<Field> fields) {
    requireNonNull(fields, "fields");
    return new Schema(fields);
  }

  /**
   * Returns the fields.
   *
   * @return an unmodifiable list, in the schema's order
   */
  public List<Field> fields() {
    return fields;
  }

  /**
   * Returns the fields' names.
   *
   * @return an unmodifiable list, in the schema's order
   */
  public List<String> names() {
    return names;
  }

  /**
   * Returns the field with a name.
   *
   * @param name the field's name
   * @return the field
   * @throws NotFoundException if there is none; the message says what exists
   */
  public Field get(String name) {
    return fields.get(indexOf(name));
  }

  /**
   * Looks for the field with a name.
   *
   * @param name the field's name
   * @return the field, or empty if there is none
   */
  public Optional<Field> find(String name) {
    requireNonNull(name, "name");
    return Optional.ofNullable(positions.get(name)).map(fields::get);
  }

  /**
   * Returns the position of the field with a name.
   *
   * @param name the field's name
   * @return its position, from 0
   * @throws NotFoundException if there is none; the message says what exists
   */
  public int indexOf(String name) {
    Integer position = positions.get(name);
    if (position == null) {
      throw NotFoundException.among("no column '" + name + "'", names);
    }
    return position;
  }

  /**
   * Tells whether a field with a name exists.
   *
   * @param name the field's name
   * @return true if it exists
   */
  public boolean contains(String name) {
    requireNonNull(name, "name");
    return positions.containsKey(name);
  }

  /**
   * Returns a schema of some of these fields.
   *
   * @param names the names of the fields to keep, in the order wanted
   * @return the smaller schema
   * @throws NotFoundException if a name is not there
   * @throws IllegalArgumentException if a name occurs twice
   */
  public Schema select(String... names) {
    requireNonNull(names, "names");
    return of(Arrays.stream(names).map(this::get).toList());
  }

  /**
   * Writes this schema as JSON.
   *
   * @return for example {@code {"fields":[{"name":"delay","type":"INT64","nullable":true}]}}
   */
  public String toJson() {
    ObjectNode root = JSON.createObjectNode();
    for (Field field : fields) {
      ObjectNode node = root.withArray("/fields").addObject();
      node.put("name", field.name()).put("type", field.dataType().kind().name());
      if (field.dataType().kind() == DataType.Kind.VECTOR) {
        node.put("dimension", field.dataType().dimension());
      }
      node.put("nullable", field.nullable());
    }
    root.withArray("/fields");
    return root.toString();
  }

  /**
   * Reads a schema that {@link #toJson()} wrote.
   *
   * @param json the JSON text
   * @return the schema
   * @throws InvalidInputException if the text is not a schema
   */
  public static Schema fromJson(String json) {
    try {
      List<Field> fields = new ArrayList<>();
      JsonNode list = JSON.readTree(json).path("fields");
      if (!list.isArray()) {
        throw new InvalidInputException("a schema in JSON needs a list 'fields'");
      }
      list.forEach(node -> fields.add(field(node)));
      return of(fields);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException("this JSON is no schema: " + JsonFailure.reason(e), e);
    } catch (IllegalArgumentException e) {
      throw new InvalidInputException("this JSON is no schema: " + e.getMessage(), e);
    }
  }

  private static Field field(JsonNode node) {
    DataType.Kind kind = DataType.Kind.valueOf(node.path("type").asText());
    DataType type = new DataType(kind, node.path("dimension").asInt(0));
    return new Field(node.path("name").asText(), type, node.path("nullable").asBoolean(false));
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Schema schema && fields.equals(schema.fields);
  }

  @Override
  public int hashCode() {
    return fields.hashCode();
  }

  /**
   * Returns all fields in one line, nullable ones with a question mark: {@code date INSTANT, delay
   * INT64?}.
   */
  @Override
  public String toString() {
    return fields.stream().map(Field::toString).collect(Collectors.joining(", "));
  }
}
