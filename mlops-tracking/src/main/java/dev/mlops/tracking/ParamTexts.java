package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Turns maps and records into params: texts by name. */
final class ParamTexts {

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
    texts.put(Names.checked("param", name), Names.clean("param '" + name + "'", value.toString()));
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
   * Returns the number that a text is, or null; NaN and infinities are no numbers to compare with.
   */
  static @Nullable Double number(String text) {
    try {
      double number = Double.parseDouble(text);
      return Double.isFinite(number) ? number : null;
    } catch (NumberFormatException notANumber) {
      return null;
    }
  }
}
