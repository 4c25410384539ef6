package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutState;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever a model does instead of answering is counted, and counted once. */
class NothingEscapesTest {

  private static final KeptLog log = new KeptLog();

  /** Each test has a router of its own: a promoted model outlives the router that began it. */
  private static final AtomicInteger NAMES = new AtomicInteger();

  /** The clock stands, so that the same keys meet the candidate in every run. */
  private static final TestClock clock = TestClock.at(Instant.parse("2026-11-28T00:00:00Z"));

  private static final Workspace workspace =
      Workspace.builder().clock(clock).predictionLog(log).open();

  private final ManualTime time = new ManualTime();

  @BeforeEach
  void forget() {
    log.records.clear();
  }

  @AfterAll
  static void close() {
    workspace.close();
  }

  private DeploymentRouter<Integer, Double> router(Predictor<Integer, Double> live) {
    return DeploymentRouter.builder(workspace, "departures " + NAMES.getAndIncrement())
        .live(Candidate.of("delay", 7, live))
        .unitKey(number -> "key " + number)
        .time(time)
        .executor(Runnable::run)
        .keepPrevious(Duration.ZERO)
        .open();
  }

  private static Candidate<Integer, Double> candidate(Predictor<Integer, Double> model) {
    return Candidate.of("delay", 8, model);
  }

  private static BadEvents errors(Rollout rollout) {
    var total = rollout.verdict().findings().get(0).total();
    return new BadEvents(total.canary(), total.canaryBad(), total.stable(), total.stableBad());
  }

  record BadEvents(long candidate, long candidateBad, long live, long liveBad) {}

  static List<Supplier<Throwable>> failures() {
    return List.of(
        () -> new OutOfMemoryError("Java heap space"),
        () -> new InternalError("native"),
        () -> new StackOverflowError(),
        () -> new AssertionError("no"),
        () -> new NoClassDefFoundError("gone"),
        ThreadDeath::new,
        () -> new Throwable("of no kind"),
        () -> new IllegalStateException("no"));
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> Double hidden(Throwable failure) throws T {
    throw (T) failure;
  }

  @ParameterizedTest
  @MethodSource("failures")
  void of_a_candidate_that_throws_and_no_caller_sees_it(Supplier<Throwable> failure) {
    try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
      Rollout rollout =
          router
              .canary(candidate(number -> hidden(failure.get())))
              .share(50)
              .guard(Guard.errors())
              .start();
      for (int i = 0; i < 200; i++) {
        assertThat(router.predict(i)).isEqualTo(0.5);
      }
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(errors(rollout).candidateBad()).isEqualTo(errors(rollout).candidate());
      assertThat(router.counts().fallbacks()).isEqualTo(router.counts().canary()).isPositive();
      assertThat(log.records).hasSize(200);
    }
  }

  static List<Predictor<Integer, Double>> broken() {
    return List.of(
        number -> {
          throw new IllegalStateException(
              new ExecutionException(new InterruptedException("the model's own pool has ended")));
        },
        number -> {
          throw new CompletionException(new InterruptedException("the model's own pool has ended"));
        },
        number -> {
          throw new IllegalStateException("no");
        },
        number -> {
          throw new OutOfMemoryError("Java heap space");
        },
        number -> Double.NaN);
  }

  /** A tenth of the traffic, the default tick: what every rollout promises of a dead candidate. */
  @ParameterizedTest
  @MethodSource("broken")
  void of_a_dead_candidate_at_a_tenth_within_500_requests(Predictor<Integer, Double> broken) {
    try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
      Rollout rollout = router.canary(candidate(broken)).share(10).guard(Guard.errors()).start();
      int requests = 0;
      while (!rollout.state().isOver() && requests < 500) {
        router.predict(requests++);
      }
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(router.counts().failures()).isZero();
    }
  }

  /** A pager that hangs delays what it is told next, and nobody who asks the router. */
  @Test
  void of_a_listener_that_hangs_reaches_nobody() {
    CountDownLatch released = new CountDownLatch(1);
    List<RolloutState> heard = new CopyOnWriteArrayList<>();
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "departures " + NAMES.getAndIncrement())
            .live(Candidate.<Integer, Double>of("delay", 7, number -> 0.5))
            .listener(
                change -> {
                  try {
                    assertThat(released.await(60, TimeUnit.SECONDS)).isTrue();
                  } catch (InterruptedException e) {
                    throw new IllegalStateException(e);
                  }
                  heard.add(change.transition().state());
                })
            .open()) {
      Rollout rollout =
          router.canary(candidate(number -> 0.5)).steps(10, 50, 100).guard(Guard.errors()).start();
      rollout.step(because("the night was quiet"));
      rollout.pause(because("lunch"));
      assertThat(rollout.state()).hasToString("PAUSED at 50 %");
      rollout.rollback(because("enough"));
      assertThat(router.replace(Candidate.of("delay", 9, number -> 0.9))).isTrue();
      assertThat(released.getCount()).as("nobody has waited for the listener").isEqualTo(1);
      released.countDown();
    }
    assertThat(heard)
        .extracting(RolloutState::toString)
        .containsExactly("RUNNING at 50 %", "PAUSED at 50 %", "ROLLED_BACK");
  }

  /** Where both models are down nothing is learnt of the candidate. */
  @Test
  void of_both_models_is_no_verdict() {
    Predictor<Integer, Double> down =
        number -> {
          throw new IllegalStateException("no");
        };
    TestClock passing = TestClock.at(Instant.parse("2026-11-28T00:00:00Z"));
    try (Workspace own = Workspace.builder().clock(passing).predictionLog(log).open();
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(own, "departures")
                .live(Candidate.of("delay", 7, down))
                .otherwise(number -> 0.5)
                .executor(Runnable::run)
                .open()) {
      Rollout rollout =
          router
              .canary(candidate(down))
              .share(10)
              .deadline(Duration.ofHours(1))
              .guard(Guard.errors())
              .start();
      for (int i = 0; i < 2_000; i++) {
        assertThat(router.predict(i)).isEqualTo(0.5);
      }
      assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
      passing.advance(Duration.ofHours(1));
      assertThat(rollout.state()).isInstanceOf(RolloutState.Held.class);
    }
  }

  /**
   * Labels never come for answers that fell back; the guard of errors that every plan has sees it.
   */
  @Test
  void of_a_candidate_that_throws_though_the_plan_watches_labels_only() {
    try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
      Rollout rollout =
          router
              .canary(candidate(number -> hidden(new InternalError())))
              .share(50)
              .guard(Guard.labelErrors((score, label) -> score != label))
              .start();
      for (int i = 0; i < 200; i++) {
        router.predict(i);
      }
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(rollout.verdict().sentence()).startsWith("delay:8 is ROLLED_BACK: errors: ");
    }
  }

  @ParameterizedTest
  @MethodSource("failures")
  void of_a_live_model_that_throws_and_its_caller_sees_just_that(Supplier<Throwable> failure) {
    try (DeploymentRouter<Integer, Double> router = router(number -> hidden(failure.get()))) {
      Rollout rollout =
          router.canary(candidate(number -> 0.5)).share(50).guard(Guard.errors()).start();
      int thrown = 0;
      for (int i = 0; i < 100; i++) {
        try {
          router.predict(i);
        } catch (Throwable e) {
          assertThat(e).hasSameClassAs(failure.get());
          thrown++;
        }
      }
      assertThat(errors(rollout).liveBad()).isEqualTo(thrown).isPositive();
      assertThat(router.counts().failures()).isEqualTo(thrown);
      assertThat(log.records).hasSize(100);
    }
  }

  @Test
  void although_the_log_and_the_applications_functions_throw_errors() {
    Workspace broken =
        Workspace.builder()
            .predictionLog(
                new KeptLog(
                    record -> {
                      throw new OutOfMemoryError("log");
                    }))
            .open();
    try (broken;
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(broken, "departures")
                .live(candidate(number -> 0.5))
                .features(
                    number -> {
                      throw new StackOverflowError("features");
                    })
                .open()) {
      Rollout rollout =
          router
              .canary(candidate(number -> hidden(new InternalError())))
              .share(50)
              .guard(Guard.errors())
              .start();
      for (int i = 0; i < 200; i++) {
        assertThat(router.predict(i)).isEqualTo(0.5);
      }
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(router.counts().bookkeepingFailures()).isEqualTo(400);
    }
  }

  /** The last who leaves a retired model closes it, and is no less answered. */
  @ParameterizedTest
  @MethodSource("failures")
  void of_a_model_that_cannot_be_closed_and_its_last_caller_is_answered(Supplier<Throwable> failure)
      throws Exception {
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch replaced = new CountDownLatch(1);
    ExecutorService pool = Executors.newFixedThreadPool(2);
    Candidate<Integer, Double> closing =
        candidate(
                number -> {
                  inside.countDown();
                  await(replaced);
                  return 0.25;
                })
            .closing(() -> hidden(failure.get()));
    try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
      router.replace(closing);
      Future<Double> last = pool.submit(() -> router.predict(1));
      await(inside);
      Future<Boolean> drained = pool.submit(() -> router.replace(candidate(number -> 0.75)));
      while (router.live() == closing) {
        Thread.onSpinWait();
      }
      replaced.countDown();
      assertThat(last.get()).isEqualTo(0.25);
      assertThat(drained.get()).isTrue();
      assertThat(router.counts().bookkeepingFailures()).isEqualTo(1);
    } finally {
      replaced.countDown();
      pool.shutdown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Nested
  class Hanging {

    private final CountDownLatch released = new CountDownLatch(1);
    private final AtomicInteger inside = new AtomicInteger();

    private Double hang() {
      inside.incrementAndGet();
      try {
        assertThat(released.await(60, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", e);
      }
      return 0.5;
    }

    private void awaitInside(int threads) {
      while (inside.get() < threads) {
        Thread.onSpinWait();
      }
    }

    /** All threads of a pool end in the candidate: nobody comes back to be counted. */
    @Test
    void of_every_thread_rolls_back_and_no_late_return_counts_again() throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(20);
      try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
        Rollout rollout =
            router
                .canary(candidate(number -> hang()))
                .share(10)
                .guard(Guard.errors())
                .guard(Guard.latencyOver(Duration.ofMillis(20)).warmUp(0))
                .start();
        List<Future<Double>> answers = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
          int key = i;
          answers.add(pool.submit(() -> router.predict(key)));
        }
        awaitInside(20);
        time.tick();
        assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
        time.advance(Duration.ofMillis(21));
        time.tick();
        assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
        assertThat(rollout.verdict().sentence()).contains("latency over 20 milliseconds: ");
        assertThat(router.predict(12)).isEqualTo(0.5);
        List<Certificate.Tick> judged = rollout.ticks();
        released.countDown();
        for (Future<Double> answer : answers) {
          assertThat(answer.get()).isEqualTo(0.5);
        }
        assertThat(rollout.ticks()).isEqualTo(judged);
        assertThat(time.isIdle()).isTrue();
      } finally {
        released.countDown();
        pool.shutdown();
      }
    }

    /** A small pool hangs before a tick is full: the tick is closed when its time is up. */
    @Test
    void of_few_threads_counts_within_the_time_to_answer() throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(8);
      try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
        Rollout rollout =
            router
                .canary(candidate(number -> hang()))
                .share(20)
                .answerWithin(Duration.ofSeconds(2))
                .guard(Guard.errors())
                .start();
        for (int i = 0; i < 200; i++) {
          int key = i;
          pool.execute(() -> router.predict(key));
        }
        awaitInside(8);
        time.advance(Duration.ofSeconds(2));
        time.tick();
        assertThat(errors(rollout).candidate()).isZero();
        time.advance(Duration.ofNanos(1));
        time.tick();
        assertThat(errors(rollout).candidateBad()).isEqualTo(8);
        assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
        released.countDown();
        pool.shutdown();
        assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        released.countDown();
        pool.shutdown();
      }
    }

    /** Without a guard of its own a hang would be evidence of nothing: labels never come. */
    @Test
    void of_few_threads_counts_though_the_plan_watches_labels_only() throws Exception {
      ExecutorService pool = Executors.newFixedThreadPool(8);
      try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
        Rollout rollout =
            router
                .canary(candidate(number -> hang()))
                .share(20)
                .answerWithin(Duration.ofSeconds(2))
                .guard(Guard.labelErrors((score, label) -> score != label))
                .start();
        for (int i = 0; i < 200; i++) {
          int key = i;
          pool.execute(() -> router.predict(key));
        }
        awaitInside(8);
        time.advance(Duration.ofSeconds(2).plusNanos(1));
        time.tick();
        assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
        released.countDown();
        pool.shutdown();
        assertThat(pool.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
      } finally {
        released.countDown();
        pool.shutdown();
      }
    }

    /** A caller gives up after his own time; that the candidate took longer is not his fault. */
    @Test
    void is_counted_though_the_caller_is_interrupted_in_the_end() {
      try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
        Rollout rollout =
            router
                .canary(
                    candidate(
                        number -> {
                          time.advance(Duration.ofSeconds(3));
                          Thread.currentThread().interrupt();
                          throw new IllegalStateException(new InterruptedException("cancelled"));
                        }))
                .share(50)
                .answerWithin(Duration.ofSeconds(2))
                .guard(Guard.errors())
                .start();
        for (int i = 0; i < 200; i++) {
          router.predict(i);
          Thread.interrupted();
        }
        assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      }
    }
  }

  @Test
  void but_an_interrupted_caller_is_not_the_candidates_error() {
    try (DeploymentRouter<Integer, Double> router = router(number -> 0.5)) {
      Rollout rollout =
          router
              .canary(
                  candidate(
                      number -> {
                        throw new IllegalStateException(new InterruptedException("cancelled"));
                      }))
              .share(50)
              .guard(Guard.errors())
              .guard(Guard.latencyOver(Duration.ofMillis(20)).warmUp(0))
              .start();
      for (int i = 0; i < 2_000; i++) {
        Prediction<Double> answer = router.answer(i);
        assertThat(answer.value()).isEqualTo(0.5);
        assertThat(Thread.interrupted()).isEqualTo(answer.variant().equals("canary"));
      }
      // None of the candidate's requests says anything, so nothing can be compared.
      assertThat(rollout.state()).isInstanceOf(RolloutState.Held.class);
      assertThat(rollout.verdict().sentence())
          .contains("the requests are not split as planned: 0 of ");
      assertThat(rollout.verdict().findings())
          .allSatisfy(finding -> assertThat(finding.total().canary()).isZero());
      assertThat(router.counts().interrupted()).isEqualTo(router.counts().canary()).isPositive();
    }
  }

  @Nested
  class Answers {

    private <O> Rollout rollout(RouterBuilder<Integer, O> builder, O sound, O unsound) {
      try (DeploymentRouter<Integer, O> router = builder.open()) {
        Rollout rollout =
            router
                .canary(Candidate.<Integer, O>of("delay", "8", number -> unsound))
                .steps(10, 50, 100)
                .guard(Guard.errors())
                .start();
        for (int i = 0; i < 20_000 && !rollout.state().isOver(); i++) {
          router.predict(i);
        }
        assertThat(router.predict(1)).isEqualTo(sound);
        return rollout;
      }
    }

    private <O> RouterBuilder<Integer, O> of(O sound) {
      return DeploymentRouter.builder(workspace, "departures " + NAMES.getAndIncrement())
          .live(Candidate.<Integer, O>of("delay", "7", number -> sound));
    }

    private void assertTakenBack(Rollout rollout) {
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      assertThat(rollout.verdict().sentence())
          .startsWith("delay:8 is ROLLED_BACK: invalid outputs: ");
    }

    @Test
    void that_are_no_numbers_roll_back() {
      assertTakenBack(rollout(of((Double) 0.5), 0.5, Double.NaN));
    }

    @Test
    void that_are_infinite_roll_back() {
      assertTakenBack(rollout(of((Float) 0.5f), 0.5f, Float.NEGATIVE_INFINITY));
      assertTakenBack(rollout(of((Number) 1), 1, Double.POSITIVE_INFINITY));
    }

    @Test
    void that_hold_one_such_number_roll_back() {
      assertTakenBack(
          rollout(of(new float[] {1, 2}), new float[] {1, 2}, new float[] {1, Float.NaN}));
      assertTakenBack(rollout(of(new double[] {1}), new double[] {1}, new double[] {Double.NaN}));
    }

    @Test
    void whose_score_is_none_roll_back() {
      assertTakenBack(rollout(of("0.5").score(Double::parseDouble), "0.5", "NaN"));
    }

    @Test
    void that_the_application_calls_invalid_roll_back() {
      assertTakenBack(rollout(of("late").valid(text -> !text.isEmpty()), "late", ""));
    }

    /** An array of one number, where the second one is read. */
    @Test
    void that_cannot_be_read_roll_back() {
      float[] both = {0.3f, 0.7f};
      float[] one = {1};
      assertTakenBack(rollout(of(both).score(numbers -> numbers[1]), both, one));
      assertTakenBack(rollout(of(both).valid(numbers -> numbers[1] <= 1), both, one));
      assertTakenBack(
          rollout(
              of(both).score(numbers -> numbers[1]).valid(numbers -> numbers[1] <= 1), both, one));
    }

    /** Whoever says himself what is valid needs no score for it. */
    @Test
    void without_a_score_are_valid_if_the_application_says_so() {
      float[] both = {0.3f, 0.7f};
      float[] one = {1};
      try (DeploymentRouter<Integer, float[]> router =
          of(both).score(numbers -> numbers[1]).valid(numbers -> numbers.length > 0).open()) {
        Rollout rollout =
            router
                .canary(Candidate.<Integer, float[]>of("delay", "8", number -> one))
                .share(50)
                .guard(Guard.errors())
                .start();
        for (int i = 0; i < 1_000; i++) {
          router.predict(i);
        }
        assertThat(rollout.verdict().findings())
            .allSatisfy(finding -> assertThat(finding.total().canaryBad()).isZero());
        assertThat(router.counts().bookkeepingFailures()).isEqualTo(router.counts().canary());
        assertThat(router.counts().canary()).isPositive();
      }
    }
  }

  @Nested
  class Scores {

    @Test
    void are_read_from_arrays_of_one() {
      try (DeploymentRouter<Integer, float[]> router =
          DeploymentRouter.builder(workspace, "departures " + NAMES.getAndIncrement())
              .live(Candidate.<Integer, float[]>of("delay", "7", number -> new float[] {0.25f}))
              .open()) {
        router.predict(1);
        assertThat(log.records.get(0).score()).isEqualTo(0.25);
        assertThat(router.counts().withoutScore()).isZero();
      }
    }

    @Test
    void that_nothing_reads_are_counted() {
      try (DeploymentRouter<Integer, float[]> router =
          DeploymentRouter.builder(workspace, "departures " + NAMES.getAndIncrement())
              .live(Candidate.<Integer, float[]>of("delay", "7", number -> new float[2]))
              .open()) {
        router.predict(1);
        assertThat(log.records.get(0).score()).isNaN();
        assertThat(router.counts().withoutScore()).isEqualTo(1);
      }
    }
  }
}
