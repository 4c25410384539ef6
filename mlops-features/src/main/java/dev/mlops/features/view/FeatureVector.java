package dev.mlops.features.view;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.predictions.ServedFeatures;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The features of one request at one instant, in the order of the service. Immutable.
 *
 * <p>A vector says where it comes from, so a router or a prediction record that is given one logs
 * all that {@code FeatureStore.prove(service).served(from, to)} needs to compare it with a training
 * set of the same instants.
 */
public final class FeatureVector implements ServedFeatures {

  /** Whether a feature has a value, and if not, why. */
  public enum Status {
    /** There is a value. */
    PRESENT,
    /** The entity is known, and the value is null. */
    NULL,
    /** No row of the entity was known at that time, or the request has no key. */
    NOT_FOUND,
    /** The latest row is older than the view's time to live. */
    EXPIRED,
    /** Live rows are kept for some time, and the asked instant needs some that are not any more. */
    OUT_OF_RANGE
  }

  private final ServicePlan plan;
  private final Frame frame;
  private final Request request;
  private final Instant at;
  private final long position;

  FeatureVector(ServicePlan plan, Frame frame, Request request, Instant at, long position) {
    this.plan = plan;
    this.frame = frame;
    this.request = request;
    this.at = at;
    this.position = position;
  }

  /**
   * Returns the instant for which the features were asked.
   *
   * @return the instant
   */
  @Override
  public Instant at() {
    return at;
  }

  /**
   * Returns the last ingestion whose rows the features are made of; those of a read during an
   * ingestion may be made of some of its rows too.
   *
   * @return its sequence; 0 if there was none, -1 if it is not known
   */
  @Override
  public long position() {
    return position;
  }

  /**
   * Returns the values by name, as a prediction log keeps them.
   *
   * @return numbers, texts and truth values, null unless PRESENT, in the order of the service;
   *     unmodifiable. Instants are in epoch microseconds, vectors and whole numbers beyond 2^53 are
   *     texts
   */
  @Override
  public Map<String, @Nullable Object> logged() {
    return Collections.unmodifiableMap(Logged.values(plan, frame));
  }

  /**
   * Says of each feature without a value why it has none.
   *
   * @return the name of its {@link Status}; unmodifiable, in the order of the service
   */
  @Override
  public Map<String, String> absent() {
    return Collections.unmodifiableMap(Logged.absent(plan, frame));
  }

  /**
   * Returns what was asked: the keys and the columns of the request.
   *
   * @return values as in {@link #logged()}, by name; unmodifiable
   */
  @Override
  public Map<String, @Nullable Object> request() {
    return Collections.unmodifiableMap(Logged.request(plan, request));
  }

  /**
   * Returns which service the features are of.
   *
   * @return its name
   */
  @Override
  public String service() {
    return plan.service().name();
  }

  /**
   * Returns which definition of the service the features are of.
   *
   * @return its digest
   */
  @Override
  public String definition() {
    return plan.definition();
  }

  /**
   * Tells whether a feature was logged as it is here, by status and to the last bit.
   *
   * @param feature the feature's full name
   * @param logged a value that {@link #logged} gave, as a log gives it back
   * @param absent what {@link #absent} gave of the feature, or null
   * @return false if it is another value, or has none for another reason
   * @throws IllegalArgumentException if the service has no such feature
   */
  public boolean isLoggedAs(String feature, @Nullable Object logged, @Nullable String absent) {
    int index = plan.indexOf(feature);
    if (absent != null || !frame.present(index)) {
      return frame.status(index).name().equals(absent) && logged == null;
    }
    return Logged.same(plan.field(index), frame.value(index, plan.field(index)), logged);
  }

  /**
   * Returns the features' names in order.
   *
   * @return an unmodifiable list
   */
  public List<String> names() {
    return plan.service().features();
  }

  /**
   * Tells whether a feature has a value.
   *
   * @param feature the feature's full name
   * @return the status
   * @throws IllegalArgumentException if the service has no such feature
   */
  public Status status(String feature) {
    return frame.status(plan.indexOf(feature));
  }

  /**
   * Returns a feature's value.
   *
   * @param feature the feature's full name
   * @return a Boolean, Long, Float, Double, String, Instant or float[], or null unless PRESENT
   * @throws IllegalArgumentException if the service has no such feature
   */
  public @Nullable Object value(String feature) {
    int index = plan.indexOf(feature);
    return frame.value(index, plan.field(index));
  }

  /**
   * Returns a numeric feature as a double.
   *
   * @param feature the feature's full name
   * @return the value, {@code 0} or {@code 1} for a boolean, or NaN unless PRESENT
   * @throws IllegalArgumentException if the service has no such feature, or it is not numeric
   */
  public double number(String feature) {
    int index = plan.indexOf(feature);
    return frame.number(index, plan.numeric(index));
  }

  /**
   * Tells whether every feature has a value.
   *
   * @return true if all are PRESENT
   */
  public boolean complete() {
    return plan.missing(frame) == 0;
  }

  /**
   * Returns the model's input.
   *
   * @return a new array in the order of the service; NaN where a feature is not PRESENT
   * @throws IllegalArgumentException if a feature is not numeric
   */
  public float[] toFloats() {
    float[] floats = new float[plan.size()];
    copyInto(floats);
    return floats;
  }

  /**
   * Returns the values by name.
   *
   * @return an unmodifiable map in the order of the service; null unless PRESENT
   */
  @Override
  public Map<String, @Nullable Object> toMap() {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    for (int i = 0; i < plan.size(); i++) {
      map.put(plan.field(i).name(), frame.value(i, plan.field(i)));
    }
    return Collections.unmodifiableMap(map);
  }

  /**
   * Writes the model's input into an array.
   *
   * @param into at least as long as the service has features; NaN where one is not PRESENT
   * @return how many features are not PRESENT
   * @throws IllegalArgumentException if the array is too short or a feature is not numeric
   */
  @CanIgnoreReturnValue
  public int copyInto(float[] into) {
    return plan.copy(frame, into);
  }

  /**
   * Returns a feature's value, or its status if it has none, as text.
   *
   * @param feature the feature's full name
   * @return the text
   * @throws IllegalArgumentException if the service has no such feature
   */
  public String text(String feature) {
    int index = plan.indexOf(feature);
    return frame.text(index, plan.field(index));
  }

  /**
   * Tells whether a feature is the same in another vector, by status and bit for bit.
   *
   * @param feature the feature's full name
   * @param other features of the same service
   * @return false if status or value differ
   * @throws IllegalArgumentException if one of the services has no such feature
   */
  public boolean same(String feature, FeatureVector other) {
    int index = plan.indexOf(feature);
    return index == other.plan.indexOf(feature) && frame.same(index, other.frame);
  }

  @Override
  public String toString() {
    StringBuilder text =
        new StringBuilder(plan.service().name()).append(" at ").append(at).append(": ");
    for (int i = 0; i < plan.size(); i++) {
      text.append(i == 0 ? "" : ", ").append(plan.field(i).name()).append('=');
      text.append(frame.text(i, plan.field(i)));
    }
    return text.toString();
  }
}
