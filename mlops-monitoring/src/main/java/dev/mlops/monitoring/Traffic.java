package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.Histogram;
import java.time.Duration;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * How much a model had to do in a window, and how fast it was.
 *
 * @param window the time in which the predictions were made
 * @param predictions how many there were
 * @param outcomes how many of each outcome, such as {@code ok}, {@code error} or {@code fallback}
 * @param versions how many of each version
 * @param latencies the latencies in microseconds
 */
public record Traffic(
    TimeWindow window,
    long predictions,
    SortedMap<String, Long> outcomes,
    SortedMap<String, Long> versions,
    Histogram latencies) {

  /**
   * Copies the maps.
   *
   * @param window the time in which the predictions were made
   * @param predictions how many there were
   * @param outcomes how many of each outcome, such as {@code ok}, {@code error} or {@code fallback}
   * @param versions how many of each version
   * @param latencies the latencies in microseconds
   */
  public Traffic {
    requireNonNull(window, "window");
    requireNonNull(outcomes, "outcomes");
    requireNonNull(versions, "versions");
    requireNonNull(latencies, "latencies");
    outcomes = Collections.unmodifiableSortedMap(new TreeMap<>(outcomes));
    versions = Collections.unmodifiableSortedMap(new TreeMap<>(versions));
  }

  /**
   * Returns the mean number of predictions a second.
   *
   * @return predictions over the window's whole length
   */
  public double perSecond() {
    return predictions / (window.length().toNanos() / 1e9);
  }

  /**
   * Returns the share of an outcome.
   *
   * @param outcome the outcome, such as {@code error}
   * @return its share; 0 if there is no prediction
   */
  public double share(String outcome) {
    requireNonNull(outcome, "outcome");
    return predictions == 0 ? 0 : outcomes.getOrDefault(outcome, 0L) / (double) predictions;
  }

  /**
   * Returns a latency quantile.
   *
   * @param share the share of predictions, in [0, 1]: 0.99 gives the 99th percentile
   * @return the time within which that share was answered, to within 0.4 %
   * @throws IllegalStateException if there is no prediction
   */
  public Duration latency(double share) {
    return Duration.ofNanos(Math.round(latencies.quantile(share) * 1000));
  }

  @Override
  public String toString() {
    Map<String, Long> counts = outcomes;
    return window
        + ": "
        + Plural.of(predictions, "prediction")
        + ", "
        + counts
        + (predictions == 0
            ? ""
            : ", latency median "
                + Exactly.duration(latency(0.5))
                + ", 99th percentile "
                + Exactly.duration(latency(0.99)));
  }
}
