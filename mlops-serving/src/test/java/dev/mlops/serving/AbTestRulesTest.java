package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Check;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.stats.BadEventProcess.Tick;
import dev.mlops.stats.Interval;
import dev.mlops.stats.TwoSidedProcess.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What an A/B test decides, tick by tick, without a router. */
class AbTestRulesTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Instant LATER = NOON.plusSeconds(600);
  private static final Actor ACTOR = Actor.human("Zoe", "owner");
  private static final Guard METRIC = Guard.errors().minimum(200).asMetric();

  private static RolloutRecord test(List<Double> shares, Duration minimum, Guard... guards) {
    return RolloutRecord.start(
        new RolloutTerms(
            "departures",
            "delay:7",
            "delay:8",
            new RolloutTerms.Digests(null, null),
            7,
            false,
            true,
            100,
            shares,
            0,
            minimum,
            Duration.ofSeconds(10),
            Duration.ofHours(6),
            NOON,
            Stream.of(guards).map(guard -> guard.terms(100)).toList()));
  }

  private static RolloutRecord test(Guard... guards) {
    return test(List.of(50.0), Duration.ZERO, guards);
  }

  private static Tick tick(long candidateBad, long liveBad) {
    return new Tick(50, candidateBad, 50, liveBad);
  }

  /** Adds the same tick until the state changes, at most so often. */
  private static @Nullable RolloutState after(
      RolloutRecord record, int most, int guard, Tick counts) {
    for (int i = 0; i < most; i++) {
      RolloutState next =
          record.tick(guard, 0, counts, LATER, ACTOR).map(Transition::state).orElse(null);
      if (next != null) {
        return next;
      }
    }
    return null;
  }

  private static Verdict verdict(RolloutRecord record) {
    return record.verdict(LATER, Verdict.Labels.NONE);
  }

  @Test
  void holds_with_the_answer_that_the_candidate_is_better() {
    RolloutRecord record = test(METRIC);
    assertThat(after(record, 3, 0, tick(2, 12))).isNull();
    RolloutState state = after(record, 20, 0, tick(2, 12));
    assertThat(state).hasToString("HELD at 50 %");
    assertThat(state)
        .extracting("reason")
        .isEqualTo(
            "the test has an answer. errors: the candidate is better: 8 of 200 (4 %) on the candidate, 48 of 200 (24 %) on the live model; evidence of better is 99,188 and of worse 0.0859, the limit 40; of differing by less it is 1, the limit 20");
    assertThat(verdict(record).outcome())
        .contains(new Outcome.Better(false, "the candidate is better"));
    assertThat(verdict(record).sentence()).contains(". By now: errors: the candidate is better: ");
    Interval odds = verdict(record).odds().orElseThrow();
    assertThat(odds.upper()).isLessThan(1);
    assertThat(odds.confidence()).isEqualTo(0.95);
  }

  @Test
  void rolls_back_a_candidate_that_is_worse() {
    RolloutRecord record = test(METRIC);
    assertThat(after(record, 20, 0, tick(12, 2))).isInstanceOf(RolloutState.RolledBack.class);
    assertThat(verdict(record).outcome()).get().isInstanceOf(Outcome.Worse.class);
    assertThat(verdict(record).sentence())
        .startsWith(
            "delay:8 is ROLLED_BACK: errors: the candidate is worse: 24 of 100 (24 %) on the candidate")
        .containsPattern("; the odds ratio is (above|within) [0-9.]+");
  }

  @Test
  void holds_two_that_are_equal_and_says_within_what() {
    RolloutRecord record = test(METRIC);
    RolloutState state = after(record, 500, 0, tick(10, 10));
    assertThat(state).asString().isEqualTo("HELD at 50 %");
    assertThat(state)
        .extracting("reason")
        .asString()
        .startsWith(
            "the test has an answer. errors: the two differ by less than 1.25 times the odds: ");
    assertThat(verdict(record).outcome())
        .contains(new Outcome.Equivalent("the two differ by less than 1.25 times the odds"));
    Interval odds = verdict(record).odds().orElseThrow();
    assertThat(odds.lower()).isBetween(0.7, 1.0);
    assertThat(odds.upper()).isBetween(1.0, 1.4);
  }

  /** No bad event on either side is no sign of equality. */
  @Test
  void says_at_the_deadline_that_nothing_is_decided() {
    RolloutRecord record = test(METRIC);
    assertThat(after(record, 100, 0, tick(0, 0))).isNull();
    Transition held = record.clock(NOON.plus(Duration.ofHours(6)), ACTOR).orElseThrow();
    assertThat(held.state())
        .isEqualTo(
            new RolloutState.Held(
                0,
                50,
                "the deadline of 6 hours passed without an answer. errors: it is not decided which is better, nor that the two differ by less than 1.25 times the odds: 0 of 5,000 (0 %) on the candidate, 0 of 5,000 (0 %) on the live model; evidence of better is 1 and of worse 1, the limit 40; of differing by less it is 1, the limit 20"));
    assertThat(verdict(record).outcome()).get().isInstanceOf(Outcome.Undecided.class);
    assertThat(verdict(record).odds()).contains(new Interval(0, 1, Double.POSITIVE_INFINITY, 0.95));
    assertThat(verdict(record).sentence()).endsWith("; of the odds ratio nothing is known yet");
  }

  @Test
  void says_what_it_waits_for() {
    RolloutRecord record = test(METRIC);
    assertThat(after(record, 1, 0, tick(3, 5))).isNull();
    assertThat(verdict(record).sentence())
        .contains(
            ". It waits for errors to count 50 of 200 events of the candidate in this step; for an answer of errors: evidence of better is ");
  }

  /** The answer waits for the minimum and its time; that the candidate is worse does not. */
  @Test
  void answers_after_the_minimum_only() {
    RolloutRecord early = test(List.of(50.0), Duration.ofHours(1), METRIC);
    assertThat(after(early, 30, 0, tick(2, 12))).isNull();
    Transition held = early.clock(NOON.plus(Duration.ofHours(6)), ACTOR).orElseThrow();
    assertThat(held.state())
        .extracting("reason")
        .asString()
        .startsWith(
            "the deadline of 6 hours passed. errors: the candidate is better: 60 of 1,500 (4 %) on the candidate")
        .endsWith("; it waited for the end of the step, not before 2026-11-23T13:00:00Z");
    RolloutRecord worse = test(List.of(50.0), Duration.ofHours(1), METRIC);
    assertThat(after(worse, 30, 0, tick(12, 2))).isInstanceOf(RolloutState.RolledBack.class);
  }

  @Test
  void promotes_a_better_candidate_if_the_plan_says_so() {
    RolloutRecord record = test(List.of(50.0, 100.0), Duration.ZERO, METRIC);
    assertThat(after(record, 20, 0, tick(2, 12)))
        .isInstanceOf(RolloutState.Promoted.class)
        .extracting("reason")
        .asString()
        .startsWith("the test has an answer. errors: the candidate is better: 8 of 200 (4 %)");
  }

  @Test
  void does_not_promote_an_equal_one() {
    RolloutRecord record = test(List.of(50.0, 100.0), Duration.ZERO, METRIC);
    assertThat(after(record, 500, 0, tick(10, 10))).isInstanceOf(RolloutState.Held.class);
  }

  /** Promotion waits for the proof of the guards that were added; an answer alone does not. */
  @Test
  void waits_for_the_proof_of_the_other_guards_before_it_promotes() {
    Guard latency = Guard.latencyOver(Duration.ofMillis(20)).minimum(50);
    RolloutRecord promotes = test(List.of(50.0, 100.0), Duration.ZERO, METRIC, latency);
    assertThat(after(promotes, 1, 1, tick(5, 5))).isNull();
    assertThat(after(promotes, 10, 0, tick(2, 12))).isNull();
    assertThat(verdict(promotes).sentence())
        .contains("It waits for the proof of latency over 20 milliseconds (below 1.25 times ");
    assertThat(after(promotes, 500, 1, tick(5, 5))).isInstanceOf(RolloutState.Promoted.class);
    RolloutRecord tells = test(METRIC, latency);
    assertThat(after(tells, 1, 1, tick(5, 5))).isNull();
    assertThat(after(tells, 10, 0, tick(2, 12))).isInstanceOf(RolloutState.Held.class);
  }

  @Test
  void is_taken_back_by_another_guard() {
    Guard latency = Guard.latencyOver(Duration.ofMillis(20));
    RolloutRecord record = test(METRIC, latency);
    assertThat(after(record, 50, 1, tick(20, 2)))
        .isInstanceOf(RolloutState.RolledBack.class)
        .extracting("reason")
        .asString()
        .startsWith("latency over 20 milliseconds: ");
    assertThat(verdict(record).outcome()).get().isInstanceOf(Outcome.Undecided.class);
  }

  /** What was better and has become worse is taken back, as any held rollout is. */
  @Test
  void takes_back_what_turned_worse_after_the_answer() {
    RolloutRecord record = test(METRIC);
    assertThat(after(record, 20, 0, tick(2, 12))).isInstanceOf(RolloutState.Held.class);
    assertThat(after(record, 200, 0, tick(20, 2)))
        .isInstanceOf(RolloutState.RolledBack.class)
        .extracting("reason")
        .asString()
        .contains(": the evidence has gone both ways: the difference has changed on the way: ");
  }

  @Test
  void goes_on_after_a_pause_with_the_answer_that_it_had() {
    RolloutRecord record = test(METRIC);
    assertThat(record.pause(LATER, ACTOR, "look first").state())
        .isInstanceOf(RolloutState.Paused.class);
    assertThat(after(record, 20, 0, tick(2, 12))).isNull();
    assertThat(record.resume(LATER, ACTOR).state()).isInstanceOf(RolloutState.Running.class);
    assertThat(after(record, 1, 0, tick(1, 1))).isInstanceOf(RolloutState.Held.class);
    assertThatThrownBy(() -> record.step(LATER, ACTOR))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the rollout of delay:8 is HELD at 50 % and can't be moved to its next step; only RUNNING or PAUSED can");
  }

  /** The models in each other's place: better becomes worse, at the same tick. */
  @Test
  void is_the_mirror_image_if_the_models_change_places() {
    for (int seed = 0; seed < 60; seed++) {
      RolloutRecord here = test(Guard.errors().minimum(0).asMetric());
      RolloutRecord there = test(Guard.errors().minimum(0).asMetric());
      SplittableRandom random = new SplittableRandom(seed);
      int tilt = random.nextInt(5);
      for (int i = 0; i < 150 && !isDone(here) && !isDone(there); i++) {
        int a = 5 + random.nextInt(7);
        int b = 5 + tilt + random.nextInt(7);
        assertThat(after(here, 1, 0, tick(a, b)) == null)
            .isEqualTo(after(there, 1, 0, tick(b, a)) == null);
      }
      assertThat(mirrored(verdict(here).outcome().orElseThrow()))
          .isEqualTo(verdict(there).outcome().orElseThrow().getClass());
      assertThat(
              verdict(here).odds().orElseThrow().lower()
                  * verdict(there).odds().orElseThrow().upper())
          .satisfiesAnyOf(
              product -> assertThat(product).isNaN(),
              product ->
                  assertThat(product).isCloseTo(1, org.assertj.core.api.Assertions.within(1e-9)));
    }
  }

  private static boolean isDone(RolloutRecord record) {
    return !(record.state() instanceof RolloutState.Running);
  }

  private static Class<?> mirrored(Outcome outcome) {
    if (outcome instanceof Outcome.Better) {
      return Outcome.Worse.class;
    }
    return outcome instanceof Outcome.Worse ? Outcome.Better.class : outcome.getClass();
  }

  @Test
  void is_confirmed_and_refuted_as_a_certificate() {
    RolloutRecord record = test(METRIC);
    assertThat(after(record, 500, 0, tick(9, 10))).isInstanceOf(RolloutState.Held.class);
    Certificate read = Certificate.fromJson(record.certificate().toJson());
    assertThat(read.verify()).isEqualTo(new Check.Confirmed(record.ticks().size(), record.state()));
    String changed =
        record.certificate().toJson().replaceFirst(",0,50,9,50,10,", ",0,50,10,50,10,");
    assertThat(Certificate.fromJson(changed).verify())
        .isInstanceOf(Check.Refuted.class)
        .extracting("tick")
        .isEqualTo(0);
    String wider =
        record.certificate().toJson().replace("\"twoSidedMargin\":1.25", "\"twoSidedMargin\":2");
    assertThat(Certificate.fromJson(wider).verify()).isInstanceOf(Check.Refuted.class);
    String stepping = record.certificate().toJson().replace("[50.0]", "[5.0,50.0]");
    assertThatThrownBy(() -> Certificate.fromJson(stepping))
        .hasMessage(
            "'plan.shares' of the certificate must be one share above 0, or one and 100, as the plan is an A/B test: a list or object of 2");
    String two =
        record
            .certificate()
            .toJson()
            .replace("\"twoSidedMargin\":1.25", "\"twoSidedMargin\":1.25,\"atMost\":0.1");
    assertThatThrownBy(() -> Certificate.fromJson(two))
        .hasMessage(
            "'plan.guards[0]' of the certificate must have one of these: atMost; twoSidedMargin; or ratio, margin and negligible: a list or object of 11");
  }
}
