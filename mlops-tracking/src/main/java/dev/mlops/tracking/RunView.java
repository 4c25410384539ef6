package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.environment.Environment;
import dev.mlops.error.Elements;
import dev.mlops.error.NotFoundException;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A run as it was when it was read; it does not follow later changes.
 *
 * @param id the run's id: 32 lower-case hexadecimal digits
 * @param experiment the name of its experiment
 * @param parent the id of the run it is nested in, or null
 * @param name the name it was started with; several runs may share one
 * @param status where it stands
 * @param start when it started
 * @param end when it ended, or null while it runs
 * @param deleted when it was deleted, by itself or with its experiment, or null
 * @param params its params by name, in the order of their names
 * @param metrics its metrics by name, in the order of their names
 * @param tags its tags by name, in the order of their names
 * @param inputs the data it read, in the order it was named
 * @param environment where it ran, or null if it was not said
 * @param failure what ended it, or null if no exception did
 * @param note free text, or null
 */
public record RunView(
    String id,
    String experiment,
    @Nullable String parent,
    String name,
    RunStatus status,
    Instant start,
    @Nullable Instant end,
    @Nullable Instant deleted,
    Map<String, String> params,
    Map<String, MetricSummary> metrics,
    Map<String, String> tags,
    List<Input> inputs,
    @Nullable Environment environment,
    @Nullable Failure failure,
    @Nullable String note) {

  /**
   * Copies the collections and checks the parts.
   *
   * @param id the run's id: 32 lower-case hexadecimal digits
   * @param experiment the name of its experiment
   * @param parent the id of the run it is nested in, or null
   * @param name the name it was started with; several runs may share one
   * @param status where it stands
   * @param start when it started
   * @param end when it ended, or null while it runs
   * @param deleted when it was deleted, by itself or with its experiment, or null
   * @param params its params by name, in the order of their names
   * @param metrics its metrics by name, in the order of their names
   * @param tags its tags by name, in the order of their names
   * @param inputs the data it read, in the order it was named
   * @param environment where it ran, or null if it was not said
   * @param failure what ended it, or null if no exception did
   * @param note free text, or null
   */
  public RunView {
    requireNonNull(id, "id");
    requireNonNull(experiment, "experiment");
    requireNonNull(name, "name");
    requireNonNull(status, "status");
    requireNonNull(start, "start");
    params = sorted(params);
    metrics = sorted(metrics);
    tags = sorted(tags);
    inputs = Elements.copy(inputs, "inputs");
  }

  private static <T> Map<String, T> sorted(Map<String, T> map) {
    return Collections.unmodifiableMap(new TreeMap<>(map));
  }

  /**
   * Returns the latest value of a metric.
   *
   * @param metric the metric's name
   * @return its value at the greatest (step, time, value)
   * @throws NotFoundException if the run did not log it
   */
  public double metric(String metric) {
    return summary(metric).value();
  }

  /**
   * Returns what the run knows of a metric: {@code summary("loss").min().step()} is its best step.
   *
   * @param metric the metric's name
   * @return its count and its first, latest, smallest and greatest point
   * @throws NotFoundException if the run did not log it
   */
  public MetricSummary summary(String metric) {
    return present("metric", metric, metrics);
  }

  /**
   * Returns a param.
   *
   * @param param the param's name
   * @return its text
   * @throws NotFoundException if the run did not log it
   */
  public String param(String param) {
    return present("param", param, params);
  }

  /**
   * Returns a param as a number.
   *
   * @param param the param's name
   * @return its number; empty if the run has no such param, or its text is no decimal number
   */
  public OptionalDouble number(String param) {
    String text = params.get(requireNonNull(param, "param"));
    Double number = text == null ? null : ParamTexts.number(text);
    return number == null ? OptionalDouble.empty() : OptionalDouble.of(number);
  }

  /**
   * Returns whether this run and another have a param with the same value, as 6 and 6.0 are.
   *
   * @param other the other run
   * @param param the param's name
   * @return false also if one of them does not have the param, or neither
   */
  public boolean sharesParam(RunView other, String param) {
    String one = params.get(requireNonNull(param, "param"));
    String two = requireNonNull(other, "other").params.get(param);
    return one != null && two != null && ParamTexts.same(one, two);
  }

  private <T> T present(String kind, String wanted, Map<String, T> all) {
    T found = all.get(requireNonNull(wanted, kind));
    if (found == null) {
      throw NotFoundException.among(
          "no " + kind + " '" + wanted + "' in run '" + name + "'", all.keySet());
    }
    return found;
  }

  /**
   * Compares where the run ran with another environment.
   *
   * @param other such as {@link Environment#capture()}, or that of another run
   * @return what differs, the run's own on the left
   * @throws IllegalStateException if it was not said where the run ran
   */
  public List<Environment.Difference> diff(Environment other) {
    requireNonNull(other, "other");
    if (environment == null) {
      throw new IllegalStateException(
          "it was not said where run '"
              + name
              + "' ran; a tracker says it by itself unless it is taken withoutEnvironment()");
    }
    return Environment.diff(environment, other);
  }

  /**
   * Returns how long the run took.
   *
   * @return the time from start to end, zero if the clock was set back meanwhile; empty while it
   *     runs
   */
  public Optional<Duration> duration() {
    return Optional.ofNullable(end)
        .map(ended -> ended.isBefore(start) ? Duration.ZERO : Duration.between(start, ended));
  }

  /**
   * Data that a run read.
   *
   * @param role what it was used for, such as {@code training}
   * @param name what the data is called; the role again if it has no other name
   * @param digest the digest of its content
   */
  public record Input(String role, String name, Digest digest) {
    /**
     * Checks the parts.
     *
     * @param role what it was used for, such as {@code training}
     * @param name what the data is called; the role again if it has no other name
     * @param digest the digest of its content
     */
    public Input {
      requireNonNull(role, "role");
      requireNonNull(name, "name");
      requireNonNull(digest, "digest");
    }
  }

  /**
   * Names the metric that holds the lower end of another one's interval.
   *
   * @param metric the metric's name
   * @return {@code metric.lower}
   */
  public static String lowerOf(String metric) {
    return requireNonNull(metric, "metric") + ".lower";
  }

  /**
   * Names the metric that holds the upper end of another one's interval.
   *
   * @param metric the metric's name
   * @return {@code metric.upper}
   */
  public static String upperOf(String metric) {
    return requireNonNull(metric, "metric") + ".upper";
  }

  /**
   * Names the metric that holds the confidence of another one's interval.
   *
   * @param metric the metric's name
   * @return {@code metric.confidence}
   */
  public static String confidenceOf(String metric) {
    return requireNonNull(metric, "metric") + ".confidence";
  }

  /**
   * The exception that ended a run.
   *
   * @param exception its class name
   * @param message its message, or null if it had none
   * @param trace its stack trace, cut after 32,768 characters
   */
  public record Failure(String exception, @Nullable String message, String trace) {
    /**
     * Checks the parts.
     *
     * @param exception its class name
     * @param message its message, or null if it had none
     * @param trace its stack trace, cut after 32,768 characters
     */
    public Failure {
      requireNonNull(exception, "exception");
      requireNonNull(trace, "trace");
    }
  }
}
