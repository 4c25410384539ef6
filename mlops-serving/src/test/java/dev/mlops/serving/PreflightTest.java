package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.journal.Event;
import dev.mlops.rollout.RolloutState;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class PreflightTest {

  private static final List<Integer> SAMPLES = List.of(1, 2, 3);

  private final Workspace workspace = Workspace.builder().predictionLog(new KeptLog()).open();
  private final ManualTime time = new ManualTime();
  private final AtomicInteger asked = new AtomicInteger();
  private final AtomicInteger closed = new AtomicInteger();
  private final DeploymentRouter<Integer, Double> router =
      DeploymentRouter.builder(workspace, "departures")
          .live(Candidate.<Integer, Double>of("delay", 7, number -> 0.5))
          .limits(Limits.inFlight(4).breaker(1, 1, Duration.ofDays(1)))
          .time(time)
          .executor(Runnable::run)
          .open();

  @AfterEach
  void close() {
    router.close();
    workspace.close();
  }

  private List<Event> events() {
    return workspace.journal().events().list();
  }

  private Candidate<Integer, Double> candidate(Predictor<Integer, Double> model) {
    return Candidate.<Integer, Double>of(
            "delay",
            8,
            number -> {
              asked.incrementAndGet();
              return model.predict(number);
            })
        .digest(Digest.of(new byte[] {8}))
        .closing(closed::incrementAndGet);
  }

  private PreflightFailedException refused(
      Predictor<Integer, Double> model, Preflight<Integer, Double> preflight) {
    Canary canary = router.canary(candidate(model), preflight).share(50).guard(Guard.errors());
    try {
      Rollout unused = canary.start();
    } catch (PreflightFailedException e) {
      return e;
    }
    throw new AssertionError("passed");
  }

  private List<String> findings(
      Predictor<Integer, Double> model, Preflight<Integer, Double> preflight) {
    return refused(model, preflight).findings();
  }

  private static Preflight<Integer, Double> samples() {
    return Preflight.samples(SAMPLES);
  }

  @Test
  void lets_a_sound_candidate_start() {
    Preflight<Integer, Double> preflight =
        samples()
            .golden(2, 0.5, 0.01)
            .golden(3, 0.7, (answer, expected) -> answer < expected)
            .warmUp(10)
            .latency(1, Duration.ofMillis(5))
            .check("signature", model -> Optional.empty());
    assertThat(preflight).hasToString("preflight of 3 samples, 2 golden answers and 1 check");
    Rollout rollout =
        router
            .canary(candidate(number -> 0.505), preflight)
            .share(50)
            .guard(Guard.errors())
            .start();
    assertThat(rollout.state()).isInstanceOf(RolloutState.Running.class);
    assertThat(asked).hasValue(3 + 2 + 10 + 3);
    assertThat(closed).hasValue(0);
    assertThat(events()).extracting(Event::kind).containsExactly("rollout.started");
    assertThat(router.counts().requests()).isZero();
  }

  @Test
  void tells_all_that_it_finds_at_once_and_no_request_meets_the_candidate() {
    Preflight<Integer, Double> preflight =
        samples()
            .golden(2, 0.25, 0.01)
            .golden(1, 0.25, 0.01)
            .latency(0.5, Duration.ofMillis(5))
            .check("signature", model -> Optional.of("has no input 'wind'"))
            .check(
                "disk",
                model -> {
                  throw new IllegalStateException("full\0");
                });
    PreflightFailedException refused =
        refused(
            number -> {
              time.advance(Duration.ofMillis(6));
              if (number == 1) {
                throw new OutOfMemoryError("Java heap space");
              }
              return number == 2 ? 0.5 : Double.NaN;
            },
            preflight);
    List<String> expected =
        List.of(
            "sample 1 of 3 is not answered: java.lang.OutOfMemoryError: Java heap space",
            "sample 3 of 3 is answered by NaN, which no sound model does",
            "golden answer 1 of 2 is 0.5, not 0.25",
            "golden answer 2 of 2 is missing: java.lang.OutOfMemoryError: Java heap space",
            "quantile 0.5 of the latency is 6 milliseconds, and its limit 5 milliseconds",
            "signature: has no input 'wind'",
            "disk: java.lang.IllegalStateException: full?");
    assertThat(refused.findings()).isEqualTo(expected);
    assertThat(refused)
        .hasMessage(
            "router 'departures' does not take delay:8: its preflight found 7 faults: "
                + String.join("; ", expected));
    int before = asked.get();
    for (int i = 0; i < 100; i++) {
      assertThat(router.answer(i).version()).isEqualTo("7");
    }
    assertThat(asked).hasValue(before);
    assertThat(router.rollout()).isEmpty();
    assertThat(closed).hasValue(1);
    Event event = events().get(0);
    assertThat(event.kind()).isEqualTo("rollout.refused");
    assertThat(event.outcome()).isEqualTo("refused");
    assertThat(event.subjects()).isEqualTo(Map.of("candidate", Digest.of(new byte[] {8})));
    assertThat(event.details())
        .isEqualTo(
            Map.of(
                "router",
                "departures",
                "candidate",
                "delay:8",
                "faults",
                "7",
                "evidence",
                String.valueOf(refused.getMessage())));
  }

  @Test
  void keeps_a_live_model_from_being_replaced() {
    assertThatThrownBy(() -> router.replace(candidate(number -> Double.NaN), samples()))
        .isInstanceOf(PreflightFailedException.class);
    assertThat(router.live().version()).isEqualTo("7");
    assertThat(events()).extracting(Event::kind).containsExactly("deployment.refused");
    assertThat(router.replace(candidate(number -> 0.75), samples())).isTrue();
    assertThat(router.live().version()).isEqualTo("8");
    assertThat(events())
        .extracting(Event::kind)
        .containsExactly("deployment.refused", "deployment.replaced");
    assertThat(closed).hasValue(1);
  }

  @Test
  void times_the_samples_once_after_the_warm_up() {
    Preflight<Integer, Double> preflight =
        Preflight.<Integer, Double>samples(IntStream.rangeClosed(1, 10).boxed().toList())
            .warmUp(5)
            .latency(0.8, Duration.ofMillis(8));
    assertThat(
            findings(
                number -> {
                  boolean cold = asked.get() <= 15;
                  time.advance(Duration.ofMillis(cold ? 500 : number + 1));
                  return 0.5;
                },
                preflight))
        .containsExactly(
            "quantile 0.8 of the latency is 9 milliseconds, and its limit 8 milliseconds");
    asked.set(0);
    assertThat(
            router.replace(
                candidate(
                    number -> {
                      boolean cold = asked.get() <= 15;
                      time.advance(Duration.ofMillis(cold ? 500 : number));
                      return 0.5;
                    }),
                preflight))
        .isTrue();
  }

  @Test
  void takes_an_answer_that_never_comes_for_the_slowest() {
    assertThat(
            findings(
                number -> {
                  if (number == 3) {
                    throw new IllegalStateException("down");
                  }
                  return 0.5;
                },
                samples().latency(1, Duration.ofDays(1))))
        .containsExactly(
            "sample 3 of 3 is not answered: java.lang.IllegalStateException: down",
            "quantile 1 of the latency does not exist, as too many samples were not answered");
  }

  /** With a limit of time a candidate that hangs holds up nobody, and is closed once it is back. */
  @Test
  void ends_though_a_candidate_hangs() {
    Duration timeout = Duration.ofMillis(50);
    CountDownLatch released = new CountDownLatch(1);
    CountDownLatch gone = new CountDownLatch(1);
    Candidate<Integer, Double> hanging =
        Candidate.<Integer, Double>of(
                "delay",
                8,
                number -> {
                  time.advance(timeout);
                  await(released);
                  return 0.5;
                })
            .closing(gone::countDown);
    try (DeploymentRouter<Integer, Double> timed =
        DeploymentRouter.builder(workspace, "arrivals")
            .live(Candidate.<Integer, Double>of("delay", 7, number -> 0.5))
            .limits(Limits.inFlight(2).timeout(timeout))
            .time(time)
            .open()) {
      assertThatThrownBy(() -> timed.replace(hanging, samples()))
          .hasMessageContaining("sample 2 of 3 is not answered: ")
          .hasMessageContaining("did not answer within 50 milliseconds")
          .hasMessageContaining("has 2 requests inside, its limit");
      assertThat(gone.getCount()).isEqualTo(1);
    } finally {
      released.countDown();
    }
    await(gone);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(60, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted", e);
    }
  }

  @Test
  void shows_the_first_faults_and_keeps_all() {
    List<Integer> many = IntStream.range(0, 50).boxed().toList();
    PreflightFailedException refused = refused(number -> Double.NaN, Preflight.samples(many));
    assertThat(refused.findings()).hasSize(50);
    assertThat(refused)
        .hasMessageStartingWith(
            "router 'departures' does not take delay:8: its preflight found 50 faults: sample 1 of 50 ")
        .hasMessageEndingWith(
            "sample 20 of 50 is answered by NaN, which no sound model does; and 30 more");
  }

  @Test
  void compares_numbers_by_their_members() {
    float[] three = {1, 2, Float.NaN};
    assertThat(Output.isNear(three, new double[] {1, 2.1, Double.NaN}, 0.2)).isTrue();
    assertThat(Output.isNear(three, new double[] {1, 2.1, Double.NaN}, 0.05)).isFalse();
    assertThat(Output.isNear(three, new double[] {1, 2, 3}, 10)).isFalse();
    assertThat(Output.isNear(three, new double[] {1, 2}, 10)).isFalse();
    assertThat(Output.isNear(0.5, 0.5f, 0)).isTrue();
    assertThat(Output.isNear("no", 0.5, 10)).isFalse();
    double infinite = Double.POSITIVE_INFINITY;
    assertThat(Output.isNear(infinite, infinite, 0)).isTrue();
    assertThat(Output.isNear(1.0, infinite, 10)).isFalse();
  }

  @Nested
  class Refuses {

    @Test
    void what_makes_no_sense() {
      wrong(() -> Preflight.samples(List.of()), "a preflight needs at least one sample input");
      wrong(() -> samples().golden(1, 0.5, -1), "a tolerance must be at least 0: -1");
      wrong(() -> samples().warmUp(-1), "warmUp must lie within 0 and 1000000 requests: -1");
      wrong(
          () -> samples().latency(0, Duration.ofSeconds(1)),
          "a quantile must be above 0 and at most 1: 0");
      wrong(() -> samples().latency(1, Duration.ZERO), "limit must be above zero: 0 seconds");
      wrong(
          () -> Preflight.<Integer, String>samples(SAMPLES).golden(1, "late", 0.5),
          "an expected answer must be a number or an array of them to have a tolerance: a String; give a predicate instead");
      assertThatThrownBy(() -> Preflight.samples(Arrays.asList(1, null)))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("inputs[1]");
    }

    private void wrong(ThrowingCallable call, String message) {
      assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
    }

    @Test
    void while_a_rollout_is_under_way_and_asks_nobody() {
      Rollout unused =
          router.canary(candidate(number -> 0.5)).share(10).guard(Guard.errors()).start();
      assertThatThrownBy(
              () ->
                  router.canary(candidate(number -> 0.5), samples()).guard(Guard.errors()).start())
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> router.replace(candidate(number -> 0.5), samples()))
          .isInstanceOf(IllegalStateException.class);
      assertThat(asked).hasValue(0);
      assertThat(closed).hasValue(0);
    }
  }
}
