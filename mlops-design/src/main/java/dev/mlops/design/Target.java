package dev.mlops.design;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a metric has to reach, how sure one has to be of it, and where and within which time.
 *
 * <pre>{@code
 * Target.of(Metric.ROC_AUC).atLeast(0.82).confidence(0.95).within(Duration.ofDays(60));
 * }</pre>
 *
 * <p>A target is reached when the metric's whole two-sided interval of that confidence lies within
 * the limits; the estimate alone does not count. Immutable; each option returns a new target, and
 * can be set once.
 */
public final class Target {
  private static final double CONFIDENCE = 0.95;

  private final Metric metric;
  private final @Nullable String id;
  private final @Nullable Double least;
  private final @Nullable Double greatest;
  private final @Nullable Double confidence;
  private final @Nullable Double expected;
  private final @Nullable String slice;
  private final @Nullable Duration within;
  private final @Nullable Role role;

  private Target(Draft draft) {
    this.metric = draft.metric;
    this.id = draft.id;
    this.least = draft.least;
    this.greatest = draft.greatest;
    this.confidence = draft.confidence;
    this.expected = draft.expected;
    this.slice = draft.slice;
    this.within = draft.within;
    this.role = draft.role;
  }

  /**
   * Starts with a metric.
   *
   * @param metric the metric
   * @return a target without a limit
   */
  public static Target of(Metric metric) {
    return new Target(new Draft(requireNonNull(metric, "metric")));
  }

  /**
   * Gives the target a name of its own.
   *
   * @param id 1 to 250 characters; the metric's name, and the slice if there is one, unless said
   *     otherwise
   * @return the target with it
   * @throws IllegalArgumentException if it is no name
   * @throws IllegalStateException if it is already set
   */
  public Target named(String id) {
    Objects.requireNonNull(id, "id");
    Draft draft = new Draft(this);
    draft.id = Once.set("id", this.id, Names.checked("target", id));
    return new Target(draft);
  }

  /**
   * Sets the least value.
   *
   * @param value the least acceptable value, in the metric's unit
   * @return the target with it
   * @throws IllegalArgumentException if less of the metric is better, or the value is outside its
   *     range or not above its least value
   * @throws IllegalStateException if it is already set
   */
  public Target atLeast(double value) {
    if (metric.direction() == Metric.Direction.LOWER) {
      throw new IllegalArgumentException(
          "less of %s is better; say atMost, not atLeast %s"
              .formatted(metric, Exactly.number(value)));
    }
    Draft draft = new Draft(this);
    draft.least = Once.set("atLeast", least, metric.limit("at least", value));
    return new Target(draft);
  }

  /**
   * Sets the greatest value.
   *
   * @param value the greatest acceptable value, in the metric's unit
   * @return the target with it
   * @throws IllegalArgumentException if more of the metric is better, or the value is outside its
   *     range or not below its greatest value
   * @throws IllegalStateException if it is already set
   */
  public Target atMost(double value) {
    if (metric.direction() == Metric.Direction.HIGHER) {
      throw new IllegalArgumentException(
          "more of %s is better; say atLeast, not atMost %s"
              .formatted(metric, Exactly.number(value)));
    }
    Draft draft = new Draft(this);
    draft.greatest = Once.set("atMost", greatest, metric.limit("at most", value));
    return new Target(draft);
  }

  /**
   * Sets how sure one has to be.
   *
   * @param confidence the two-sided confidence of the metric's interval, between 0 and 1; 0.95
   *     unless said otherwise
   * @return the target with it
   * @throws IllegalArgumentException if it is not between 0 and 1
   * @throws IllegalStateException if it is already set
   */
  public Target confidence(double confidence) {
    if (!(confidence > 0 && confidence < 1)) {
      throw new IllegalArgumentException(
          "confidence must lie between 0 and 1, both excluded: " + Exactly.number(confidence));
    }
    Draft draft = new Draft(this);
    draft.confidence = Once.set("confidence", this.confidence, confidence);
    return new Target(draft);
  }

  /**
   * Says which value one hopes for, from which it follows how many rows a proof takes.
   *
   * @param value the value hoped for, within the metric's range
   * @return the target with it
   * @throws IllegalArgumentException if it is outside the range or not finite
   * @throws IllegalStateException if it is already set
   */
  public Target expecting(double value) {
    if (!Double.isFinite(value) || value < metric.least() || value > metric.greatest()) {
      throw new IllegalArgumentException(
          "%s is expected to be %s: the value must lie between %s and %s"
              .formatted(
                  metric,
                  Exactly.number(value),
                  Words.rounded(metric.least()),
                  Words.rounded(metric.greatest())));
    }
    Draft draft = new Draft(this);
    draft.expected = Once.set("expecting", expected, value + 0.0);
    return new Target(draft);
  }

  /**
   * Restricts the target to a part of all predictions.
   *
   * @param slice says in words or a condition which part, such as {@code age >= 65}
   * @return the target with it
   * @throws IllegalArgumentException if it is blank or has more than 250 characters
   * @throws IllegalStateException if it is already set
   */
  public Target slice(String slice) {
    Draft draft = new Draft(this);
    draft.slice = Once.set("slice", this.slice, Names.checked("slice", slice));
    return new Target(draft);
  }

  /**
   * Says within which time the target has to be proved.
   *
   * @param period the time in which predictions are made and get their labels; positive
   * @return the target with it
   * @throws IllegalArgumentException if it is not positive
   * @throws IllegalStateException if it is already set
   */
  public Target within(Duration period) {
    Objects.requireNonNull(period, "period");
    Draft draft = new Draft(this);
    draft.within = Once.set("within", within, Durations.positive("within", period));
    return new Target(draft);
  }

  /**
   * Says who goes by this metric.
   *
   * @param role the role
   * @return the target with it
   * @throws IllegalStateException if it is already set
   */
  public Target role(Role role) {
    Draft draft = new Draft(this);
    draft.role = Once.set("role", this.role, requireNonNull(role, "role"));
    return new Target(draft);
  }

  /**
   * Returns the metric.
   *
   * @return the metric
   */
  public Metric metric() {
    return metric;
  }

  /**
   * Returns the target's name.
   *
   * @return the name that was given; else the metric's, and the slice if there is one
   */
  public String id() {
    return id != null ? id : slice == null ? metric.name() : metric.name() + " of " + slice;
  }

  /** The name that was given. */
  Optional<String> givenId() {
    return Optional.ofNullable(id);
  }

  /**
   * Returns the least acceptable value.
   *
   * @return the value; empty if there is none
   */
  public OptionalDouble least() {
    return least == null ? OptionalDouble.empty() : OptionalDouble.of(least);
  }

  /**
   * Returns the greatest acceptable value.
   *
   * @return the value; empty if there is none
   */
  public OptionalDouble greatest() {
    return greatest == null ? OptionalDouble.empty() : OptionalDouble.of(greatest);
  }

  /**
   * Returns how sure one has to be.
   *
   * @return the two-sided confidence of the metric's interval
   */
  public double confidence() {
    return confidence == null ? CONFIDENCE : confidence;
  }

  /**
   * Returns which value one hopes for.
   *
   * @return the value; empty if nobody said
   */
  public OptionalDouble expected() {
    return expected == null ? OptionalDouble.empty() : OptionalDouble.of(expected);
  }

  /**
   * Returns the part of all predictions it speaks of.
   *
   * @return the slice; empty for all predictions
   */
  public Optional<String> slice() {
    return Optional.ofNullable(slice);
  }

  /**
   * Returns within which time it has to be proved.
   *
   * @return the time; empty if nobody said
   */
  public Optional<Duration> within() {
    return Optional.ofNullable(within);
  }

  /**
   * Returns who goes by this metric.
   *
   * @return the role; empty if nobody said
   */
  public Optional<Role> role() {
    return Optional.ofNullable(role);
  }

  /**
   * Returns how many labelled rows it takes to prove the target, by the same intervals with which
   * the library measures.
   *
   * <p>If the target says what value is expected, rows that show this very value; otherwise the
   * best rows there can be, such as predictions without a single error: fewer can never suffice. Of
   * {@code roc_auc} both classes count, of {@code precision} what is predicted positive, of {@code
   * recall} the positives, of a class likewise.
   *
   * @param positiveRate the share of labels that are positive, in (0, 1), for {@code roc_auc}
   * @return the rows; empty if the target has no limit, its metric is without bounds or the
   *     application's own, the value expected is not within the limits, or it takes more than
   *     10,000,000 rows (50,000 of {@code roc_auc}, 20,000 of a bounded mean such as {@code brier})
   * @throws IllegalArgumentException if the rate is not in (0, 1)
   */
  public OptionalLong rowsNeeded(double positiveRate) {
    if (!(positiveRate > 0 && positiveRate < 1)) {
      throw new IllegalArgumentException(
          "positiveRate must lie between 0 and 1, both excluded: " + Exactly.number(positiveRate));
    }
    return Proof.rowsNeeded(this, positiveRate);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Target target
        && metric.equals(target.metric)
        && Objects.equals(id, target.id)
        && Objects.equals(least, target.least)
        && Objects.equals(greatest, target.greatest)
        && confidence() == target.confidence()
        && Objects.equals(expected, target.expected)
        && Objects.equals(slice, target.slice)
        && Objects.equals(within, target.within)
        && role == target.role;
  }

  @Override
  public int hashCode() {
    return Objects.hash(metric, id, least, greatest, slice);
  }

  /** Returns the target in words, such as {@code roc_auc at least 0.82 at 95 %}. */
  @Override
  public String toString() {
    String limits =
        (least == null ? "" : " at least " + Exactly.number(least))
            + (greatest == null ? "" : " at most " + Exactly.number(greatest));
    return metric
        + (slice == null ? "" : " of " + slice)
        + (limits.isEmpty() ? " without a limit" : limits)
        + " at "
        + Words.percent(confidence())
        + (within == null ? "" : " within " + Exactly.duration(within));
  }

  /** A target on its way to another one. */
  private static final class Draft {
    private final Metric metric;
    private @Nullable String id;
    private @Nullable Double least;
    private @Nullable Double greatest;
    private @Nullable Double confidence;
    private @Nullable Double expected;
    private @Nullable String slice;
    private @Nullable Duration within;
    private @Nullable Role role;

    Draft(Metric metric) {
      this.metric = metric;
    }

    Draft(Target from) {
      this.metric = from.metric;
      this.id = from.id;
      this.least = from.least;
      this.greatest = from.greatest;
      this.confidence = from.confidence;
      this.expected = from.expected;
      this.slice = from.slice;
      this.within = from.within;
      this.role = from.role;
    }
  }
}
