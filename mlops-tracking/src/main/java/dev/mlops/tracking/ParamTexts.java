package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.storage.Names;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Turns maps and records into params: texts by name. */
final class ParamTexts {

  private static final Pattern DECIMAL =
      Pattern.compile("[+-]?(\\d++(\\.\\d*+)?|\\.\\d++)([eE][+-]?\\d{1,4})?");
  private static final int LONGEST_NUMBER = 400;
  private static final double EXACT = 0x1p53;

  private ParamTexts() {}

  static Map<String, String> of(Map<String, ?> params) {
    Map<String, String> texts = new TreeMap<>();
    params.forEach(
        (name, value) -> put(texts, name, requireNonNull(value, () -> "param '" + name + "'")));
    return texts;
  }

  static Map<String, String> of(Record params) {
    Map<String, String> texts = new TreeMap<>();
    flatten(texts, "", requireNonNull(params, "params"));
    return texts;
  }

  private static void flatten(Map<String, String> texts, String prefix, Record params) {
    for (RecordComponent component : params.getClass().getRecordComponents()) {
      Object value = value(component, params);
      if (value instanceof Record nested) {
        flatten(texts, prefix + component.getName() + ".", nested);
      } else if (value != null) {
        put(texts, prefix + component.getName(), value);
      }
    }
  }

  private static void put(Map<String, String> texts, String name, Object value) {
    String text = value.toString();
    if (value.getClass().isArray() || text.equals(nameless(value))) {
      throw new IllegalArgumentException(
          "param '%s' is of %s, which has no text of its own; give its text, such as Arrays.toString(...)"
              .formatted(name, value.getClass().getTypeName()));
    }
    texts.put(Names.checked("param", name), KeptTexts.checked("param '" + name + "'", text));
  }

  /** What an object says of itself whose class does not say anything. */
  private static String nameless(Object value) {
    return value.getClass().getName() + "@" + Integer.toHexString(value.hashCode());
  }

  private static @Nullable Object value(RecordComponent component, Record params) {
    try {
      component.getAccessor().setAccessible(true);
      return component.getAccessor().invoke(params);
    } catch (IllegalAccessException e) {
      throw new IllegalArgumentException(
          "cannot read component '" + component.getName() + "' of " + params, e);
    } catch (InvocationTargetException e) {
      throw new IllegalArgumentException(
          "component '" + component.getName() + "' of " + params.getClass().getName() + " throws",
          e.getCause());
    }
  }

  /**
   * Returns the number that a text is, or null. Only decimal notation counts, as people and JSON
   * write it: {@code 5d}, {@code 0x1p3} and {@code NaN} are Java's spellings, and mean something
   * else to those who logged them. A negative zero is zero.
   */
  static @Nullable Double number(String text) {
    if (text.length() > LONGEST_NUMBER || !DECIMAL.matcher(text).matches()) {
      return null;
    }
    double number = Double.parseDouble(text) + 0.0;
    return Double.isFinite(number) ? number : null;
  }

  /**
   * Returns the number that a text is if numbers near it can be told apart, or null: beyond 2 to
   * the power of 53 two whole numbers may share a double, and texts are compared as texts.
   */
  static @Nullable Double exactNumber(String text) {
    Double number = number(text);
    return number == null || Math.abs(number) >= EXACT ? null : number;
  }

  /** Whether two texts say the same value: 6 and 6.0 do. */
  static boolean same(String one, String other) {
    Double number = exactNumber(one);
    return one.equals(other) || (number != null && number.equals(exactNumber(other)));
  }
}
