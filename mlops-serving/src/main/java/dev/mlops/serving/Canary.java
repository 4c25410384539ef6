package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.ExpectedTraffic;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutForecast;
import dev.mlops.rollout.RolloutTerms;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a rollout: how far the candidate's share grows, how long each step lasts, and what is
 * watched. Made by {@link DeploymentRouter#canary}; {@link #start()} begins it. Not thread-safe;
 * each option may be set once.
 */
public final class Canary {

  private static final double[] DEFAULT_STEPS = {1, 5, 25, 50, 100};
  private static final int MOST_STEPS = 100;
  private static final double DEFAULT_MIRRORED = 50;
  private static final int MOST_PENDING = 1 << 28;
  static final int DEFAULT_PENDING = 1_000_000;

  /** Whatever else a plan watches: a candidate that never answers gets no other evidence. */
  private static final List<Guard> STANDING =
      List.of(Guard.errors().notDecisive(), Guard.invalidOutputs().notDecisive());

  private static final Duration DEFAULT_WITHIN = Duration.ofSeconds(10);

  private final Function<Canary, Rollout> starter;
  private final Function<Canary, RolloutTerms> planner;
  private final Replayer replayer;
  private final Actor defaultActor;
  private final List<Guard> guards = new ArrayList<>();
  private double @Nullable [] steps;
  private @Nullable Double mirrored;
  private @Nullable Long minimum;
  private @Nullable Duration minimumTime;
  private @Nullable Duration deadline;
  private @Nullable Integer tick;
  private @Nullable Integer pending;
  private @Nullable Duration answerWithin;
  private @Nullable Boolean independentRequests;
  private @Nullable Actor actor;

  /** Asks the candidate of a plan what was asked in the past. */
  @FunctionalInterface
  interface Replayer {
    DryRun run(Canary canary, Instant from, Instant to);
  }

  Canary(
      Function<Canary, Rollout> starter,
      Function<Canary, RolloutTerms> planner,
      Replayer replayer,
      Actor defaultActor) {
    this.starter = starter;
    this.planner = planner;
    this.replayer = replayer;
    this.defaultActor = defaultActor;
  }

  /**
   * Sets the shares of traffic that the candidate gets, one after the other. A last share of 100 is
   * promotion; without it the rollout is held after its last step, for a human to promote. A first
   * share of 0 is a shadow: the candidate answers requests beside the live model, and nobody gets
   * its answers ({@link #mirror}).
   *
   * @param shares in percent, growing, within [0.01, 100], the first below 100 or 0; 1, 5, 25, 50,
   *     100 by default
   * @return this
   * @throws IllegalArgumentException if the shares don't grow, or one is out of range
   * @throws IllegalStateException if steps or a share are already set
   */
  public Canary steps(double... shares) {
    Once.refuse("steps", steps == null ? null : Arrays.toString(steps));
    steps = checked(Objects.requireNonNull(shares, "shares").clone());
    return this;
  }

  /**
   * Sets a single step: {@code share(10)} is {@code steps(10, 100)}.
   *
   * @param share in percent, within [0.01, 100)
   * @return this
   * @throws IllegalArgumentException if the share is out of range
   * @throws IllegalStateException if steps or a share are already set
   */
  public Canary share(double share) {
    return steps(checkedShare(share), 100);
  }

  static double checkedShare(double share) {
    if (!(share < 100 && Buckets.threshold(share) >= 1)) {
      throw new IllegalArgumentException(
          "a share must lie within 0.01 and 99.99 percent: " + Exactly.number(share));
    }
    return share;
  }

  /** Gives the plan of an A/B test its share, as often as it is asked for. */
  Canary ofShares(double... shares) {
    steps = shares;
    return this;
  }

  /**
   * Sets how much of the traffic a shadow answers too. Where evidence is by key, keys that the
   * shadow has answered are evidence in no later step, so what is mirrored is missing there.
   *
   * @param percent of the requests, of the keys where evidence is by key; within [0.01, 100], 50 by
   *     default
   * @return this
   * @throws IllegalArgumentException if the share is out of range
   * @throws IllegalStateException if it is already set
   */
  public Canary mirror(double percent) {
    if (!(percent <= 100 && Buckets.threshold(percent) >= 1)) {
      throw new IllegalArgumentException(
          "mirror must lie within 0.01 and 100 percent: " + Exactly.number(percent));
    }
    mirrored = Once.set("mirror", mirrored, percent);
    return this;
  }

  /**
   * Sets how many events of the candidate each guard must have counted within a step before the
   * next.
   *
   * @param events at least 1, 500 by default
   * @return this
   * @throws IllegalArgumentException if the number is below 1
   * @throws IllegalStateException if a minimum is already set
   */
  @CanIgnoreReturnValue
  public Canary minimum(long events) {
    if (events < 1) {
      throw new IllegalArgumentException("minimum must be at least 1 event: " + events);
    }
    minimum = Once.set("minimum", minimum, events);
    return this;
  }

  /**
   * Sets how many events of the candidate each guard must have counted within a step, and how long
   * the step must have lasted, before the next.
   *
   * @param events at least 1, 500 by default
   * @param time within 0 and 36,500 days, 0 by default
   * @return this
   * @throws IllegalArgumentException if the number is below 1 or the time out of range
   * @throws IllegalStateException if a minimum is already set
   */
  @CanIgnoreReturnValue
  public Canary minimum(long events, Duration time) {
    if (Objects.requireNonNull(time, "time").isNegative()) {
      throw new IllegalArgumentException(
          "minimum time must not be negative: " + Exactly.duration(time));
    }
    Duration checked = atMostLongest("minimum time", time);
    minimum(events);
    minimumTime = checked;
    return this;
  }

  /**
   * Sets the time after which an undecided rollout is held.
   *
   * @param deadline above zero and at most 36,500 days, one day by default
   * @return this
   * @throws IllegalArgumentException if the time is out of range
   * @throws IllegalStateException if a deadline is already set
   */
  public Canary deadline(Duration deadline) {
    this.deadline = Once.set("deadline", this.deadline, limit("deadline", deadline));
    return this;
  }

  /**
   * Sets how many events of both arms make a tick. Once a guard has counted 200 ticks, they grow to
   * half a percent of what it has counted.
   *
   * @param events within [1, 16384], 100 by default
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   * @throws IllegalStateException if a tick is already set
   */
  public Canary tick(int events) {
    if (events < 1 || events > RolloutTerms.LARGEST_TICK) {
      throw new IllegalArgumentException(
          "tick must lie within 1 and " + RolloutTerms.LARGEST_TICK + " events: " + events);
    }
    tick = Once.set("tick", tick, events);
    return this;
  }

  /**
   * Sets how many predictions may wait for their labels, at 24 bytes each, 32 in a plan with a
   * shadow, which are taken as they are needed. Only predictions that are evidence wait. When more
   * come, the oldest is forgotten: that is told once, counted, and said in the verdict.
   *
   * @param predictions within [1, 268435456], the newest 1,000,000 by default
   * @return this
   * @throws IllegalArgumentException if the number is out of range
   * @throws IllegalStateException if it is already set
   */
  public Canary pending(int predictions) {
    if (predictions < 1 || predictions > MOST_PENDING) {
      throw new IllegalArgumentException(
          "pending must lie within 1 and " + MOST_PENDING + " predictions: " + predictions);
    }
    pending = Once.set("pending", pending, predictions);
    return this;
  }

  /**
   * Sets how long a request may be under way before it counts as failed, while it is still under
   * way; if it comes back later it does not count again. A guard of latency counts it at its own
   * time.
   *
   * @param time above zero and at most 36,500 days, 10 seconds by default
   * @return this
   * @throws IllegalArgumentException if the time is out of range
   * @throws IllegalStateException if a time is already set
   */
  public Canary answerWithin(Duration time) {
    this.answerWithin = Once.set("answerWithin", this.answerWithin, limit("answerWithin", time));
    return this;
  }

  /**
   * Takes each request as evidence though traffic is assigned by key. Without this, evidence is by
   * key wherever the router has a {@link RouterBuilder#unitKey}: in each step a key counts once, by
   * its first request, and only if it was on the live model before. The requests of one key are
   * seldom independent: what one key is prone to would be counted as often as it comes, and the
   * bound on false rollbacks would not hold. With this it holds only if a key says nothing about
   * how its requests end.
   *
   * @return this
   * @throws IllegalStateException if it is already set
   */
  public Canary independentRequests() {
    independentRequests = Once.set("independentRequests", independentRequests, true);
    return this;
  }

  /**
   * Adds a guard; at least one is needed. {@link Guard#errors} and {@link Guard#invalidOutputs} are
   * there without being added: they roll back, and prove nothing for promotion.
   *
   * @param guard what to watch
   * @return this
   * @throws IllegalStateException if there is a guard of the same name
   */
  @CanIgnoreReturnValue
  public Canary guard(Guard guard) {
    Objects.requireNonNull(guard, "guard");
    for (Guard other : guards) {
      if (other.name().equals(guard.name())) {
        throw new IllegalStateException(
            "there are two guards '" + guard.name() + "'; name one by .named(...)");
      }
    }
    guards.add(guard);
    return this;
  }

  /**
   * Says who starts this rollout, and in whose name it decides.
   *
   * @param actor the workspace's actor by default
   * @return this
   * @throws IllegalStateException if an actor is already set
   */
  public Canary actor(Actor actor) {
    Objects.requireNonNull(actor, "actor");
    this.actor = Once.set("actor", this.actor, actor);
    return this;
  }

  /**
   * Starts the rollout: from the next request on the candidate has the first share.
   *
   * @return the running rollout; the one that is under way, whichever process has begun it, if it
   *     is of the same plan. What was handed over with a candidate that is not needed then is
   *     closed
   * @throws IllegalStateException if there is no guard, if a guard has the name of one of another
   *     kind that every rollout has, if a guard needs something that the router was not given, if a
   *     {@link Guard#latencyQuantile} needs more answers of the live model than there are, if the
   *     router has another rollout under way, or if it is closed
   */
  @CanIgnoreReturnValue
  public Rollout start() {
    requireGuards();
    return starter.apply(this);
  }

  /**
   * Tells before the start what this plan would do with a candidate as good as the live model, and
   * with worse ones: how often it is promoted, what that costs, and how long it takes. Nothing is
   * started, and options may still be set.
   *
   * <pre>{@code
   * RolloutForecast forecast =
   *     canary.plan(ExpectedTraffic.ofUnitsASecond(50).rate("errors", 0.01));
   * String table = forecast.table();
   * }</pre>
   *
   * @param traffic how much comes, and how often each guard's event is bad on the live model
   * @return the forecast, after about a second of simulations
   * @throws IllegalArgumentException if the rate of a guard that promotion waits for is missing, or
   *     a rate is of no guard
   * @throws IllegalStateException if there is no guard, or a guard has the name of one of another
   *     kind that every rollout has
   */
  public RolloutForecast plan(ExpectedTraffic traffic) {
    Objects.requireNonNull(traffic, "traffic");
    requireGuards();
    return RolloutForecast.of(planner.apply(this), traffic);
  }

  /**
   * Asks the candidate what the prediction log has of a time, and judges its answers beside those
   * that were given then, by this plan's guards and the rules of a shadow. Nothing is started, no
   * prediction is logged, and options may still be set; the guards may compare answers though the
   * plan has no shadow.
   *
   * <p>Inputs are made by {@link RouterBuilder#fromFeatures} of what was logged. Compared are
   * predictions that the model that is live now has answered, or has failed to answer. Of the
   * answers of then the score is known, and its label if there is one. Guards of latency are left
   * out: {@link DryRun#notJudged}.
   *
   * @param from the least time, included
   * @param to the greatest time, excluded
   * @return the verdict, and what it is of
   * @throws IllegalArgumentException if the time ends before it begins
   * @throws IllegalStateException if there is no guard, the router has no {@link
   *     RouterBuilder#fromFeatures}, or its log cannot be read
   * @throws dev.mlops.error.InvalidInputException if the log has nothing to compare with, or if all
   *     inputs that are made of it have the same unit key
   */
  public DryRun dryRun(Instant from, Instant to) {
    Objects.requireNonNull(from, "from");
    Objects.requireNonNull(to, "to");
    if (!from.isBefore(to)) {
      throw new IllegalArgumentException(
          "a dry run must begin before it ends: from %s to %s".formatted(from, to));
    }
    requireNamedGuards();
    return replayer.run(this, from, to);
  }

  private void requireGuards() {
    requireNamedGuards();
    requireShadow();
  }

  private void requireNamedGuards() {
    if (guards.isEmpty()) {
      throw new IllegalStateException("a canary needs a guard; add .guard(Guard.errors())");
    }
    for (Guard standing : missing()) {
      requireFree(standing.name());
    }
  }

  /** What only a shadow can do needs one. */
  private void requireShadow() {
    if (shares().get(0) == 0) {
      return;
    }
    if (mirrored != null) {
      throw new IllegalStateException(
          "mirror is about a shadow, and the plan has none; begin the steps with 0");
    }
    for (Guard guard : guards) {
      if (guard.comparesAnswers()) {
        throw new IllegalStateException(
            "guard '%s' compares the answers of a shadow, and the plan has none; begin the steps with 0"
                .formatted(guard.name()));
      }
    }
  }

  private void requireFree(String name) {
    if (guards.stream().anyMatch(guard -> guard.name().equals(name))) {
      throw new IllegalStateException(
          "the guard named '%s' is of another kind than the guard '%s' that every rollout has; name it otherwise"
              .formatted(name, name));
    }
  }

  /** The guards of {@link #STANDING} of whose kind none was added. */
  private List<Guard> missing() {
    return STANDING.stream()
        .filter(standing -> guards.stream().noneMatch(standing::isOfKind))
        .toList();
  }

  List<Double> shares() {
    return Arrays.stream(steps == null ? DEFAULT_STEPS : steps).boxed().toList();
  }

  /** The guards that were added, and those that are always there. */
  List<Guard> guards() {
    List<Guard> all = new ArrayList<>(guards);
    all.addAll(missing());
    return List.copyOf(all);
  }

  boolean hasOwnRules() {
    return guards.stream().anyMatch(Guard::hasOwnRule);
  }

  List<GuardTerms> guardTerms() {
    long events = minimum == null ? 500 : minimum;
    return guards().stream().map(guard -> guard.terms(events)).toList();
  }

  /** How much a shadow mirrors, in percent; 0 without a shadow. */
  double mirrored() {
    if (shares().get(0) > 0) {
      return 0;
    }
    return mirrored == null ? DEFAULT_MIRRORED : mirrored;
  }

  Duration minimumTime() {
    return minimumTime == null ? Duration.ZERO : minimumTime;
  }

  Duration deadline() {
    return deadline == null ? Duration.ofDays(1) : deadline;
  }

  int tick() {
    return tick == null ? 100 : tick;
  }

  int pending() {
    return pending == null ? DEFAULT_PENDING : pending;
  }

  Duration answerWithin() {
    return answerWithin == null ? DEFAULT_WITHIN : answerWithin;
  }

  boolean hasIndependentRequests() {
    return independentRequests != null;
  }

  Actor actor() {
    return actor == null ? defaultActor : actor;
  }

  /** Refuses a time that is not above zero, or longer than a certificate may say. */
  static Duration limit(String what, Duration time) {
    Objects.requireNonNull(time, what);
    if (time.isZero() || time.isNegative()) {
      throw new IllegalArgumentException(what + " must be above zero: " + Exactly.duration(time));
    }
    return atMostLongest(what, time);
  }

  private static Duration atMostLongest(String what, Duration time) {
    if (time.compareTo(RolloutTerms.LONGEST) > 0) {
      throw new IllegalArgumentException(
          "%s must be at most %s: %s"
              .formatted(what, Exactly.duration(RolloutTerms.LONGEST), Exactly.duration(time)));
    }
    return time;
  }

  private static double[] checked(double[] shares) {
    double previous = -1;
    for (double share : shares) {
      boolean isShadow = share == 0 && previous < 0;
      if (!isShadow && !(share > previous && share <= 100 && Buckets.threshold(share) >= 1)) {
        throw new IllegalArgumentException(
            "steps must grow within 0.01 and 100 percent, and only the first may be 0, a shadow: "
                + Arrays.toString(shares));
      }
      previous = share;
    }
    if (shares.length == 2 && shares[0] == 0 && shares[1] == 100) {
      throw new IllegalArgumentException(
          "a shadow alone does not prove that a candidate is good enough for users; add a step with a share, such as 0, 5, 100: "
              + Arrays.toString(shares));
    }
    if (shares.length == 0
        || shares.length > MOST_STEPS
        || Buckets.threshold(shares[0]) == Buckets.COUNT) {
      throw new IllegalArgumentException(
          "steps must be 1 to 100, the first below 100 percent, as evidence compares with live traffic: "
              + Arrays.toString(shares));
    }
    return shares;
  }
}
