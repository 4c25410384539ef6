package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.stats.BadEventProcess;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RolloutRecordTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Actor ACTOR = Actor.human("Zoe", "owner");
  private static final Instant LATER = NOON.plusSeconds(600);

  private static Judge judge(List<Double> shares, Guard... guards) {
    return judge(shares, Duration.ZERO, guards);
  }

  private static Judge judge(List<Double> shares, Duration minimumTime, Guard... guards) {
    List<GuardTerms> terms = Arrays.stream(guards).map(guard -> guard.terms(500)).toList();
    return new Judge(
        RolloutRecord.start(
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
                shares.get(0) == 0 ? 50 : 0,
                minimumTime,
                Duration.ofSeconds(10),
                Duration.ofHours(6),
                NOON,
                terms)));
  }

  /** A record, and the state that each act leads to; null if it leads to none. */
  private record Judge(RolloutRecord record) {

    RolloutState state() {
      return record.state();
    }

    @Nullable RolloutState tick(int guard, int step, BadEventProcess.Tick counts, Instant time) {
      return record.tick(guard, step, counts, time, ACTOR).map(Transition::state).orElse(null);
    }

    @Nullable RolloutState clock(Instant time) {
      return record.clock(time, ACTOR).map(Transition::state).orElse(null);
    }

    RolloutState promote(Instant time, String reason) {
      return record.promote(time, ACTOR, reason).state();
    }

    RolloutState rollback(Instant time, String reason) {
      return record.rollback(time, ACTOR, reason).state();
    }

    RolloutState pause(String reason) {
      return record.pause(LATER, ACTOR, reason).state();
    }

    RolloutState resume() {
      return record.resume(LATER, ACTOR).state();
    }

    RolloutState step(Instant time) {
      return record.step(time, ACTOR).state();
    }

    String sentence() {
      return record.verdict(NOON, Verdict.Labels.NONE).sentence();
    }
  }

  private static BadEventProcess.Tick tick(long n1, long k1, long n0, long k0) {
    return new BadEventProcess.Tick(n1, k1, n0, k0);
  }

  @Test
  void begins_with_the_first_share() {
    assertThat(judge(List.of(1.0, 100.0), Guard.errors()).state())
        .isEqualTo(new RolloutState.Running(0, 1));
  }

  /** Four errors of the candidate alone, at a tenth of the traffic, are enough; three are not. */
  @Test
  void rolls_back_at_one_over_alpha() {
    Judge judge = judge(List.of(10.0, 100.0), Guard.errors());
    for (int i = 0; i < 3; i++) {
      assertThat(judge.tick(0, 0, tick(10, 1, 90, 0), LATER)).isNull();
    }
    assertThat(judge.tick(0, 0, tick(10, 1, 90, 0), LATER))
        .extracting("reason")
        .isEqualTo(
            "errors: 4 of 40 (10 %) on the candidate, 0 of 360 (0 %) on the live model; evidence of"
                + " worse than tolerated (ratio 1) is 164, the limit 100");
  }

  @Test
  void steps_up_after_the_minimum_of_every_guard() {
    Judge judge =
        judge(List.of(5.0, 25.0, 100.0), Guard.errors(), Guard.errors().named("other").minimum(20));
    assertThat(judge.tick(0, 0, tick(500, 0, 500, 0), LATER)).isNull();
    assertThat(judge.tick(1, 0, tick(19, 0, 81, 0), LATER)).isNull();
    assertThat(judge.tick(1, 0, tick(1, 0, 99, 0), LATER))
        .isEqualTo(new RolloutState.Running(1, 25));
  }

  @Test
  void does_not_count_an_earlier_steps_events_towards_the_minimum() {
    Judge judge = judge(List.of(5.0, 25.0, 100.0), Guard.errors().notDecisive());
    assertThat(judge.tick(0, 0, tick(500, 0, 500, 0), LATER)).isNotNull();
    assertThat(judge.tick(0, 0, tick(500, 0, 500, 0), LATER)).isNull();
    assertThat(judge.tick(0, 1, tick(500, 0, 500, 0), LATER))
        .isInstanceOf(RolloutState.Promoted.class);
  }

  @Test
  void waits_for_the_minimum_time_of_a_step() {
    Judge judge = judge(List.of(5.0, 100.0), Duration.ofMinutes(10), Guard.errors().notDecisive());
    assertThat(judge.tick(0, 0, tick(500, 0, 500, 0), NOON.plusSeconds(599))).isNull();
    assertThat(judge.tick(0, 0, tick(1, 0, 99, 0), NOON.plusSeconds(600)))
        .isInstanceOf(RolloutState.Promoted.class);
  }

  /**
   * Three errors of the candidate alone are evidence of about 40: more than 1/beta = 20, less than
   * 1/alpha = 100.
   */
  @Test
  void withholds_the_next_step_while_a_guard_is_suspicious() {
    Judge judge = judge(List.of(10.0, 100.0), Guard.errors().notDecisive().minimum(30));
    for (int i = 0; i < 3; i++) {
      assertThat(judge.tick(0, 0, tick(10, 1, 90, 0), LATER)).isNull();
    }
    assertThat(judge.state()).isEqualTo(new RolloutState.Running(0, 10));
    assertThat(judge.tick(0, 0, tick(10, 0, 90, 9), LATER))
        .isInstanceOf(RolloutState.Promoted.class);
  }

  @Test
  void promotes_without_proof_and_says_so() {
    Judge judge = judge(List.of(50.0, 100.0), Guard.errors().notDecisive());
    assertThat(judge.tick(0, 0, tick(500, 0, 500, 0), LATER))
        .isEqualTo(
            new RolloutState.Promoted(
                "every step is passed and nothing spoke against it; that it is good enough was not proven"));
  }

  @Test
  void waits_for_the_proof() {
    Judge judge = judge(List.of(50.0, 100.0), Guard.errors().margin(2));
    assertThat(judge.tick(0, 0, tick(500, 0, 500, 0), LATER)).isNull();
    RolloutState state = null;
    int ticks = 0;
    while (state == null && ticks < 100) {
      state = judge.tick(0, 0, tick(50, 5, 50, 5), LATER);
      ticks++;
    }
    assertThat(state)
        .isEqualTo(
            new RolloutState.Promoted(
                "every step is passed, and it is proven: errors (below 2 times the live model's odds, or"
                    + " below 0.1 %)"));
    assertThat(ticks).isBetween(5, 40);
  }

  /** Two models that never fail can't be told apart, but a rate below 0.1 % is good enough. */
  @Test
  void takes_a_negligible_rate_as_proof() {
    assertThat(ticksUntilPromoted(Guard.errors())).isEqualTo(54);
    assertThat(ticksUntilPromoted(Guard.errors().negligible(0.01))).isEqualTo(6);
    assertThat(ticksUntilPromoted(Guard.errors().negligible(0))).isEqualTo(1_000);
  }

  private static int ticksUntilPromoted(Guard guard) {
    Judge judge = judge(List.of(50.0, 100.0), guard);
    for (int ticks = 1; ticks < 1_000; ticks++) {
      if (judge.tick(0, 0, tick(100, 0, 100, 0), LATER) instanceof RolloutState.Promoted) {
        return ticks;
      }
    }
    return 1_000;
  }

  @Test
  void rolls_back_above_an_absolute_limit_whatever_the_live_model_does() {
    Judge judge = judge(List.of(10.0, 100.0), Guard.errors().atMost(0.05));
    assertThat(judge.tick(0, 0, tick(2, 2, 18, 18), LATER)).isNull();
    assertThat(judge.tick(0, 0, tick(2, 2, 18, 18), LATER))
        .extracting("reason")
        .isEqualTo(
            "errors at most 5 %: 4 of 4 (100 %) on the candidate, 36 of 36 (100 %) on the live model;"
                + " evidence of more than 5 % is 440, the limit 100");
  }

  @Test
  void promotes_below_an_absolute_limit_though_the_live_model_never_fails() {
    Judge judge = judge(List.of(50.0, 100.0), Guard.errors().atMost(0.05));
    assertThat(judge.tick(0, 0, tick(50, 1, 50, 0), LATER)).isNull();
    RolloutState state = null;
    int ticks = 1;
    while (state == null && ticks < 100) {
      state = judge.tick(0, 0, tick(50, 1, 50, 0), LATER);
      ticks++;
    }
    assertThat(state)
        .isEqualTo(
            new RolloutState.Promoted(
                "every step is passed, and it is proven: errors at most 5 % (below 5 %)"));
    assertThat(ticks).isBetween(4, 20);
  }

  /** An outage of what both models need: nothing is learnt of the candidate. */
  @Test
  void takes_no_step_on_ticks_in_which_everything_is_bad() {
    Judge judge = judge(List.of(10.0, 50.0, 100.0), Guard.errors().notDecisive());
    for (int i = 0; i < 10_000; i++) {
      assertThat(judge.tick(0, 0, tick(10, 10, 90, 90), LATER)).isNull();
    }
    assertThat(judge.state()).hasToString("RUNNING at 10 %");
    assertThat(judge.sentence())
        .endsWith(
            "It waits for errors to count 0 of 500 events of the candidate in this step; for errors"
                + " to see a good event again, as all of the last were bad");
    assertThat(judge.tick(0, 0, tick(500, 0, 4_500, 0), LATER))
        .isEqualTo(new RolloutState.Running(1, 50));
  }

  @Test
  void takes_no_step_in_an_outage_after_a_good_start() {
    Judge judge = judge(List.of(10.0, 100.0), Guard.errors().notDecisive(), other(10_000));
    judge.tick(0, 0, tick(500, 0, 4_500, 0), LATER);
    judge.tick(0, 0, tick(10, 10, 90, 90), LATER);
    assertThat(judge.tick(1, 0, tick(10_000, 0, 90_000, 0), LATER)).isNull();
    assertThat(judge.tick(0, 0, tick(10, 0, 90, 0), LATER))
        .isInstanceOf(RolloutState.Promoted.class);
  }

  private static Guard other(long minimum) {
    return Guard.errors().named("other").minimum(minimum).notDecisive();
  }

  @Test
  void holds_where_the_plan_ends_before_a_hundred() {
    Judge judge = judge(List.of(5.0, 25.0), Guard.errors());
    judge.tick(0, 0, tick(500, 0, 500, 0), LATER);
    assertThat(judge.tick(0, 1, tick(500, 0, 500, 0), LATER))
        .isEqualTo(new RolloutState.Held(1, 25, "every step is passed, and the plan ends at 25 %"));
  }

  @Test
  void holds_at_the_deadline_and_never_promotes_by_itself_afterwards() {
    Judge judge = judge(List.of(5.0, 100.0), Guard.errors());
    Instant end = NOON.plus(Duration.ofHours(6));
    assertThat(judge.clock(end.minusNanos(1))).isNull();
    assertThat(judge.clock(end))
        .isEqualTo(
            new RolloutState.Held(0, 5, "the deadline of 6 hours passed without enough evidence"));
    assertThat(judge.tick(0, 0, tick(900, 0, 900, 0), end)).isNull();
    assertThat(judge.state()).hasToString("HELD at 5 %");
  }

  @Test
  void still_rolls_back_while_held() {
    Judge judge = judge(List.of(10.0, 100.0), Guard.errors());
    judge.clock(NOON.plus(Duration.ofHours(6)));
    assertThat(judge.tick(0, 0, tick(10, 5, 90, 0), LATER))
        .isInstanceOf(RolloutState.RolledBack.class);
  }

  @Test
  void obeys_humans_until_it_is_taken_back() {
    Judge judge = judge(List.of(10.0, 100.0), Guard.errors());
    judge.clock(NOON.plus(Duration.ofHours(6)));
    assertThat(judge.promote(LATER, "we know better"))
        .isEqualTo(new RolloutState.Promoted("we know better"));
    assertThat(judge.rollback(LATER, "no")).isEqualTo(new RolloutState.RolledBack("no"));
    assertThatThrownBy(() -> judge.rollback(LATER, "no"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the rollout of delay:8 is ROLLED_BACK and can't be rolled back; it is out of service already");
    Judge other = judge(List.of(10.0, 100.0), Guard.errors());
    other.rollback(LATER, "no");
    assertThatThrownBy(() -> other.promote(LATER, "yes"))
        .hasMessage(
            "the rollout of delay:8 is ROLLED_BACK and can't be promoted; only RUNNING, PAUSED or HELD can");
  }

  @Test
  void goes_on_after_a_pause_with_what_it_had_counted() {
    Judge judge = judge(List.of(5.0, 10.0, 100.0), Guard.errors());
    judge.tick(0, 0, tick(300, 0, 900, 0), LATER);
    assertThat(judge.pause("a holiday")).isEqualTo(new RolloutState.Paused(0, 5, "a holiday"));
    assertThat(judge.tick(0, 0, tick(300, 0, 900, 0), LATER)).isNull();
    assertThat(judge.clock(NOON.plus(Duration.ofDays(9)))).isNull();
    assertThatThrownBy(() -> judge.pause("again"))
        .hasMessage(
            "the rollout of delay:8 is PAUSED at 5 % and can't be paused; only RUNNING can");
    assertThat(judge.resume()).isEqualTo(new RolloutState.Running(0, 5));
    assertThatThrownBy(judge::resume)
        .hasMessage(
            "the rollout of delay:8 is RUNNING at 5 % and can't be resumed; only PAUSED can");
    assertThat(judge.tick(0, 0, tick(1, 0, 9, 0), LATER))
        .isEqualTo(new RolloutState.Running(1, 10));
  }

  @Test
  void rolls_back_while_paused() {
    Judge judge = judge(List.of(10.0, 100.0), Guard.errors());
    judge.pause("a holiday");
    assertThat(judge.tick(0, 0, tick(10, 5, 90, 0), LATER))
        .isInstanceOf(RolloutState.RolledBack.class);
  }

  @Test
  void steps_by_hand_as_far_as_the_last_share_below_all() {
    Judge judge = judge(List.of(5.0, 10.0, 100.0), Guard.errors());
    judge.pause("look first");
    assertThat(judge.step(LATER)).isEqualTo(new RolloutState.Running(1, 10));
    assertThatThrownBy(() -> judge.step(LATER))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the rollout of delay:8 is RUNNING at 10 % and can't be moved to its next step; it is at its last; promote it");
  }

  @Test
  void tells_what_it_knows() {
    Judge judge = judge(List.of(1.0, 100.0), Guard.errors());
    judge.tick(0, 0, tick(10, 0, 990, 12), LATER);
    assertThat(judge.sentence())
        .isEqualTo(
            "delay:8 is RUNNING at 1 %, no guard has decided. errors: 0 of 10 (0 %) on the candidate, 12 of 990 (1.212 %) on the live model; evidence of worse than tolerated (ratio 1) is 0.765, the limit 100. It waits for errors to count 10 of 500 events of the candidate in this step; for the proof of errors (below 1.25 times the live model's odds, or below 0.1 %), at evidence of 1.03 of 20");
  }
}
