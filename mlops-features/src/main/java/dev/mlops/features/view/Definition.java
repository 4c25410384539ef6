package dev.mlops.features.view;

import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A definition in two forms: as JSON, from which sources and views can be made again, and as a
 * {@code property: value} line for each property, so that it can be hashed, compared and read by
 * people.
 *
 * @param kind {@code source}, {@code view} or {@code service}
 * @param name the name of what is defined
 * @param properties the properties in order
 * @param json the definition as JSON
 */
public record Definition(String kind, String name, Map<String, String> properties, String json) {
  private static final Pattern STORED =
      Pattern.compile("(?<=^|^event time \\+ |\\) over )PT[0-9HMS.]+$");

  /**
   * Copies the map.
   *
   * @param kind {@code source}, {@code view} or {@code service}
   * @param name the name of what is defined
   * @param properties the properties in order
   * @param json the definition as JSON
   */
  public Definition {
    Map<String, String> lines = new LinkedHashMap<>();
    Elements.copy(properties, "properties")
        .forEach((property, value) -> lines.put(oneLine(property), oneLine(value)));
    properties = Collections.unmodifiableMap(lines);
  }

  /**
   * Returns the definition of a source.
   *
   * @param source the source
   * @return its definition
   * @throws IllegalStateException if it has no event time
   */
  public static Definition of(EventSource source) {
    Objects.requireNonNull(source, "source");
    Map<String, String> lines = new LinkedHashMap<>();
    lines.put("event time", "column " + source.requireEventTime());
    lines.put("known", source.known(Duration::toString));
    if (source.eventId() != null) {
      lines.put("event id", "column " + source.eventId());
    }
    List<Field> columns = source.columns();
    lines.put("columns", columns == null ? "all" : columns.toString());
    return new Definition("source", source.name(), lines, DefinitionJson.write(source));
  }

  /**
   * Returns the definition of a view.
   *
   * @param view the view
   * @return its definition
   * @throws IllegalStateException if it leaves something open
   */
  public static Definition of(View view) {
    Objects.requireNonNull(view, "view");
    Map<String, String> lines = new LinkedHashMap<>();
    List<String> order = view.features().stream().map(Field::name).toList();
    lines.put("type", view.type());
    lines.put("entity", view.entity().toString());
    lines.put("source", view.source().name() + " " + view.source().digest());
    lines.put("instant itself", view.strict() ? "left out" : "counts");
    view.describe(lines);
    lines.put("order", String.join(", ", order));
    return new Definition("view", view.name(), lines, DefinitionJson.write(view));
  }

  /**
   * Returns the definition of a service, with the digests of those of its views.
   *
   * @param service the service
   * @return its definition
   * @throws dev.mlops.error.InvalidInputException if the code of a derived feature is no function
   */
  public static Definition of(FeatureService service) {
    Objects.requireNonNull(service, "service");
    return DefinitionJson.service(DefinitionJson.write(service));
  }

  /**
   * Reads a definition.
   *
   * @param kind its kind
   * @param json as {@link #json} returns it
   * @return the definition
   * @throws dev.mlops.error.InvalidInputException if the text is no such definition, or of a form
   *     that this version does not know
   */
  public static Definition parse(String kind, String json) {
    Objects.requireNonNull(kind, "kind");
    return switch (kind) {
      case "source" -> of(DefinitionJson.source(json));
      case "view" -> of(DefinitionJson.view(json));
      default -> DefinitionJson.service(json);
    };
  }

  /**
   * Makes the source that this is the definition of.
   *
   * @return the source
   * @throws IllegalStateException if this is the definition of something else
   */
  public EventSource source() {
    if (!kind.equals("source")) {
      throw new IllegalStateException(title() + " is no source");
    }
    return DefinitionJson.source(json);
  }

  /**
   * Makes the view that this is the definition of.
   *
   * @return the view
   * @throws IllegalStateException if this is the definition of something else
   */
  public View view() {
    if (!kind.equals("view")) {
      throw new IllegalStateException(title() + " is no view");
    }
    return DefinitionJson.view(json);
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
    Objects.requireNonNull(given, "given");
    Set<String> names = new LinkedHashSet<>(properties.keySet());
    names.addAll(given.properties.keySet());
    List<String> differences = new ArrayList<>();
    for (String property : names) {
      String here = Objects.requireNonNullElse(properties.get(property), "absent");
      String there = Objects.requireNonNullElse(given.properties.get(property), "absent");
      if (!here.equals(there)) {
        differences.add(
            property
                + " is registered as '"
                + worded(here)
                + "' and given as '"
                + worded(there)
                + "'");
      }
    }
    return differences;
  }

  /** A duration that ends a text, which is kept as it is stored, for a reader. */
  private static String worded(String text) {
    return STORED
        .matcher(text)
        .replaceFirst(found -> Exactly.duration(Duration.parse(found.group())));
  }

  private static String oneLine(String text) {
    return text.replace("\\", "\\\\").replace("\n", "\\n");
  }
}
