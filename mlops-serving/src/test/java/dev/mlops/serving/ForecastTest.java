package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.Workspace;
import dev.mlops.rollout.ExpectedTraffic;
import dev.mlops.rollout.RolloutForecast;
import dev.mlops.rollout.RolloutForecast.Case;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * What is forecast for a plan, against rollouts of the same plan through the real routing, counting
 * and judging, request by request.
 */
class ForecastTest {

  private static final double LIVE = 0.05;

  /** A plan that decides soon, and takes chances: equal and worse candidates may go either way. */
  private static Canary plan(Canary canary) {
    return canary
        .steps(10, 30, 100)
        .minimum(60)
        .tick(50)
        .guard(Guard.errors().alpha(0.2).beta(0.3).margin(2));
  }

  /** What became of so many rollouts. */
  private record Outcomes(double promoted, double rolledBack, double moreBad, double requests) {}

  private static Outcomes routed(int runs, double times) {
    int promoted = 0;
    int rolledBack = 0;
    double bad = 0;
    double[] requests = new double[runs];
    try (Workspace workspace = Workspace.inMemory()) {
      for (int run = 0; run < runs; run++) {
        SplittableRandom chance = new SplittableRandom(1_000_003L * run + 7);
        SimulatedRollout simulation =
            new SimulatedRollout(workspace, run, canary -> plan(canary.independentRequests()));
        long met = 0;
        while (simulation.isUnderWay()) {
          met += simulation.request(chance, LIVE, times * LIVE) ? 1 : 0;
        }
        promoted += simulation.rollout().state() instanceof RolloutState.Promoted ? 1 : 0;
        rolledBack += simulation.rollout().state() instanceof RolloutState.RolledBack ? 1 : 0;
        bad += met * (times - 1) * LIVE / runs;
        requests[run] = simulation.requests();
      }
    }
    Arrays.sort(requests);
    return new Outcomes(
        (double) promoted / runs, (double) rolledBack / runs, bad, requests[runs / 2]);
  }

  private static RolloutForecast forecast() {
    try (Workspace workspace = Workspace.inMemory()) {
      SimulatedRollout simulation =
          new SimulatedRollout(workspace, 0, canary -> plan(canary.independentRequests()));
      return RolloutForecast.of(
          simulation.rollout().terms(), ExpectedTraffic.ofUnitsASecond(1).rate("errors", LIVE));
    }
  }

  private static void compare(Case forecast, Outcomes routed, double points, double percent) {
    assertThat(forecast.promoted()).isCloseTo(routed.promoted, within(points));
    assertThat(forecast.rolledBack()).isCloseTo(routed.rolledBack, within(points));
    assertThat(forecast.meanMoreBad())
        .isCloseTo(routed.moreBad, Percentage.withPercentage(percent));
    assertThat((double) forecast.median().toSeconds())
        .isCloseTo(routed.requests, Percentage.withPercentage(percent));
  }

  /** The candidate with 1.5 times the errors is promoted about as often as not. */
  @Test
  void agrees_with_rollouts_through_the_router() {
    RolloutForecast forecast = forecast();
    Outcomes routed = routed(800, 1.5);
    compare(forecast.cases().get(1), routed, 0.05, 20);
    // The comparison can fail: the forecast of the next worse candidate does not agree.
    assertThat(forecast.cases().get(2).promoted()).isLessThan(routed.promoted - 0.1);
  }

  /** An A/B test of which each answer happens, and none is rare. */
  private static Canary test(Canary canary) {
    return canary
        .ofShares(50)
        .minimum(60)
        .tick(50)
        .deadline(Duration.ofMinutes(50))
        .independentRequests()
        .guard(Guard.errors().alpha(0.3).beta(0.3).margin(2).asMetric());
  }

  @Test
  void agrees_with_a_b_tests_through_the_router() {
    int runs = 300;
    Map<String, Integer> told = new TreeMap<>();
    TestClock clock = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));
    RolloutForecast forecast;
    try (Workspace workspace = Workspace.builder().clock(clock).open()) {
      RolloutTerms terms = new SimulatedRollout(workspace, 0, ForecastTest::test).rollout().terms();
      forecast = RolloutForecast.of(terms, ExpectedTraffic.ofUnitsASecond(1).rate("errors", 0.2));
      for (int run = 0; run < runs; run++) {
        SplittableRandom chance = new SplittableRandom(1_000_003L * run + 5);
        SimulatedRollout simulation = new SimulatedRollout(workspace, run, ForecastTest::test);
        while (simulation.rollout().state() instanceof RolloutState.Running) {
          clock.advance(Duration.ofSeconds(1));
          assertThat(simulation.request(chance, 0.2, 0.25)).isIn(true, false);
        }
        String answer =
            simulation.rollout().verdict().outcome().orElseThrow().getClass().getSimpleName();
        told.merge(answer, 1, Integer::sum);
      }
    }
    Case worse = forecast.cases().get(3);
    assertThat(worse.times()).isEqualTo(1.25);
    assertThat(worse.rolledBack()).isCloseTo(share(told, "Worse", runs), within(0.09));
    assertThat(worse.equal()).isCloseTo(share(told, "Equivalent", runs), within(0.09));
    assertThat(worse.better()).isCloseTo(share(told, "Better", runs), within(0.09));
    assertThat(worse.undecided()).isCloseTo(share(told, "Undecided", runs), within(0.09));
    // The comparison can fail: the forecast of an equal candidate does not agree.
    assertThat(forecast.cases().get(2).rolledBack()).isLessThan(worse.rolledBack() - 0.1);
  }

  private static double share(Map<String, Integer> told, String answer, int runs) {
    return told.getOrDefault(answer, 0) / (double) runs;
  }

  /** 1,500 rollouts of each candidate: what is stated is two points. */
  @Test
  @Tag("slow")
  void agrees_to_two_points() {
    for (Case forecast : forecast().cases()) {
      compare(forecast, routed(1_500, forecast.times()), 0.02, 15);
    }
  }
}
