package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RolloutTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Actor ANN = Actor.human("ann", "model owner");

  private final TestClock clock = TestClock.at(NOON);
  private final KeptLog log = new KeptLog(record -> true);
  private final Workspace workspace = Workspace.builder().clock(clock).predictionLog(log).open();
  private final DeploymentRouter<Integer, Double> router =
      DeploymentRouter.builder(workspace, "departures")
          .live(model("7"))
          .unitKey(number -> "key " + number % 10_000)
          .score(Double::doubleValue)
          .executor(Runnable::run)
          .keepPrevious(Duration.ZERO)
          .open();

  @AfterEach
  void close() {
    router.close();
    workspace.close();
  }

  private static Candidate<Integer, Double> model(String version) {
    return Candidate.of("delay", version, number -> 0.5);
  }

  private static Candidate<Integer, Double> failing(int onceIn) {
    return Candidate.of(
        "delay",
        "8",
        number -> {
          if (number % onceIn == 0) {
            throw new IllegalArgumentException("no");
          }
          return 0.5;
        });
  }

  private static Candidate<Integer, Double> failingAfter(int requests) {
    AtomicInteger asked = new AtomicInteger();
    return Candidate.of(
        "delay",
        "8",
        number -> {
          if (asked.incrementAndGet() > requests) {
            throw new IllegalStateException("tired");
          }
          return 0.5;
        });
  }

  private void send(int requests) {
    for (int i = 0; i < requests; i++) {
      router.predict(i);
    }
  }

  private List<Event> events() {
    return workspace.journal().events().kind("rollout").list();
  }

  @Test
  void of_a_failing_candidate_is_taken_back_and_no_caller_noticed() {
    Rollout rollout = router.canary(failing(10)).steps(10, 100).guard(Guard.errors()).start();
    int requests = 0;
    while (!rollout.state().isOver() && requests < 5_000) {
      router.predict(requests++);
    }
    assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    assertThat(requests).isLessThan(2_000);
    assertThat(router.counts().failures()).isZero();
    assertThat(router.counts().fallbacks()).isPositive();
    long canary = router.counts().canary();
    send(1_000);
    assertThat(router.counts().canary()).isEqualTo(canary);
    assertThat(rollout.verdict().sentence())
        .startsWith("delay:8 is ROLLED_BACK: errors: ")
        .endsWith(", the limit 100");
  }

  @Test
  void of_a_sound_candidate_ends_with_a_new_live_model() {
    AtomicBoolean closed = new AtomicBoolean();
    router.replace(model("7b").closing(() -> closed.set(true)));
    Rollout rollout =
        router
            .canary(model("8"))
            .steps(5, 25, 100)
            .minimum(200)
            .guard(Guard.errors().negligible(0.01))
            .start();
    send(8_000);
    assertThat(rollout.state()).isInstanceOf(RolloutState.Promoted.class);
    assertThat(router.live().version()).isEqualTo("8");
    assertThat(router.answer(1).variant()).isEqualTo("live");
    assertThat(closed).isTrue();
    assertThat(router.rollout()).contains(rollout);
    assertThat(rollout).hasToString("rollout of delay:8 on departures: PROMOTED");
  }

  /** Ten busy keys would be a tenth of the traffic and all of its errors. */
  @Test
  void counts_a_key_once_in_a_step() {
    Rollout rollout = router.canary(failing(2)).share(50).guard(Guard.errors()).tick(10).start();
    for (int i = 0; i < 5_000; i++) {
      router.predict(i % 10);
    }
    assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
    assertThat(rollout.ticks()).extracting(Certificate.Tick::guard).containsExactly("errors");
  }

  @Nested
  class Latency {

    private Candidate<Integer, Double> slow(int from) {
      int[] asked = new int[1];
      return Candidate.of(
          "delay",
          "8",
          number -> {
            if (asked[0]++ >= from) {
              spin(Duration.ofMillis(3));
            }
            return 0.5;
          });
    }

    private void spin(Duration time) {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        Thread.onSpinWait();
      }
    }

    @Test
    void over_the_budget_is_a_bad_event() {
      Rollout rollout =
          router
              .canary(slow(0))
              .share(20)
              .guard(Guard.latencyOver(Duration.ofMillis(2)).warmUp(0))
              .start();
      send(500);
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    }

    @Test
    void of_a_cold_candidate_is_left_out() {
      int[] asked = new int[1];
      Candidate<Integer, Double> cold =
          Candidate.of(
              "delay",
              "8",
              number -> {
                if (asked[0]++ < 100) {
                  spin(Duration.ofMillis(3));
                }
                return 0.5;
              });
      Rollout rollout =
          router.canary(cold).share(20).guard(Guard.latencyOver(Duration.ofMillis(2))).start();
      send(1_500);
      assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
      assertThat(rollout.verdict().findings().get(0).total().canaryBad()).isLessThan(5);
    }
  }

  @Nested
  class Labels {

    private final Candidate<Integer, Double> wrong =
        Candidate.of("delay", 8, number -> number % 4 == 0 ? 1 - number % 2 : number % 2 * 1.0);
    private final Guard guard = Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5));

    private DeploymentRouter<Integer, Double> exact() {
      router.replace(Candidate.of("delay", 7, number -> number % 2 * 1.0));
      return router;
    }

    private List<Label> ask(int from, int to) {
      List<Label> labels = new ArrayList<>();
      for (int i = from; i < to; i++) {
        labels.add(Label.of(router.answer(i).id(), NOON, i % 2));
      }
      return labels;
    }

    @Test
    void that_come_late_and_shuffled_tell_the_worse_candidate() {
      Rollout rollout = exact().canary(wrong).share(10).guard(guard).start();
      List<Label> labels = ask(0, 1_000);
      assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
      Collections.shuffle(labels, new Random(7));
      router.feedback(labels);
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(log.labels).hasSize(1_000);
      assertThat(router.counts().judgedLabels()).isEqualTo(1_000);
      assertThat(rollout.certificate().verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    }

    @Test
    void that_come_one_by_one_are_gathered_to_ticks() {
      Rollout rollout = exact().canary(wrong).share(10).guard(guard).start();
      ask(0, 1_000).forEach(label -> router.feedback(List.of(label)));
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    }

    @Test
    void count_once_and_only_for_predictions_that_wait() {
      Rollout rollout = exact().canary(model("8")).share(10).pending(50).guard(guard).start();
      List<Label> labels = ask(0, 100);
      router.feedback(labels);
      router.feedback(labels);
      assertThat(router.counts().labels()).isEqualTo(200);
      assertThat(router.counts().judgedLabels()).isEqualTo(50);
      assertThat(router.counts().unmatchedLabels()).isEqualTo(150);
      assertThat(router.counts().forgottenPredictions()).isEqualTo(50);
      assertThat(rollout.ticks())
          .extracting(Certificate.Tick::guard)
          .containsOnly("errors", "invalid outputs");
    }

    @Test
    void of_ids_that_the_router_never_gave_out_are_told() {
      String before = router.answer(1).id();
      router.feedback(List.of(Label.of(before, NOON, 1), Label.of("misspelt", NOON, 1)));
      assertThat(router.counts().unknownLabels()).isEqualTo(1);
      Rollout rollout = exact().canary(model("8")).share(10).guard(guard).start();
      List<Label> labels = ask(0, 100);
      String id = labels.get(0).predictionId();
      String sequence = id.substring(id.indexOf('-') + 1, id.indexOf('.'));
      Stream.of(
              "x",
              "elsewhere",
              id.substring(1),
              id + "0",
              id.replace("-" + sequence, "-0" + sequence),
              id.replace("-" + sequence, "-zzzz"),
              id.replace("-" + sequence, "--1"),
              id.replaceFirst("[.].*", ".zzzz"),
              id.replaceFirst("[.].*", "."))
          .forEach(unknown -> router.feedback(List.of(Label.of(unknown, NOON, 1))));
      router.feedback(labels);
      router.feedback(List.of(Label.of(before, NOON, 1)));
      assertThat(router.counts().unknownLabels()).isEqualTo(10);
      assertThat(router.counts().judgedLabels()).isEqualTo(100);
      assertThat(router.counts().unmatchedLabels()).isZero();
      assertThat(rollout.verdict().labels().unknown()).isEqualTo(9);
      assertThat(rollout.verdict().sentence())
          .endsWith(
              ". Of predictions that the router never gave out, so that no guard judges them: 9 labels");
    }

    @Test
    void of_answers_without_a_score_judge_nothing_and_the_verdict_says_so() {
      try (DeploymentRouter<Integer, float[]> other =
          DeploymentRouter.builder(workspace, "vectors")
              .live(Candidate.<Integer, float[]>of("delay", "7", number -> new float[1]))
              .open()) {
        Rollout rollout =
            other
                .canary(Candidate.<Integer, float[]>of("delay", "8", number -> new float[2]))
                .share(50)
                .guard(guard.minimum(0).notDecisive())
                .minimum(1)
                .start();
        Verdict.Labels none = rollout.verdict().labels();
        assertThat(none).isEqualTo(Verdict.Labels.NONE);
        int canary = 0;
        for (int i = 0; i < 99; i++) {
          canary += other.answer(i).variant().equals("canary") ? 1 : 0;
        }
        assertThat(rollout.verdict().labels())
            .isEqualTo(new Verdict.Labels(0, 99 - canary, 0, canary, 0, 0, 0, 0));
        rollout.rollback(because("no score").by(ANN));
        String told =
            ". Without a score, so that no label can judge them: "
                + canary
                + " answers of the candidate and 0 of the live model; give the router a .score(...)";
        assertThat(rollout.verdict().sentence()).endsWith("no score" + told);
      }
      assertThat(workspace.journal().events().kind("rollout.rolled_back").list())
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.outcome()).isEqualTo("rolled_back");
                assertThat(event.details().get("evidence")).contains("Without a score");
              });
    }

    @Test
    void of_answers_that_fell_back_are_not_the_candidates() {
      Rollout rollout = exact().canary(failing(1)).share(50).tick(1_000).guard(guard).start();
      router.feedback(ask(0, 900));
      assertThat(router.counts().judgedLabels()).isEqualTo(900 - router.counts().canary());
      assertThat(rollout.verdict().findings().get(0).total().canary()).isZero();
    }

    @Test
    void that_are_texts_use_no_prediction_up() {
      Rollout rollout = exact().canary(model("8")).share(10).guard(guard).start();
      List<Label> numbers = ask(0, 10);
      router.feedback(
          numbers.stream()
              .map(each -> Label.of(each.predictionId(), each.time(), "late"))
              .toList());
      assertThat(rollout.verdict().labels().unjudged()).isEqualTo(10);
      assertThat(rollout.verdict().sentence())
          .endsWith(". Not judged, as they are texts or the rule of a guard threw: 10 labels");

      router.feedback(numbers);

      assertThat(router.counts().judgedLabels()).isEqualTo(10);
      assertThat(router.counts().unmatchedLabels()).isZero();
      assertThat(router.counts().bookkeepingFailures()).isZero();
      assertThat(rollout.verdict().labels().inTick()).isEqualTo(10);
      assertThat(rollout.verdict().sentence())
          .contains(". Not in these counts before their tick is full: 10 labels");
    }

    @Test
    void with_a_rule_that_fails_are_logged_only() {
      Rollout rollout =
          exact()
              .canary(model("8"))
              .share(10)
              .guard(
                  Guard.labelErrors(
                      (score, label) -> {
                        throw new IllegalStateException("rule");
                      }))
              .start();
      router.feedback(ask(0, 10));
      assertThat(log.labels).hasSize(10);
      assertThat(rollout.verdict().labels().unjudged()).isEqualTo(10);
      assertThat(rollout.verdict().sentence())
          .endsWith(". Not judged, as they are texts or the rule of a guard threw: 10 labels");
    }
  }

  @Nested
  class Time {

    @Test
    void that_runs_out_holds_even_without_a_request() {
      Rollout rollout =
          router
              .canary(model("8"))
              .share(10)
              .deadline(Duration.ofHours(6))
              .guard(Guard.errors())
              .start();
      clock.advance(Duration.ofHours(6));
      assertThat(rollout.state())
          .isEqualTo(
              new RolloutState.Held(
                  0, 10, "the deadline of 6 hours passed without enough evidence"));
      assertThat(rollout.verdict().sentence())
          .isEqualTo(
              "delay:8 is HELD at 10 %: the deadline of 6 hours passed without enough evidence. errors: 0 of"
                  + " 0 on the candidate, 0 of 0 on the live model; evidence of worse than tolerated"
                  + " (ratio 1) is 1, the limit 100; invalid outputs: 0 of 0 on the candidate, 0 of 0 on"
                  + " the live model; evidence of worse than tolerated (ratio 1) is 1, the limit 100");
      send(1_000);
      assertThat(router.counts().canary()).isPositive();
    }

    @Test
    void that_runs_out_is_seen_by_the_next_request() {
      Rollout rollout = router.canary(model("8")).share(10).guard(Guard.errors()).start();
      clock.advance(Duration.ofDays(1));
      send(1);
      assertThat(events()).extracting(Event::kind).contains("rollout.held");
      assertThat(workspace.journal().events().kind("rollout.held").list())
          .extracting(Event::outcome)
          .containsExactly("held");
      assertThat(rollout.certificate().verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    }
  }

  @Nested
  class Hands {

    @Test
    void may_promote_what_is_held() {
      Rollout rollout = router.canary(model("8")).share(10).guard(Guard.errors()).start();
      clock.advance(Duration.ofDays(1));
      rollout.promote(because("the weekend was quiet").by(ANN));
      assertThat(router.live().version()).isEqualTo("8");
      Event event = events().get(events().size() - 1);
      assertThat(event.kind()).isEqualTo("rollout.promoted");
      assertThat(event.actor()).isEqualTo(ANN);
      assertThat(event.details())
          .containsEntry("cause", "HAND")
          .containsEntry("state", "PROMOTED")
          .containsEntry("router", "departures");
      assertThat(rollout.certificate().verify())
          .isEqualTo(
              new Certificate.Check.Confirmed(
                  0, new RolloutState.Promoted("the weekend was quiet")));
    }

    @Test
    void may_roll_back_what_runs() {
      Rollout rollout = router.canary(model("8")).share(10).guard(Guard.errors()).start();
      rollout.rollback(because("wrong model").by(ANN));
      assertThat(router.live().version()).isEqualTo("7");
      assertThatThrownBy(() -> rollout.promote(because("on second thought").by(ANN)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the rollout of delay:8 is ROLLED_BACK and can't be promoted; only RUNNING, PAUSED or HELD can");
      assertThat(router.replace(model("9"))).isTrue();
    }

    @Test
    void that_close_the_router_leave_the_rollout_as_it_is() {
      Rollout rollout = router.canary(model("8")).share(10).guard(Guard.errors()).start();
      router.close();
      assertThat(rollout.state()).isEqualTo(new RolloutState.Running(0, 10));
      assertThatThrownBy(() -> rollout.promote(because("too late").by(ANN)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("router 'departures' is closed, so nothing of its rollout can change");
      assertThat(rollout.certificate().verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    }
  }

  @Nested
  class Memory {

    /**
     * The journal is hash-chained, so whoever forges a certificate must forge the journal with it.
     */
    @Test
    void holds_every_transition_with_the_digest_of_its_certificate() {
      Digest eight = Digest.of(new byte[] {8});
      Rollout rollout =
          router
              .canary(failingAfter(70).digest(eight))
              .steps(10, 50, 100)
              .minimum(50)
              .guard(Guard.errors())
              .actor(Actor.ci("build 12"))
              .start();
      send(10_000);
      assertThat(events())
          .extracting(Event::kind)
          .containsExactly("rollout.started", "rollout.stepped", "rollout.rolled_back");
      assertThat(events()).extracting(Event::actor).containsOnly(Actor.ci("build 12"));
      assertThat(events().get(0).subjects()).isEqualTo(Map.of("candidate", eight));
      assertThat(events().get(2).subjects())
          .isEqualTo(Map.of("certificate", rollout.certificate().digest()));
      assertThat(events().get(2).details().get("evidence")).isEqualTo(rollout.verdict().sentence());
    }

    @Test
    void of_many_threads_is_a_certificate_that_verifies() {
      Rollout rollout =
          router
              .canary(model("8"))
              .steps(5, 25, 50, 100)
              .minimum(2_000)
              .independentRequests()
              .guard(Guard.errors())
              .guard(Guard.latencyOver(Duration.ofSeconds(1)))
              .start();
      Together.run(4, thread -> send(40_000));
      assertThat(rollout.state()).isInstanceOf(RolloutState.Promoted.class);
      Certificate read = Certificate.fromJson(rollout.certificate().toJson());
      assertThat(read.verify()).isInstanceOf(Certificate.Check.Confirmed.class);
      assertThat(router.counts().requests()).isEqualTo(160_000);
      assertThat(router.counts().bookkeepingFailures()).isZero();
    }
  }

  @Nested
  class Refuses {

    private Canary canary() {
      return router.canary(model("8"));
    }

    @Test
    void plans_that_compare_nothing() {
      assertThatThrownBy(() -> canary().start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("a canary needs a guard; add .guard(Guard.errors())");
      assertThatThrownBy(() -> canary().steps(100))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "steps must be 1 to 100, the first below 100 percent, as evidence compares with live"
                  + " traffic: [100.0]");
      assertThatThrownBy(() -> canary().share(0))
          .hasMessage("a share must lie within 0.01 and 99.99 percent: 0");
      assertThatThrownBy(() -> canary().steps(5, 1))
          .hasMessage(
              "steps must grow within 0.01 and 100 percent, and only the first may be 0, a shadow: [5.0, 1.0]");
      assertThatThrownBy(() -> canary().steps(0.001))
          .hasMessage(
              "steps must grow within 0.01 and 100 percent, and only the first may be 0, a shadow: [0.001]");
    }

    @Test
    void options_out_of_range() {
      assertThatThrownBy(() -> canary().minimum(0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("minimum must be at least 1 event: 0");
      assertThatThrownBy(() -> canary().minimum(1, Duration.ofSeconds(-1)))
          .hasMessage("minimum time must not be negative: -1 second");
      assertThatThrownBy(() -> canary().deadline(Duration.ZERO))
          .hasMessage("deadline must be above zero: 0 seconds");
      assertThatThrownBy(() -> canary().answerWithin(Duration.ZERO))
          .hasMessage("answerWithin must be above zero: 0 seconds");
      assertThatThrownBy(() -> canary().answerWithin(Duration.ofDays(36_501)))
          .hasMessage("answerWithin must be at most 36,500 days: 36,501 days");
      assertThatThrownBy(() -> canary().deadline(Duration.ofSeconds(Long.MAX_VALUE)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith(
              "deadline must be at most 36,500 days: 106,751,991,167,300 days ");
      assertThatThrownBy(() -> canary().minimum(1, Duration.ofDays(36_501)))
          .hasMessage("minimum time must be at most 36,500 days: 36,501 days");
      assertThatThrownBy(() -> Guard.latencyOver(Duration.ofDays(200_000)))
          .hasMessage("budget must be at most 36,500 days: 200,000 days");
      assertThatThrownBy(() -> canary().tick(0))
          .hasMessage("tick must lie within 1 and 16384 events: 0");
      assertThatThrownBy(() -> canary().pending(0))
          .hasMessage("pending must lie within 1 and 268435456 predictions: 0");
      assertThatThrownBy(() -> Guard.latencyOver(Duration.ZERO))
          .hasMessage("budget must be above zero: 0 seconds");
      assertThatThrownBy(() -> Guard.errors().ratio(0))
          .hasMessage("ratio must lie within 0.001 and 1,000, such as 1 or 1.25: 0");
      assertThatThrownBy(() -> Guard.errors().alpha(1))
          .hasMessage("alpha must lie between 0 and 1: 1");
      assertThatThrownBy(() -> Guard.errors().minimum(-1))
          .hasMessage("minimum must not be negative: -1");
      assertThatThrownBy(() -> Guard.errors().named(" "))
          .hasMessage("guard name must not be blank");
    }

    @Test
    void options_twice() {
      assertThatThrownBy(() -> canary().steps(5).share(10))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'steps' is set already, to [5.0]");
      assertThatThrownBy(() -> canary().minimum(5).minimum(6))
          .hasMessage("the option 'minimum' is set already, to 5");
      assertThatThrownBy(() -> Guard.errors().ratio(2).ratio(3))
          .hasMessage("the option 'ratio' is set already, to 2");
      assertThatThrownBy(() -> canary().guard(Guard.errors()).guard(Guard.errors()))
          .hasMessage("there are two guards 'errors'; name one by .named(...)");
    }

    /** Evidence is told by its guard's name, so no guard may pass for one that is always there. */
    @Test
    void names_of_guards_that_are_always_there() {
      Guard labels = Guard.labelErrors((s, l) -> true);
      assertThatThrownBy(() -> canary().guard(labels.named("errors")).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "the guard named 'errors' is of another kind than the guard 'errors' that every rollout has;"
                  + " name it otherwise");
      assertThatThrownBy(() -> canary().guard(labels.named("invalid outputs")).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("the guard named 'invalid outputs' is of another kind");
      assertThat(
              canary()
                  .guard(labels.named("errors"))
                  .guard(Guard.errors().named("failures"))
                  .start()
                  .verdict()
                  .findings())
          .extracting(Verdict.Finding::guard)
          .containsExactly("errors", "failures", "invalid outputs");
    }

    @Test
    void label_guards_where_nothing_scores_the_answers() {
      try (DeploymentRouter<Integer, String> bare =
          DeploymentRouter.builder(workspace, "bare")
              .live(Candidate.<Integer, String>of("delay", "7", number -> "late"))
              .open()) {
        bare.predict(1);
        assertThatThrownBy(
                () ->
                    bare.canary(Candidate.of("delay", 8, number -> "late"))
                        .guard(Guard.labelErrors((s, l) -> true))
                        .start())
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "guard 'label errors' needs a score to judge, and nothing scores the answers of router"
                    + " 'bare'; give it a .score(...)");
      }
    }
  }

  @Test
  void of_equal_models_says_what_it_has_seen() {
    SplittableRandom chance = new SplittableRandom(1);
    Candidate<Integer, Double> shaky =
        Candidate.of(
            "delay",
            "8",
            number -> {
              if (chance.nextInt(100) == 0) {
                throw new IllegalStateException("now and then");
              }
              return 0.5;
            });
    Rollout rollout =
        router.canary(shaky).steps(1, 100).minimum(1_000).guard(Guard.errors()).start();
    send(5_000);
    Verdict verdict = rollout.verdict();
    assertThat(verdict.time()).isEqualTo(NOON);
    assertThat(verdict.state()).isEqualTo(new RolloutState.Running(0, 1));
    assertThat(verdict.findings())
        .extracting(Verdict.Finding::guard)
        .containsExactly("errors", "invalid outputs");
    Verdict.Finding finding = verdict.findings().get(0);
    assertThat(finding.guard()).isEqualTo("errors");
    assertThat(finding.limit()).isEqualTo(100);
    assertThat(finding.promotionLimit()).isEqualTo(20);
    assertThat(finding.total().stable()).isGreaterThan(4_000);
    assertThat(finding.evidence()).isLessThan(100);
    assertThat(verdict.sentence()).contains(finding.sentence());
  }
}
