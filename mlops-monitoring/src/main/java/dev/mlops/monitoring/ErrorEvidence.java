package dev.mlops.monitoring;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.report.InWords;
import dev.mlops.stats.Interval;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/**
 * What a model's errors say about a change for the worse.
 *
 * @param baseline the error rate of the baseline with its exact interval of 90 %, whose upper end
 *     is the rate that counts as no change
 * @param observed how many labelled predictions were looked at since
 * @param errors how many of them were wrong
 * @param leftOut how many labelled predictions could not be judged: without a score, or with a
 *     label that is none of the model's
 * @param evidence the evidence since the last alarm, or since the begin
 * @param alarmBudget how much evidence makes an alarm; the mean number of observations between
 *     false alarms
 * @param alarms the alarms, oldest first
 */
public record ErrorEvidence(
    Interval baseline,
    long observed,
    long errors,
    long leftOut,
    double evidence,
    double alarmBudget,
    List<Rise> alarms) {

  /**
   * Copies the alarms.
   *
   * @param baseline the error rate of the baseline with its exact interval of 90 %, whose upper end
   *     is the rate that counts as no change
   * @param observed how many labelled predictions were looked at since
   * @param errors how many of them were wrong
   * @param leftOut how many labelled predictions could not be judged: without a score, or with a
   *     label that is none of the model's
   * @param evidence the evidence since the last alarm, or since the begin
   * @param alarmBudget how much evidence makes an alarm; the mean number of observations between
   *     false alarms
   * @param alarms the alarms, oldest first
   */
  public ErrorEvidence {
    alarms = Elements.copy(alarms, "alarms");
  }

  /**
   * A rise of the error rate.
   *
   * @param time when the label became known that made it certain
   * @param since when the label became known with which it began, as estimated
   */
  public record Rise(Instant time, Instant since) {}

  /**
   * Tells whether the error rate has risen.
   *
   * @return true if there was an alarm
   */
  public boolean risen() {
    return !alarms.isEmpty();
  }

  /**
   * Returns the evidence in words.
   *
   * @return one sentence without a full stop
   */
  public String sentence() {
    String rates =
        String.format(
                Locale.ROOT,
                "%d of %d wrong (%.1f %%) against a baseline of at most %.1f %%",
                errors,
                observed,
                observed == 0 ? 0 : 100.0 * errors / observed,
                100 * baseline.upper())
            + (leftOut == 0 ? "" : ", " + leftOut + " left out: no score, or a label out of place");
    if (risen()) {
      Rise first = alarms.get(0);
      return "errors have risen since about "
          + first.since
          + ", certain at "
          + first.time
          + ": "
          + rates;
    }
    if (baseline.upper() >= 1) {
      return "errors cannot rise: all of the baseline is wrong: " + rates;
    }
    return "no rise of errors: %s, evidence %s of %s"
        .formatted(rates, InWords.number(evidence, 3), Exactly.number(alarmBudget));
  }
}
