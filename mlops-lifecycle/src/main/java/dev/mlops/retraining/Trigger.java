package dev.mlops.retraining;

import dev.mlops.design.Metric;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import dev.mlops.stats.Interval;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A reason to train again: fires, stays quiet, or does not know.
 *
 * <p>Triggers combine by three-valued logic (Kleene): {@link #or} takes the strongest of fired,
 * unknown and quiet, {@link #and} the weakest. Immutable and thread-safe.
 */
public final class Trigger {

  private final String text;
  private final boolean isDriftAlone;
  private final List<Metric> metrics;
  private final BiFunction<Evidence, Instant, Finding> examination;

  private Trigger(
      String text,
      boolean isDriftAlone,
      List<Metric> metrics,
      BiFunction<Evidence, Instant, Finding> examination) {
    this.metrics = metrics;
    this.text = text;
    this.isDriftAlone = isDriftAlone;
    this.examination = examination;
  }

  /**
   * Fires when a metric of which more is better is below a floor for certain.
   *
   * @param metric the metric, such as {@code Metric.ROC_AUC}
   * @param floor the least acceptable value
   * @param confidence the least confidence of the interval that must lie below it, in (0, 1)
   * @return the trigger; unknown without an interval of that confidence, or while it holds the
   *     floor
   * @throws IllegalArgumentException if the confidence is outside (0, 1), the limit is outside the
   *     range of the metric, or the side is the better one of it
   */
  public static Trigger performanceBelow(Metric metric, double floor, double confidence) {
    Objects.requireNonNull(metric, "metric");
    if (metric.direction() == Metric.Direction.LOWER) {
      throw new IllegalArgumentException(
          "less of %s is better; say performanceAbove, not performanceBelow".formatted(metric));
    }
    return measured(metric, "below", floor, confidence);
  }

  /**
   * Fires when a metric of which less is better is above a ceiling for certain.
   *
   * @param metric the metric, such as {@code Metric.LOG_LOSS}
   * @param ceiling the largest acceptable value
   * @param confidence the least confidence of the interval that must lie above it, in (0, 1)
   * @return the trigger; unknown without an interval of that confidence, or while it holds the
   *     ceiling
   * @throws IllegalArgumentException if the confidence is outside (0, 1), the limit is outside the
   *     range of the metric, or the side is the better one of it
   */
  public static Trigger performanceAbove(Metric metric, double ceiling, double confidence) {
    Objects.requireNonNull(metric, "metric");
    if (metric.direction() == Metric.Direction.HIGHER) {
      throw new IllegalArgumentException(
          "more of %s is better; say performanceBelow, not performanceAbove".formatted(metric));
    }
    return measured(metric, "above", ceiling, confidence);
  }

  private static Trigger measured(Metric metric, String side, double limit, double confidence) {
    Objects.requireNonNull(metric, "metric");
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must lie between 0 and 1, both excluded: " + Exactly.number(confidence));
    }
    double inside = metric.limit(side, limit);
    String text =
        "%s %s %s at %s".formatted(metric, side, Exactly.number(inside), percent(confidence));
    return new Trigger(
        text,
        false,
        List.of(metric),
        (evidence, now) ->
            evidence
                .performance(metric)
                .map(interval -> compare(metric, interval, side, limit, confidence))
                .orElseGet(() -> Finding.unknown(notMeasured(metric, evidence))));
  }

  /** Names what was measured: the metric may only be misspelt. */
  private static String notMeasured(Metric metric, Evidence evidence) {
    return evidence.metrics().isEmpty()
        ? metric + " was not measured"
        : metric
            + " was not measured, but "
            + evidence.metrics().stream().map(Metric::name).collect(Collectors.joining(", "));
  }

  private static Finding compare(
      Metric metric, Interval interval, String side, double limit, double confidence) {
    String value = metric + " is " + rounded(interval);
    boolean isLow = side.equals("below");
    if (interval.confidence() < confidence) {
      return Finding.unknown(value + ", less sure than " + percent(confidence));
    }
    if (isLow ? interval.isBelow(limit) : interval.isAbove(limit)) {
      return Finding.fired(value + ", wholly " + side + " " + Exactly.number(limit));
    }
    if (isLow ? interval.lower() >= limit : interval.upper() <= limit) {
      return Finding.quiet(value + ", no part of it " + side + " " + Exactly.number(limit));
    }
    return Finding.unknown(value + ", partly " + side + " " + Exactly.number(limit));
  }

  private static String rounded(Interval interval) {
    return "%s (%s to %s at %s)"
        .formatted(
            rounded(interval.estimate()),
            rounded(interval.lower()),
            rounded(interval.upper()),
            percent(interval.confidence()));
  }

  private static String percent(double confidence) {
    return rounded(100 * confidence) + " %";
  }

  private static String rounded(double value) {
    return InWords.number(value, 4);
  }

  /**
   * Fires when a column has drifted for certain; it can lower the bar for another trigger by {@link
   * #and}, and a policy that would retrain for drift alone is refused.
   *
   * @return the trigger; unknown if drift was not looked for
   */
  public static Trigger drift() {
    return new Trigger(
        "drift",
        true,
        List.of(),
        (evidence, now) ->
            evidence
                .drifted()
                .map(Trigger::ofColumns)
                .orElse(Finding.unknown("drift was not looked for")));
  }

  private static Finding ofColumns(List<String> columns) {
    return columns.isEmpty()
        ? Finding.quiet("nothing has drifted")
        : Finding.fired(
            String.join(", ", columns)
                + Plural.words(columns.size(), " has", " have")
                + " drifted");
  }

  /**
   * Fires when the model in use is older than it should get.
   *
   * @param age the largest acceptable age, not negative
   * @return the trigger; unknown if the evidence doesn't say when the model was trained, or says
   *     that it will be
   * @throws IllegalArgumentException if the age is negative
   */
  public static Trigger olderThan(Duration age) {
    if (Objects.requireNonNull(age, "age").isNegative()) {
      throw new IllegalArgumentException("age must not be negative: " + Exactly.duration(age));
    }
    return new Trigger(
        "older than " + Exactly.duration(age),
        false,
        List.of(),
        (evidence, now) ->
            evidence
                .trained()
                .map(trained -> compareAge(Duration.between(trained, now), age))
                .orElse(Finding.unknown("nobody said when the model was trained")));
  }

  private static Finding compareAge(Duration age, Duration limit) {
    if (age.isNegative()) {
      return Finding.unknown(
          "the model is said to be trained " + Exactly.duration(age.negated()) + " from now");
    }
    return age.compareTo(limit) > 0
        ? Finding.fired(
            "the model is " + Exactly.duration(age) + " old, more than " + Exactly.duration(limit))
        : Finding.quiet(
            "the model is "
                + Exactly.duration(age)
                + " old, not more than "
                + Exactly.duration(limit));
  }

  /**
   * Fires if either fires.
   *
   * @param other the other trigger
   * @return a new trigger
   */
  public Trigger or(Trigger other) {
    Objects.requireNonNull(other, "other");
    return new Trigger(
        "(" + text + " or " + other.text + ")",
        isDriftAlone || other.isDriftAlone,
        both(other),
        (evidence, now) -> examine(evidence, now).or(other.examine(evidence, now)));
  }

  /**
   * Fires if both fire.
   *
   * @param other the other trigger
   * @return a new trigger
   */
  public Trigger and(Trigger other) {
    Objects.requireNonNull(other, "other");
    return new Trigger(
        "(" + text + " and " + other.text + ")",
        isDriftAlone && other.isDriftAlone,
        both(other),
        (evidence, now) -> examine(evidence, now).and(other.examine(evidence, now)));
  }

  private List<Metric> both(Trigger other) {
    return Stream.concat(metrics.stream(), other.metrics.stream()).distinct().toList();
  }

  /** The metrics that it goes by. */
  List<Metric> metrics() {
    return metrics;
  }

  /** Tells whether it can fire when drift is all there is. */
  boolean isDriftAlone() {
    return isDriftAlone;
  }

  Finding examine(Evidence evidence, Instant now) {
    return examination.apply(evidence, now);
  }

  @Override
  public String toString() {
    return text;
  }
}
