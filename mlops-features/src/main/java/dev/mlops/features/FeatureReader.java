package dev.mlops.features;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Row;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.ServicePlan;
import dev.mlops.features.view.View;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the live features of a service from memory. Safe for use by many threads; a read sees, for
 * each view, all of an ingestion's rows of the entity or none.
 */
public final class FeatureReader {

  private final FeatureStore store;
  private final LiveRows live;
  private final ServicePlan plan;

  FeatureReader(FeatureStore store, LiveRows live, ServicePlan plan) {
    this.store = store;
    this.live = live;
    this.plan = plan;
  }

  /**
   * Returns the features of a request at an instant.
   *
   * @param request the values of {@link FeatureService#requestFields()} by name, null for what is
   *     not known: a null key makes the features of its views NOT_FOUND; other names are ignored;
   *     integers of any width and floats are widened
   * @param at the instant, past or future, of any clock
   * @return the features
   * @throws dev.mlops.error.InvalidInputException if a name is absent, a value has the wrong type,
   *     or the code of a derived feature fails; the message names it
   */
  public FeatureVector get(Map<String, ?> request, Instant at) {
    requireNonNull(request, "request");
    return plan.get(request, at, position(), this::find);
  }

  /**
   * Returns the features of a request at an instant.
   *
   * @param request a row with the columns of {@link FeatureService#requestFields()}, others being
   *     ignored
   * @param at the instant, past or future, of any clock
   * @return the features
   * @throws dev.mlops.error.InvalidInputException if a name is absent, a value has the wrong type,
   *     or the code of a derived feature fails; the message names it
   */
  public FeatureVector get(Row request, Instant at) {
    requireNonNull(request, "request");
    return plan.get(request, at, position(), this::find);
  }

  /**
   * Writes the model's input for a request into an array.
   *
   * @param request as in {@link #get(Row, Instant)}
   * @param at the instant, past or future, of any clock
   * @param into at least as long as the service has features; NaN where one is not PRESENT
   * @return how many features are not PRESENT
   * @throws dev.mlops.error.InvalidInputException if a name is absent, a value has the wrong type,
   *     or the code of a derived feature fails; the message names it
   * @throws IllegalArgumentException if the array is too short or a feature is not numeric
   */
  public int readInto(Row request, Instant at, float[] into) {
    requireNonNull(request, "request");
    return get(request, at).copyInto(into);
  }

  /**
   * Writes the model's input for a request into an array.
   *
   * @param request as in {@link #get(Map, Instant)}
   * @param at the instant, past or future, of any clock
   * @param into at least as long as the service has features; NaN where one is not PRESENT
   * @return how many features are not PRESENT
   * @throws dev.mlops.error.InvalidInputException if a name is absent, a value has the wrong type,
   *     or the code of a derived feature fails; the message names it
   * @throws IllegalArgumentException if the array is too short or a feature is not numeric
   */
  public int readInto(Map<String, ?> request, Instant at, float[] into) {
    requireNonNull(request, "request");
    return get(request, at).copyInto(into);
  }

  /**
   * Explains where each feature comes from: which rows it is made of, and how many were left out
   * because they were not known yet.
   *
   * @param request as in {@link #get(Map, Instant)}
   * @param at the instant, past or future, of any clock
   * @return a line for each feature, in order: its name, its value or status, and the reason
   * @throws dev.mlops.error.InvalidInputException if a name is absent, a value has the wrong type,
   *     or the code of a derived feature fails; the message names it
   */
  public List<String> explain(Map<String, ?> request, Instant at) {
    requireNonNull(request, "request");
    return plan.explain(request, at, this::find);
  }

  /**
   * Returns the service whose features are read.
   *
   * @return the service
   */
  public FeatureService service() {
    return plan.service();
  }

  /**
   * Returns the last ingestion whose rows this reader sees: the sequence with which a training set
   * of the same instant has the same features, if {@link #lag} was 0. While an ingestion is going
   * on, some of its rows may be seen already.
   *
   * @return its sequence; 0 if there is none
   */
  public long position() {
    store.refuseIfClosed();
    return live.position(plan.service().views());
  }

  /**
   * Counts the ingestions that are stored and that this reader does not see yet, because another
   * process made them: see {@link FeatureStore#refresh} and {@link FeatureStore.Builder#follow}.
   *
   * @return how many segments of the sources of the service's views; 0 if it is up to date
   * @throws dev.mlops.error.StorageException if the log cannot be read
   */
  public long lag() {
    store.refuseIfClosed();
    return live.lag(plan.service().views());
  }

  private @Nullable EntityTimeline find(View view, Object key) {
    store.refuseIfClosed();
    return live.find(view, key);
  }

  @Override
  public String toString() {
    return "reader of " + plan + ", " + store;
  }
}
