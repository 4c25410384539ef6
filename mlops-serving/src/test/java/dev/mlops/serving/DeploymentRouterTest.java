package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.testkit.TestClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DeploymentRouterTest {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private final TestClock clock = TestClock.at(NOON);
  private final KeptLog log = new KeptLog();
  private final Workspace workspace = Workspace.builder().clock(clock).predictionLog(log).open();

  @AfterEach
  void close() {
    workspace.close();
  }

  private static Candidate<String, Double> model(String version, double answer) {
    return Candidate.of("delay", version, key -> answer);
  }

  private static Candidate<String, Double> failing(String version) {
    return Candidate.of(
        "delay",
        version,
        key -> {
          throw new UnsupportedOperationException("version " + version + " fails");
        });
  }

  private RouterBuilder<String, Double> router(Candidate<String, Double> live) {
    return DeploymentRouter.builder(workspace, "departures").live(live).keepPrevious(Duration.ZERO);
  }

  private List<Event> events(String kind) {
    return workspace.journal().events().kind(kind).list();
  }

  @Test
  void is_a_predictor_that_answers_with_the_live_model() {
    try (DeploymentRouter<String, Double> router = router(model("7", 0.7)).open()) {
      Predictor<String, String> text = router.andThen(delay -> "p=" + delay);
      assertThat(text.predict("N101UA")).isEqualTo("p=0.7");
      assertThat(router).hasToString("router 'departures': delay:7");
    }
  }

  @Test
  void tells_where_an_answer_came_from() {
    try (DeploymentRouter<String, Double> router = router(model("7", 0.7)).open()) {
      Prediction<Double> first = router.answer("N101UA");
      Prediction<Double> second = router.answer("N101UA");
      assertThat(first.value()).isEqualTo(0.7);
      assertThat(first.model()).isEqualTo("delay");
      assertThat(first.version()).isEqualTo("7");
      assertThat(first.variant()).isEqualTo("live");
      assertThat(first.fallback()).isFalse();
      assertThat(first.latency()).isPositive();
      assertThat(first.id()).isNotEqualTo(second.id());
    }
  }

  @Test
  void writes_its_last_words_on_an_interrupted_thread_too() {
    for (int round = 1; round <= 20; round++) {
      DeploymentRouter<String, Double> router = router(model("7", 0.7)).open();
      Rollout rollout = router.canary(model("8", 0.8)).share(10).guard(Guard.errors()).start();
      for (int i = 0; i < round; i++) {
        router.predict("key " + i);
      }
      Thread.currentThread().interrupt();
      router.close();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(rollout.ticks().stream().filter(tick -> tick.guard().equals("errors")))
          .as("what was counted by earlier rounds, and by this one")
          .hasSize(round);
    }
  }

  @Nested
  class Logging {

    @Test
    void keeps_every_answer_with_its_features() {
      try (DeploymentRouter<String, Double> router =
          router(model("7", 0.7))
              .features(key -> Map.of("tail", key, "wind", 12.5))
              .entity(key -> "entity " + key)
              .score(delay -> 2 * delay)
              .open()) {
        Prediction<Double> answer = router.answer("N101UA");
        assertThat(log.records).hasSize(1);
        PredictionRecord record = log.records.get(0);
        assertThat(record.id()).isEqualTo(answer.id());
        assertThat(record.model()).isEqualTo("delay");
        assertThat(record.version()).isEqualTo("7");
        assertThat(record.variant()).isEqualTo("live");
        assertThat(record.time()).isEqualTo(NOON);
        assertThat(record.entity()).isEqualTo("entity N101UA");
        assertThat(record.features()).isEqualTo(Map.of("tail", "N101UA", "wind", 12.5));
        assertThat(record.score()).isEqualTo(1.4);
        assertThat(record.latency()).isEqualTo(answer.latency());
        assertThat(record.outcome()).isEqualTo("ok");
      }
    }

    @Test
    void takes_a_number_as_its_own_score() {
      try (DeploymentRouter<String, Double> router = router(model("7", 0.7)).open()) {
        router.predict("N101UA");
        assertThat(log.records.get(0).score()).isEqualTo(0.7);
      }
    }

    @Test
    void reaches_the_database_and_meets_its_labels() {
      try (Workspace real = Workspace.builder().clock(clock).open();
          DeploymentRouter<String, Double> router =
              DeploymentRouter.builder(real, "departures").live(model("7", 0.7)).open()) {
        Prediction<Double> answer = router.answer("N101UA");
        router.feedback(List.of(Label.of(answer.id(), NOON, 1)));
        real.predictions().flush();
        Dataset rows = real.predictions().query().list();
        assertThat(rows.strings("id").get(0)).isEqualTo(answer.id());
        assertThat(rows.doubles("label").get(0)).isEqualTo(1);
      }
    }

    @Test
    void never_harms_an_answer() {
      Workspace broken =
          Workspace.builder()
              .predictionLog(
                  new KeptLog(
                      record -> {
                        throw new IllegalStateException("log");
                      }))
              .open();
      try (broken;
          DeploymentRouter<String, Double> router =
              DeploymentRouter.builder(broken, "departures")
                  .live(model("7", 0.7))
                  .features(key -> Map.of("length", key.codePointAt(1_000)))
                  .score(
                      delay -> {
                        throw new IllegalStateException("score");
                      })
                  .open()) {
        assertThat(router.predict("N101UA")).isEqualTo(0.7);
        assertThat(router.counts().bookkeepingFailures()).isEqualTo(3);
      }
    }

    @Test
    void counts_what_the_log_refuses() {
      try (Workspace full = Workspace.builder().predictionLog(new KeptLog(record -> false)).open();
          DeploymentRouter<String, Double> router =
              DeploymentRouter.builder(full, "departures").live(model("7", 0.7)).open()) {
        router.predict("N101UA");
        assertThat(router.counts())
            .isEqualTo(
                new RouterCounts(
                    1,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    1,
                    1,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    0,
                    Map.of(),
                    new LimitCounts(0, 0, 0, 0, 0, 0)));
      }
    }
  }

  @Nested
  class Sharing {

    @Test
    void gives_the_canary_its_share_within_the_binomial_bound() {
      try (DeploymentRouter<String, Double> router = router(model("7", 0.7)).open()) {
        router.canary(model("8", 0.8)).share(5).minimum(1_000_000).guard(Guard.errors()).start();
        for (int i = 0; i < 20_000; i++) {
          router.predict("key");
        }
        double bound = 5 * Math.sqrt(20_000 * 0.05 * 0.95);
        assertThat((double) router.counts().canary()).isCloseTo(1_000, within(bound));
      }
    }

    @Test
    void keeps_a_key_on_its_arm_while_the_share_grows() {
      try (DeploymentRouter<String, Double> router =
          router(model("7", 0.7)).unitKey(key -> key).open()) {
        Rollout rollout =
            router
                .canary(model("8", 0.8))
                .steps(5, 25, 50)
                .minimum(2_000)
                .guard(Guard.errors())
                .start();
        for (int step = 0; step < 3; step++) {
          List<String> chosen = canaries(router);
          assertThat(rollout.state().share()).isEqualTo(new double[] {5, 25, 50}[step]);
          RolloutState before = rollout.state();
          for (int i = 0; rollout.state().equals(before); i++) {
            router.predict("other " + i);
          }
          assertThat(canaries(router)).containsAll(chosen);
        }
        assertThat(rollout.state()).hasToString("HELD at 50 %");
        assertThat(canaries(router).size()).isBetween(420, 580);
      }
    }

    private List<String> canaries(DeploymentRouter<String, Double> router) {
      return IntStream.range(0, 1_000)
          .mapToObj(i -> "N" + i)
          .filter(key -> router.answer(key).variant().equals("canary"))
          .toList();
    }

    @Test
    void treats_requests_without_a_readable_key_as_units() {
      try (DeploymentRouter<String, Double> router =
          router(model("7", 0.7)).unitKey(key -> key.substring(100)).open()) {
        router.canary(model("8", 0.8)).share(50).minimum(100_000).guard(Guard.errors()).start();
        for (int i = 0; i < 1_000; i++) {
          router.predict("key");
        }
        assertThat(router.counts().canary()).isBetween(400L, 600L);
        assertThat(router.counts().bookkeepingFailures()).isEqualTo(1_000);
      }
    }
  }

  @Nested
  class Failing {

    @Test
    void candidates_fall_back_to_the_live_model() {
      try (DeploymentRouter<String, Double> router = router(model("7", 0.7)).open()) {
        router.canary(failing("8")).share(50).minimum(1_000).guard(Guard.errors()).start();
        Prediction<Double> answer = router.answer("key");
        while (answer.variant().equals("live")) {
          answer = router.answer("key");
        }
        assertThat(answer.value()).isEqualTo(0.7);
        assertThat(answer.version()).isEqualTo("7");
        assertThat(answer.variant()).isEqualTo("canary");
        assertThat(answer.fallback()).isTrue();
        assertThat(log.records.get(log.records.size() - 1).outcome()).isEqualTo("fallback");
        assertThat(router.counts().fallbacks()).isEqualTo(1);
      }
    }

    @Test
    void live_models_throw_what_they_throw_and_the_failure_is_logged() {
      try (DeploymentRouter<String, Double> router = router(failing("7")).open()) {
        assertThatThrownBy(() -> router.predict("key"))
            .isInstanceOf(UnsupportedOperationException.class)
            .hasMessage("version 7 fails");
        assertThat(log.records.get(0).outcome()).isEqualTo("error");
        assertThat(log.records.get(0).score()).isNaN();
        assertThat(router.counts().failures()).isEqualTo(1);
      }
    }

    @Test
    void checked_exceptions_that_a_model_hides_reach_the_caller_as_they_are() {
      Candidate<String, Double> hiding =
          Candidate.of("delay", 7, key -> hidden(new IOException("disk")));
      try (DeploymentRouter<String, Double> router = router(hiding).open()) {
        assertThatThrownBy(() -> router.predict("key"))
            .isInstanceOf(IOException.class)
            .hasMessage("disk");
      }
    }

    @SuppressWarnings("unchecked")
    private static <T extends Exception> Double hidden(Exception failure) throws T {
      throw (T) failure;
    }

    @Test
    void no_answer_is_a_failure() {
      Candidate<String, Double> silent = Candidate.of("delay", 7, key -> nothing());
      try (DeploymentRouter<String, Double> router = router(silent).open()) {
        assertThatThrownBy(() -> router.predict("key"))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage("delay:7 answered null");
      }
    }

    @SuppressWarnings("NullAway")
    private static Double nothing() {
      return null;
    }

    @Test
    void everything_leaves_the_default() {
      try (DeploymentRouter<String, Double> router =
          router(failing("7")).otherwise(key -> 0.5).open()) {
        router.canary(failing("8")).share(50).minimum(1_000).guard(Guard.errors()).start();
        for (int i = 0; i < 100; i++) {
          Prediction<Double> answer = router.answer("key");
          assertThat(answer.value()).isEqualTo(0.5);
          assertThat(answer.version()).isEqualTo("default");
          assertThat(answer.fallback()).isTrue();
        }
        assertThat(router.counts().fallbacks()).isEqualTo(100);
        assertThat(router.counts().failures()).isZero();
      }
    }
  }

  @Nested
  class Replacing {

    @Test
    void swaps_the_model_and_journals_it() {
      Digest seven = Digest.of(new byte[] {7});
      Digest eight = Digest.of(new byte[] {8});
      try (DeploymentRouter<String, Double> router = router(model("7", 0.7).digest(seven)).open()) {
        assertThat(router.replace(model("8", 0.8).digest(eight))).isTrue();
        assertThat(router.predict("key")).isEqualTo(0.8);
        assertThat(router.live().version()).isEqualTo("8");
      }
      Event event = events("deployment.replaced").get(0);
      assertThat(event.subjects()).isEqualTo(Map.of("live", seven, "candidate", eight));
      assertThat(event.details())
          .isEqualTo(Map.of("router", "departures", "live", "delay:7", "candidate", "delay:8"));
    }

    /** What can't be done here must not stand in the database as done. */
    @Test
    void has_no_way_back_to_a_model_that_is_not_loaded_and_that_nobody_can_open() {
      try (DeploymentRouter<String, Double> router = router(model("7", 0.7)).open()) {
        router.replace(model("8", 0.8));
        assertThatThrownBy(() -> router.rollback(because("no").by(Actor.human("ann", "owner"))))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "router 'departures': the model before delay:8 is not loaded any more, and there are no .models(...) to open it; use replace(...)");
        assertThat(router.predict("key")).isEqualTo(0.8);
      }
      assertThat(events("deployment.rolled_back")).isEmpty();
    }

    @Test
    void closes_only_what_was_handed_over() {
      AtomicInteger closed = new AtomicInteger();
      try (DeploymentRouter<String, Double> router =
          router(model("7", 0.7).closing(closed::incrementAndGet)).open()) {
        router.replace(model("8", 0.8));
        assertThat(closed).hasValue(1);
        router.replace(model("9", 0.9).closing(closed::incrementAndGet));
        assertThat(closed).hasValue(1);
      }
      assertThat(closed).hasValue(2);
    }

    @Test
    void survives_a_model_that_can_not_be_closed() {
      try (DeploymentRouter<String, Double> router =
          router(
                  model("7", 0.7)
                      .closing(
                          () -> {
                            throw new IOException("stuck");
                          }))
              .open()) {
        assertThat(router.replace(model("8", 0.8))).isTrue();
      }
    }

    /**
     * The key is read between the look at the plan and the entry to the model: there the request
     * waits until the live model is replaced by promotion, drained and closed.
     */
    @Test
    void a_request_on_its_way_to_a_retired_model_finds_the_next() throws Exception {
      CountDownLatch waiting = new CountDownLatch(1);
      CountDownLatch closed = new CountDownLatch(1);
      ExecutorService thread = Executors.newSingleThreadExecutor();
      try (DeploymentRouter<String, Double> router =
          router(model("7", 0.7).closing(closed::countDown))
              .unitKey(
                  key -> {
                    waiting.countDown();
                    await(closed);
                    return key;
                  })
              .open()) {
        Rollout rollout = router.canary(model("8", 0.8)).share(0.01).guard(Guard.errors()).start();
        Future<Prediction<Double>> answer = thread.submit(() -> router.answer("key"));
        await(waiting);
        rollout.promote(because("test").by(Actor.human("ann", "owner")));
        await(closed);
        assertThat(answer.get().version()).isEqualTo("8");
      } finally {
        thread.shutdown();
      }
    }

    private void await(CountDownLatch latch) {
      try {
        assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    /**
     * Each model refuses to answer once it is closed, as a native one must; 200 swaps under load
     * may not meet one.
     */
    @Test
    void under_load_fails_no_request() throws Exception {
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger opened = new AtomicInteger();
      AtomicInteger closedInUse = new AtomicInteger();
      ExecutorService threads = Executors.newFixedThreadPool(4);
      Workspace quiet = Workspace.builder().predictionLog(new KeptLog(record -> true)).open();
      try (quiet;
          DeploymentRouter<String, Double> router =
              DeploymentRouter.builder(quiet, "departures")
                  .live(closeable(opened, closedInUse))
                  .open()) {
        CountDownLatch loaded = new CountDownLatch(4);
        List<Future<Integer>> load = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          load.add(
              threads.submit(
                  () -> {
                    int answered = 0;
                    while (!done.get()) {
                      router.predict("key");
                      if (++answered == 1_000) {
                        loaded.countDown();
                      }
                    }
                    return answered;
                  }));
        }
        loaded.await();
        for (int swap = 0; swap < 200; swap++) {
          assertThat(router.replace(closeable(opened, closedInUse))).isTrue();
        }
        done.set(true);
        for (Future<Integer> requests : load) {
          assertThat(requests.get()).isPositive();
        }
        assertThat(router.counts().failures()).isZero();
        assertThat(closedInUse).hasValue(0);
      } finally {
        done.set(true);
        threads.shutdown();
      }
      assertThat(opened).hasValue(0);
    }

    private Candidate<String, Double> closeable(AtomicInteger opened, AtomicInteger closedInUse) {
      AtomicBoolean closed = new AtomicBoolean();
      AtomicInteger inside = new AtomicInteger();
      opened.incrementAndGet();
      Predictor<String, Double> model =
          key -> {
            inside.incrementAndGet();
            try {
              Thread.onSpinWait();
              if (closed.get()) {
                throw new IllegalStateException("asked after it was closed");
              }
              return 1.0;
            } finally {
              inside.decrementAndGet();
            }
          };
      return Candidate.of("delay", "n", model)
          .closing(
              () -> {
                closed.set(true);
                opened.decrementAndGet();
                closedInUse.addAndGet(inside.get());
              });
    }
  }

  @Nested
  class Refuses {

    @Test
    void to_open_without_its_needs() {
      assertThatThrownBy(() -> DeploymentRouter.builder(workspace, "a").open())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("router 'a' needs a live model; add .live(Candidate.of(...))");
      assertThatThrownBy(() -> DeploymentRouter.builder(workspace, " "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("router name must not be blank");
    }

    @Test
    void the_name_of_an_open_router() {
      DeploymentRouter<String, Double> first = router(model("7", 0.7)).open();
      assertThatThrownBy(() -> router(model("8", 0.8)).open())
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "a router 'departures' is open on this workspace; close it first, or name this one otherwise."
                  + " A model is exchanged by replace(...)");
      try (Workspace other = Workspace.inMemory();
          DeploymentRouter<String, Double> elsewhere =
              DeploymentRouter.builder(other, "departures").live(model("7", 0.7)).open()) {
        assertThat(elsewhere.predict("N101UA")).isEqualTo(0.7);
      }
      first.close();
      try (DeploymentRouter<String, Double> second = router(model("8", 0.8)).open()) {
        assertThat(second.predict("N101UA")).isEqualTo(0.8);
      }
    }

    @Test
    void an_option_twice() {
      assertThatThrownBy(() -> router(model("7", 0.7)).live(model("8", 0.8)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'live' is set already, to delay:7");
      assertThatThrownBy(() -> router(model("7", 0.7)).salt("a").salt("b"))
          .hasMessage("the option 'salt' is set already, to a");
    }

    @Test
    void to_answer_when_closed() {
      DeploymentRouter<String, Double> router = router(model("7", 0.7)).open();
      router.close();
      router.close();
      assertThatThrownBy(() -> router.predict("key"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("router 'departures' is closed");
      assertThatThrownBy(() -> router.replace(model("8", 0.8)))
          .hasMessage("router 'departures' is closed");
    }

    @Test
    void two_changes_at_once() {
      try (DeploymentRouter<String, Double> router = router(model("7", 0.7)).open()) {
        router.canary(model("8", 0.8)).share(10).guard(Guard.errors()).start();
        assertThatThrownBy(() -> router.replace(model("9", 0.9)))
            .isInstanceOf(IllegalStateException.class)
            .hasMessage(
                "router 'departures' has a rollout of delay:8, RUNNING at 10 %, so the live model can't"
                    + " be replaced; promote it or roll it back first");
        assertThatThrownBy(() -> router.canary(model("9", 0.9)).guard(Guard.errors()).start())
            .hasMessage(
                "router 'departures' has a rollout of delay:8, RUNNING at 10 %, so another can't start;"
                    + " promote it or roll it back first");
      }
    }

    @Test
    void models_without_a_name() {
      assertThatThrownBy(() -> Candidate.of("", 7, key -> 1))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("model name must not be blank");
      assertThatThrownBy(() -> Candidate.of("delay", " ", key -> 1))
          .hasMessage("version name must not be blank");
    }
  }

  /** A thread for each of them would hold its model for half an hour, and outlive the router. */
  @Test
  void looks_for_all_models_that_were_live_by_one_task() {
    ManualTime manual = new ManualTime();
    List<String> closed = new ArrayList<>();
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "departures")
            .live(closing("0", closed))
            .time(manual)
            .open()) {
      for (int version = 1; version <= 5; version++) {
        assertThat(router.replace(closing(Integer.toString(version), closed))).isTrue();
        manual.advance(Duration.ofMinutes(20));
        manual.tick();
      }
      assertThat(closed).containsExactly("0", "1", "2", "3");
      assertThat(manual.count("previous")).isEqualTo(1);
      manual.advance(Duration.ofMinutes(9));
      manual.tick();
      assertThat(closed).as("29 minutes after the last change").hasSize(4);
      manual.advance(Duration.ofMinutes(1));
      manual.tick();
      assertThat(closed).containsExactly("0", "1", "2", "3", "4");
      assertThat(manual.isIdle("previous")).isTrue();
      assertThat(router.replace(closing("6", closed))).isTrue();
      assertThat(manual.count("previous")).isEqualTo(1);
    }
    manual.tick();
    assertThat(manual.isIdle("previous")).as("the router is closed").isTrue();
  }

  private static Candidate<Integer, Double> closing(String version, List<String> closed) {
    return Candidate.<Integer, Double>of("delay", version, number -> 0.5)
        .closing(() -> closed.add(version));
  }
}
