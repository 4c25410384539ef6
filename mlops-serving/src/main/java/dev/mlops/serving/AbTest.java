package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.ExpectedTraffic;
import dev.mlops.rollout.RolloutForecast;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The plan of an A/B test: which of two models is better by one metric, or whether they are equal
 * as far as it matters. Made by {@link DeploymentRouter#abTest}; {@link #start()} begins it, as a
 * {@link Rollout} with one share that stays. Not thread-safe; each option may be set once.
 *
 * <p>The test ends with what it has found: {@link dev.mlops.rollout.Verdict#outcome} tells it. A
 * candidate that is worse is rolled back; one that is better is promoted if {@link
 * #promoteIfBetter} is set. In all other cases the rollout is held with the answer as its reason:
 * the share stays until somebody decides.
 */
public final class AbTest {

  private static final double DEFAULT_SHARE = 50;

  private final Canary canary;
  private @Nullable Guard metric;
  private @Nullable Double share;
  private @Nullable Boolean promoteIfBetter;

  AbTest(Canary canary) {
    this.canary = canary;
  }

  /**
   * Sets what decides. The metric asks two questions at once: has the candidate fewer bad events,
   * or more? {@link Guard#margin} is the odds ratio from which on a difference matters, 1.25 by
   * default: the two are equal if the odds of a bad event of one are shown to be less than so many
   * times the other's. {@link Guard#alpha} bounds the chance that a difference is ever told where
   * there is none, 0.05 by default; {@link Guard#beta} that equality is told of two that differ by
   * the margin or more, 0.05 by default.
   *
   * @param guard what to compare, such as {@link Guard#labelErrors()}; its margin above 1 and at
   *     most 10, and without {@code ratio}, {@code negligible}, {@code atMost} or {@code
   *     notDecisive}
   * @return this
   * @throws IllegalArgumentException if the guard has an option that no metric has, or its margin
   *     is out of range
   * @throws IllegalStateException if a metric is already set, or there is a guard of its name
   */
  public AbTest metric(Guard guard) {
    Guard compared = Objects.requireNonNull(guard, "guard").asMetric();
    metric = Once.set("metric", metric, compared);
    canary.guard(compared);
    return this;
  }

  /**
   * Sets the candidate's share of the traffic.
   *
   * @param share in percent, within [0.01, 99.99], 50 by default, at which an answer is found
   *     soonest
   * @return this
   * @throws IllegalArgumentException if the share is out of range
   * @throws IllegalStateException if a share is already set
   */
  public AbTest share(double share) {
    this.share = Once.set("share", this.share, Canary.checkedShare(share));
    return this;
  }

  /**
   * Promotes a candidate that is shown to be better, once every added guard has proven that it is
   * good enough by its own rule. Without this the test only tells what it has found.
   *
   * @return this
   * @throws IllegalStateException if it is already set
   */
  public AbTest promoteIfBetter() {
    promoteIfBetter = Once.set("promoteIfBetter", promoteIfBetter, true);
    return this;
  }

  /**
   * Adds a guard beside the metric. It protects as in a canary: it rolls back, and while it is
   * suspicious no answer is told.
   *
   * @param guard what to watch
   * @return this
   * @throws IllegalStateException if there is a guard of the same name
   */
  public AbTest guard(Guard guard) {
    canary.guard(guard);
    return this;
  }

  /**
   * Sets how many events of the candidate the metric and each guard must have counted before an
   * answer other than worse is told.
   *
   * @param events at least 1, 500 by default
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   * @throws IllegalStateException if a minimum is already set
   */
  @CanIgnoreReturnValue
  public AbTest minimum(long events) {
    canary.minimum(events);
    return this;
  }

  /**
   * Sets how many events of the candidate the metric and each guard must have counted, and how long
   * the test must have lasted, before an answer other than worse is told: a whole week, for
   * instance, where weekends differ.
   *
   * @param events at least 1, 500 by default
   * @param time within 0 and 36,500 days, 0 by default
   * @return this
   * @throws IllegalArgumentException if the number is below 1 or the time out of range
   * @throws IllegalStateException if a minimum is already set
   */
  @CanIgnoreReturnValue
  public AbTest minimum(long events, Duration time) {
    canary.minimum(events, time);
    return this;
  }

  /**
   * Sets the time after which a test without an answer is held.
   *
   * @param deadline above zero and at most 36,500 days, one day by default
   * @return this
   * @throws IllegalArgumentException if the time is out of range
   * @throws IllegalStateException if a deadline is already set
   */
  @CanIgnoreReturnValue
  public AbTest deadline(Duration deadline) {
    Canary unused = canary.deadline(deadline);
    return this;
  }

  /**
   * Sets how many events of both models make a tick, as {@link Canary#tick} does.
   *
   * @param events within [1, 16384], 100 by default
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   * @throws IllegalStateException if a tick is already set
   */
  public AbTest tick(int events) {
    Canary unused = canary.tick(events);
    return this;
  }

  /**
   * Sets how many predictions may wait for their labels, as {@link Canary#pending} does.
   *
   * @param predictions within [1, 268435456], the newest 1,000,000 by default
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   * @throws IllegalStateException if it is already set
   */
  public AbTest pending(int predictions) {
    Canary unused = canary.pending(predictions);
    return this;
  }

  /**
   * Sets how long a request may be under way before it counts as failed, as {@link
   * Canary#answerWithin} does.
   *
   * @param time above zero and at most 36,500 days, 10 seconds by default
   * @return this
   * @throws IllegalArgumentException if the time is out of range
   * @throws IllegalStateException if a time is already set
   */
  public AbTest answerWithin(Duration time) {
    Canary unused = canary.answerWithin(time);
    return this;
  }

  /**
   * Takes each request as evidence though traffic is assigned by key, as {@link
   * Canary#independentRequests} does.
   *
   * @return this
   * @throws IllegalStateException if it is already set
   */
  public AbTest independentRequests() {
    Canary unused = canary.independentRequests();
    return this;
  }

  /**
   * Says who starts this test, and in whose name it decides.
   *
   * @param actor the workspace's actor by default
   * @return this
   * @throws IllegalStateException if an actor is already set
   */
  public AbTest actor(Actor actor) {
    Canary unused = canary.actor(actor);
    return this;
  }

  /**
   * Starts the test: from the next request on the candidate has its share.
   *
   * @return the running test
   * @throws IllegalStateException if there is no metric, and as {@link Canary#start}
   */
  @CanIgnoreReturnValue
  public Rollout start() {
    return planned().start();
  }

  /**
   * Tells before the start what this test would find: with candidates that are better, equal and
   * worse, how often each answer is told, and how long it takes. Nothing is started, and options
   * may still be set.
   *
   * @param traffic how much comes, and how often each guard's event is bad on the live model
   * @return the forecast, after some seconds of simulations
   * @throws IllegalArgumentException if the rate of the metric or of a decisive guard is missing,
   *     or a rate is of no guard
   * @throws IllegalStateException if there is no metric, and as {@link Canary#plan}
   */
  public RolloutForecast plan(ExpectedTraffic traffic) {
    return planned().plan(traffic);
  }

  private Canary planned() {
    if (metric == null) {
      throw new IllegalStateException(
          "an A/B test needs a metric; add .metric(Guard.labelErrors())");
    }
    double first = share == null ? DEFAULT_SHARE : share;
    return promoteIfBetter == null ? canary.ofShares(first) : canary.ofShares(first, 100);
  }

  /**
   * Names the metric and the share.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return "A/B test by "
        + (metric == null ? "no metric yet" : "the metric '" + metric.name() + "'")
        + " at "
        + Exactly.number(share == null ? DEFAULT_SHARE : share)
        + " %";
  }
}
