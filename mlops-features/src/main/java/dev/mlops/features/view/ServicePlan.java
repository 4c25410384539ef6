package dev.mlops.features.view;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Micros;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Keys;
import dev.mlops.features.view.FeatureVector.Status;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A service made ready to answer requests from timelines: every name looked up once. Immutable,
 * safe for use by many threads.
 */
public final class ServicePlan {

  private final FeatureService service;
  private final Field[] fields;
  private final List<Field> requestFields;
  private final Schema requestSchema;
  private final Map<String, Integer> indices = new HashMap<>();
  private final Evaluator[] evaluators;
  private final int[][] keys;
  private final @Nullable String notNumeric;
  private @Nullable String definition;

  /**
   * Prepares a service.
   *
   * @param service whose features are computed
   */
  public ServicePlan(FeatureService service) {
    Objects.requireNonNull(service, "service");
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
      evaluators[v] = view.evaluator(offset);
      keys[v] = view.entity().keys().stream().mapToInt(this::requestIndex).toArray();
      offset += view.features().size();
    }
  }

  /**
   * Returns the service.
   *
   * @return the service
   */
  public FeatureService service() {
    return service;
  }

  /**
   * Reads back what was asked, of rows of a prediction log.
   *
   * @param log rows with the columns of {@link dev.mlops.predictions.ServedFeatures}, all logged by
   *     vectors of the service
   * @return a row for each, with the request's columns and the instant in {@code served.at}
   * @throws InvalidInputException if a value is none of the request's
   */
  public Dataset requests(Dataset log) {
    return Logged.requests(service, log);
  }

  /**
   * Returns the digest of the service, by which a log knows which definition served.
   *
   * @return the digest as text
   */
  public String definition() {
    String made = definition;
    if (made == null) {
      // The digest asks the code of derived features many things; two threads find the same.
      made = service.digest().toString();
      definition = made;
    }
    return made;
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
  @CanIgnoreReturnValue
  Field numeric(int index) {
    if (!isNumeric(fields[index])) {
      throw new IllegalArgumentException(
          "feature '"
              + fields[index].name()
              + "' is "
              + fields[index].dataType()
              + ", not a number");
    }
    return fields[index];
  }

  private Request request(Map<String, ?> values) {
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

  private Request request(Row row) {
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

  /**
   * Returns the features of a request at an instant.
   *
   * @param request the values of {@link FeatureService#requestFields()} by name
   * @param at the instant
   * @param position the last ingestion whose rows the timelines have, or -1 if it is not known
   * @param timelines finds the rows of a view's entity by its key, or null
   * @return the features
   * @throws InvalidInputException if a name is absent, a value has the wrong type, or the code of a
   *     derived feature fails; the message names it
   */
  public FeatureVector get(
      Map<String, ?> request,
      Instant at,
      long position,
      BiFunction<View, Object, @Nullable EntityTimeline> timelines) {
    return get(request(request), at, position, timelines);
  }

  /**
   * Returns the features of a request at an instant.
   *
   * @param request a row with the columns of {@link FeatureService#requestFields()}
   * @param at the instant
   * @param position the last ingestion whose rows the timelines have, or -1 if it is not known
   * @param timelines finds the rows of a view's entity by its key, or null
   * @return the features
   * @throws InvalidInputException if a name is absent, a value has the wrong type, or the code of a
   *     derived feature fails; the message names it
   */
  public FeatureVector get(
      Row request,
      Instant at,
      long position,
      BiFunction<View, Object, @Nullable EntityTimeline> timelines) {
    return get(request(request), at, position, timelines);
  }

  private FeatureVector get(
      Request request,
      Instant at,
      long position,
      BiFunction<View, Object, @Nullable EntityTimeline> timelines) {
    Frame frame = new Frame(size());
    fill(find(request, timelines), request, Micros.floor(at), true, frame);
    return new FeatureVector(this, frame, request, at.truncatedTo(ChronoUnit.MICROS), position);
  }

  /** The entities' rows that a request is about, one for each view. */
  private @Nullable EntityTimeline[] find(
      Request request, BiFunction<View, Object, @Nullable EntityTimeline> timelines) {
    @Nullable EntityTimeline[] lines = new @Nullable EntityTimeline[evaluators.length];
    for (int v = 0; v < lines.length; v++) {
      Object key = key(keys[v], request);
      lines[v] = key == null ? null : timelines.apply(service.views().get(v), key);
    }
    return lines;
  }

  /** Computes all features, in order. */
  void fill(
      @Nullable EntityTimeline[] lines, Request request, long t, boolean asKnown, Frame frame) {
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
    FrameContext context = new FrameContext(this, frame, request, t, index);
    double value = derive(extra, context);
    if (context.outOfRange()) {
      frame.missing(index, Status.OUT_OF_RANGE);
    } else if (Double.isNaN(value)) {
      frame.missing(index, Status.NULL);
    } else {
      frame.put(index, value);
    }
  }

  private double derive(Extra extra, FrameContext context) {
    try {
      return Objects.requireNonNull(extra.code()).apply(context);
    } catch (RuntimeException | StackOverflowError e) {
      if (context.outOfRange()) {
        return Double.NaN;
      }
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

  /**
   * Explains where each feature of a request comes from.
   *
   * @param request the values of {@link FeatureService#requestFields()} by name
   * @param at the instant
   * @param timelines finds the rows of a view's entity by its key, or null
   * @return a line for each feature, in order: its name, its value or status, and the reason
   * @throws InvalidInputException if a name is absent, a value has the wrong type, or the code of a
   *     derived feature fails; the message names it
   */
  public List<String> explain(
      Map<String, ?> request,
      Instant at,
      BiFunction<View, Object, @Nullable EntityTimeline> timelines) {
    Request asked = request(request);
    @Nullable EntityTimeline[] lines = find(asked, timelines);
    Frame frame = new Frame(size());
    fill(lines, asked, Micros.floor(at), true, frame);
    return explain(lines, Micros.floor(at), frame);
  }

  private List<String> explain(@Nullable EntityTimeline[] lines, long t, Frame frame) {
    List<String> reasons = new ArrayList<>();
    for (int v = 0; v < lines.length; v++) {
      reasons.addAll(service.views().get(v).reasons(lines[v], t));
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
              + Plural.of(fields.length, "feature")
              + "; the array has room for "
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
    return switch (field.dataType().kind()) {
      case BOOLEAN, INT64, FLOAT32, FLOAT64 -> true;
      case STRING, INSTANT, VECTOR -> false;
    };
  }

  @Override
  public String toString() {
    return "service '" + service.name() + "' of " + Plural.of(fields.length, "feature");
  }
}
