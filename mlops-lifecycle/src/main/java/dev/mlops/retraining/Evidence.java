package dev.mlops.retraining;

import dev.mlops.data.Digest;
import dev.mlops.design.Metric;
import dev.mlops.drift.DriftReport;
import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.quality.QualityReport;
import dev.mlops.quality.QualityVerdict;
import dev.mlops.stats.Interval;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link RetrainingPolicy} may go by; whatever was not looked at is left out, and counts as
 * unknown.
 *
 * <p>Immutable and thread-safe.
 */
public final class Evidence {

  private final Map<Metric, Interval> performance;
  private final @Nullable List<String> drifted;
  private final @Nullable QualityReport gate;
  private final @Nullable Digest data;
  private final @Nullable Long newLabels;
  private final @Nullable Instant trained;

  private Evidence(Builder builder) {
    this.performance = Collections.unmodifiableMap(new LinkedHashMap<>(builder.performance));
    this.drifted = builder.drifted;
    this.gate = builder.gate;
    this.data = builder.data;
    this.newLabels = builder.newLabels;
    this.trained = builder.trained;
  }

  /**
   * Begins to gather evidence.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns how good a metric says the model is.
   *
   * @param metric the metric
   * @return the metric's interval; empty if it was not measured
   */
  public Optional<Interval> performance(Metric metric) {
    Objects.requireNonNull(metric, "metric");
    return Optional.ofNullable(performance.get(metric));
  }

  /** The metrics that were measured, in the order given. */
  Set<Metric> metrics() {
    return performance.keySet();
  }

  /**
   * Returns what has drifted.
   *
   * @return the columns whose drift is confirmed, in the order given; empty if drift was not looked
   *     for
   */
  public Optional<List<String>> drifted() {
    return Optional.ofNullable(drifted);
  }

  /**
   * Returns the quality report on the data to train on.
   *
   * @return the report; empty if there is no gate
   */
  public Optional<QualityReport> gate() {
    return Optional.ofNullable(gate);
  }

  /**
   * Returns the identity of the data to train on.
   *
   * @return the digest; empty if not stated
   */
  public Optional<Digest> data() {
    return Optional.ofNullable(data);
  }

  /**
   * Returns how many labelled rows are new since the model was trained.
   *
   * @return the number of rows; empty if not stated
   */
  public OptionalLong newLabels() {
    return newLabels == null ? OptionalLong.empty() : OptionalLong.of(newLabels);
  }

  /**
   * Returns when the model in use was trained.
   *
   * @return the time; empty if not stated
   */
  public Optional<Instant> trained() {
    return Optional.ofNullable(trained);
  }

  /** Returns all of it as the journal keeps it: everything but the data's digest, a subject. */
  Map<String, String> details() {
    Map<String, String> details = new TreeMap<>();
    performance.forEach(
        (metric, interval) -> details.put("performance." + metric.name(), exact(interval)));
    drifted().ifPresent(columns -> details.put("drifted", columns.toString()));
    gate().ifPresent(report -> details.put("gate", report.sentence()));
    newLabels().ifPresent(count -> details.put("newLabels", String.valueOf(count)));
    trained().ifPresent(time -> details.put("trained", time.toString()));
    return details;
  }

  private static String exact(Interval interval) {
    return "%s from %s to %s at %s"
        .formatted(
            Exactly.number(interval.estimate()),
            Exactly.number(interval.lower()),
            Exactly.number(interval.upper()),
            Exactly.number(interval.confidence()));
  }

  /** What guards could not look at before a training: nothing speaks against it, nor for it. */
  String notLookedAt() {
    return (gate == null ? "; nobody checked the quality of the data" : "")
        + (data == null ? "; nobody said which data it is, so it may be that of last time" : "");
  }

  boolean isBlockedByGate() {
    return gate != null
        && (gate.verdict() == QualityVerdict.BLOCKED
            || gate.verdict() == QualityVerdict.NOT_JUDGED);
  }

  @Override
  public String toString() {
    return details().toString();
  }

  /** Gathers evidence; each piece may be given once. */
  public static final class Builder {

    private final Map<Metric, Interval> performance = new LinkedHashMap<>();
    private @Nullable List<String> drifted;
    private @Nullable QualityReport gate;
    private @Nullable Digest data;
    private @Nullable Long newLabels;
    private @Nullable Instant trained;

    private Builder() {}

    /**
     * Adds how good a metric says the model in use is, on rows with mature labels.
     *
     * @param metric the metric, such as {@code Metric.ROC_AUC}
     * @param interval its value with the range that holds the truth
     * @return this builder
     * @throws IllegalStateException if the metric was given before
     */
    public Builder performance(Metric metric, Interval interval) {
      Objects.requireNonNull(metric, "metric");
      Once.refuse("performance of", metric.toString(), performance.get(metric));
      performance.put(metric, Objects.requireNonNull(interval, "interval"));
      return this;
    }

    /**
     * Adds which columns have drifted for certain.
     *
     * @param columns their names; empty if drift was looked for and there is none. Of a report take
     *     {@link #drift}, which knows whether anything could be judged
     * @return this builder
     * @throws IllegalStateException if given before
     */
    public Builder drifted(Collection<String> columns) {
      Once.refuse("drifted", drifted);
      this.drifted = Elements.copy(columns, "columns");
      return this;
    }

    /**
     * Adds what a drift report found. If it could judge no column, drift counts as not looked for.
     *
     * @param report the report
     * @return this builder
     * @throws IllegalStateException if drift was given before
     */
    public Builder drift(DriftReport report) {
      Objects.requireNonNull(report, "report");
      Once.refuse("drifted", drifted);
      return report.judged().isEmpty() ? this : drifted(report.driftedColumns());
    }

    /**
     * Adds the quality of the data to train on.
     *
     * @param report what the suite said of it
     * @return this builder
     * @throws IllegalStateException if given before
     */
    public Builder gate(QualityReport report) {
      Once.refuse("gate", gate);
      this.gate = Objects.requireNonNull(report, "report");
      return this;
    }

    /**
     * Adds which data there is to train on.
     *
     * @param digest its identity: the same as last time means that there is nothing to learn
     * @param newLabels how many of its labelled rows the model in use has not seen
     * @return this builder
     * @throws IllegalStateException if given before
     * @throws IllegalArgumentException if the number is negative
     */
    public Builder data(Digest digest, long newLabels) {
      Once.refuse("data", data);
      if (newLabels < 0) {
        throw new IllegalArgumentException("newLabels must not be negative: " + newLabels);
      }
      this.data = Objects.requireNonNull(digest, "digest");
      this.newLabels = newLabels;
      return this;
    }

    /**
     * Adds when the model in use was trained.
     *
     * @param time the time
     * @return this builder
     * @throws IllegalStateException if given before
     */
    public Builder trained(Instant time) {
      Once.refuse("trained", trained);
      this.trained = Objects.requireNonNull(time, "time");
      return this;
    }

    /**
     * Returns what was gathered.
     *
     * @return the evidence
     */
    public Evidence build() {
      return new Evidence(this);
    }
  }
}
