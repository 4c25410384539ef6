package dev.mlops.features;

import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.FeatureVector.Status;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A service made ready to be evaluated: every name looked up once. Immutable, thread-safe. */
final class ServicePlan {

  private final FeatureService service;
  private final Field[] fields;
  private final List<Field> requestFields;
  private final Schema requestSchema;
  private final Map<String, Integer> indices = new HashMap<>();
  private final Evaluator[] evaluators;
  private final int[][] keys;
  private final @Nullable String notNumeric;

  ServicePlan(FeatureService service) {
    this.service = service;
    this.fields = service.fields().toArray(Field[]::new);
    this.requestFields = service.requestFields();
    this.requestSchema = Schema.of(requestFields.stream().map(Field::orNull).toList());
    String other = null;
    for (int i = 0; i < fields.length; i++) {
      indices.put(fields[i].name(), i);
      other = other == null && !isNumeric(fields[i]) ? fields[i].name() : other;
    }
    this.notNumeric = other;
    this.evaluators = new Evaluator[service.views().size()];
    this.keys = new int[evaluators.length][];
    int offset = 0;
    for (int v = 0; v < evaluators.length; v++) {
      View view = service.views().get(v);
      evaluators[v] = Evaluator.of(view, offset);
      keys[v] = view.entity().keys().stream().mapToInt(this::requestIndex).toArray();
      offset += view.features().size();
    }
  }

  FeatureService service() {
    return service;
  }

  int size() {
    return fields.length;
  }

  Field field(int index) {
    return fields[index];
  }

  int indexOf(String feature) {
    Integer index = indices.get(feature);
    if (index == null) {
      throw new IllegalArgumentException(
          "no feature '" + feature + "'; found: " + service.features());
    }
    return index;
  }

  /** The field, if its values are numbers. */
  Field numeric(int index) {
    if (!isNumeric(fields[index])) {
      throw new IllegalArgumentException(
          "feature '" + fields[index].name() + "' is " + fields[index].type() + ", not a number");
    }
    return fields[index];
  }

  Request request(Map<String, ?> values) {
    @Nullable Object[] converted = new @Nullable Object[requestFields.size()];
    for (int i = 0; i < converted.length; i++) {
      Field field = requestFields.get(i);
      Object value = values.get(field.name());
      if (value == null && !values.containsKey(field.name())) {
        throw lacks(field, values.keySet());
      }
      converted[i] = LiveRequest.convert(field, value);
    }
    return new LiveRequest(requestSchema, converted);
  }

  Request request(Row row) {
    @Nullable Object[] converted = new @Nullable Object[requestFields.size()];
    for (int i = 0; i < converted.length; i++) {
      Field field = requestFields.get(i);
      if (!row.schema().contains(field.name())) {
        throw lacks(field, row.schema().names());
      }
      converted[i] = LiveRequest.convert(field, row.value(field.name()));
    }
    return new LiveRequest(requestSchema, converted);
  }

  /** A null is a value that is not known; a name that is absent is a mistake. */
  private InvalidInputException lacks(Field field, Collection<String> found) {
    return new InvalidInputException(
        "a request to service '%s' lacks '%s': it has %s and needs %s. Give null for what is not known"
            .formatted(
                service.name(),
                field.name(),
                found.stream().sorted().toList(),
                requestSchema.names()));
  }

  /** The places of a view's keys among the request fields. */
  int[] keys(int view) {
    return keys[view];
  }

  /** The entities' rows that a request is about, one for each view. */
  @Nullable Timeline[] find(List<History> histories, Request request) {
    @Nullable Timeline[] lines = new @Nullable Timeline[evaluators.length];
    for (int v = 0; v < lines.length; v++) {
      lines[v] = histories.get(v).find(key(keys[v], request));
    }
    return lines;
  }

  /** Computes all features, in order. */
  void fill(@Nullable Timeline[] lines, Request request, long t, boolean asKnown, Frame frame) {
    for (int v = 0; v < evaluators.length; v++) {
      evaluators[v].read(lines[v], t, asKnown, frame);
    }
    int index = fields.length - service.extras().size();
    for (Extra extra : service.extras()) {
      fill(extra, index, request, t, frame);
      index++;
    }
  }

  private void fill(Extra extra, int index, Request request, long t, Frame frame) {
    if (extra.code() == null) {
      Object value = request.value(requestIndex(extra.field()));
      frame.put(index, extra.field(), value);
      return;
    }
    double value = derive(extra, new FrameContext(this, frame, request, t, index));
    if (Double.isNaN(value)) {
      frame.missing(index, Status.NULL);
    } else {
      frame.put(index, value);
    }
  }

  private double derive(Extra extra, FrameContext context) {
    try {
      return Objects.requireNonNull(extra.code()).applyAsDouble(context);
    } catch (RuntimeException | StackOverflowError e) {
      throw new InvalidInputException(
          "the code of feature '%s' of service '%s' fails on the request %s at %s: %s"
              .formatted(
                  extra.field().name(),
                  service.name(),
                  context.request().toMap(),
                  context.time(),
                  e),
          e);
    }
  }

  /** A line for each feature with the reason for its value. */
  List<String> explain(@Nullable Timeline[] lines, long t, Frame frame) {
    List<String> reasons = new ArrayList<>();
    for (int v = 0; v < lines.length; v++) {
      reasons.addAll(Reasons.of(service.views().get(v), lines[v], t));
    }
    for (Extra extra : service.extras()) {
      reasons.add(extra.code() == null ? "from the request" : "derived");
    }
    List<String> explained = new ArrayList<>();
    for (int i = 0; i < fields.length; i++) {
      explained.add(fields[i].name() + " = " + frame.text(i, fields[i]) + ": " + reasons.get(i));
    }
    return List.copyOf(explained);
  }

  int missing(Frame frame) {
    int missing = 0;
    for (int i = 0; i < fields.length; i++) {
      missing += frame.present(i) ? 0 : 1;
    }
    return missing;
  }

  /** Copies numbers, NaN where there is none, and returns how many those are. */
  int copy(Frame frame, float[] into) {
    if (notNumeric != null) {
      numeric(indexOf(notNumeric));
    }
    if (into.length < fields.length) {
      throw new IllegalArgumentException(
          "service '"
              + service.name()
              + "' has "
              + fields.length
              + " features; the array has room for "
              + into.length);
    }
    for (int i = 0; i < fields.length; i++) {
      into[i] = (float) frame.number(i, fields[i]);
    }
    return missing(frame);
  }

  private int requestIndex(Field field) {
    for (int i = 0; i < requestFields.size(); i++) {
      if (requestFields.get(i).name().equals(field.name())) {
        return i;
      }
    }
    throw new IllegalStateException("no request column '" + field.name() + "'");
  }

  private static @Nullable Object key(int[] fields, Request request) {
    if (fields.length == 1) {
      return request.value(fields[0]);
    }
    @Nullable Object[] parts = new @Nullable Object[fields.length];
    for (int i = 0; i < fields.length; i++) {
      parts[i] = request.value(fields[i]);
    }
    return Keys.of(parts);
  }

  static boolean isNumeric(Field field) {
    return switch (field.type().kind()) {
      case BOOLEAN, INT64, FLOAT32, FLOAT64 -> true;
      case STRING, INSTANT, VECTOR -> false;
    };
  }
}
