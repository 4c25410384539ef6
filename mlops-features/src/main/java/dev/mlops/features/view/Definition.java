package dev.mlops.features.view;

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
 * @param name the name of what is defined
 * @param properties the properties in order
 */
public record Definition(String kind, String name, Map<String, String> properties) {

  /**
   * Returns the definition of a view.
   *
   * @param view the view
   * @return its definition
   */
  public static Definition of(View view) {
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("type", view.type());
    lines.put("entity", view.entity().toString());
    lines.put("event time", "column " + view.timing().eventTime());
    lines.put("known", view.timing().known());
    lines.put("instant itself", view.timing().strict() ? "left out" : "counts");
    view.describe(lines);
    lines.put("order", order(view));
    return new Definition("view", view.name(), oneLineEach(lines));
  }

  /**
   * Returns the definition of a service, with the digests of those of its views.
   *
   * @param service the service
   * @return its definition
   * @throws dev.mlops.error.InvalidInputException if the code of a derived feature is no function
   */
  public static Definition of(FeatureService service) {
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

  /**
   * Reads a definition.
   *
   * @param kind its kind
   * @param name the name of what is defined
   * @param text as {@link #text} returns it
   * @return the definition
   */
  public static Definition parse(String kind, String name, String text) {
    Map<String, String> lines = new LinkedHashMap<>();
    for (String line : text.split("\n", -1)) {
      int colon = line.indexOf(": ");
      lines.put(line.substring(0, colon), line.substring(colon + 2));
    }
    return new Definition(kind, name, lines);
  }

  /**
   * Returns kind and name.
   *
   * @return such as {@code view origin}
   */
  public String title() {
    return kind + " " + name;
  }

  /**
   * Returns the properties as text.
   *
   * @return a line for each
   */
  public String text() {
    List<String> lines = new ArrayList<>();
    properties.forEach((property, value) -> lines.add(property + ": " + value));
    return String.join("\n", lines);
  }

  /**
   * Returns the digest of title and text.
   *
   * @return the SHA-256
   */
  public Digest digest() {
    return Digest.of((title() + "\n" + text()).getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Tells what differs, the registered definition being this one.
   *
   * @param given another definition of the same kind
   * @return a phrase for each property that differs
   */
  public List<String> differences(Definition given) {
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

  private static String order(View view) {
    return String.join(", ", view.features().stream().map(Field::name).toList());
  }
}
