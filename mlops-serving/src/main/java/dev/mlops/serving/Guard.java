package dev.mlops.serving;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a rollout watches: what counts as a bad event, and how much worse than the live
 * model is tolerated. Immutable; each option may be set once.
 *
 * <p>A guard gathers evidence by {@link dev.mlops.stats.BadEventProcess}, in ticks that hold events
 * of both arms from the same moment. If the candidate's odds of a bad event are at most {@code
 * ratio} times the live model's, the chance that the guard <em>ever</em> rolls back is at most
 * {@code alpha}, however often it looks.
 */
public final class Guard {

  /** Decides whether a prediction was wrong, once the truth is known. */
  @FunctionalInterface
  public interface LabelRule {

    /**
     * Tells whether a prediction was a bad event, for instance {@code (score > 0.5) != (label >
     * 0.5)}.
     *
     * @param score the logged score of the prediction
     * @param label the truth that arrived for it
     * @return whether the prediction counts as bad
     */
    boolean isBad(double score, double label);
  }

  private final GuardTerms.Kind kind;
  private final String subject;
  private final @Nullable Duration budget;
  private final @Nullable LabelRule rule;
  private final Map<String, Object> options;

  private Guard(
      GuardTerms.Kind kind,
      String subject,
      @Nullable Duration budget,
      @Nullable LabelRule rule,
      Map<String, Object> options) {
    this.kind = kind;
    this.subject = subject;
    this.budget = budget;
    this.rule = rule;
    this.options = options;
  }

  /**
   * Watches failures: a request is bad if the model that it was assigned to throws.
   *
   * @return the guard, named "errors"
   */
  public static Guard errors() {
    return new Guard(GuardTerms.Kind.ERRORS, "errors", null, null, Map.of());
  }

  /**
   * Watches slow answers: a request is bad if the model that it was assigned to needs longer than
   * the budget, or throws.
   *
   * <p>Comparing shares over one budget is exact where comparing two estimated percentiles is not.
   *
   * @param budget the longest time that is fine, above zero
   * @return the guard, named for instance "latency over 20 ms"
   * @throws IllegalArgumentException if the budget is not positive
   */
  public static Guard latencyOver(Duration budget) {
    if (budget.isZero() || budget.isNegative()) {
      throw new IllegalArgumentException("budget must be above zero: " + budget);
    }
    String subject = "latency over " + Text.duration(budget);
    return new Guard(GuardTerms.Kind.LATENCY, subject, budget, null, Map.of());
  }

  /**
   * Watches wrong predictions, as their labels arrive by {@link DeploymentRouter#feedback}.
   *
   * @param rule says which predictions were bad; it may be called by any thread
   * @return the guard, named "label errors"
   */
  public static Guard labelErrors(LabelRule rule) {
    Objects.requireNonNull(rule, "rule");
    return new Guard(GuardTerms.Kind.LABELS, "label errors", null, rule, Map.of());
  }

  /**
   * Names the guard, which is needed when a rollout has two of a kind.
   *
   * @param name how verdicts call it, not blank
   * @return a copy with the name
   * @throws IllegalStateException if a name is already set
   */
  public Guard named(String name) {
    if (name.isBlank()) {
      throw new IllegalArgumentException("a guard's name must not be blank");
    }
    return with("name", name);
  }

  /**
   * Tolerates a candidate whose odds of a bad event are this many times the live model's; for rare
   * events odds are rates.
   *
   * @param ratio 1 by default, which is strict; 1.1 accepts one tenth more
   * @return a copy with the tolerance
   * @throws IllegalArgumentException if the ratio is not a positive number
   * @throws IllegalStateException if a ratio is already set
   */
  public Guard ratio(double ratio) {
    if (!(ratio > 0 && ratio < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "ratio must be a positive number, such as 1 or 1.25: " + ratio);
    }
    return with("ratio", ratio);
  }

  /**
   * Bounds the chance that a tolerable candidate is ever rolled back by this guard.
   *
   * @param alpha within (0, 1), 0.01 by default; evidence of 1/alpha rolls back
   * @return a copy with the bound
   * @throws IllegalArgumentException if alpha is outside (0, 1)
   * @throws IllegalStateException if alpha is already set
   */
  public Guard alpha(double alpha) {
    return with("alpha", chance("alpha", alpha));
  }

  /**
   * Bounds the chance that a candidate worse than tolerated is ever taken as proven by this guard,
   * and says when a guard is suspicious: evidence of 1/beta against the candidate withholds the
   * next step.
   *
   * @param beta within (0, 1), 0.05 by default
   * @return a copy with the bound
   * @throws IllegalArgumentException if beta is outside (0, 1)
   * @throws IllegalStateException if beta is already set
   */
  public Guard beta(double beta) {
    return with("beta", chance("beta", beta));
  }

  /**
   * Makes promotion wait for this guard's proof that the candidate is less than {@code ratio} times
   * as bad. Give it a ratio above 1: that a candidate is no worse <em>at all</em> can be shown only
   * of one that is better.
   *
   * @return a copy that must prove
   * @throws IllegalStateException if the guard is already decisive
   */
  public Guard decisive() {
    return with("decisive", true);
  }

  /**
   * Sets how many events of the candidate this guard must have counted within a step before the
   * next step, instead of the rollout's minimum. For labels that come days later, 0 lets the ramp
   * go on without them.
   *
   * @param events zero or more
   * @return a copy with the minimum
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if a minimum is already set
   */
  public Guard minimum(long events) {
    return with("minimum", notNegative("minimum", events));
  }

  /**
   * Leaves the candidate's first requests of the rollout out of this guard, as a cold model is not
   * a slow model.
   *
   * @param requests zero or more; by default 100 for latency and 0 for errors; labels have no
   *     warm-up
   * @return a copy with the warm-up
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if a warm-up is already set
   */
  public Guard warmUp(long requests) {
    return with("warmUp", notNegative("warmUp", requests));
  }

  /**
   * Returns the guard's name, by which verdicts and certificates call it.
   *
   * @return the name
   */
  public String name() {
    return option("name", subject);
  }

  /** Returns the terms as a plain value, with the rollout's minimum where the guard has none. */
  GuardTerms terms(long rolloutMinimum) {
    return new GuardTerms(
        name(),
        kind,
        budget == null ? 0 : budget.toNanos(),
        option("ratio", 1.0),
        option("alpha", 0.01),
        option("beta", 0.05),
        option("decisive", false),
        option("minimum", rolloutMinimum),
        option("warmUp", kind == GuardTerms.Kind.LATENCY ? 100L : 0L));
  }

  boolean isAboutLabels() {
    return rule != null;
  }

  boolean isBad(double score, double label) {
    return rule != null && rule.isBad(score, label);
  }

  private Guard with(String option, Object value) {
    Object earlier = options.get(option);
    Map<String, Object> more = new HashMap<>(options);
    more.put(option, Once.set(option, earlier, value));
    return new Guard(kind, subject, budget, rule, Map.copyOf(more));
  }

  @SuppressWarnings("unchecked")
  private <T> T option(String option, T otherwise) {
    return (T) options.getOrDefault(option, otherwise);
  }

  private static double chance(String what, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(what + " must lie between 0 and 1: " + value);
    }
    return value;
  }

  private static long notNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " must not be negative: " + value);
    }
    return value;
  }
}
