package dev.mlops.features.view;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Micros;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.timeline.Numbers;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Features and requests as a log keeps them, which knows numbers, texts and truth values: enough to
 * compute the features again.
 */
final class Logged {

  private static final String AT = "served.at";
  private static final String REQUEST = "served.request.";

  private Logged() {}

  static Map<String, @Nullable Object> values(ServicePlan plan, Frame frame) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (int i = 0; i < plan.size(); i++) {
      Field field = plan.field(i);
      values.put(field.name(), encoded(frame.value(i, field)));
    }
    return values;
  }

  static Map<String, String> absent(ServicePlan plan, Frame frame) {
    Map<String, String> absent = new LinkedHashMap<>();
    for (int i = 0; i < plan.size(); i++) {
      if (!frame.present(i)) {
        absent.put(plan.field(i).name(), frame.status(i).name());
      }
    }
    return absent;
  }

  static Map<String, @Nullable Object> request(ServicePlan plan, Request request) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    List<Field> fields = plan.service().requestFields();
    for (int i = 0; i < fields.size(); i++) {
      values.put(fields.get(i).name(), encoded(request.value(i)));
    }
    return values;
  }

  /**
   * The requests that rows of a prediction log are about, with the instant in a column {@code
   * served.at}.
   */
  static Dataset requests(FeatureService service, Dataset log) {
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (Field field : service.requestFields()) {
      Field nullable = field.orNull();
      fields.add(nullable);
      columns.add(column(nullable, log));
    }
    fields.add(Field.of(AT, DataType.INSTANT));
    columns.add(log.column(AT));
    return Dataset.of(Schema.of(fields), columns);
  }

  /** A log has no column of nulls alone. */
  private static Column column(Field field, Dataset log) {
    String name = REQUEST + field.name();
    List<@Nullable Object> values = new ArrayList<>(Collections.nCopies(log.rowCount(), null));
    if (log.schema().contains(name)) {
      Column raw = log.column(name);
      for (int row = 0; row < log.rowCount(); row++) {
        Object value = raw.value(row);
        values.set(row, value == null ? null : asked(field, value));
      }
    }
    return Column.of(field.dataType(), values);
  }

  private static Object asked(Field field, Object value) {
    try {
      return decoded(field, value);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new InvalidInputException(
          "a logged request has '%s' = '%s', which is no %s; it was not logged by a FeatureVector"
              .formatted(field.name(), value, field.dataType()),
          e);
    }
  }

  private static @Nullable Object encoded(@Nullable Object value) {
    if (value instanceof Instant time) {
      return Micros.floor(time);
    }
    if (value instanceof Long whole && !Numbers.isExactInDouble(whole)) {
      return whole.toString();
    }
    if (value instanceof float[] vector) {
      return IntStream.range(0, vector.length)
          .mapToObj(i -> Float.toString(vector[i]))
          .collect(Collectors.joining(","));
    }
    return value;
  }

  /** Whether a logged value is the one that a frame has, to the last bit. */
  static boolean same(Field field, @Nullable Object value, @Nullable Object logged) {
    if (value == null || logged == null) {
      return value == logged;
    }
    try {
      return Objects.deepEquals(value, decoded(field, logged));
    } catch (IllegalArgumentException | ArithmeticException e) {
      return false;
    }
  }

  /** A log may keep whole numbers and truth values as doubles, and any value as text. */
  private static Object decoded(Field field, Object raw) {
    return switch (field.dataType().kind()) {
      case BOOLEAN -> flag(raw);
      case INT64 -> new BigDecimal(raw.toString()).longValueExact();
      case FLOAT32 -> narrow(Double.parseDouble(raw.toString()));
      case FLOAT64 -> Double.parseDouble(raw.toString());
      case STRING -> raw.toString();
      case INSTANT ->
          raw instanceof Instant
              ? raw
              : Micros.instant(new BigDecimal(raw.toString()).longValueExact());
      case VECTOR -> vector(raw);
    };
  }

  private static Object flag(Object raw) {
    return raw instanceof Number number
        ? number.doubleValue() != 0
        : Boolean.parseBoolean(raw.toString());
  }

  /** A double that no float is stays what it is, and so differs from every float. */
  private static Object narrow(double value) {
    float narrow = (float) value;
    return Double.compare(narrow, value) == 0
            || Float.toString(narrow).equals(Double.toString(value))
        ? (Object) narrow
        : (Object) value;
  }

  private static float[] vector(Object raw) {
    if (raw instanceof float[] vector) {
      return vector;
    }
    String[] texts = raw.toString().split(",", -1);
    float[] vector = new float[texts.length];
    for (int i = 0; i < vector.length; i++) {
      vector[i] = Float.parseFloat(texts[i]);
    }
    return vector;
  }
}
