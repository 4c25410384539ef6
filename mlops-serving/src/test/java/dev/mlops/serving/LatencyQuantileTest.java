package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.journal.Event;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.ExpectedTraffic;
import dev.mlops.rollout.LatencyBudget;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A guard of a latency quantile, through the router, on a clock that the models move. */
class LatencyQuantileTest {

  private static final double P99 = 20 * Math.exp(0.3 * 2.3263) * 1e6;

  private final TimedModels models = new TimedModels(20_261_128);
  private final DeploymentRouter<Integer, Double> router = models.open("departures");

  @AfterEach
  void close() {
    router.close();
    models.close();
  }

  private Canary plan(TimedModels.Latency candidate) {
    return router
        .canary(models.candidate(candidate))
        .share(50)
        .guard(Guard.latencyQuantile(0.99).ratio(1.25))
        .guard(Guard.latencyQuantile(0.5).ratio(1.25));
  }

  private static Verdict.Finding finding(Rollout rollout, String guard) {
    return rollout.verdict().findings().stream()
        .filter(finding -> finding.guard().equals(guard))
        .findFirst()
        .orElseThrow();
  }

  private static LatencyBudget times(Rollout rollout) {
    return Objects.requireNonNull(rollout.terms().guards().get(0).quantile());
  }

  @Test
  void rolls_back_a_candidate_with_the_same_median_and_a_slower_tail() {
    models.answer(router, 10_000);
    Rollout rollout = plan(TimedModels.SLOW_TAIL).start();
    assertThat((double) times(rollout).liveNanos()).isCloseTo(P99, Percentage.withPercentage(5));
    models.answer(router, 20_000);
    assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    String live = "\\d+ of [\\d,]+ \\(\\S+ %\\) over (39|4[012])[.\\d]* ms on the live model";
    assertThat(rollout.verdict().sentence())
        .matches(
            ".*latency p99: \\d+ of [\\d,]+ \\(\\S+ %\\) over [45]\\d[.\\d]* ms on the candidate, "
                + live
                + "; evidence of more than tolerated \\(1.25 times as long\\) is \\d+, the limit 100.*");
    assertThat(finding(rollout, "latency p50").evidence()).isLessThan(2);
    Certificate certificate = Certificate.fromJson(rollout.certificate().toJson());
    assertThat(certificate.verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    assertThat(certificate.terms()).isEqualTo(rollout.terms());
  }

  @Test
  void promotes_an_equal_candidate_while_the_load_doubles() {
    models.answer(router, 3_000);
    Rollout rollout = plan(TimedModels.USUAL).start();
    models.answer(router, 1_000);
    models.load(2);
    models.answer(router, 60_000);
    assertThat(rollout.state()).isInstanceOf(RolloutState.Promoted.class);
    assertThat(rollout.verdict().sentence())
        .contains(
            "it is proven: latency p99 (below 1.25 times the live model's odds, or below 0.1 %)");
  }

  /**
   * The same model on both sides, no tolerance, a load that doubles: no more rollbacks than alpha.
   * Three standard errors of 100 runs at 5 % are 6.5 %.
   */
  @Test
  void keeps_alpha_over_many_starts() {
    int runs = 100;
    int rolledBack = 0;
    for (int run = 0; run < runs; run++) {
      models.load(1);
      try (DeploymentRouter<Integer, Double> each = models.open("run " + run)) {
        models.answer(each, 1_600);
        Rollout rollout =
            each.canary(models.candidate(TimedModels.USUAL))
                .share(50)
                .minimum(1_000_000)
                .guard(Guard.latencyQuantile(0.99).alpha(0.05).warmUp(0))
                .start();
        models.answer(each, 1_500);
        models.load(2);
        models.answer(each, 1_500);
        rolledBack += rollout.state() instanceof RolloutState.RolledBack ? 1 : 0;
      }
    }
    assertThat(rolledBack).isLessThanOrEqualTo(11);
  }

  @Test
  void starts_only_when_the_live_model_has_answered_often_enough() {
    models.answer(router, RecentLatencies.START + 999);
    Canary plan = plan(TimedModels.USUAL);
    assertThatThrownBy(plan::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "guard 'latency p99' takes its times from 1,000 answers of the live model delay:7, and router 'departures' has 999, as those to its first 500 requests are left out; start again when it has answered more, or give a time by latencyOver(...)");
    assertThat(router.rollout()).isEmpty();
    assertThat(models.workspace.journal().events().kind("rollout").list()).isEmpty();
    models.answer(router, 1);
    assertThat(plan.start().state()).isInstanceOf(RolloutState.Running.class);
    assertThat(models.workspace.journal().events().kind("rollout").list())
        .extracting(Event::kind)
        .containsExactly("rollout.started");
  }

  /** Another model, and one in another process, has shown nothing yet. */
  @Test
  void takes_no_other_models_latencies() {
    models.answer(router, 3_000);
    router.replace(Candidate.of("delay", "9", number -> 0.5));
    assertThatThrownBy(() -> plan(TimedModels.USUAL).start())
        .hasMessageContaining("of the live model delay:9, and router 'departures' has 0, as");
    models.answer(router, 3_000);
    Rollout rollout = plan(random -> 0).start();
    assertThat(times(rollout).liveNanos()).as("it takes no time").isEqualTo(1);
    models.answer(router, 30_000);
    assertThat(rollout.state()).isInstanceOf(RolloutState.Promoted.class);
    assertThatThrownBy(() -> plan(TimedModels.USUAL).start())
        .as("a canary sees the requests of a rollout, and may be cold")
        .hasMessageContaining("of the live model delay:8, and router 'departures' has 0, as");
  }

  @Test
  void tells_the_journal_which_times_it_has_taken() {
    models.answer(router, 3_000);
    Rollout rollout = plan(TimedModels.USUAL).start();
    Event started = models.workspace.journal().events().kind("rollout.started").list().get(0);
    assertThat(started.details()).containsEntry("latency p99", times(rollout).toString());
    assertThat(times(rollout).toString())
        .startsWith("latency p99: ")
        .contains(" of the live model");
  }

  /** The price is told without any answer: what is beyond a quantile is known. */
  @Test
  void can_be_planned_before_it_can_start() {
    Canary plan =
        router.canary(models.candidate(TimedModels.USUAL)).guard(Guard.latencyQuantile(0.99));
    assertThat(plan.plan(ExpectedTraffic.ofUnitsASecond(100)).table())
        .contains("at a rate of 100 a second, latency p99: 1 % of the live model");
  }

  /** A request under way is late at its own model's time, and a failure is never in time. */
  @Test
  void counts_a_request_under_way_and_one_that_fails() throws InterruptedException {
    models.answer(router, 3_000);
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch hangs = new CountDownLatch(1);
    Candidate<Integer, Double> hanging =
        Candidate.of(
            "delay",
            "8",
            number -> {
              if (number == -1) {
                asked.countDown();
                try {
                  hangs.await();
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              }
              throw new IllegalStateException("no answer");
            });
    Rollout rollout =
        router
            .canary(hanging)
            .share(99.99)
            .tick(1)
            .minimum(1_000_000)
            .guard(Guard.latencyQuantile(0.99).ratio(1.25).warmUp(0))
            .start();
    router.predict(1);
    assertThat(finding(rollout, "latency p99").total().canaryBad()).isEqualTo(1);
    Thread caller = new Thread(() -> router.predict(-1), "caller");
    caller.start();
    asked.await();
    models.time.advance(Duration.ofNanos(times(rollout).candidateNanos()));
    assertThat(finding(rollout, "latency p99").total().canary()).isEqualTo(1);
    models.time.advance(Duration.ofNanos(1));
    assertThat(finding(rollout, "latency p99").total().canaryBad()).isEqualTo(2);
    hangs.countDown();
    caller.join();
    assertThat(finding(rollout, "latency p99").total().canary()).isEqualTo(2);
  }
}
