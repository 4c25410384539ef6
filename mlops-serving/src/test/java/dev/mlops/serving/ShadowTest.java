package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.labels.Label;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutState;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ShadowTest {

  private static final Duration MINUTE = Duration.ofMinutes(1);

  private final TestClock clock = TestClock.at(Instant.parse("2026-11-27T12:00:00Z"));
  private final Workspace workspace = Workspace.builder().clock(clock).open();
  private final ManualTime time = new ManualTime();
  private final CountDownLatch released = new CountDownLatch(1);
  private @Nullable DeploymentRouter<Integer, Double> router;

  @AfterEach
  void close() {
    released.countDown();
    if (router != null) {
      router.close();
    }
    workspace.close();
  }

  private static Candidate<Integer, Double> live() {
    return Candidate.of("delay", 7, input -> 0.25);
  }

  private static Candidate<Integer, Double> candidate(Predictor<Integer, Double> model) {
    return Candidate.of("delay", 8, model);
  }

  private DeploymentRouter<Integer, Double> open(boolean byKey) {
    RouterBuilder<Integer, Double> builder =
        DeploymentRouter.builder(workspace, "departures")
            .live(live())
            .time(time)
            .executor(Runnable::run);
    router = (byKey ? builder.unitKey(key -> "N" + key) : builder).open();
    return router;
  }

  private static void until(BooleanSupplier condition) {
    long end = System.nanoTime() + MINUTE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime() - end).as("a minute has passed").isNegative();
      LockSupport.parkNanos(100_000);
    }
  }

  /** Asks, and waits until the shadow has answered what it was given. */
  private static void ask(DeploymentRouter<Integer, Double> router, int from, int to) {
    for (int i = from; i < to; i++) {
      assertThat(router.answer(i).value()).as("what the live model answers").isEqualTo(0.25);
      if (i % 200 == 199) {
        catchUp(router, i + 1);
      }
    }
    catchUp(router, to);
  }

  private static void catchUp(DeploymentRouter<Integer, ?> router, int mirrored) {
    until(
        () -> {
          RouterCounts counts = router.counts();
          return counts.shadowed() + counts.shadowDropped() >= mirrored
              || router.rollout().orElseThrow().state().isOver();
        });
  }

  private static List<BadEventProcess.Tick> ticks(Rollout rollout, String guard) {
    return rollout.ticks().stream()
        .filter(tick -> tick.guard().equals(guard))
        .map(Certificate.Tick::counts)
        .toList();
  }

  @Test
  void is_answered_by_nobody_and_held_when_it_has_passed() {
    DeploymentRouter<Integer, Double> opened = open(false);
    Rollout rollout =
        opened
            .shadow(candidate(input -> input % 100 == 0 ? 0.75 : 0.26))
            .mirror(100)
            .minimum(1_000)
            .guard(Guard.classFlips(0.5).atMost(0.05))
            .guard(Guard.disagreement(0.02).atMost(0.05))
            .start();
    assertThat(rollout.state()).hasToString("RUNNING as a shadow");
    ask(opened, 0, 1_000);
    until(() -> rollout.state() instanceof RolloutState.Held);
    assertThat(rollout.state())
        .isEqualTo(
            new RolloutState.Held(0, 0, "every step is passed, and the plan ends with the shadow"));
    assertThat(rollout.state()).hasToString("HELD as a shadow");
    assertThat(opened.counts().canary()).isZero();
    assertThat(opened.counts().shadowed()).isEqualTo(1_000);
    assertThat(ticks(rollout, "class flips at 0.5 at most 5 %"))
        .hasSize(10)
        .allMatch(new BadEventProcess.Tick(100, 1, 0, 0)::equals);
    assertThat(ticks(rollout, "disagreement over 0.02 at most 5 %"))
        .allMatch(new BadEventProcess.Tick(100, 1, 0, 0)::equals);
    assertThat(rollout.certificate().verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    rollout.promote(because("it is what we want"));
    assertThat(opened.answer(0).value()).isEqualTo(0.75);
  }

  @Test
  void takes_back_a_candidate_that_decides_otherwise() {
    DeploymentRouter<Integer, Double> opened = open(false);
    Rollout rollout =
        opened
            .shadow(candidate(input -> input % 5 == 0 ? 0.75 : 0.25))
            .mirror(100)
            .guard(Guard.classFlips(0.5).atMost(0.05))
            .start();
    ask(opened, 0, 400);
    until(() -> rollout.state().isOver());
    assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    assertThat(rollout.verdict().sentence())
        .contains(
            "class flips at 0.5 at most 5 %: 20 of 100 (20 %) answers of the shadow; evidence of");
    assertThat(opened.counts().canary()).isZero();
  }

  @Test
  void goes_on_to_a_canary_with_what_it_has_learnt() {
    DeploymentRouter<Integer, Double> opened = open(true);
    Set<Integer> asked = ConcurrentHashMap.newKeySet();
    Rollout rollout =
        opened
            .canary(
                candidate(
                    input -> {
                      asked.add(input);
                      return 0.25;
                    }))
            .steps(0, 50, 100)
            .minimum(500)
            .guard(Guard.disagreement(0).atMost(0.01))
            .guard(Guard.errors().notDecisive())
            .start();
    int next = 0;
    while (rollout.state() instanceof RolloutState.Running running && running.step() == 0) {
      assertThat(opened.answer(next++).variant()).isEqualTo("live");
      LockSupport.parkNanos(20_000);
    }
    assertThat(rollout.state()).isEqualTo(new RolloutState.Running(1, 50));
    Set<Integer> mirrored = Set.copyOf(asked);
    assertThat((double) mirrored.size() / next).as("half is mirrored").isBetween(0.4, 0.6);
    // The same keys again: who has spoken in the shadow is none of the evidence now.
    for (int i = 0; i < next; i++) {
      opened.answer(i);
    }
    rollout.pause(because("count"));
    long counted =
        rollout.ticks().stream()
            .filter(tick -> tick.step() == 1 && tick.guard().equals("errors"))
            .mapToLong(tick -> tick.counts().canary() + tick.counts().stable())
            .sum();
    assertThat(counted).isBetween(next - mirrored.size() - 200L, (long) next - mirrored.size());
    rollout.resume(because("go on"));
    while (rollout.state() instanceof RolloutState.Running) {
      opened.answer(next++);
    }
    assertThat(rollout.state()).isInstanceOf(RolloutState.Promoted.class);
    Certificate read = Certificate.fromJson(rollout.certificate().toJson());
    assertThat(read.verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    assertThat(read.terms().mirrored()).isEqualTo(50);
  }

  @Nested
  class Failing {

    @Test
    void throwing_is_found_out_before_anybody_meets_it() {
      DeploymentRouter<Integer, Double> opened = open(false);
      Rollout rollout =
          opened
              .canary(
                  candidate(
                      input -> {
                        throw new OutOfMemoryError("planted");
                      }))
              .steps(0, 10, 100)
              .mirror(100)
              .guard(Guard.errors())
              .start();
      ask(opened, 0, 200);
      until(() -> rollout.state().isOver());
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(ticks(rollout, "errors"))
          .containsExactly(new BadEventProcess.Tick(100, 100, 0, 0));
      assertThat(opened.counts().failures()).isZero();
    }

    @Test
    void nan_is_found_out() {
      DeploymentRouter<Integer, Double> opened = open(false);
      Rollout rollout =
          opened.shadow(candidate(input -> Double.NaN)).mirror(100).guard(Guard.errors()).start();
      ask(opened, 0, 200);
      until(() -> rollout.state().isOver());
      assertThat(rollout.verdict().sentence()).contains("invalid outputs: 100 of 100");
    }

    /** Each request that hangs takes a thread of the shadow with it, and none of the callers'. */
    @Test
    void hanging_is_found_out_and_delays_nobody() {
      DeploymentRouter<Integer, Double> opened = open(false);
      AtomicInteger inside = new AtomicInteger();
      Rollout rollout =
          opened
              .shadow(
                  candidate(
                      input -> {
                        inside.incrementAndGet();
                        Answers.await(released);
                        return 0.25;
                      }))
              .mirror(100)
              .answerWithin(Duration.ofSeconds(2))
              .guard(Guard.errors())
              .start();
      for (int i = 0; i < 2_000; i++) {
        opened.answer(i);
      }
      assertThat(opened.counts().shadowDropped()).as("beyond the queue").isGreaterThan(900);
      for (int hanging = 1; !rollout.state().isOver(); hanging++) {
        int expected = hanging;
        until(() -> inside.get() == expected);
        time.advance(Duration.ofSeconds(3));
        time.tick();
      }
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(inside.get()).isBetween(10, 20);
      assertThat(opened.counts().shadowed()).isZero();
    }

    /** Without evidence enough for a decision the shadow stops by itself, and says so. */
    @Test
    void hanging_on_every_thread_ends_the_mirroring() {
      DeploymentRouter<Integer, Double> opened = open(false);
      AtomicInteger inside = new AtomicInteger();
      Rollout rollout =
          opened
              .shadow(
                  candidate(
                      input -> {
                        inside.incrementAndGet();
                        Answers.await(released);
                        return 0.25;
                      }))
              .mirror(100)
              .answerWithin(Duration.ofSeconds(2))
              .guard(Guard.errors().alpha(1e-12))
              .start();
      for (int i = 0; i < 100; i++) {
        opened.answer(i);
      }
      for (int hanging = 1; hanging <= 25; hanging++) {
        int expected = hanging;
        until(() -> inside.get() == expected);
        time.advance(Duration.ofSeconds(3));
        time.tick();
      }
      assertThat(rollout.state()).hasToString("RUNNING as a shadow");
      released.countDown();
      until(() -> opened.counts().shadowed() == 75);
      assertThat(inside.get()).as("a thread that came back goes on").isEqualTo(100);
    }
  }

  @Test
  void learns_from_labels_of_both_answers() {
    DeploymentRouter<Integer, Double> opened = open(false);
    Rollout rollout =
        opened
            .shadow(candidate(input -> 0.75))
            .mirror(100)
            .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)))
            .start();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      ids.add(opened.answer(i).id());
    }
    catchUp(opened, 200);
    for (int i = 0; i < 200; i++) {
      opened.feedback(List.of(Label.of(ids.get(i), clock.instant(), i % 10 == 0 ? 1 : 0)));
    }
    assertThat(ticks(rollout, "label errors"))
        .containsExactly(new BadEventProcess.Tick(100, 90, 10, 0));
    assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
  }

  @Test
  void is_kept_from_testers_too() {
    try (DeploymentRouter<Integer, Double> tested =
        DeploymentRouter.builder(workspace, "tested")
            .live(live())
            .audience(input -> Audience.ALWAYS)
            .executor(Runnable::run)
            .open()) {
      tested.shadow(candidate(input -> 0.75)).guard(Guard.errors()).start();
      assertThat(tested.answer(1).value()).isEqualTo(0.25);
      assertThat(tested.counts().shadowed() + tested.counts().shadowDropped()).isZero();
    }
  }

  /** What hangs in the live model needs its threads more than a shadow does. */
  @Test
  void gives_way_to_a_busy_live_model() {
    CountDownLatch inside = new CountDownLatch(1);
    try (DeploymentRouter<Integer, Double> limited =
        DeploymentRouter.builder(workspace, "limited")
            .live(
                Candidate.<Integer, Double>of(
                    "delay",
                    7,
                    input -> {
                      if (input < 0) {
                        inside.countDown();
                        Answers.await(released);
                      }
                      return 0.25;
                    }))
            .limits(Limits.inFlight(2))
            .executor(Runnable::run)
            .open()) {
      limited.shadow(candidate(input -> 0.25)).mirror(100).guard(Guard.errors()).start();
      limited.answer(1);
      until(() -> limited.counts().shadowed() == 1);
      Thread hanging = new Thread(() -> limited.answer(-1));
      hanging.start();
      Answers.await(inside);
      limited.answer(2);
      assertThat(limited.counts().shadowDropped()).isEqualTo(1);
      released.countDown();
      until(() -> !hanging.isAlive());
      limited.answer(3);
      until(() -> limited.counts().shadowed() >= 2);
      assertThat(limited.counts().shadowDropped()).isEqualTo(1);
    }
  }

  @Nested
  class Refusals {

    @Test
    void say_what_a_shadow_needs() {
      DeploymentRouter<Integer, Double> opened = open(true);
      Candidate<Integer, Double> candidate = candidate(input -> 0.25);
      assertThatThrownBy(() -> opened.canary(candidate).steps(0, 100))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a shadow alone does not prove that a candidate is good enough for users; add a step with a share, such as 0, 5, 100: [0.0, 100.0]");
      assertThatThrownBy(() -> opened.canary(candidate).steps(1, 0, 100))
          .hasMessage(
              "steps must grow within 0.01 and 100 percent, and only the first may be 0, a shadow: [1.0, 0.0, 100.0]");
      assertThatThrownBy(() -> opened.canary(candidate).mirror(0))
          .hasMessage("mirror must lie within 0.01 and 100 percent: 0");
      assertThatThrownBy(() -> opened.canary(candidate).mirror(10).guard(Guard.errors()).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("mirror is about a shadow, and the plan has none; begin the steps with 0");
      assertThatThrownBy(
              () -> opened.canary(candidate).guard(Guard.disagreement(0).atMost(0.01)).start())
          .hasMessage(
              "guard 'disagreement at most 1 %' compares the answers of a shadow, and the plan has none; begin the steps with 0");
      assertThatThrownBy(() -> opened.shadow(candidate).guard(Guard.classFlips(0.5)).start())
          .hasMessage(
              "guard 'class flips at 0.5' compares two answers, so there is no rate of the live model to compare with; say how many may differ by .atMost(rate)");
      assertThatThrownBy(
              () ->
                  opened
                      .canary(candidate)
                      .steps(0, 5, 100)
                      .mirror(100)
                      .guard(Guard.errors())
                      .start())
          .hasMessage(
              "with a unit key, a shadow that mirrors all keys leaves none as evidence for the steps after it; mirror less, such as .mirror(50)");
      assertThatThrownBy(() -> Guard.disagreement(-1))
          .hasMessage("tolerance must be a number, zero or more: -1");
      assertThatThrownBy(() -> Guard.classFlips(Double.NaN))
          .hasMessage("threshold must be a finite number: NaN");
    }
  }

  /** Answers that wait. */
  private static final class Answers {

    static void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  @Test
  void compares_classes_of_arrays_and_texts() {
    assertThat(Output.classOf(new float[] {0.1f, 0.7f, 0.2f}, Output.NONE, 0.5)).isEqualTo(1);
    assertThat(Output.classOf("late", Output.NONE, 0.5)).isEqualTo(-1);
    assertThat(Output.classOf("late", new Output(0.6, true, false), 0.5)).isEqualTo(1);
  }

  @SuppressWarnings("ArrayRecordComponent") // As users write them.
  private record Pair(double[] members) {}

  private record Named(String name, double value) {}

  /** One and the same model must not differ from itself, whatever it answers. */
  @Test
  void equal_answers_of_any_type_are_alike() {
    List<Supplier<Object>> answers =
        List.of(
            () -> "late",
            () -> 1,
            () -> new String[] {"late"},
            () -> new long[] {1, 2},
            () -> new float[][] {{0.1f, Float.NaN}, {0.3f}},
            () -> List.of(0.1, new int[] {1}),
            () -> Map.of("late", 0.1),
            () -> new Named("late", 0.1),
            () -> DataType.FLOAT64);
    for (Supplier<Object> answer : answers) {
      assertThat(Likeness.canCompare(answer.get())).as("%s", answer.get()).isTrue();
      assertThat(Likeness.isAlike(answer.get(), answer.get(), 0)).as("%s", answer.get()).isTrue();
    }
    assertThat(Likeness.canCompare(new Object())).isFalse();
    assertThat(Likeness.canCompare(new Pair(new double[] {1}))).isFalse();
    assertThat(Likeness.canCompare(List.of(new Object()))).isFalse();
  }

  @Test
  void numbers_within_answers_are_compared_by_the_tolerance() {
    assertThat(Likeness.isAlike(List.of(0.1, 0.9), List.of(0.2, 0.8), 0.15)).isTrue();
    assertThat(Likeness.isAlike(List.of(0.1, 0.9), List.of(0.2, 0.8), 0.05)).isFalse();
    assertThat(Likeness.isAlike(List.of(0.1), List.of(0.1, 0.2), 1)).isFalse();
    assertThat(Likeness.isAlike(Map.of("late", 0.1), Map.of("late", 0.2), 0.15)).isTrue();
    assertThat(Likeness.isAlike(Map.of("late", 0.1), Map.of("soon", 0.1), 0.15)).isFalse();
    assertThat(Likeness.isAlike(new int[] {1}, new double[] {1.1}, 0.15)).isTrue();
    assertThat(Likeness.isAlike(new String[] {"late"}, new String[] {"soon"}, 1)).isFalse();
    assertThat(Likeness.isAlike("late", 1, 1)).isFalse();
    assertThat(Likeness.isAlike(null, 1, 1)).isFalse();
  }

  @Test
  void invalid_numbers_and_classes_are_found_within_answers() {
    assertThat(Output.hasNonFinite(new float[][] {{1, Float.NaN}})).isTrue();
    assertThat(Output.hasNonFinite(Map.of("late", List.of(Double.POSITIVE_INFINITY)))).isTrue();
    assertThat(Output.hasNonFinite(List.of(1.0, "NaN"))).isFalse();
    assertThat(Output.classOf(List.of(0.1, 0.7, 0.2), Output.NONE, 0.5)).isEqualTo(1);
    assertThat(Output.classOf(new long[] {1, 2, 9}, Output.NONE, 0.5)).isEqualTo(2);
    assertThat(Output.classOf(new float[][] {{0.1f, 0.9f}}, Output.NONE, 0.5)).isEqualTo(1);
    assertThat(Output.classOf(new float[][] {{0.1f}, {0.9f}}, Output.NONE, 0.5)).isEqualTo(-1);
    assertThat(Output.classOf(Map.of("late", 0.1, "soon", 0.9), Output.NONE, 0.5))
        .as("a map has no order")
        .isEqualTo(-1);
  }

  /** An object without equality is judged by its score, and by nothing where it has none. */
  @Test
  void answers_without_equality_are_compared_by_their_scores() {
    for (boolean scored : List.of(true, false)) {
      RouterBuilder<Integer, Pair> builder =
          DeploymentRouter.builder(workspace, "pairs " + scored)
              .live(Candidate.<Integer, Pair>of("pair", 1, i -> new Pair(new double[] {i})))
              .executor(Runnable::run);
      try (DeploymentRouter<Integer, Pair> opened =
          (scored ? builder.score(pair -> pair.members[0]) : builder).open()) {
        Rollout rollout =
            opened
                .shadow(Candidate.<Integer, Pair>of("pair", 2, i -> new Pair(new double[] {i})))
                .mirror(100)
                .guard(Guard.disagreement(0.1).atMost(0.05))
                .start();
        for (int i = 0; i < 600; i++) {
          assertThat(opened.predict(i).members).containsExactly(i);
        }
        catchUp(opened, 600);
        until(() -> ticks(rollout, "errors").size() == 6);
        assertThat(ticks(rollout, "disagreement over 0.1 at most 5 %"))
            .hasSize(scored ? 6 : 0)
            .allMatch(new BadEventProcess.Tick(100, 0, 0, 0)::equals);
      }
    }
  }

  /** The caller may know the truth before the shadow has come to the request. */
  @Test
  void a_label_that_comes_before_the_shadows_answer_judges_both() {
    DeploymentRouter<Integer, Double> opened = open(false);
    Rollout rollout =
        opened
            .shadow(
                candidate(
                    input -> {
                      Answers.await(released);
                      if (input >= 200) {
                        throw new IllegalStateException("planted");
                      }
                      return 0.75;
                    }))
            .mirror(100)
            .tick(50)
            .guard(Guard.labelErrors((score, label) -> score > 0.5 != label > 0.5))
            .start();
    for (int i = 0; i < 210; i++) {
      Label label = Label.of(opened.answer(i).id(), clock.instant(), i % 2);
      opened.feedback(List.of(label));
    }
    assertThat(opened.counts().unmatchedLabels()).as("none is lost").isZero();
    assertThat(ticks(rollout, "label errors")).isEmpty();
    released.countDown();
    until(() -> opened.counts().judgedLabels() == 200 && opened.counts().unmatchedLabels() == 10);
    assertThat(ticks(rollout, "label errors"))
        .hasSize(4)
        .allMatch(new BadEventProcess.Tick(50, 25, 25, 0)::equals);
    assertThat(rollout.verdict().labels().candidate()).as("none is awaited").isZero();
  }
}
