package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.stats.Histogram;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The plan of a rollout as a plain value: what it was told to do. The last share may be 100, which
 * is promotion; each share before it is a step.
 *
 * @param router the router's name
 * @param live the live model, as "name:version"
 * @param candidate the candidate, as "name:version"
 * @param digests the digests of both models
 * @param salt chooses which units meet the candidate
 * @param byKey whether a unit of evidence is a key, not a request
 * @param sticky whether requests of one key meet one model, so that requests are not drawn one by
 *     one
 * @param tick how many events make a tick at first, within [1, {@value #LARGEST_TICK}]
 * @param shares the candidate's shares of the traffic in percent, growing; the first may be 0, a
 *     shadow
 * @param mirrored how much of the traffic a shadow answers too, in percent; 0 without a shadow
 * @param minimumTime how long each step lasts at least
 * @param answerWithin after this time a request that is under way counts as failed
 * @param deadline how long after its start an undecided rollout is held
 * @param started when it started
 * @param guards what is watched
 */
public record RolloutTerms(
    String router,
    String live,
    String candidate,
    Digests digests,
    long salt,
    boolean byKey,
    boolean sticky,
    int tick,
    List<Double> shares,
    double mirrored,
    Duration minimumTime,
    Duration answerWithin,
    Duration deadline,
    Instant started,
    List<GuardTerms> guards) {

  /** No tick grows beyond this many events. */
  public static final int LARGEST_TICK = 16_384;

  private static final int COUNTED_FOR_ONE_MORE = 200;

  /** No time of a plan is longer: a rollout of a hundred years is a mistake. */
  public static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * The digests of both models' bytes, where they were given.
   *
   * @param live the live model's, or null
   * @param candidate the candidate's, or null
   */
  public record Digests(@Nullable Digest live, @Nullable Digest candidate) {}

  /**
   * Keeps its own copies of the lists.
   *
   * @param router the router's name
   * @param live the live model, as "name:version"
   * @param candidate the candidate, as "name:version"
   * @param digests the digests of both models
   * @param salt chooses which units meet the candidate
   * @param byKey whether a unit of evidence is a key, not a request
   * @param sticky whether requests of one key meet one model, so that requests are not drawn one by
   *     one
   * @param tick how many events make a tick at first, within [1, {@value #LARGEST_TICK}]
   * @param shares the candidate's shares of the traffic in percent, growing; the first may be 0, a
   *     shadow
   * @param mirrored how much of the traffic a shadow answers too, in percent; 0 without a shadow
   * @param minimumTime how long each step lasts at least
   * @param answerWithin after this time a request that is under way counts as failed
   * @param deadline how long after its start an undecided rollout is held
   * @param started when it started
   * @param guards what is watched
   */
  public RolloutTerms {
    shares = Elements.copy(shares, "shares");
    guards = Elements.copy(guards, "guards");
  }

  /**
   * Returns how many events make the next tick of a step: as many as the first, growing to half a
   * percent of what was counted, so that a rollout of a billion requests keeps some ten thousand
   * ticks. It depends on how much was counted only, never on what was bad.
   *
   * @param first how many make the first one
   * @param counted how many events the step has counted
   * @return the size, at most {@value #LARGEST_TICK}
   */
  public static int tickAfter(int first, long counted) {
    return (int) Math.min(LARGEST_TICK, Math.max(first, counted / COUNTED_FOR_ONE_MORE));
  }

  /**
   * Returns the chance with which a unit that is evidence in a step meets the candidate: what
   * {@link dev.mlops.stats.SplitProcess} compares the counts with. Where a unit is a key it is not
   * the step's share: keys that met the candidate before are no evidence any more, so of the others
   * so many are drawn that together they are the share.
   *
   * @param step the step, from 0
   * @return the chance, within (0, 1) for every step before promotion but a shadow, where it is 0
   * @throws IndexOutOfBoundsException if the plan has no such step
   */
  public double chance(int step) {
    double spoken = spoken(step);
    return (shares.get(step) / 100 - spoken) / (1 - spoken);
  }

  /**
   * Whether each unit is drawn by itself, so that the counts tell whether the split is as planned.
   */
  boolean drawsEachUnit() {
    return byKey || !sticky;
  }

  /** The share of units that are no evidence in a step, as they have spoken in an earlier one. */
  double spoken(int step) {
    return byKey && step > 0 ? shares.get(step - 1) / 100 : 0;
  }

  /**
   * Tells whether a step is a shadow: the candidate answers beside the live model, and nobody gets
   * its answers.
   *
   * @param step from 0; any other number is no step
   * @return whether it is one
   */
  public boolean isShadow(int step) {
    return step == 0 && shares.get(0) == 0;
  }

  /**
   * How much of the traffic is evidence in a step: of the keys that have spoken in the shadow,
   * nothing more is learnt.
   */
  double counted(int step) {
    if (isShadow(step)) {
      return mirrored / 100;
    }
    return (1 - spoken(step)) * (byKey ? 1 - mirrored / 100 : 1);
  }

  /**
   * Returns a plan that judges the past by the same rules: a shadow of everything, without a time
   * limit.
   *
   * @param judged the guards that can be judged
   * @param from when the past begins
   * @return a plan with one step that started then
   */
  public RolloutTerms asDryRun(List<GuardTerms> judged, Instant from) {
    return new RolloutTerms(
        router,
        live,
        candidate,
        digests,
        salt,
        byKey,
        sticky,
        tick,
        List.of(0.0),
        100,
        Duration.ZERO,
        answerWithin,
        LONGEST,
        from,
        judged);
  }

  /** Whether it is an A/B test. */
  boolean comparesBothWays() {
    return guards.stream().anyMatch(guard -> guard.bound() instanceof Bound.TwoSided);
  }

  /** Returns the plan with other guards. */
  RolloutTerms with(List<GuardTerms> others) {
    return begun(salt, started, others);
  }

  private RolloutTerms begun(long drawn, Instant time, List<GuardTerms> watched) {
    return new RolloutTerms(
        router,
        live,
        candidate,
        digests,
        drawn,
        byKey,
        sticky,
        tick,
        shares,
        mirrored,
        minimumTime,
        answerWithin,
        deadline,
        time,
        watched);
  }

  boolean isLastStep(int step) {
    return step + 1 == shares.size();
  }

  /**
   * Returns this plan as it would be if it had started with another one: with its time, its salt,
   * and the times that its guards of latency quantiles have taken.
   *
   * @param other a plan that has started
   * @return a copy, which equals the other one if both are the same plan
   */
  public RolloutTerms begunAs(RolloutTerms other) {
    requireNonNull(other, "other");
    List<GuardTerms> timed = new ArrayList<>();
    for (int i = 0; i < guards.size(); i++) {
      GuardTerms guard = guards.get(i);
      timed.add(i < other.guards.size() ? guard.timedAs(other.guards.get(i)) : guard);
    }
    return begun(other.salt, other.started, timed);
  }

  /**
   * Takes the times of the guards of latency quantiles from what the live model did before the
   * start.
   *
   * @param latencies the live model's latencies in nanoseconds
   * @return a copy with the times; this where no guard needs any
   * @throws IllegalStateException if there are fewer latencies than a guard needs
   */
  public RolloutTerms timedBy(Histogram latencies) {
    requireNonNull(latencies, "latencies");
    return with(guards.stream().map(guard -> guard.timedBy(latencies)).toList());
  }

  /**
   * Tells whether a human may move on from a step: to a step that is no promotion.
   *
   * @param step from 0
   * @return whether there is one
   */
  public boolean hasNext(int step) {
    return !isLastStep(step) && !promotesAfter(step);
  }

  /** Whether what follows this step is promotion. */
  boolean promotesAfter(int step) {
    return !isLastStep(step) && shares.get(step + 1) == 100;
  }

  /**
   * Reads a plan.
   *
   * @param json what {@link #toJson} wrote
   * @return the plan
   * @throws dev.mlops.error.InvalidInputException if the text is no plan, or one of its values is
   *     out of range; the message names the place
   */
  public static RolloutTerms fromJson(String json) {
    return CertificateJson.readPlan(requireNonNull(json, "json"));
  }

  /**
   * Writes this plan, as a certificate has it.
   *
   * @return one JSON object
   */
  public String toJson() {
    return CertificateText.plan(this).toString();
  }

  /**
   * Returns the deadline.
   *
   * @return when an undecided rollout is held
   */
  public Instant ends() {
    return started.plus(deadline);
  }

  @Override
  public String toString() {
    return "rollout of "
        + candidate
        + " beside "
        + live
        + " by router '"
        + router
        + "': "
        + steps()
        + (minimumTime.isZero() ? "" : ", each step at least " + Exactly.duration(minimumTime))
        + ", answers within "
        + Exactly.duration(answerWithin)
        + ", held after "
        + Exactly.duration(deadline);
  }

  private String steps() {
    String reaching =
        shares.stream()
            .filter(share -> share > 0)
            .map(Exactly::number)
            .collect(Collectors.joining(", "));
    return Stream.of(
            isShadow(0) ? "a shadow" : "", reaching.isEmpty() ? "" : reaching + " % of the traffic")
        .filter(words -> !words.isEmpty())
        .collect(Collectors.joining(", then "));
  }
}
