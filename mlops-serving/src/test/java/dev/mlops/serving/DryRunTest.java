package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.InvalidInputException;
import dev.mlops.labels.Label;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutState;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a candidate would have done last week, by the log of it. */
class DryRunTest {

  private static final Instant MONDAY = Instant.parse("2026-11-23T00:00:00Z");

  private final TestClock clock = TestClock.at(MONDAY);
  private final Workspace workspace = Workspace.builder().clock(clock).open();
  private final DeploymentRouter<Flight, Double> router = router("departures", 7).open();

  record Flight(String tail, double wind) {

    static Flight of(Map<String, Object> features) {
      return new Flight(
          String.valueOf(features.get("tail")),
          Double.parseDouble(String.valueOf(features.get("wind"))));
    }

    Map<String, Object> asMap() {
      return Map.of("tail", tail, "wind", wind);
    }
  }

  @AfterEach
  void close() {
    router.close();
    workspace.close();
  }

  private RouterBuilder<Flight, Double> router(String name, int version) {
    return DeploymentRouter.builder(workspace, name)
        .live(Candidate.<Flight, Double>of("delay", version, DryRunTest::live))
        .features(Flight::asMap)
        .fromFeatures(Flight::of)
        .wrong((score, label) -> (score > 0.5) != (label > 0.5))
        .executor(Runnable::run);
  }

  private static double live(Flight flight) {
    if (flight.wind > 99) {
      throw new IllegalStateException("storm");
    }
    return flight.wind > 20 ? 0.9 : 0.1;
  }

  private static Candidate<Flight, Double> candidate(Predictor<Flight, Double> model) {
    return Candidate.of("delay", 8, model);
  }

  /** A week with winds of 0 to 39, of which those above 20 are late, and 30 labels a hundred. */
  private Instant week(int requests) {
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < requests; i++) {
      clock.advance(Duration.ofMinutes(1));
      String id = router.answer(new Flight("N" + i % 500, i % 40)).id();
      labels.add(Label.of(id, clock.instant(), i % 40 > 20 ? 1 : 0));
    }
    router.feedback(labels);
    return clock.instant().plusSeconds(1);
  }

  @Test
  void passes_a_candidate_that_answers_alike() {
    Instant end = week(1_200);
    clock.advance(Duration.ofHours(1));
    DryRun run =
        router
            .canary(candidate(flight -> flight.wind > 20 ? 0.8 : 0.2))
            .guard(Guard.labelErrors())
            .guard(Guard.classFlips(0.5).atMost(0.02))
            .guard(Guard.latencyOver(Duration.ofMillis(5)))
            .guard(Guard.latencyQuantile(0.99))
            .dryRun(MONDAY, end);
    assertThat(run.verdict().state()).isInstanceOf(RolloutState.Held.class);
    assertThat(run.verdict().state()).hasToString("HELD as a shadow");
    assertThat(run.rows()).isEqualTo(1_200);
    assertThat(run.compared()).isEqualTo(1_200);
    assertThat(run.notJudged()).containsExactly("latency over 5 milliseconds", "latency p99");
    assertThat(run.certificate().verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    assertThat(run)
        .asString()
        .startsWith("dry run over 1,200 predictions: delay:8 is HELD")
        .endsWith(
            "Of 1,200 predictions 1,200 are compared. Left out: the guards that a log can't tell about: latency over 5 milliseconds, latency p99");
    assertThat(router.rollout()).as("nothing was started").isEmpty();
    assertThat(workspace.predictions().query().count()).as("nothing was logged").isEqualTo(1_200);
  }

  @Test
  void takes_back_one_that_is_wrong_where_the_live_model_was_right() {
    Instant end = week(1_200);
    DryRun run =
        router
            .canary(candidate(flight -> flight.wind > 30 ? 0.8 : 0.2))
            .guard(Guard.labelErrors())
            .dryRun(MONDAY, end);
    assertThat(run.verdict().state()).isInstanceOf(RolloutState.RolledBack.class);
    assertThat(run.verdict().sentence())
        .contains(
            "label errors: 20 of 100 (20 %) on the candidate, 0 of 100 (0 %) on the live model");
    assertThat(run.compared()).isLessThan(200);
  }

  @Test
  void compares_scores_and_failures() {
    Instant end = week(400);
    assertThat(
            router
                .canary(candidate(flight -> live(flight) + 0.3))
                .guard(Guard.disagreement(0.2).atMost(0.1))
                .dryRun(MONDAY, end)
                .verdict()
                .sentence())
        .contains("disagreement over 0.2 at most 10 %: 100 of 100 (100 %) answers of the shadow");
    assertThat(
            router
                .canary(
                    candidate(
                        flight -> {
                          throw new IllegalStateException("planted");
                        }))
                .guard(Guard.errors())
                .dryRun(MONDAY, end)
                .verdict()
                .sentence())
        .contains("errors: 100 of 100 (100 %) on the candidate");
  }

  /** Both fail on storms: that speaks against neither. */
  @Test
  void knows_where_the_live_model_has_failed() {
    for (int i = 0; i < 400; i++) {
      clock.advance(Duration.ofMinutes(1));
      Flight flight = new Flight("N1", i % 4 == 0 ? 100 : 10);
      try {
        router.predict(flight);
      } catch (IllegalStateException storm) {
        assertThat(storm).hasMessage("storm");
      }
    }
    DryRun run =
        router
            .canary(candidate(DryRunTest::live))
            .minimum(300)
            .guard(Guard.errors())
            .dryRun(MONDAY, clock.instant().plusSeconds(1));
    assertThat(run.verdict().findings().get(0).total().canaryBad()).isEqualTo(100);
    assertThat(run.verdict().findings().get(0).total().stableBad()).isEqualTo(100);
    assertThat(run.verdict().state()).isInstanceOf(RolloutState.Held.class);
  }

  @Test
  void compares_a_key_once() {
    try (DeploymentRouter<Flight, Double> byKey =
        router("by key", 7).unitKey(Flight::tail).open()) {
      Instant end = week(1_000);
      DryRun run =
          byKey.canary(candidate(DryRunTest::live)).guard(Guard.errors()).dryRun(MONDAY, end);
      assertThat(run.compared()).isBetween(495L, 500L);
      assertThat(run.compared() + run.repeated()).isEqualTo(1_000);
      assertThat(run.verdict().sentence())
          .endsWith(
              "Of 1,000 predictions %d are compared. Left out: %d of a unit key that was compared before"
                  .formatted(run.compared(), run.repeated()));
    }
  }

  /** A key that is not among the features is lost: then all inputs that are made have the same. */
  @Test
  void says_that_the_key_is_lost() {
    try (DeploymentRouter<Flight, Double> keyless =
        DeploymentRouter.builder(workspace, "keyless")
            .live(Candidate.<Flight, Double>of("delay", 7, DryRunTest::live))
            .unitKey(Flight::tail)
            .features(flight -> Map.of("wind", flight.wind))
            .fromFeatures(
                features ->
                    Flight.of(Map.of("tail", "", "wind", String.valueOf(features.get("wind")))))
            .open()) {
      Instant end = week(50);
      Canary plan = keyless.canary(candidate(DryRunTest::live)).guard(Guard.errors());
      assertThatThrownBy(() -> plan.dryRun(MONDAY, end))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the 50 predictions that could be compared all have the same unit key, so they say no more than one: what 'keyless' makes inputs of has no key; let .features(...) log it and .fromFeatures(...) read it, or plan with .independentRequests()");
    }
  }

  @Test
  void says_what_is_missing() {
    Instant end = week(50);
    Canary canary = router.canary(candidate(DryRunTest::live)).guard(Guard.errors());
    assertThat(canary.dryRun(MONDAY, end).verdict().sentence())
        .contains("It waits for errors to count 50 of 500 events of the candidate in this step");
    assertThatThrownBy(() -> canary.dryRun(end, MONDAY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "a dry run must begin before it ends: from %s to 2026-11-23T00:00:00Z".formatted(end));
    assertThatThrownBy(() -> canary.dryRun(end, end.plusSeconds(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the prediction log has nothing to compare with between")
        .hasMessageContaining("of 0 predictions of model 'delay'");
    try (DeploymentRouter<Flight, Double> other = router("other", 9).open()) {
      assertThatThrownBy(
              () ->
                  other
                      .canary(candidate(DryRunTest::live))
                      .guard(Guard.errors())
                      .dryRun(MONDAY, end))
          .hasMessageContaining(
              "of 50 predictions of model 'delay', those that are not of version 9 or were answered by a fallback are 50");
    }
    try (DeploymentRouter<Double, Double> mute =
        DeploymentRouter.builder(workspace, "mute")
            .live(Candidate.<Double, Double>of("delay", 7, wind -> wind))
            .open()) {
      Canary plan = mute.canary(Candidate.of("delay", 8, wind -> wind)).guard(Guard.errors());
      assertThatThrownBy(() -> plan.dryRun(MONDAY, end))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "router 'mute' can't make inputs of what its log has of them; give it .fromFeatures(...)");
    }
  }

  /** Which answers of then were valid is known by their scores only. */
  @Test
  void does_not_judge_validity_that_nobody_knows() {
    try (DeploymentRouter<Flight, Double> checked =
        router("checked", 7).valid(delay -> delay < 0.5).open()) {
      Instant end = week(600);
      DryRun same =
          checked.canary(candidate(DryRunTest::live)).guard(Guard.errors()).dryRun(MONDAY, end);
      assertThat(same.notJudged()).containsExactly("invalid outputs");
      assertThat(same.verdict().state()).hasToString("HELD as a shadow");
    }
    try (DeploymentRouter<Flight, float[]> unscored =
        DeploymentRouter.builder(workspace, "unscored")
            .live(Candidate.<Flight, float[]>of("classes", 1, flight -> new float[] {1, 0}))
            .features(Flight::asMap)
            .fromFeatures(Flight::of)
            .executor(Runnable::run)
            .open()) {
      Instant from = clock.instant();
      for (int i = 0; i < 600; i++) {
        clock.advance(Duration.ofMinutes(1));
        assertThat(unscored.predict(new Flight("N1", i))).hasSize(2);
      }
      Candidate<Flight, float[]> invalid =
          Candidate.of("classes", 2, flight -> new float[] {Float.NaN, 0});
      Instant end = clock.instant().plusSeconds(1);
      assertThat(unscored.canary(invalid).guard(Guard.invalidOutputs()).dryRun(from, end))
          .satisfies(run -> assertThat(run.notJudged()).containsExactly("invalid outputs"));
      assertThatThrownBy(
              () ->
                  unscored
                      .canary(invalid)
                      .guard(Guard.labelErrors((score, label) -> score != label))
                      .dryRun(from, end))
          .hasMessage(
              "guard 'label errors' needs a score to judge, and nothing scores the answers of router 'unscored'; give it a .score(...)");
    }
  }

  @Test
  void says_why_it_can_make_no_input_and_judge_no_label() {
    Instant from = clock.instant();
    List<Label> labels = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      labels.add(Label.of(router.answer(new Flight("N1", i)).id(), clock.instant(), "late"));
    }
    router.feedback(labels);
    Instant end = clock.instant().plusSeconds(1);
    assertThat(
            router
                .canary(candidate(DryRunTest::live))
                .guard(Guard.labelErrors())
                .dryRun(from, end)
                .verdict()
                .sentence())
        .contains("Not judged, as they are texts or the rule of a guard threw: 10 labels");
    try (DeploymentRouter<Flight, Double> broken =
        DeploymentRouter.builder(workspace, "broken")
            .live(Candidate.<Flight, Double>of("delay", 7, DryRunTest::live))
            .features(Flight::asMap)
            .fromFeatures(
                features -> {
                  throw new IllegalStateException("planted");
                })
            .open()) {
      Canary plan = broken.canary(candidate(DryRunTest::live)).guard(Guard.errors());
      assertThatThrownBy(() -> plan.dryRun(from, end))
          .hasMessageEndingWith(
              "those that make no input 10, the first as fromFeatures(...) threw java.lang.IllegalStateException: planted");
    }
  }
}
