package dev.mlops.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.rollout.GuardTerms.Kind;
import dev.mlops.rollout.RolloutForecast.Case;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RolloutForecastTest {

  private static final Bound RELATIVE = new Bound.Relative(1, 1.25, 0.001);
  private static final Duration DAY = Duration.ofDays(1);

  private static GuardTerms guard(String name, Kind kind, Bound bound, boolean decisive) {
    return new GuardTerms(name, kind, 0, null, 0, bound, 0.01, 0.05, decisive, 100, 0);
  }

  private static RolloutTerms plan(boolean byKey, Duration deadline, GuardTerms... guards) {
    return new RolloutTerms(
        "delays",
        "delay:7",
        "delay:8",
        new RolloutTerms.Digests(null, null),
        1,
        byKey,
        true,
        100,
        List.of(10.0, 50.0, 100.0),
        0,
        Duration.ZERO,
        Duration.ofSeconds(10),
        deadline,
        Instant.EPOCH,
        List.of(guards));
  }

  private static RolloutTerms errors(Duration deadline) {
    return plan(
        false,
        deadline,
        guard("errors", Kind.ERRORS, RELATIVE, true),
        guard("invalid outputs", Kind.INVALID_OUTPUTS, RELATIVE, false));
  }

  private static ExpectedTraffic tenASecond() {
    return ExpectedTraffic.ofUnitsASecond(10);
  }

  @Test
  void tells_equal_candidates_from_worse_ones() {
    RolloutForecast forecast = RolloutForecast.of(errors(DAY), tenASecond().rate("errors", 0.05));
    List<Case> cases = forecast.cases();
    assertThat(cases).extracting(Case::times).containsExactly(1.0, 1.5, 2.0, 3.0);
    assertThat(cases.get(0).promoted()).isGreaterThan(0.9);
    assertThat(cases.get(3).rolledBack()).isGreaterThan(0.99);
    assertThat(cases).extracting(Case::promoted).isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(cases.get(0).meanMoreBad()).isZero();
    assertThat(cases.get(1).meanMoreBad()).isGreaterThan(cases.get(3).meanMoreBad());
    assertThat((double) cases.get(3).worstMoreBad()).isGreaterThan(cases.get(3).meanMoreBad());
    assertThat(cases)
        .allSatisfy(
            each ->
                assertThat(each.promoted() + each.rolledBack() + each.undecided())
                    .isBetween(1 - 1e-9, 1 + 1e-9));
  }

  /** One in a hundred answers is beyond the quantile 0.99, by its name. */
  @Test
  void knows_how_often_an_answer_is_beyond_a_quantile() {
    GuardTerms quantile =
        guard("latency p99", Kind.LATENCY_QUANTILE, RELATIVE, true)
            .with(LatencyBudget.untaken(0.99, 1.25));
    RolloutTerms plan = plan(false, DAY, quantile, guard("errors", Kind.ERRORS, RELATIVE, false));
    RolloutForecast forecast = RolloutForecast.of(plan, tenASecond());
    assertThat(forecast.traffic().rates()).containsOnlyKeys("latency p99");
    assertThat(forecast)
        .isEqualTo(RolloutForecast.of(plan, tenASecond().rate("latency p99", 1 - 0.99)));
    assertThat(forecast.table()).contains("at a rate of 10 a second, latency p99: 1 % of the live");
    assertThat(forecast.cases().get(3).rolledBack()).isGreaterThan(0.9);
  }

  @Test
  void tells_how_often_an_a_b_test_finds_each_answer() {
    GuardTerms metric =
        new GuardTerms(
            "errors", Kind.ERRORS, 0, null, 0, new Bound.TwoSided(2), 0.05, 0.05, true, 100, 0);
    RolloutForecast forecast =
        RolloutForecast.of(test(metric), ExpectedTraffic.ofUnitsASecond(1).rate("errors", 0.1));
    List<Case> cases = forecast.cases();
    assertThat(cases).extracting(Case::times).containsExactly(0.5, 0.8, 1.0, 1.25, 2.0);
    assertThat(cases.get(0).better()).isGreaterThan(0.95);
    assertThat(cases.get(2).equal()).isGreaterThan(0.9);
    assertThat(cases.get(2).better() + cases.get(2).rolledBack()).isLessThan(0.05);
    assertThat(cases.get(4).rolledBack()).isGreaterThan(0.99);
    assertThat(cases).extracting(Case::promoted).containsOnly(0.0);
    assertThat(cases)
        .allSatisfy(
            each ->
                assertThat(each.rolledBack() + each.better() + each.equal() + each.undecided())
                    .isBetween(1 - 1e-9, 1 + 1e-9));
    assertThat(forecast.table().lines().skip(2).findFirst())
        .contains(
            "bad events   better    worse    equal  undecided       more bad      99 of 100    half done in      9 of 10 in");
  }

  private static RolloutTerms test(GuardTerms metric) {
    return new RolloutTerms(
        "delays",
        "delay:7",
        "delay:8",
        new RolloutTerms.Digests(null, null),
        1,
        false,
        true,
        100,
        List.of(50.0),
        0,
        Duration.ZERO,
        Duration.ofSeconds(10),
        DAY,
        Instant.EPOCH,
        List.of(metric));
  }

  @Test
  void is_the_same_each_time() {
    ExpectedTraffic traffic = tenASecond().rate("errors", 0.2);
    assertThat(RolloutForecast.of(errors(DAY), traffic))
        .isEqualTo(RolloutForecast.of(errors(DAY), traffic));
  }

  /** 0.1 % is shown by 3,500 good events of the candidate at the earliest. */
  @Test
  void shows_models_that_never_fail_by_their_negligible_rate() {
    Case same = RolloutForecast.of(errors(DAY), tenASecond().rate("errors", 0)).cases().get(2);
    assertThat(same.promoted()).isEqualTo(1);
    assertThat(same.meanMoreBad()).isZero();
    assertThat(same.median()).isBetween(Duration.ofMinutes(10), Duration.ofMinutes(20));
  }

  @Test
  void holds_at_the_deadline() {
    Case same =
        RolloutForecast.of(errors(Duration.ofMinutes(5)), tenASecond().rate("errors", 0.01))
            .cases()
            .get(0);
    assertThat(same.undecided()).isGreaterThan(0.98);
    assertThat(same.nineOfTen()).isEqualTo(Duration.ofMinutes(5));
  }

  /** What a shadow finds costs no user anything. */
  @Test
  void begins_with_a_shadow_where_the_plan_does() {
    GuardTerms labels = guard("label errors", Kind.LABELS, RELATIVE, true);
    RolloutTerms canary = plan(false, DAY, labels);
    RolloutTerms shadowed =
        new RolloutTerms(
            "delays",
            "delay:7",
            "delay:8",
            new RolloutTerms.Digests(null, null),
            1,
            false,
            false,
            100,
            List.of(0.0, 10.0, 50.0, 100.0),
            50,
            Duration.ofMinutes(10),
            Duration.ofSeconds(10),
            DAY,
            Instant.EPOCH,
            List.of(labels));
    ExpectedTraffic traffic = tenASecond().rate("label errors", 0.1);
    List<Case> without = RolloutForecast.of(canary, traffic).cases();
    List<Case> with = RolloutForecast.of(shadowed, traffic).cases();
    assertThat(with.get(3).meanMoreBad()).isLessThan(without.get(3).meanMoreBad() / 10);
    assertThat(with.get(3).rolledBack()).isEqualTo(1);
    assertThat(with.get(0).promoted()).isGreaterThan(0.95);
  }

  @Test
  void counts_what_an_undecided_candidate_costs_until_the_deadline() {
    RolloutTerms plan =
        plan(false, Duration.ofHours(2), guard("errors", Kind.ERRORS, RELATIVE, true));
    RolloutTerms blind =
        plan.with(
            List.of(
                new GuardTerms(
                    "errors",
                    Kind.ERRORS,
                    0,
                    null,
                    0,
                    new Bound.Absolute(0.99),
                    .01,
                    .05,
                    true,
                    1 << 30,
                    0)));
    Case worse = RolloutForecast.of(blind, tenASecond().rate("errors", 0.1)).cases().get(2);
    assertThat(worse.undecided()).isEqualTo(1);
    // A tenth of 72,000 requests, a tenth of which would not have been bad.
    assertThat(worse.meanMoreBad()).isBetween(710.0, 730.0);
  }

  /** Two hours pass before the first label, at 36,000 requests an hour of which a tenth meet it. */
  @Test
  void waits_for_labels_that_come_late() {
    RolloutTerms plan = plan(false, DAY, guard("label errors", Kind.LABELS, RELATIVE, true));
    ExpectedTraffic traffic = tenASecond().rate("label errors", 0.1);
    Case soon = RolloutForecast.of(plan, traffic).cases().get(3);
    Case late = RolloutForecast.of(plan, traffic.labelsAfter(Duration.ofHours(2))).cases().get(3);
    assertThat(late.median()).isGreaterThan(soon.median().plusMinutes(119));
    assertThat(late.meanMoreBad()).isBetween(1_400.0, 1_800.0);
    assertThat(soon.meanMoreBad()).isLessThan(100);
  }

  /** In the second step, keys that meet the candidate already are no evidence any more. */
  @Test
  void knows_that_a_key_speaks_once_in_a_step_and_only_if_it_was_drawn_in_it() {
    GuardTerms labels = guard("errors", Kind.ERRORS, new Bound.Absolute(0.05), true);
    ExpectedTraffic traffic = tenASecond().rate("errors", 0.04);
    Case byKey = RolloutForecast.of(plan(true, DAY, labels), traffic).cases().get(0);
    Case byRequest = RolloutForecast.of(plan(false, DAY, labels), traffic).cases().get(0);
    assertThat(byKey.median()).isGreaterThan(byRequest.median());
  }

  @Test
  void prints_a_table() {
    RolloutForecast forecast =
        RolloutForecast.of(
            errors(DAY), tenASecond().rate("errors", 0).labelsAfter(Duration.ofHours(3)));
    assertThat(forecast.table().lines().toList())
        .containsExactly(
            "rollout of delay:8 beside delay:7 by router 'delays': 10, 50, 100 % of the traffic, answers within 10 seconds, held after 1 day",
            "at a rate of 10 a second, errors: 0 % of the live model, labels after 3 h",
            "bad events   promoted  rolled back  undecided       more bad      99 of 100    half done in      9 of 10 in",
            "1 x             100 %          0 %        0 %              0              0     19 min 10 s     19 min 30 s",
            "1.5 x           100 %          0 %        0 %              0              0     19 min 10 s     19 min 30 s",
            "2 x             100 %          0 %        0 %              0              0     19 min 10 s     19 min 30 s",
            "3 x             100 %          0 %        0 %              0              0     19 min 10 s     19 min 30 s");
    assertThat(forecast)
        .hasToString(
            "forecast at a rate of 10 a second: 1 x promoted 100 %, 1.5 x promoted 100 %, 2 x promoted 100 %, 3 x promoted 100 %");
    assertThat(forecast.cases().get(1))
        .hasToString(
            "1.5 x the bad events: promoted 100 %, rolled back 0 %, undecided 0 %; 0 more bad events, at most 0 in 99 of 100; done after 19 min 10 s, nine of ten after 19 min 30 s");
  }

  @Test
  void asks_for_the_rate_of_each_guard_that_promotion_waits_for() {
    assertThatThrownBy(() -> RolloutForecast.of(errors(DAY), tenASecond()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "promotion waits for the guard 'errors', and how often its event is bad on the live model is not given; add .rate(\"errors\", ...)");
    assertThatThrownBy(
            () ->
                RolloutForecast.of(
                    errors(DAY), tenASecond().rate("errors", 0.1).rate("latency", 0.1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("no guard is named 'latency'; there are: errors, invalid outputs");
  }

  @Test
  void refuses_traffic_that_cannot_be() {
    assertThatThrownBy(() -> ExpectedTraffic.ofUnitsASecond(0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("units a second must lie within 0.000001 and 1e9: 0");
    assertThatThrownBy(() -> tenASecond().rate("errors", 1))
        .hasMessage("the rate of 'errors' must be from 0 to below 1, such as 0.01: 1");
    assertThatThrownBy(() -> tenASecond().rate("errors", 0.1).rate("errors", 0.2))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the rate of 'errors' is set already, to 0.1");
    assertThatThrownBy(() -> tenASecond().labelsAfter(Duration.ofSeconds(-1)))
        .hasMessageStartingWith("labels can't come before the prediction, nor later than");
  }
}
