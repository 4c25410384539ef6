package dev.mlops.features;

import dev.mlops.data.Micros;
import dev.mlops.data.Row;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;

/**
 * Reads the live features of a service from memory. Safe for use by many threads; a read sees, for
 * each view, all of an ingestion's rows of the entity or none.
 */
public final class FeatureReader {

  private final ServicePlan plan;
  private final List<History> histories;

  FeatureReader(ServicePlan plan, List<History> histories) {
    this.plan = plan;
    this.histories = List.copyOf(histories);
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
    return read(plan.request(request), at);
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
    return read(plan.request(request), at);
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
    return fill(plan.request(request), at, into);
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
    return fill(plan.request(request), at, into);
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
    Request asked = plan.request(request);
    return plan.explain(plan.find(histories, asked), Micros.floor(at), frame(asked, at));
  }

  /**
   * Returns the service whose features are read.
   *
   * @return the service
   */
  public FeatureService service() {
    return plan.service();
  }

  private FeatureVector read(Request request, Instant at) {
    return new FeatureVector(plan, frame(request, at), at.truncatedTo(ChronoUnit.MICROS));
  }

  private int fill(Request request, Instant at, float[] into) {
    return plan.copy(frame(request, at), into);
  }

  private Frame frame(Request request, Instant at) {
    Frame frame = new Frame(plan.size());
    plan.fill(plan.find(histories, request), request, Micros.floor(at), true, frame);
    return frame;
  }
}
