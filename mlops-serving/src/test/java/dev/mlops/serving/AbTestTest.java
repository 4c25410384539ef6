package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Check;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import dev.mlops.stats.TwoSidedProcess.Outcome;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** A/B tests through the router: models that are wrong more or less often, and labels that tell. */
class AbTestTest {

  private final TestClock clock = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));

  /** Answers 1, which is right, or 0; which keys it gets wrong is its own. */
  private static Candidate<String, Double> model(String version, double wrong) {
    return Candidate.of(
        "delay",
        version,
        key -> new SplittableRandom((key + version).hashCode()).nextDouble() < wrong ? 0.0 : 1.0);
  }

  private RouterBuilder<String, Double> router(Workspace workspace, double liveWrong) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(model("7", liveWrong))
        .unitKey((String key) -> key)
        .wrong((score, label) -> score != label)
        .executor(Runnable::run);
  }

  private void labelled(DeploymentRouter<String, Double> router, int from, int to) {
    List<Label> labels = new ArrayList<>();
    for (int i = from; i < to; i++) {
      labels.add(Label.of(router.answer("k" + i).id(), clock.instant(), 1));
    }
    assertThat(router.feedback(labels)).isNotNull();
  }

  private Verdict tested(double liveWrong, double candidateWrong, boolean promotes) {
    int most = liveWrong == 0 ? 10 : 100;
    try (Workspace workspace = Workspace.builder().clock(clock).open();
        DeploymentRouter<String, Double> router = router(workspace, liveWrong).open()) {
      AbTest plan =
          router
              .abTest(model("8", candidateWrong))
              .metric(Guard.labelErrors().margin(1.5))
              .deadline(Duration.ofDays(14));
      Rollout test = (promotes ? plan.promoteIfBetter() : plan).start();
      for (int i = 0; i < most && test.state() instanceof RolloutState.Running; i++) {
        labelled(router, 200 * i, 200 * i + 200);
      }
      if (test.state() instanceof RolloutState.Running) {
        clock.advance(Duration.ofDays(15));
      }
      assertThat(test.certificate().verify()).isInstanceOf(Check.Confirmed.class);
      Verdict verdict = test.verdict();
      assertThat(router.live().version())
          .isEqualTo(verdict.state() instanceof RolloutState.Promoted ? "8" : "7");
      Event last = workspace.journal().events().list().get(0);
      assertThat(last.kind()).startsWith("rollout.");
      return verdict;
    }
  }

  @Test
  void tells_that_the_candidate_is_better_and_leaves_the_rest_to_people() {
    Verdict verdict = tested(0.3, 0.15, false);
    assertThat(verdict.state())
        .isInstanceOf(RolloutState.Held.class)
        .extracting("reason")
        .asString()
        .startsWith("the test has an answer. label errors: the candidate is better: ");
    assertThat(verdict.outcome()).get().isInstanceOf(Outcome.Better.class);
    assertThat(verdict.odds().orElseThrow().lower()).isLessThan(0.41);
    assertThat(verdict.odds().orElseThrow().upper()).isBetween(0.41, 1.0);
  }

  @Test
  void promotes_the_better_candidate_if_it_was_told_to() {
    Verdict verdict = tested(0.3, 0.15, true);
    assertThat(verdict.state()).isInstanceOf(RolloutState.Promoted.class);
    assertThat(verdict.sentence())
        .startsWith(
            "delay:8 is PROMOTED: the test has an answer. label errors: the candidate is better: ");
  }

  @Test
  void takes_back_the_worse_one() {
    Verdict verdict = tested(0.15, 0.3, true);
    assertThat(verdict.state()).isInstanceOf(RolloutState.RolledBack.class);
    assertThat(verdict.outcome()).get().isInstanceOf(Outcome.Worse.class);
    assertThat(verdict.odds().orElseThrow().lower()).isBetween(1.0, 2.5);
  }

  @Test
  void tells_that_the_two_are_equal() {
    Verdict verdict = tested(0.3, 0.3, true);
    assertThat(verdict.state())
        .isInstanceOf(RolloutState.Held.class)
        .extracting("reason")
        .asString()
        .startsWith(
            "the test has an answer. label errors: the two differ by less than 1.5 times the odds: ");
    assertThat(verdict.outcome()).get().isInstanceOf(Outcome.Equivalent.class);
  }

  /** Two models that are never wrong can't be told apart, and that is no equality. */
  @Test
  void tells_at_the_deadline_that_it_does_not_know() {
    Verdict verdict = tested(0, 0, true);
    assertThat(verdict.state())
        .isInstanceOf(RolloutState.Held.class)
        .extracting("reason")
        .asString()
        .startsWith(
            "the deadline of 14 days passed without an answer. label errors: it is not decided");
    assertThat(verdict.outcome()).get().isInstanceOf(Outcome.Undecided.class);
  }

  @Test
  void shares_the_traffic_by_half_and_keeps_it_so() {
    try (Workspace workspace = Workspace.builder().clock(clock).open();
        DeploymentRouter<String, Double> router = router(workspace, 0.3).open()) {
      Rollout test = router.abTest(model("8", 0.1)).metric(Guard.labelErrors()).start();
      assertThat(test.state()).isEqualTo(new RolloutState.Running(0, 50));
      for (int i = 0; i < 20; i++) {
        labelled(router, 200 * i, 200 * i + 200);
      }
      assertThat(test.state()).asString().isEqualTo("HELD at 50 %");
      long candidates =
          IntStream.range(0, 2_000)
              .filter(i -> router.answer("n" + i).version().equals("8"))
              .count();
      assertThat(candidates).isBetween(900L, 1_100L);
      test.promote(because("it is better").by(Actor.human("ann", "owner")));
      assertThat(router.live().version()).isEqualTo("8");
      assertThat(test.verdict().outcome()).get().isInstanceOf(Outcome.Better.class);
    }
  }

  /** The evidence of before counts on, in a process that knows nothing but the database. */
  @Test
  void goes_on_after_a_restart_in_the_middle() {
    String url = TestDatabases.postgresUrl();
    Certificate before;
    try (ArtifactStore artifacts = ArtifactStore.inMemory()) {
      try (Workspace workspace = over(url, artifacts);
          DeploymentRouter<String, Double> router = opening(workspace).open()) {
        Rollout test =
            router
                .abTest(model("8", 0.15))
                .metric(Guard.labelErrors().margin(1.5).minimum(600))
                .promoteIfBetter()
                .start();
        labelled(router, 0, 1_000);
        before = test.certificate();
        assertThat(test.state()).isEqualTo(new RolloutState.Running(0, 50));
      }
      try (Workspace workspace = over(url, artifacts);
          DeploymentRouter<String, Double> router = opening(workspace).open()) {
        Rollout test = router.rollout().orElseThrow();
        assertThat(test.ticks().subList(0, before.ticks().size())).isEqualTo(before.ticks());
        assertThat(before.ticks()).hasSizeGreaterThan(10);
        labelled(router, 1_000, 3_000);
        assertThat(test.state()).isInstanceOf(RolloutState.Promoted.class);
        assertThat(test.certificate().verify()).isInstanceOf(Check.Confirmed.class);
      }
      try (Workspace workspace = over(url, artifacts);
          DeploymentRouter<String, Double> router = opening(workspace).open()) {
        assertThat(router.live().version()).isEqualTo("8");
        assertThat(router.rollout().orElseThrow().verdict().outcome())
            .get()
            .isInstanceOf(Outcome.Better.class);
      }
    }
  }

  /** Each process answers half of the keys, and both tell the same of all of them. */
  @Test
  void is_judged_alike_by_every_process() {
    String url = TestDatabases.postgresUrl();
    ManualTime time = new ManualTime();
    try (ArtifactStore artifacts = ArtifactStore.inMemory();
        Workspace first = over(url, artifacts);
        Workspace second = over(url, artifacts);
        DeploymentRouter<String, Double> here = opening(first).time(time).open();
        DeploymentRouter<String, Double> there = opening(second).time(time).open()) {
      Rollout test = here.abTest(model("8", 0.15)).metric(Guard.labelErrors().margin(1.5)).start();
      time.tick();
      Rollout same = there.rollout().orElseThrow();
      for (int i = 0; i < 20 && test.state() instanceof RolloutState.Running; i++) {
        labelled(here, 400 * i, 400 * i + 200);
        labelled(there, 400 * i + 200, 400 * i + 400);
        time.tick();
      }
      assertThat(test.state()).asString().isEqualTo("HELD at 50 %");
      assertThat(test.verdict().outcome()).get().isInstanceOf(Outcome.Better.class);
      assertThat(same.state()).isEqualTo(test.state());
      assertThat(same.certificate().digest()).isEqualTo(test.certificate().digest());
      assertThat(same.verdict().odds()).isEqualTo(test.verdict().odds());
    }
  }

  private Workspace over(String url, ArtifactStore artifacts) {
    return Workspace.builder()
        .database(Database.over(TestDatabases.postgresDataSource(url)))
        .artifactStore(artifacts)
        .clock(clock)
        .open();
  }

  private RouterBuilder<String, Double> opening(Workspace workspace) {
    return router(workspace, 0.3).models((name, version) -> model(version, 0.15));
  }

  /** The same model on both sides, looked at after every tick, through the real counting. */
  @Test
  void seldom_tells_a_difference_where_there_is_none() {
    int runs = 300;
    int different = 0;
    int equal = 0;
    try (Workspace workspace = Workspace.inMemory()) {
      for (int run = 0; run < runs; run++) {
        SplittableRandom chance = new SplittableRandom(1_000_003L * run + 11);
        SimulatedRollout simulation =
            new SimulatedRollout(
                workspace,
                run,
                canary ->
                    canary
                        .ofShares(50)
                        .independentRequests()
                        .guard(Guard.errors().margin(2).minimum(100).asMetric()));
        while (simulation.rollout().state() instanceof RolloutState.Running
            && simulation.requests() < 10_000) {
          assertThat(simulation.request(chance, 0.1, 0.1)).isIn(true, false);
        }
        Outcome outcome = simulation.rollout().verdict().outcome().orElseThrow();
        different += outcome instanceof Outcome.Better || outcome instanceof Outcome.Worse ? 1 : 0;
        equal += outcome instanceof Outcome.Equivalent ? 1 : 0;
      }
    }
    // 5 % and three standard errors of 300 runs.
    assertThat((double) different / runs).isLessThan(0.088);
    assertThat((double) equal / runs).isGreaterThan(0.9);
  }

  @Nested
  class Refuses {

    private AbTest plan(Workspace workspace) {
      return router(workspace, 0.1).open().abTest(model("8", 0.1));
    }

    @Test
    void a_plan_without_a_metric_or_with_two() {
      try (Workspace workspace = Workspace.inMemory()) {
        AbTest plan = plan(workspace).guard(Guard.errors());
        assertThatThrownBy(plan::start)
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("an A/B test needs a metric; add .metric(Guard.labelErrors())");
        AbTest with = plan.metric(Guard.labelErrors());
        assertThatThrownBy(() -> with.metric(Guard.invalidOutputs()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "the option 'metric' is set already, to guard 'label errors' {metric=true}");
      }
    }

    @Test
    void a_metric_of_the_name_of_a_guard() {
      try (Workspace workspace = Workspace.inMemory()) {
        AbTest plan = plan(workspace).guard(Guard.errors());
        assertThatThrownBy(() -> plan.metric(Guard.errors()))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("there are two guards 'errors'; name one by .named(...)");
      }
    }

    @Test
    void options_that_no_metric_has() {
      for (Guard guard :
          List.of(
              Guard.errors().ratio(1.1),
              Guard.errors().negligible(0),
              Guard.errors().named("errors").atMost(0.1),
              Guard.errors().notDecisive())) {
        try (Workspace workspace = Workspace.inMemory()) {
          AbTest plan = plan(workspace);
          assertThatThrownBy(() -> plan.metric(guard))
              .isInstanceOf(IllegalArgumentException.class)
              .hasMessageMatching(
                  "guard 'errors' can't be the metric of an A/B test, as it has (ratio|negligible|atMost|notDecisive): a metric asks which of the two is better; its options are margin, alpha, beta, minimum and warmUp");
        }
      }
    }

    @Test
    void guards_that_do_not_count_the_same_of_both_models() {
      try (Workspace workspace = Workspace.inMemory()) {
        AbTest plan = plan(workspace);
        assertThatThrownBy(() -> plan.metric(Guard.latencyQuantile(0.99)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "guard 'latency p99' can't be the metric of an A/B test, as it does not count the same of both models; use labelErrors, errors, invalidOutputs or latencyOver");
      }
    }

    @Test
    void a_margin_or_a_share_out_of_range() {
      try (Workspace workspace = Workspace.inMemory()) {
        AbTest plan = plan(workspace);
        assertThatThrownBy(() -> plan.metric(Guard.errors().margin(1)))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage(
                "the margin of an A/B test must be an odds ratio above 1 and at most 10, such as 1.25: 1");
        assertThatThrownBy(() -> plan.share(100))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("a share must lie within 0.01 and 99.99 percent: 100");
        assertThatThrownBy(() -> plan.share(20).share(30))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("the option 'share' is set already, to 20");
        assertThat(plan).hasToString("A/B test by no metric yet at 20 %");
        assertThat(plan.metric(Guard.labelErrors()))
            .hasToString("A/B test by the metric 'label errors' at 20 %");
      }
    }
  }
}
