package dev.mlops.monitoring;

import dev.mlops.error.Plural;
import dev.mlops.stats.Histogram;
import java.time.Duration;

/**
 * How many of some predictions have their label, and how long it took.
 *
 * @param predictions how many predictions there were: joined and pending ones
 * @param joined how many have a label
 * @param pending how many have none yet
 * @param late how many of the joined ones got it after the deadline
 * @param delays the time from prediction to label in seconds, of the joined ones
 */
public record LabelCoverage(
    long predictions, long joined, long pending, long late, Histogram delays) {

  /**
   * Returns the share of predictions that have a label.
   *
   * @return the share; 0 if there is no prediction
   */
  public double coverage() {
    return predictions == 0 ? 0 : (double) joined / predictions;
  }

  /**
   * Returns how long labels took.
   *
   * @param share the share of labels, in [0, 1]: 0.5 gives the median
   * @return the delay within which that share of the labels came, to within 0.4 %
   * @throws IllegalStateException if there is no label
   */
  public Duration delay(double share) {
    return Duration.ofMillis(Math.round(delays.quantile(share) * 1000));
  }

  @Override
  public String toString() {
    return "%s of %s labelled, %s pending, %s late"
        .formatted(
            Plural.grouped(joined),
            Plural.grouped(predictions),
            Plural.grouped(pending),
            Plural.grouped(late));
  }
}
