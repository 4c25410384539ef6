package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.mlops.Workspace;
import dev.mlops.journal.Event;
import dev.mlops.rollout.RolloutState;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class LimitsTest {

  private static final KeptLog log = new KeptLog();
  private static final TestClock clock = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));
  private static final Duration TIMEOUT = Duration.ofMillis(50);
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final Workspace workspace = Workspace.builder().clock(clock).predictionLog(log).open();
  private final ManualTime time = new ManualTime();
  private final CountDownLatch released = new CountDownLatch(1);
  private final AtomicInteger inside = new AtomicInteger();
  private final ExecutorService callers = Executors.newCachedThreadPool();

  @BeforeEach
  void forget() {
    log.records.clear();
  }

  @AfterEach
  void release() throws InterruptedException {
    released.countDown();
    callers.shutdown();
    assertThat(callers.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
    awaitNoThread();
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private RouterBuilder<Integer, Double> router(Predictor<Integer, Double> live, Limits limits) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(Candidate.of("delay", 7, live))
        .limits(limits)
        .time(time)
        .executor(Runnable::run);
  }

  private static Candidate<Integer, Double> candidate(Predictor<Integer, Double> model) {
    return Candidate.of("delay", 8, model);
  }

  private Double hang() {
    inside.incrementAndGet();
    try {
      assertThat(released.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts a model", e);
    }
    return 0.5;
  }

  private void awaitInside(int threads) {
    while (inside.get() < threads) {
      Thread.onSpinWait();
    }
  }

  private void awaitWaiting(int threads) {
    while (time.waiting() < threads) {
      Thread.onSpinWait();
    }
  }

  private static List<String> modelThreads() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(Thread::isAlive)
        .map(Thread::getName)
        .filter(name -> name.startsWith("mlops-model-"))
        .sorted()
        .toList();
  }

  private static void awaitNoThread() {
    while (!modelThreads().isEmpty()) {
      Thread.onSpinWait();
    }
  }

  private static OverloadedException overloaded(ThrowingCallable call) {
    try {
      call.call();
    } catch (OverloadedException e) {
      return e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
    throw new AssertionError("answered");
  }

  @Nested
  class Of_requests_in_flight {

    @Test
    void refuse_one_more_at_once_and_take_it_when_another_has_left() throws Exception {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> number < 0 ? hang() : 0.5, Limits.inFlight(2)).open()) {
        Future<Double> first = callers.submit(() -> router.predict(-1));
        Future<Double> second = callers.submit(() -> router.predict(-1));
        awaitInside(2);
        OverloadedException refused = overloaded(() -> router.predict(1));
        assertThat(refused)
            .hasMessage(
                "router 'departures': delay:7 has 2 requests inside, its limit; ask again later, raise .limits(...), or add .otherwise(...)");
        assertThat(refused.router()).isEqualTo("departures");
        assertThat(refused.model()).isEqualTo("delay:7");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        released.countDown();
        assertThat(first.get()).isEqualTo(0.5);
        assertThat(second.get()).isEqualTo(0.5);
        assertThat(router.predict(1)).isEqualTo(0.5);
        assertThat(router.counts().limits()).isEqualTo(new LimitCounts(1, 0, 0, 0, 0, 0));
        assertThat(router.counts().failures()).isEqualTo(1);
      }
    }

    @Test
    void are_never_exceeded_among_threads_and_every_place_returns() {
      AtomicInteger now = new AtomicInteger();
      AtomicInteger most = new AtomicInteger();
      try (DeploymentRouter<Integer, Double> router =
          router(
                  number -> {
                    most.accumulateAndGet(now.incrementAndGet(), Math::max);
                    Thread.onSpinWait();
                    now.decrementAndGet();
                    if (number % 3 == 0) {
                      throw new OutOfMemoryError("of the model");
                    }
                    return 0.5;
                  },
                  Limits.inFlight(3))
              .otherwise(number -> 0.0)
              .open()) {
        Together.run(
            10,
            thread -> {
              for (int i = 0; i < 1_000; i++) {
                router.predict(i);
              }
            });
        assertThat(most.get()).isLessThanOrEqualTo(3);
        RouterCounts counts = router.counts();
        assertThat(counts.requests()).isEqualTo(10_000);
        assertThat(counts.limits().refused()).isLessThan(counts.fallbacks());
        for (int i = 1; i < 100; i += 3) {
          assertThat(router.predict(i)).isEqualTo(0.5);
        }
      }
    }
  }

  @Nested
  class Of_time {

    private final Limits limits = Limits.inFlight(2).timeout(TIMEOUT);

    @Test
    void let_the_caller_go_on_and_throw_the_late_answer_away() throws Exception {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> hang(), limits).otherwise("rules", number -> 0.25).open()) {
        Future<Prediction<Double>> answer = callers.submit(() -> router.answer(1));
        awaitInside(1);
        awaitWaiting(1);
        time.advance(TIMEOUT.minusNanos(1));
        assertThat(answer.isDone()).isFalse();
        time.advance(Duration.ofNanos(1));
        assertThat(answer.get().value()).isEqualTo(0.25);
        assertThat(answer.get().version()).isEqualTo("rules");
        assertThat(router.counts().limits().late()).isZero();
        released.countDown();
        while (router.counts().limits().late() == 0) {
          Thread.onSpinWait();
        }
        assertThat(router.counts().limits()).isEqualTo(new LimitCounts(0, 1, 0, 1, 0, 0));
        assertThat(router.counts().fallbacksBy()).isEqualTo(Map.of("rules", 1L));
        assertThat(log.records).hasSize(1);
        assertThat(log.records.get(0).version()).isEqualTo("rules");
        assertThat(log.records.get(0).outcome()).isEqualTo("fallback");
      }
    }

    @Test
    void say_so_where_nothing_else_answers() throws Exception {
      try (DeploymentRouter<Integer, Double> router = router(number -> hang(), limits).open()) {
        Future<OverloadedException> late =
            callers.submit(() -> overloaded(() -> router.predict(1)));
        awaitInside(1);
        awaitWaiting(1);
        time.advance(TIMEOUT);
        assertThat(late.get())
            .hasMessage(
                "router 'departures': delay:7 did not answer within 50 milliseconds; ask again later, raise .limits(...), or add .otherwise(...)");
        assertThat(late.get().retryAfter()).isEqualTo(TIMEOUT);
        released.countDown();
      }
    }

    @Test
    void leave_a_hanging_model_its_own_threads_only() throws Exception {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> hang(), limits).otherwise(number -> 0.25).open()) {
        List<Future<Double>> answers = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
          answers.add(callers.submit(() -> router.predict(1)));
        }
        awaitInside(2);
        awaitWaiting(2);
        time.advance(TIMEOUT);
        for (Future<Double> answer : answers) {
          assertThat(answer.get()).isEqualTo(0.25);
        }
        for (int i = 0; i < 100; i++) {
          assertThat(router.predict(i)).isEqualTo(0.25);
        }
        assertThat(router.counts().limits()).isEqualTo(new LimitCounts(100, 2, 0, 0, 0, 0));
        assertThat(modelThreads()).hasSize(2).containsOnly("mlops-model-departures-delay:7");
        released.countDown();
      }
    }

    @Test
    void hold_for_those_who_wait_for_a_thread_who_then_never_meet_the_model() throws Exception {
      AtomicInteger asked = new AtomicInteger();
      try (DeploymentRouter<Integer, Double> router =
          router(
                  number -> {
                    asked.incrementAndGet();
                    return hang();
                  },
                  limits.queue(3))
              .otherwise(number -> 0.25)
              .open()) {
        List<Future<Double>> answers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
          answers.add(callers.submit(() -> router.predict(1)));
        }
        awaitInside(2);
        awaitWaiting(5);
        assertThat(router.predict(1)).isEqualTo(0.25);
        time.advance(TIMEOUT);
        for (Future<Double> answer : answers) {
          assertThat(answer.get()).isEqualTo(0.25);
        }
        assertThat(router.counts().limits()).isEqualTo(new LimitCounts(1, 5, 0, 0, 0, 0));
        Future<Double> waiting = callers.submit(() -> router.predict(1));
        awaitWaiting(1);
        released.countDown();
        assertThat(waiting.get()).isEqualTo(0.5);
        assertThat(asked).hasValue(3);
      }
    }

    @Test
    void are_no_reason_to_interrupt_anybody() {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> Thread.currentThread().isInterrupted() ? 0.0 : 0.5, limits).open()) {
        Thread.currentThread().interrupt();
        assertThat(router.predict(1)).isEqualTo(0.5);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(router.counts().interrupted()).isZero();
      }
    }

    /** Nobody interrupts the threads of a model, so it can't excuse itself by its caller. */
    @Test
    void take_an_interrupt_that_a_model_claims_for_its_failure() {
      try (DeploymentRouter<Integer, Double> router = router(number -> 0.5, limits).open()) {
        Rollout rollout =
            router
                .canary(
                    candidate(
                        number -> {
                          Thread.currentThread().interrupt();
                          throw new IllegalStateException(new InterruptedException("no"));
                        }))
                .share(50)
                .guard(Guard.errors())
                .start();
        for (int i = 0; i < 400; i++) {
          assertThat(router.predict(i)).isEqualTo(0.5);
          assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
        assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
        assertThat(router.counts().interrupted()).isZero();
      }
    }

    @Test
    void keep_what_was_handed_over_open_until_the_last_thread_is_back() throws Exception {
      AtomicBoolean closed = new AtomicBoolean();
      try (DeploymentRouter<Integer, Double> router =
          router(number -> 0.5, limits)
              .otherwise(number -> 0.25)
              .keepPrevious(Duration.ZERO)
              .open()) {
        router.replace(candidate(number -> hang()).closing(() -> closed.set(true)));
        Future<Double> answer = callers.submit(() -> router.predict(1));
        awaitInside(1);
        awaitWaiting(1);
        time.advance(TIMEOUT);
        assertThat(answer.get()).isEqualTo(0.25);
        Future<Boolean> replaced =
            callers.submit(() -> router.replace(Candidate.of("delay", 9, number -> 0.75)));
        while (!router.live().version().equals("9")) {
          Thread.onSpinWait();
        }
        assertThat(router.predict(1)).isEqualTo(0.75);
        assertThat(closed).isFalse();
        released.countDown();
        assertThat(replaced.get()).isTrue();
        assertThat(closed).isTrue();
      }
    }

    @Test
    void give_the_place_back_before_the_answer() {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> 0.5, Limits.inFlight(1).timeout(Duration.ofMinutes(1))).open()) {
        for (int i = 0; i < 2_000; i++) {
          assertThat(router.predict(i)).isEqualTo(0.5);
        }
        assertThat(router.counts().limits().refused()).isZero();
      }
    }

    @Test
    void hold_for_errors_of_a_model_too_whose_threads_live_on() {
      try (DeploymentRouter<Integer, Double> router =
          router(
                  number -> {
                    throw new OutOfMemoryError("of the model");
                  },
                  limits)
              .open()) {
        for (int i = 0; i < 100; i++) {
          assertThatThrownBy(() -> router.predict(1))
              .isInstanceOf(OutOfMemoryError.class)
              .hasMessage("of the model");
        }
        assertThat(router.counts().limits().refused()).isZero();
        assertThat(modelThreads()).hasSizeBetween(1, 2);
      }
    }
  }

  @Nested
  class Of_failures {

    private final AtomicBoolean fails = new AtomicBoolean();
    private final AtomicInteger asked = new AtomicInteger();
    private final Limits limits = Limits.inFlight(100).breaker(0.5, 10, PAUSE);

    private Double model(int number) {
      asked.incrementAndGet();
      if (fails.get()) {
        throw new IllegalStateException("down");
      }
      return 0.5;
    }

    @Test
    void leave_the_model_alone_and_try_it_after_each_pause() {
      try (DeploymentRouter<Integer, Double> router =
          router(this::model, limits).otherwise(number -> 0.25).open()) {
        fails.set(true);
        for (int i = 0; i < 100; i++) {
          assertThat(router.predict(i)).isEqualTo(0.25);
        }
        assertThat(asked).hasValue(5);
        time.advance(PAUSE);
        for (int i = 0; i < 100; i++) {
          assertThat(router.predict(i)).isEqualTo(0.25);
        }
        assertThat(asked).hasValue(6);
        fails.set(false);
        assertThat(router.predict(1)).isEqualTo(0.25);
        time.advance(PAUSE);
        for (int i = 0; i < 100; i++) {
          assertThat(router.predict(i)).isEqualTo(0.5);
        }
        assertThat(router.counts().limits()).isEqualTo(new LimitCounts(0, 0, 195, 0, 1, 1));
        assertThat(router.counts().fallbacks()).isEqualTo(201);
      }
    }

    @Test
    void are_in_the_journal_with_the_time_at_which_the_model_was_left_alone() {
      try (DeploymentRouter<Integer, Double> router =
          router(this::model, limits).otherwise(number -> 0.25).open()) {
        fails.set(true);
        for (int i = 0; i < 100; i++) {
          router.predict(i);
        }
        fails.set(false);
        time.advance(PAUSE);
        router.predict(1);
      }
      List<Event> events = workspace.journal().events().kind("breaker").list();
      assertThat(events)
          .extracting(Event::kind, Event::outcome)
          .containsExactly(tuple("breaker.opened", "paused"), tuple("breaker.closed", "ok"));
      assertThat(events.get(0).details())
          .isEqualTo(
              Map.of(
                  "router", "departures",
                  "model", "delay:7",
                  "failures", "5 of its last 10",
                  "pause", "5 seconds",
                  "time", clock.instant().toString()));
    }

    @Test
    void say_when_to_ask_again_where_nothing_else_answers() {
      try (DeploymentRouter<Integer, Double> router =
          router(this::model, Limits.inFlight(1).breaker(1, 3, PAUSE)).open()) {
        fails.set(true);
        for (int i = 0; i < 3; i++) {
          assertThatThrownBy(() -> router.predict(1)).hasMessage("down");
        }
        time.advance(Duration.ofSeconds(2));
        OverloadedException alone = overloaded(() -> router.predict(1));
        assertThat(alone)
            .hasMessage(
                "router 'departures': delay:7 is left alone after too many failures; ask again later, raise .limits(...), or add .otherwise(...)");
        assertThat(alone.retryAfter()).isEqualTo(Duration.ofSeconds(3));
      }
    }

    @Test
    void are_no_refusals() throws Exception {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> hang(), Limits.inFlight(1).breaker(1, 1, PAUSE))
              .otherwise(number -> 0.25)
              .open()) {
        Future<Double> first = callers.submit(() -> router.predict(1));
        awaitInside(1);
        for (int i = 0; i < 100; i++) {
          assertThat(router.predict(i)).isEqualTo(0.25);
        }
        released.countDown();
        assertThat(first.get()).isEqualTo(0.5);
        assertThat(router.counts().limits()).isEqualTo(new LimitCounts(100, 0, 0, 0, 0, 0));
      }
    }

    /** Whoever is not asked does not answer: the guards see it as they see the failures before. */
    @Test
    void of_a_candidate_are_hidden_from_no_guard() {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> 0.5, Limits.inFlight(100).breaker(1, 2, PAUSE)).open()) {
        fails.set(true);
        Rollout rollout =
            router.canary(candidate(this::model)).share(10).guard(Guard.errors()).start();
        int requests = 0;
        while (!rollout.state().isOver()) {
          assertThat(router.predict(requests++)).isEqualTo(0.5);
        }
        assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
        assertThat(requests).isLessThanOrEqualTo(500);
        assertThat(asked).hasValue(2);
        var total = rollout.verdict().findings().get(0).total();
        assertThat(total.canaryBad()).isEqualTo(total.canary()).isGreaterThan(2);
        assertThat(total.stableBad()).isZero();
        assertThat(router.counts().failures()).isZero();
      }
    }
  }

  /** One model is down, whoever asks; ten threads then ask both. */
  @Nested
  class Of_each_model {

    private static final int PLACES = 10;

    private final Limits limits = Limits.inFlight(PLACES).timeout(TIMEOUT);
    private final AtomicInteger next = new AtomicInteger();

    private Rollout start(DeploymentRouter<Integer, Double> router, Predictor<Integer, Double> to) {
      return router
          .canary(candidate(to))
          .share(30)
          .deadline(Duration.ofHours(1))
          .guard(Guard.errors())
          .start();
    }

    /** Asks one by one until all threads of the models that hang do, and lets their time pass. */
    private void fill(DeploymentRouter<Integer, Double> router, int hanging) throws Exception {
      while (inside.get() < hanging) {
        int before = inside.get();
        Future<Double> answer = callers.submit(() -> router.predict(next.incrementAndGet()));
        while (!answer.isDone() && inside.get() == before) {
          Thread.onSpinWait();
        }
        if (!answer.isDone()) {
          time.advance(TIMEOUT);
        }
        while (inside.get() == before + 1 && !answer.isDone()) {
          Thread.onSpinWait();
        }
      }
    }

    private List<Prediction<Double>> ask(DeploymentRouter<Integer, Double> router, int each) {
      List<Prediction<Double>> answers = Collections.synchronizedList(new ArrayList<>());
      Together.run(
          10,
          thread -> {
            for (int i = 0; i < each; i++) {
              answers.add(router.answer(next.incrementAndGet()));
            }
          });
      return answers;
    }

    @Test
    void are_not_shared_by_a_live_model_whose_candidate_hangs() throws Exception {
      try (DeploymentRouter<Integer, Double> router = router(number -> 0.5, limits).open()) {
        Rollout rollout = start(router, number -> hang());
        fill(router, PLACES);
        List<Prediction<Double>> answers = ask(router, 50);
        assertThat(answers).hasSize(500).allMatch(answer -> answer.version().equals("7"));
        assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
        assertThat(next.get()).isLessThan(600);
        assertThat(router.counts().failures()).isZero();
        assertThat(router.counts().limits().timedOut()).isEqualTo(PLACES);
        released.countDown();
      }
    }

    @Test
    void are_not_shared_by_a_candidate_whose_live_model_hangs() throws Exception {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> hang(), limits).otherwise("rules", number -> 0.25).open()) {
        Rollout rollout = start(router, number -> 0.5);
        fill(router, PLACES);
        for (Prediction<Double> answer : ask(router, 50)) {
          boolean canary = answer.variant().equals("canary");
          assertThat(answer.version()).isEqualTo(canary ? "8" : "rules");
          assertThat(answer.fallback()).isNotEqualTo(canary);
        }
        assertThat(rollout.state().isOver()).isFalse();
        assertThat(router.counts().fallbacksBy()).containsOnlyKeys("rules");
        released.countDown();
      }
    }

    @Test
    void decide_nothing_while_both_hang() throws Exception {
      try (DeploymentRouter<Integer, Double> router =
          router(number -> hang(), limits).otherwise("rules", number -> 0.25).open()) {
        Rollout rollout = start(router, number -> hang());
        fill(router, 2 * PLACES);
        assertThat(ask(router, 50)).hasSize(500).allMatch(answer -> answer.value() == 0.25);
        assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
        clock.advance(Duration.ofHours(1));
        assertThat(rollout.state()).isInstanceOf(RolloutState.Held.class);
        released.countDown();
      }
    }
  }

  @Nested
  class Of_no_use {

    @Test
    void are_refused() {
      Limits limits = Limits.inFlight(8);
      refused(() -> Limits.inFlight(0), "inFlight must lie within 1 and 10000 requests: 0");
      refused(() -> limits.timeout(Duration.ZERO), "timeout must be above zero: 0 seconds");
      refused(
          () -> limits.timeout(TIMEOUT).queue(10_001),
          "queue must lie within 0 and 10000 requests: 10001");
      refused(
          () -> limits.breaker(0, 10, PAUSE),
          "the rate of failures must be above 0 and at most 1: 0");
      refused(
          () -> limits.breaker(Double.NaN, 10, PAUSE),
          "the rate of failures must be above 0 and at most 1: NaN");
      refused(() -> limits.breaker(1, 0, PAUSE), "window must lie within 1 and 10000 requests: 0");
      refused(() -> limits.breaker(1, 1, Duration.ZERO), "pause must be above zero: 0 seconds");
      assertThatThrownBy(() -> limits.queue(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "a queue needs a time after which nobody waits any more; add .timeout(...) before");
      assertThatThrownBy(() -> limits.timeout(TIMEOUT).timeout(PAUSE))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'timeout' is set already, to 50 milliseconds");
      assertThat(limits.timeout(TIMEOUT).queue(2).breaker(0.5, 20, PAUSE))
          .hasToString(
              "8 requests in flight, 50 milliseconds, 2 may wait, a pause of 5 seconds after 10 failures of 20");
    }

    private void refused(ThrowingCallable call, String message) {
      assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }
  }
}
