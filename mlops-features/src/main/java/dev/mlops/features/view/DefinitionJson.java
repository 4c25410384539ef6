package dev.mlops.features.view;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.JsonFailure;
import dev.mlops.error.NewerFormException;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Definitions as JSON of a numbered form. What another program or a later version writes is read
 * with distrust: everything is checked by the methods with which a user would define it.
 */
final class DefinitionJson {

  /** The form that is written, and the only one so far. */
  static final int FORM = 1;

  private static final ObjectMapper JSON = new ObjectMapper();

  private DefinitionJson() {}

  static String write(EventSource source) {
    return put(form(), source).toString();
  }

  static String write(View view) {
    return put(form(), view).toString();
  }

  /** Of the code of a derived feature there is its version and what it answers. */
  static String write(FeatureService service) {
    ObjectNode node = form().put("service", service.name());
    node.withArray("/views");
    service.views().forEach(view -> put(node.withArray("/views").addObject(), view));
    node.set("request", fields(service.requestFields()));
    node.withArray("/features");
    for (Extra extra : service.extras()) {
      ObjectNode feature = node.withArray("/features").addObject();
      feature.put("name", extra.field().name());
      if (extra.code() != null) {
        feature.put("version", extra.version());
        feature.put("answers", Probe.answers(service, extra).brief());
      }
    }
    return node.toString();
  }

  static EventSource source(String json) {
    return read("source", json, DefinitionJson::source);
  }

  static View view(String json) {
    return read("view", json, DefinitionJson::view);
  }

  static Definition service(String json) {
    return read("service", json, node -> service(node, json));
  }

  /** The views and request columns of a service, without the features that code derives. */
  static FeatureService plain(String json) {
    return read("service", json, DefinitionJson::plain);
  }

  private static ObjectNode form() {
    return JSON.createObjectNode().put("form", FORM);
  }

  @CanIgnoreReturnValue
  private static ObjectNode put(ObjectNode node, EventSource source) {
    node.put("source", source.name()).put("eventTime", source.requireEventTime());
    if (source.knownAt() != null) {
      node.put("knownAt", source.knownAt());
    }
    if (source.knownAfter() != null) {
      node.put("knownAfter", source.knownAfter().toString());
    }
    if (source.eventId() != null) {
      node.put("eventId", source.eventId());
    }
    if (source.columns() != null) {
      node.set("columns", fields(source.columns()));
    }
    return node;
  }

  @CanIgnoreReturnValue
  private static ObjectNode put(ObjectNode node, View view) {
    node.put("view", view.name()).put("type", view.type());
    ObjectNode entity = node.putObject("entity").put("name", view.entity().name());
    entity.set("keys", fields(view.entity().keys()));
    put(node.putObject("of"), view.source());
    node.put("strictlyBefore", view.strict());
    view.write(node);
    return node;
  }

  static void put(ObjectNode node, Measure measure) {
    node.put("aggregate", measure.aggregate().name());
    if (measure.column() != null) {
      node.put("column", measure.column()).put("integers", measure.integer());
    }
    node.put("window", measure.window().length().toString()).put("label", measure.window().label());
  }

  static JsonNode fields(List<Field> fields) {
    return parse(Schema.of(fields).toJson()).path("fields");
  }

  private static List<Field> fields(JsonNode list) {
    return Schema.fromJson(JSON.createObjectNode().set("fields", list).toString()).fields();
  }

  private static EventSource source(JsonNode node) {
    EventSource source = EventSource.of(text(node, "source")).eventTime(text(node, "eventTime"));
    if (node.has("knownAt")) {
      source = source.knownAt(text(node, "knownAt"));
    }
    if (node.has("knownAfter")) {
      source = source.knownAfter(Duration.parse(text(node, "knownAfter")));
    }
    if (node.has("eventId")) {
      source = source.eventId(text(node, "eventId"));
    }
    return node.has("columns")
        ? source.columns(fields(node.path("columns")).toArray(Field[]::new))
        : source;
  }

  private static View view(JsonNode node) {
    JsonNode keyed = node.path("entity");
    Entity entity = new Entity(text(keyed, "name"), fields(keyed.path("keys")));
    EventSource source = source(node.path("of"));
    String name = text(node, "view");
    return switch (text(node, "type")) {
      case "events" -> events(node, EventView.of(name, entity, source));
      case "latest" -> latest(node, FeatureView.of(name, entity, source));
      default -> throw new IllegalArgumentException("no view is of type " + node.path("type"));
    };
  }

  private static View events(JsonNode node, EventView empty) {
    EventView view = node.path("strictlyBefore").asBoolean() ? empty.strictlyBefore() : empty;
    for (JsonNode measure : node.path("measures")) {
      String column = measure.has("column") ? text(measure, "column") : null;
      Duration length = Duration.parse(text(measure, "window"));
      view =
          view.with(
              Aggregate.valueOf(text(measure, "aggregate")),
              column,
              new Window(length, text(measure, "label")));
      if (column != null && measure.path("integers").asBoolean()) {
        view = view.integers(column);
      }
    }
    var unused = view.features();
    return view;
  }

  private static View latest(JsonNode node, FeatureView empty) {
    FeatureView view = node.path("strictlyBefore").asBoolean() ? empty.strictlyBefore() : empty;
    view = view.features(fields(node.path("columns")).toArray(Field[]::new));
    view = node.path("ttl").isNull() ? view.noTtl() : view.ttl(Duration.parse(text(node, "ttl")));
    var unused = view.features();
    return view;
  }

  private static FeatureService plain(JsonNode node) {
    List<View> views = new ArrayList<>();
    node.path("views").forEach(view -> views.add(view(view)));
    return FeatureService.of(text(node, "service"), views.toArray(View[]::new))
        .request(fields(node.path("request")).toArray(Field[]::new));
  }

  private static Definition service(JsonNode node, String json) {
    FeatureService plain = plain(node);
    Map<String, String> lines = new LinkedHashMap<>();
    List<String> order = new ArrayList<>(plain.features());
    for (View view : plain.views()) {
      lines.put("view " + view.name(), view.digest().toString());
    }
    for (Field field : plain.requestFields()) {
      lines.put("request " + field.name(), field.dataType().toString());
    }
    for (JsonNode feature : node.path("features")) {
      String name = text(feature, "name");
      order.add(name);
      lines.put("feature " + name, feature.has("version") ? derived(feature) : "request");
    }
    lines.put("order", String.join(", ", order));
    return new Definition("service", plain.name(), lines, json);
  }

  private static String derived(JsonNode feature) {
    return "derived, version "
        + feature.path("version").asInt()
        + ", answers "
        + text(feature, "answers");
  }

  private static <T> T read(String kind, String json, Function<JsonNode, T> make) {
    try {
      JsonNode node = JSON.readTree(json);
      NewerFormException.requireKnown("a feature " + kind, node.path("form"), FORM);
      return make.apply(node);
    } catch (JsonProcessingException e) {
      throw new InvalidInputException(
          "this text is no feature " + kind + ": " + JsonFailure.reason(e), e);
    } catch (IllegalArgumentException | IllegalStateException | DateTimeParseException e) {
      throw new InvalidInputException("this text is no feature " + kind + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a schema writes JSON that cannot be read", e);
    }
  }

  private static String text(JsonNode node, String name) {
    if (!node.path(name).isTextual()) {
      throw new IllegalArgumentException("'" + name + "' is not a text: " + node.path(name));
    }
    return node.path(name).asText();
  }
}
