package dev.mlops.features;

import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A definition as text, a {@code property: value} line for each property, so that it can be kept,
 * hashed and compared.
 *
 * @param kind {@code view} or {@code service}
 */
record Definition(String kind, String name, Map<String, String> properties) {

  static Definition of(View view) {
    Map<String, String> lines = new LinkedHashMap<>();
    Timing timing =
        view instanceof EventView events ? events.timing() : ((FeatureView) view).timing();
    lines.put("type", view instanceof EventView ? "events" : "latest");
    lines.put("entity", view.entity().toString());
    lines.put("event time", "column " + timing.eventTime());
    lines.put("known", timing.known());
    lines.put("instant itself", timing.strict() ? "left out" : "counts");
    if (view instanceof EventView events) {
      addMeasures(lines, events);
    } else {
      addColumns(lines, (FeatureView) view);
    }
    return new Definition("view", view.name(), oneLineEach(lines));
  }

  static Definition of(FeatureService service) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (View view : service.views()) {
      lines.put("view " + view.name(), view.digest().toString());
    }
    for (Field field : service.requestFields()) {
      lines.put("request " + field.name(), field.type().toString());
    }
    for (Extra extra : service.extras()) {
      lines.put("feature " + extra.field().name(), text(service, extra));
    }
    lines.put("order", String.join(", ", service.features()));
    return new Definition("service", service.name(), oneLineEach(lines));
  }

  private static String text(FeatureService service, Extra extra) {
    return extra.code() == null
        ? "request"
        : "derived, version "
            + extra.version()
            + ", answers "
            + Probe.answers(service, extra).brief();
  }

  static Definition parse(String kind, String name, String text) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(": ");
      lines.put(line.substring(0, colon), line.substring(colon + 2));
    }
    return new Definition(kind, name, lines);
  }

  String title() {
    return kind + " " + name;
  }

  String text() {
    List<String> lines = new ArrayList<>();
    properties.forEach((property, value) -> lines.add(property + ": " + value));
    return String.join("\n", lines);
  }

  Digest digest() {
    return Digest.of((title() + "\n" + text()).getBytes(StandardCharsets.UTF_8));
  }

  /** What differs, a phrase for each property, the registered definition being this one. */
  List<String> differences(Definition given) {
    Set<String> names = new LinkedHashSet<>(properties.keySet());
    names.addAll(given.properties.keySet());
    List<String> differences = new ArrayList<>();
    for (String property : names) {
      String here = properties.getOrDefault(property, "absent");
      String there = given.properties.getOrDefault(property, "absent");
      if (!here.equals(there)) {
        differences.add(property + " is registered as '" + here + "' and given as '" + there + "'");
      }
    }
    return differences;
  }

  private static Map<String, String> oneLineEach(Map<String, String> lines) {
    Map<String, String> escaped = new LinkedHashMap<>();
    lines.forEach((property, value) -> escaped.put(oneLine(property), oneLine(value)));
    return escaped;
  }

  private static String oneLine(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }

  private static void addMeasures(Map<String, String> lines, EventView view) {
    for (int i = 0; i < view.measures().size(); i++) {
      String name = view.features().get(i).name();
      lines.put("feature " + name, view.measures().get(i).text());
    }
    lines.put("order", order(view));
  }

  private static void addColumns(Map<String, String> lines, FeatureView view) {
    lines.put("ttl", view.ttl() == null ? "none" : view.ttl().toString());
    for (Field column : view.columns()) {
      lines.put("feature " + view.name() + "_" + column.name(), "column " + column);
    }
    lines.put("order", order(view));
  }

  private static String order(View view) {
    return String.join(", ", view.features().stream().map(Field::name).toList());
  }
}
