package dev.mlops.serving;

import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import dev.mlops.rollout.Bound;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.LatencyBudget;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * One thing that a rollout watches: what counts as a bad event, how many are tolerated, and what
 * must be proven before promotion. Immutable; each option may be set once.
 *
 * <p>A guard compares the candidate with the live model, by {@link dev.mlops.stats.BadEventProcess}
 * in ticks that hold events of both from the same moment; or, by {@link #atMost}, with a limit of
 * its own, by {@link dev.mlops.stats.BadRateProcess}. If the candidate is tolerable, the chance
 * that the guard <em>ever</em> rolls back is at most {@code alpha}, however often it looks. If it
 * is not good enough, the chance that the guard ever takes it as proven is at most {@code beta}.
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

  private static final double MARGIN = 1.25;
  private static final double NEGLIGIBLE = 0.001;
  private static final double ALPHA = 0.01;
  private static final double ALPHA_OF_METRIC = 0.05;
  private static final String METRIC = "metric";
  private static final List<String> NOT_OF_METRIC =
      List.of("ratio", "negligible", "atMost", "decisive");
  private static final List<String> COMPARING = List.of("ratio", "margin", "negligible");

  private final GuardTerms.Kind kind;
  private final @Nullable Duration budget;
  private final @Nullable Double quantile;
  private final double limit;
  private final @Nullable LabelRule rule;
  private final Map<String, Object> options;

  private Guard(
      GuardTerms.Kind kind,
      @Nullable Duration budget,
      @Nullable Double quantile,
      double limit,
      @Nullable LabelRule rule,
      Map<String, Object> options) {
    this.kind = kind;
    this.budget = budget;
    this.quantile = quantile;
    this.limit = limit;
    this.rule = rule;
    this.options = options;
  }

  /**
   * Watches failures: a request is bad if the model that it was assigned to throws whatever it be,
   * or does not answer within {@link Canary#answerWithin}. A caller who is interrupted is no
   * evidence. Every rollout has this guard, {@link #notDecisive}; adding one sets its options.
   *
   * @return the guard, named "errors"
   */
  public static Guard errors() {
    return new Guard(GuardTerms.Kind.ERRORS, null, null, 0, null, Map.of());
  }

  /**
   * Watches slow answers: a request is bad if the model that it was assigned to needs longer than
   * the budget, whether or not it ever answers, or throws.
   *
   * <p>Comparing shares over one budget is exact where comparing two estimated percentiles is not.
   *
   * @param budget the longest time that is fine, above zero and at most 36,500 days
   * @return the guard, named for instance "latency over 20 ms"
   * @throws IllegalArgumentException if the budget is out of range
   */
  public static Guard latencyOver(Duration budget) {
    return new Guard(
        GuardTerms.Kind.LATENCY, Canary.limit("budget", budget), null, 0, null, Map.of());
  }

  /**
   * Watches a quantile of latency, where no time is known: how long the candidate may take is
   * {@link #ratio} times the live model's quantile. That quantile is taken once, when the rollout
   * starts, from the newest answers of the live model. From then on an answer is late if it takes
   * longer than its own model's time: the quantile for the live model, and ratio times that for the
   * candidate. A request is bad if its model's answer is late, whether or not it ever comes, or if
   * the model throws.
   *
   * <p>The bound of {@link #alpha} holds if the candidate's latencies, divided by the ratio, are
   * stochastically no longer than those of the live model at the same moment, whatever the load
   * does to both. {@link #margin} is about the odds of a late answer.
   *
   * <pre>{@code
   * Guard.latencyQuantile(0.99).ratio(1.25)
   * }</pre>
   *
   * @param quantile within [0.001, 0.999], for instance 0.99
   * @return the guard, named for instance "latency p99"
   * @throws IllegalArgumentException if the quantile is out of range
   */
  public static Guard latencyQuantile(double quantile) {
    if (!(quantile >= RecentLatencies.LEAST_QUANTILE
        && quantile <= RecentLatencies.GREATEST_QUANTILE)) {
      throw new IllegalArgumentException(
          "quantile must lie within 0.001 and 0.999, such as 0.99: %s; for a rarer latency give its time by latencyOver(...)"
              .formatted(Exactly.number(quantile)));
    }
    return new Guard(GuardTerms.Kind.LATENCY_QUANTILE, null, quantile, 0, null, Map.of());
  }

  /**
   * Watches answers that no sound model gives: a request is bad if the model that it was assigned
   * to answers NaN or an infinity, as a number or in arrays, lists and maps of them. For other
   * types of output {@link RouterBuilder#score} must be finite, or {@link RouterBuilder#valid}
   * tells. A request without an answer counts for the other guards only; null is none. Every
   * rollout has this guard, {@link #notDecisive}; adding it sets its options.
   *
   * @return the guard, named "invalid outputs"
   */
  public static Guard invalidOutputs() {
    return new Guard(GuardTerms.Kind.INVALID_OUTPUTS, null, null, 0, null, Map.of());
  }

  /**
   * Watches wrong predictions, as their labels arrive, by the router's rule {@link
   * RouterBuilder#wrong}. A rollout with this guard can be resumed by a process that opens the
   * router anew, and joined by other processes.
   *
   * @return the guard, named "label errors"
   */
  public static Guard labelErrors() {
    return new Guard(GuardTerms.Kind.LABELS, null, null, 0, null, Map.of());
  }

  /**
   * Watches wrong predictions, as their labels arrive, by a rule of its own. The rule is code that
   * no database keeps: another process takes part in such a rollout when it starts it with the same
   * plan.
   *
   * @param rule says which predictions were bad; it may be called by any thread. A prediction whose
   *     score is NaN is bad whatever the rule; a rule that throws judges nothing, which is counted
   * @return the guard, named "label errors"
   */
  public static Guard labelErrors(LabelRule rule) {
    Objects.requireNonNull(rule, "rule");
    return new Guard(GuardTerms.Kind.LABELS, null, null, 0, rule, Map.of());
  }

  /**
   * Watches answers of a shadow that differ from the live model's to the same request: numbers, and
   * arrays, lists and maps of them, by more than a tolerance; anything else if the two are not
   * equal. Objects without an {@code equals} of their own, and records with an array, are compared
   * by their scores, and not at all without one. Where one of the two has no answer nothing is
   * compared; that is an error. It needs {@link #atMost}, rolls back and withholds the step, and
   * proves nothing for promotion, since of two answers that differ either may be the better one.
   *
   * @param tolerance the largest difference that is fine, zero or more
   * @return the guard, named for instance "disagreement over 0.02 at most 3 %"
   * @throws IllegalArgumentException if the tolerance is negative or not a number
   */
  public static Guard disagreement(double tolerance) {
    if (!(tolerance >= 0 && tolerance < Double.POSITIVE_INFINITY)) {
      throw new IllegalArgumentException(
          "tolerance must be a number, zero or more: " + Exactly.number(tolerance));
    }
    return new Guard(GuardTerms.Kind.DISAGREEMENT, null, null, tolerance, null, Map.of());
  }

  /**
   * Watches answers of a shadow that are of another class than the live model's to the same
   * request. The class of an answer is the place of the largest number, where it is an array of
   * several; else whether its score is above the threshold. As {@link #disagreement} it needs
   * {@link #atMost}, and proves nothing for promotion.
   *
   * @param threshold above it a score is of the one class, else of the other; finite
   * @return the guard, named for instance "class flips at 0.5 at most 1 %"
   * @throws IllegalArgumentException if the threshold is not a finite number
   */
  public static Guard classFlips(double threshold) {
    if (!Double.isFinite(threshold)) {
      throw new IllegalArgumentException(
          "threshold must be a finite number: " + Exactly.number(threshold));
    }
    return new Guard(GuardTerms.Kind.CLASS_FLIPS, null, null, threshold, null, Map.of());
  }

  /**
   * Names the guard, which is needed when a rollout has two of a kind.
   *
   * @param name how verdicts call it, not blank
   * @return a copy with the name
   * @throws IllegalArgumentException if it is blank, has more than 250 characters, or one that no
   *     journal keeps
   * @throws IllegalStateException if a name is already set
   */
  public Guard named(String name) {
    Objects.requireNonNull(name, "name");
    return with("name", Names.checked("guard", name));
  }

  /**
   * Tolerates a candidate whose odds of a bad event are this many times the live model's: beyond it
   * the candidate is rolled back. For rare events odds are rates.
   *
   * <p>Of {@link #latencyQuantile} it is how many times longer the candidate's quantile may be,
   * within [1, 1000].
   *
   * @param ratio within [0.001, 1000], 1 by default, which is strict; 1.1 accepts one tenth more
   * @return a copy with the tolerance
   * @throws IllegalArgumentException if the ratio is out of range
   * @throws IllegalStateException if a ratio or an absolute limit is already set
   */
  public Guard ratio(double ratio) {
    if (quantile != null && !(ratio >= 1 && ratio <= Bound.GREATEST_RATIO)) {
      throw new IllegalArgumentException(
          "ratio of a latency quantile must lie within 1 and 1,000, such as 1.25, as it says how many times longer the candidate may take: "
              + Exactly.number(ratio));
    }
    return with("ratio", Bound.Relative.requireRatio("ratio", ratio));
  }

  /**
   * Sets what promotion must prove: that the candidate's odds of a bad event are below this many
   * times the live model's. That a candidate is no worse <em>at all</em> can be shown only of one
   * that is better; the nearer the margin is to 1, the more events it takes to prove it of an equal
   * one.
   *
   * @param margin within [0.001, 1000]; 1.25 times the {@link #ratio} by default, and 1.25 for
   *     {@link #latencyQuantile}
   * @return a copy with the margin
   * @throws IllegalArgumentException if the margin is out of range
   * @throws IllegalStateException if a margin or an absolute limit is already set
   */
  public Guard margin(double margin) {
    return with("margin", Bound.Relative.requireRatio("margin", margin));
  }

  /**
   * Sets a rate of bad events so low that a candidate below it is good enough, whatever the live
   * model's rate is. Without it, two models that never fail could not be told apart, however long
   * one waits.
   *
   * @param rate within [0, 1), 0.001 by default, and not more than a tenth of what is beyond a
   *     {@link #latencyQuantile}; 0 for none
   * @return a copy with the rate
   * @throws IllegalArgumentException if the rate is outside [0, 1)
   * @throws IllegalStateException if such a rate or an absolute limit is already set
   */
  public Guard negligible(double rate) {
    if (!(rate >= 0 && rate < 1)) {
      throw new IllegalArgumentException(
          "negligible must be a rate from 0 to below 1, such as 0.001: " + Exactly.number(rate));
    }
    return with("negligible", rate);
  }

  /**
   * Watches the candidate's rate of bad events by itself, instead of comparing it with the live
   * model: above the limit the candidate is rolled back, and promotion waits for the proof that it
   * is below. The limit asks nobody's fault: when something that both models need fails, the
   * candidate is taken back. To compare as well, add a second guard without the limit.
   *
   * @param rate the highest rate that is fine, within (0, 1), for instance 0.05
   * @return a copy with the limit, named for instance "errors at most 5 %"
   * @throws IllegalArgumentException if the rate is outside (0, 1)
   * @throws IllegalStateException if a limit, or an option that compares, is already set; or the
   *     guard is of a {@link #latencyQuantile}, which compares
   */
  public Guard atMost(double rate) {
    if (quantile != null) {
      throw new IllegalStateException(
          "guard '%s' compares with the live model's quantile, so it has no limit of its own; use latencyOver(time).atMost(rate)"
              .formatted(name()));
    }
    return with("atMost", chance("atMost", rate));
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
   * Bounds the chance that a candidate which is not good enough is ever taken as proven by this
   * guard, and says when a guard is suspicious: evidence of 1/beta against the candidate withholds
   * the next step.
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
   * Lets promotion go ahead without this guard's proof. The guard still withholds steps and rolls
   * back; but a candidate that it could not tell from a tolerable one is then promoted, and the
   * verdict says so.
   *
   * @return a copy that need not prove
   * @throws IllegalStateException if the guard is already so
   */
  public Guard notDecisive() {
    return with("decisive", false);
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
   * Leaves the candidate's start out of this guard until it is steady, as a cold model is not a
   * slow model. The candidate's requests are looked at in blocks of 50: it is steady after the
   * first block without a bad event, or after one of which less than half are bad and which has no
   * fewer than the block 200 requests before. Requests of both models count from then on.
   *
   * @param requests how many requests of the candidate may be left out at most, zero or more; by
   *     default 500 for latency and 0 for the other kinds
   * @return a copy with the warm-up
   * @throws IllegalArgumentException if the number is negative
   * @throws IllegalStateException if a warm-up is already set, or the guard is about labels, which
   *     are no less right of a cold model
   */
  public Guard warmUp(long requests) {
    if (isAboutLabels()) {
      throw new IllegalStateException(
          "guard '" + name() + "' is about labels, so it has no warm-up");
    }
    return with("warmUp", notNegative("warmUp", requests));
  }

  /**
   * Returns the guard's name, by which verdicts and certificates call it.
   *
   * @return the name
   */
  public String name() {
    return option("name", GuardTerms.nameOf(kind, budgetNanos(), quantile(), limit, bound()));
  }

  /** Returns the terms as a plain value, with the rollout's minimum where the guard has none. */
  GuardTerms terms(long rolloutMinimum) {
    if (comparesAnswers() && !options.containsKey("atMost")) {
      throw new IllegalStateException(
          "guard '%s' compares two answers, so there is no rate of the live model to compare with; say how many may differ by .atMost(rate)"
              .formatted(name()));
    }
    return new GuardTerms(
        name(),
        kind,
        budgetNanos(),
        quantile(),
        limit,
        bound(),
        option("alpha", options.containsKey(METRIC) ? ALPHA_OF_METRIC : ALPHA),
        option("beta", 0.05),
        option("decisive", !comparesAnswers()),
        option("minimum", rolloutMinimum),
        option("warmUp", budget == null && quantile == null ? 0L : 500L));
  }

  private long budgetNanos() {
    return budget == null ? 0 : budget.toNanos();
  }

  /** The ratio of a quantile is one of times; its late answers are compared as they are. */
  private @Nullable LatencyBudget quantile() {
    return quantile == null ? null : LatencyBudget.untaken(quantile, option("ratio", 1.0));
  }

  private Bound bound() {
    if (options.containsKey(METRIC)) {
      return new Bound.TwoSided(option("margin", MARGIN));
    }
    Double atMost = (Double) options.get("atMost");
    if (atMost != null) {
      return new Bound.Absolute(atMost);
    }
    double ratio = quantile == null ? option("ratio", 1.0) : 1;
    double beyond = quantile == null ? 1 : Math.min(quantile, 1 - quantile);
    return new Bound.Relative(
        ratio,
        option("margin", Math.min(Bound.GREATEST_RATIO, MARGIN * ratio)),
        option("negligible", Math.min(NEGLIGIBLE, beyond / 10)));
  }

  /** Returns the guard as what decides an A/B test: judged both ways. */
  Guard asMetric() {
    if (comparesAnswers() || quantile != null) {
      throw new IllegalArgumentException(
          "guard '%s' can't be the metric of an A/B test, as it does not count the same of both models; use labelErrors, errors, invalidOutputs or latencyOver"
              .formatted(name()));
    }
    for (String option : NOT_OF_METRIC) {
      if (options.containsKey(option)) {
        throw new IllegalArgumentException(
            "guard '%s' can't be the metric of an A/B test, as it has %s: a metric asks which of the two is better; its options are margin, alpha, beta, minimum and warmUp"
                .formatted(name(), option.equals("decisive") ? "notDecisive" : option));
      }
    }
    Guard metric = with(METRIC, true);
    Bound unused = metric.bound(); // Refuses a margin that a metric can't have.
    return metric;
  }

  boolean isOfKind(Guard other) {
    return kind == other.kind;
  }

  boolean comparesAnswers() {
    return kind.comparesAnswers();
  }

  boolean isAboutLabels() {
    return kind == GuardTerms.Kind.LABELS;
  }

  boolean hasOwnRule() {
    return rule != null;
  }

  /** Returns the guard's own rule, or that of the router. */
  LabelRule rule(@Nullable LabelRule ofRouter) {
    LabelRule found = rule == null ? ofRouter : rule;
    if (found == null) {
      throw new IllegalStateException(
          "guard '%s' has no rule that tells a wrong prediction; give the router .wrong(rule), or use labelErrors(rule)"
              .formatted(name()));
    }
    return found;
  }

  private Guard with(String option, Object value) {
    requireOneBound(option);
    Object earlier = options.get(option);
    Map<String, Object> more = new HashMap<>(options);
    more.put(option, Once.set(option, earlier, value));
    return new Guard(kind, budget, quantile, limit, rule, Map.copyOf(more));
  }

  private void requireOneBound(String option) {
    for (String relative : COMPARING) {
      String other = option.equals("atMost") ? relative : "atMost";
      if ((option.equals("atMost") || option.equals(relative)) && options.containsKey(other)) {
        throw new IllegalStateException(
            "%s compares with the live model and atMost does not, so a guard has one or the other; add a second guard"
                .formatted(relative));
      }
    }
  }

  @SuppressWarnings("unchecked")
  private <T> T option(String option, T otherwise) {
    return (T) options.getOrDefault(option, otherwise);
  }

  private static double chance(String what, double value) {
    if (!(value > 0 && value < 1)) {
      throw new IllegalArgumentException(
          what + " must lie between 0 and 1: " + Exactly.number(value));
    }
    return value;
  }

  private static long notNegative(String what, long value) {
    if (value < 0) {
      throw new IllegalArgumentException(what + " must not be negative: " + Plural.grouped(value));
    }
    return value;
  }

  @Override
  public String toString() {
    return "guard '" + name() + "'" + (options.isEmpty() ? "" : " " + new TreeMap<>(options));
  }
}
