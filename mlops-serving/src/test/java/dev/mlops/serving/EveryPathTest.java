package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.rollout.RolloutState;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every rule of a plan holds on every path by which evidence comes. */
class EveryPathTest {

  private static final TestClock clock = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));

  /** Each test has a router of its own: a rollout outlives the router that began it. */
  private static final AtomicInteger NAMES = new AtomicInteger();

  private static final Workspace workspace =
      Workspace.builder().clock(clock).predictionLog(new KeptLog(record -> true)).open();

  private final ManualTime time = new ManualTime();
  private final DeploymentRouter<Ask, Double> router =
      DeploymentRouter.builder(workspace, "departures " + NAMES.getAndIncrement())
          .live(Candidate.of("delay", 7, this::model))
          .unitKey(Ask::key)
          .otherwise(ask -> 0.0)
          .time(time)
          .executor(Runnable::run)
          .open();

  private Path path = Path.ERRORS;

  @AfterEach
  void close() {
    router.close();
  }

  @AfterAll
  static void closeWorkspace() {
    workspace.close();
  }

  /** A request, and how it ends whoever is asked. */
  record Ask(@Nullable String key, boolean bad, boolean interrupted) {}

  /** How a guard learns that a request was bad. */
  enum Path {
    ERRORS,
    LATENCY,
    QUANTILE,
    OUTPUTS,
    LABELS;

    Guard guard() {
      return switch (this) {
        case ERRORS -> Guard.errors().notDecisive();
        case LATENCY -> Guard.latencyOver(Duration.ofMillis(20)).warmUp(0).notDecisive();
        case QUANTILE -> Guard.latencyQuantile(0.5).warmUp(0).notDecisive();
        case OUTPUTS -> Guard.invalidOutputs().notDecisive();
        case LABELS -> Guard.labelErrors((score, label) -> score != label).notDecisive();
      };
    }
  }

  private Double model(Ask ask) {
    if (ask.interrupted) {
      throw new IllegalStateException(new InterruptedException("cancelled"));
    }
    if (!ask.bad) {
      return 0.0;
    }
    switch (path) {
      case ERRORS -> throw new IllegalStateException("bad");
      case LATENCY, QUANTILE -> time.advance(Duration.ofMillis(21));
      case OUTPUTS -> {
        return Double.NaN;
      }
      case LABELS -> {
        return 1.0;
      }
    }
    return 0.0;
  }

  private Rollout begin(Path path, UnaryOperator<Canary> plan) {
    prepare(path);
    return plan.apply(router.canary(Candidate.of("delay", 8, this::model)).tick(1))
        .guard(path.guard())
        .start();
  }

  /** A quantile takes its time from what the live model has answered before. */
  private void prepare(Path next) {
    path = next;
    for (int i = 0; next == Path.QUANTILE && i < RecentLatencies.START + 20; i++) {
      router.answer(new Ask(null, false, false));
    }
  }

  /** Asks, and gives the truth at once. Returns the variant. */
  private String ask(@Nullable String key, boolean bad) {
    Prediction<Double> answer = router.answer(new Ask(key, bad, false));
    router.feedback(List.of(Label.of(answer.id(), clock.instant(), 0)));
    return answer.variant();
  }

  private BadEventProcess.Tick total(Rollout rollout) {
    return rollout.verdict().findings().stream()
        .filter(finding -> finding.guard().equals(path.guard().name()))
        .findFirst()
        .orElseThrow()
        .total();
  }

  private long events(Rollout rollout) {
    return total(rollout).canary() + total(rollout).stable();
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void a_key_counts_once_in_a_step(Path path) {
    Rollout rollout = begin(path, canary -> canary.share(50));
    for (int i = 0; i < 500; i++) {
      ask("key " + i % 10, true);
    }
    assertThat(events(rollout)).isEqualTo(10);
    assertThat(total(rollout).canaryBad() + total(rollout).stableBad()).isEqualTo(10);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void a_key_of_the_canary_is_heard_in_one_step_only(Path path) {
    Rollout rollout = begin(path, canary -> canary.steps(20, 50).minimum(10));
    int canaries = 0;
    for (int i = 0; rollout.state().share() == 20; i++) {
      canaries += ask("key " + i, false).equals("canary") ? 1 : 0;
    }
    long before = total(rollout).canary();
    assertThat(before).isEqualTo(canaries);
    int joined = 0;
    for (int i = 0; i < 30; i++) {
      joined += ask("key " + i, false).equals("canary") ? 1 : 0;
    }
    int spoken = 0;
    for (int i = 0; i < 30; i++) {
      spoken += isBelow("key " + i, rollout, 20) ? 1 : 0;
    }
    assertThat(spoken).isPositive();
    assertThat(total(rollout).canary() - before).isEqualTo(joined - spoken);
  }

  private static boolean isBelow(String key, Rollout rollout, double share) {
    long salt =
        Buckets.salt(
            rollout.certificate().terms().router(),
            "canary",
            "delay",
            "8",
            rollout.certificate().terms().started().toString());
    return Buckets.of(Buckets.hash(salt, key)) < Buckets.threshold(share);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void requests_without_a_key_count_each(Path path) {
    Rollout rollout = begin(path, canary -> canary.share(50).minimum(1_000));
    for (int i = 0; i < 100; i++) {
      ask(i % 2 == 0 ? null : "", false);
    }
    assertThat(events(rollout)).isEqualTo(100);
    assertThat(router.counts().withoutKey()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void independent_requests_count_each(Path path) {
    Rollout rollout = begin(path, canary -> canary.share(50).minimum(1_000).independentRequests());
    for (int i = 0; i < 100; i++) {
      ask("key " + i % 10, false);
    }
    assertThat(events(rollout)).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void an_interrupted_caller_counts_for_nobody(Path path) {
    Rollout rollout = begin(path, canary -> canary.share(50));
    for (int i = 0; i < 100; i++) {
      router.answer(new Ask("key " + i, true, true));
      Thread.interrupted();
    }
    assertThat(events(rollout)).isZero();
    assertThat(router.counts().interrupted()).isEqualTo(100);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void a_step_waits_for_the_minimum(Path path) {
    Rollout rollout = begin(path, canary -> canary.steps(50, 60).minimum(5));
    int canaries = 0;
    for (int i = 0; rollout.state().share() == 50; i++) {
      assertThat(canaries).isLessThan(5);
      canaries += ask("key " + i, false).equals("canary") ? 1 : 0;
    }
    assertThat(canaries).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(Path.class)
  void a_held_rollout_can_still_roll_back(Path path) {
    prepare(path);
    Rollout rollout =
        router
            .canary(Candidate.of("delay", 8, ask -> model(new Ask(ask.key, true, false))))
            .tick(20)
            .share(50)
            .deadline(Duration.ofMinutes(1))
            .guard(path.guard())
            .start();
    clock.advance(Duration.ofMinutes(1));
    assertThat(rollout.state()).isInstanceOf(RolloutState.Held.class);
    for (int i = 0; i < 100 && !rollout.state().isOver(); i++) {
      ask("key " + i, false);
    }
    assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
  }
}
