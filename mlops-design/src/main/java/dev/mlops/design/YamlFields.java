package dev.mlops.design;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one part of a design: takes known keys only, turns texts into values, and says the
 * place of what it refuses. A key without a value counts as not said.
 */
final class YamlFields {
  private static final Pattern NUMBER =
      Pattern.compile("[-+]?(\\d{1,300}(\\.\\d{0,300})?|\\.\\d{1,300})([eE][-+]?\\d{1,3})?");

  private final String source;
  private final String path;
  private final YamlNode.Place place;
  private final Map<String, YamlNode> values = new LinkedHashMap<>();

  YamlFields(YamlNode.Mapping mapping, String source, String path, List<String> known) {
    this.source = source;
    this.path = path;
    this.place = mapping.place();
    mapping
        .entries()
        .forEach(
            (key, value) -> {
              if (!known.contains(key.text())) {
                throw refused(
                    key.place(),
                    "unknown key %s%s%sknown: %s"
                        .formatted(
                            key.kind(),
                            path.isEmpty() ? "" : " in " + path,
                            Words.didYouMean(key.text(), known),
                            String.join(", ", known)));
              }
              if (!(value instanceof YamlNode.Scalar scalar && scalar.isOpen())) {
                values.put(key.text(), value);
              }
            });
  }

  private InvalidInputException refused(YamlNode.Place at, String what) {
    return new InvalidInputException(source + " " + at + ": " + what);
  }

  /** The refusal of a field, with its place. */
  InvalidInputException refused(String key, String what) {
    return refused(place(key), what);
  }

  /** Where the value of a field is, or this part if it has none. */
  String position(String key) {
    return source + " " + place(key);
  }

  private String full(String key) {
    return path.isEmpty() ? key : path + "." + key;
  }

  boolean has(String key) {
    return values.containsKey(key);
  }

  /** Does something with a value if it was said; what that throws is told with its place. */
  <T> void ifSaid(String key, Function<String, @Nullable T> reader, Consumer<T> use) {
    T value = reader.apply(key);
    if (value != null) {
      at(
          key,
          () -> {
            use.accept(value);
            return value;
          });
    }
  }

  @CanIgnoreReturnValue
  <T> T at(String key, Supplier<T> make) {
    return at(place(key), make);
  }

  private YamlNode.Place place(String key) {
    YamlNode value = values.get(key);
    return value == null ? place : value.place();
  }

  /** Makes a value of several fields; what that throws is told with the place of this part. */
  @CanIgnoreReturnValue
  <T> T here(Supplier<T> make) {
    return at(place, make);
  }

  @CanIgnoreReturnValue
  private <T> T at(YamlNode.Place where, Supplier<T> make) {
    try {
      return make.get();
    } catch (InvalidInputException e) {
      throw e;
    } catch (IllegalArgumentException | IllegalStateException | MlopsException e) {
      throw new InvalidInputException(source + " " + where + ": " + e.getMessage(), e);
    }
  }

  private <T> T needed(String key, @Nullable T value) {
    if (value == null) {
      throw refused(place, full(key) + " is missing");
    }
    return value;
  }

  @Nullable String text(String key) {
    YamlNode value = values.get(key);
    return value == null ? null : text(value, full(key));
  }

  private String text(YamlNode value, String what) {
    if (value instanceof YamlNode.Scalar scalar) {
      return scalar.text();
    }
    throw refused(value.place(), what + " must be a text, not " + value.kind());
  }

  String needText(String key) {
    return needed(key, text(key));
  }

  @Nullable Double number(String key) {
    YamlNode value = values.get(key);
    return value == null ? null : number(value, full(key));
  }

  private double number(YamlNode value, String what) {
    String text = value instanceof YamlNode.Scalar scalar && scalar.plain() ? scalar.text() : "";
    double number = NUMBER.matcher(text).matches() ? Double.parseDouble(text) : Double.NaN;
    if (!Double.isFinite(number)) {
      throw refused(value.place(), what + " must be a finite number, not " + value.kind());
    }
    return number;
  }

  double needNumber(String key) {
    return needed(key, number(key));
  }

  @Nullable Long count(String key) {
    Double number = number(key);
    if (number != null && (number != Math.rint(number) || Math.abs(number) > 1e15)) {
      throw refused(
          place(key),
          full(key) + " must be a whole number of at most 16 digits, not " + Exactly.value(number));
    }
    return number == null ? null : number.longValue();
  }

  long needCount(String key) {
    return needed(key, count(key));
  }

  int needSmallCount(String key) {
    long count = needCount(key);
    if (Math.abs(count) > 1_000_000) {
      throw refused(
          place(key), full(key) + " must be at most 1,000,000, not " + Plural.grouped(count));
    }
    return (int) count;
  }

  boolean flag(String key) {
    String text = text(key);
    if (text != null && !text.equals("true") && !text.equals("false")) {
      throw refused(
          place(key), full(key) + " must be true or false, not '" + Words.shown(text) + "'");
    }
    return "true".equals(text);
  }

  @Nullable Duration duration(String key) {
    String text = text(key);
    return text == null ? null : at(key, () -> Durations.parse(text));
  }

  Duration needDuration(String key) {
    return needed(key, duration(key));
  }

  /** A value of an enum, by the way it is written. */
  <E extends Enum<E>> E choice(String key, E[] choices) {
    YamlNode value = values.get(key);
    return choice(value == null ? null : value, full(key), choices);
  }

  private <E extends Enum<E>> E choice(@Nullable YamlNode value, String what, E[] choices) {
    if (value == null) {
      throw refused(place, what + " is missing");
    }
    String text = text(value, what);
    List<String> known = Arrays.stream(choices).map(E::toString).toList();
    int index = known.indexOf(text);
    if (index < 0) {
      throw refused(
          value.place(),
          "unknown %s '%s'%sknown: %s"
              .formatted(
                  what.substring(what.lastIndexOf('.') + 1),
                  Words.shown(text),
                  Words.didYouMean(text, known),
                  String.join(", ", known)));
    }
    return choices[index];
  }

  <E extends Enum<E>> List<E> choices(String key, E[] choices) {
    return items(key).stream().map(item -> choice(item, full(key), choices)).toList();
  }

  List<String> texts(String key) {
    return items(key).stream().map(item -> text(item, full(key))).toList();
  }

  List<Double> numbers(String key) {
    return items(key).stream().map(item -> number(item, full(key))).toList();
  }

  private List<YamlNode> items(String key) {
    YamlNode value = values.get(key);
    if (value == null) {
      return List.of();
    }
    if (value instanceof YamlNode.Sequence sequence) {
      return sequence.items();
    }
    throw refused(value.place(), full(key) + " must be a list, not " + value.kind());
  }

  /** Whether the value is made of keys rather than a text. */
  boolean isMapping(String key) {
    return values.get(key) instanceof YamlNode.Mapping;
  }

  @Nullable YamlFields fields(String key, String... known) {
    YamlNode value = values.get(key);
    return value == null ? null : fields(value, full(key), List.of(known));
  }

  private YamlFields fields(YamlNode value, String what, List<String> known) {
    if (value instanceof YamlNode.Mapping mapping) {
      return new YamlFields(mapping, source, what, known);
    }
    throw refused(value.place(), what + " must be made of keys with values, not " + value.kind());
  }

  /** The parts of a list, each made of keys. */
  List<YamlFields> parts(String key, String... known) {
    List<YamlFields> parts = new ArrayList<>();
    for (YamlNode item : items(key)) {
      parts.add(fields(item, full(key) + "[" + parts.size() + "]", List.of(known)));
    }
    return parts;
  }
}
