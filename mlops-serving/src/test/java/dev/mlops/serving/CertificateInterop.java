package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;

import dev.mlops.Workspace;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.stats.SplitRandom;
import dev.mlops.testkit.TestClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Certificates of every outcome, always the same: tests read them, and {@code interop/run} has them
 * recomputed in another language.
 */
final class CertificateInterop {

  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");

  private CertificateInterop() {}

  /** By the name of their outcome. */
  static Map<String, Certificate> all() {
    Map<String, Certificate> all = new LinkedHashMap<>();
    all.put("promoted", simulated(0.02, 0.02, 30_000, 60));
    all.put("rolled-back", simulated(0.02, 0.06, 30_000, 60));
    all.put("outage", simulated(1, 1, 3_000, 60));
    all.put("held", simulated(0.02, 0.02, 30_000, 3));
    all.put("by-hand", byHand());
    all.put("paused", paused());
    all.put("shadowed", shadowed(0.01, 0.05));
    all.put("found-by-shadow", shadowed(0.09, 0.02));
    all.put("slower", slower());
    all.put("ab-better", abTest(0.2, 0.1, false));
    all.put("ab-promoted", abTest(0.2, 0.1, true));
    all.put("ab-equal", abTest(0.2, 0.2, true));
    all.put("ab-worse", abTest(0.1, 0.2, true));
    all.put("ab-undecided", abTest(0, 0, true));
    return all;
  }

  /** A rollout with a guard of each kind of bound. */
  private static Certificate simulated(double live, double candidate, int requests, int minutes) {
    TestClock clock = TestClock.at(NOON);
    try (Workspace workspace = Workspace.builder().clock(clock).open()) {
      SimulatedRollout simulation = begin(workspace, minutes);
      SplittableRandom chance = new SplittableRandom(7);
      for (int i = 0; i < requests; i++) {
        clock.advance(Duration.ofNanos(30_000_001));
        simulation.request(chance, live, candidate);
      }
      simulation.rollout().look();
      return simulation.rollout().certificate();
    }
  }

  private static Certificate abTest(double live, double candidate, boolean promotes) {
    TestClock clock = TestClock.at(NOON);
    try (Workspace workspace = Workspace.builder().clock(clock).open()) {
      SimulatedRollout simulation =
          new SimulatedRollout(
              workspace,
              1,
              canary ->
                  canary
                      .ofShares(promotes ? new double[] {40, 100} : new double[] {40})
                      .minimum(300, Duration.ofMinutes(2))
                      .deadline(Duration.ofMinutes(5))
                      .guard(Guard.errors().margin(1.5).beta(0.1).asMetric())
                      .guard(Guard.latencyOver(Duration.ofMillis(20)).alpha(1e-9)));
      SplittableRandom chance = new SplittableRandom(9);
      Rollout test = simulation.rollout();
      for (int i = 0; i < 7_000 && test.state() instanceof RolloutState.Running; i++) {
        clock.advance(Duration.ofMillis(50));
        simulation.request(chance, live, candidate);
      }
      return test.certificate();
    }
  }

  private static Certificate byHand() {
    TestClock clock = TestClock.at(NOON);
    try (Workspace workspace = Workspace.builder().clock(clock).open();
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(workspace, "departures")
                .live(Candidate.<Integer, Double>of("delay", "7", number -> 0.5))
                .open()) {
      Rollout rollout =
          router
              .canary(Candidate.<Integer, Double>of("delay", "8", number -> 0.5))
              .steps(10, 100)
              .guard(Guard.errors())
              .start();
      for (int i = 0; i < 2_500; i++) {
        router.predict(i);
      }
      rollout.promote(because("we \"know\" it").by(Actor.human("Zoë \u6771", "owner")));
      return rollout.certificate();
    }
  }

  private static Certificate paused() {
    TestClock clock = TestClock.at(NOON);
    try (Workspace workspace = Workspace.builder().clock(clock).open()) {
      SimulatedRollout simulation = begin(workspace, 600);
      Rollout rollout = simulation.rollout();
      SplittableRandom chance = new SplittableRandom(8);
      for (int i = 0; i < 6_000; i++) {
        clock.advance(Duration.ofNanos(30_000_001));
        simulation.request(chance, 0.01, 0.01);
        if (i == 500 || i == 3_000) {
          rollout.pause(because("look first"));
        }
        if (i == 700) {
          rollout.resume(because("all is well"));
        }
        if (i == 3_500) {
          rollout.step(because("enough seen"));
        }
      }
      rollout.promote(because("the plan is over"));
      rollout.rollback(because("a customer has called"));
      return rollout.certificate();
    }
  }

  /** A shadow, and the canary that follows if it passes. */
  private static Certificate shadowed(double onlyCandidate, double onlyLive) {
    RolloutRecord record = ShadowEvidenceTest.record(Guard.labelErrors());
    SplitRandom random = SplitRandom.seeded(9);
    for (int tick = 0; tick < 2_000 && !record.state().isOver(); tick++) {
      if (ShadowEvidenceTest.step(record) == 0) {
        ShadowEvidenceTest.shadow(record, random, 100, onlyCandidate, onlyLive, 0.05);
      } else {
        ShadowEvidenceTest.canary(record, random, 100, 0.1, onlyCandidate + 0.05, onlyLive + 0.05);
      }
    }
    return record.certificate();
  }

  /** A candidate whose slowest answers take twice as long. */
  private static Certificate slower() {
    try (TimedModels models = new TimedModels(9);
        DeploymentRouter<Integer, Double> router = models.open("departures")) {
      models.answer(router, 2_000);
      Rollout rollout =
          router
              .canary(models.candidate(TimedModels.SLOW_TAIL))
              .share(20)
              .guard(Guard.latencyQuantile(0.99).ratio(1.25))
              .start();
      models.answer(router, 10_000);
      return rollout.certificate();
    }
  }

  private static SimulatedRollout begin(Workspace workspace, int minutes) {
    return new SimulatedRollout(
        workspace,
        1,
        canary ->
            canary
                .steps(10, 50, 100)
                .minimum(200, Duration.ofMillis(90_500))
                .answerWithin(Duration.ofMillis(2_500))
                .deadline(Duration.ofMinutes(minutes))
                .guard(Guard.errors().margin(2))
                .guard(Guard.errors().atMost(0.1))
                .guard(Guard.latencyOver(Duration.ofMillis(20)).ratio(1.5).notDecisive()));
  }

  /**
   * Writes them to a directory, one file each.
   *
   * @param args the directory
   */
  public static void main(String[] args) throws IOException {
    Path directory = Files.createDirectories(Path.of(args[0]));
    for (Map.Entry<String, Certificate> entry : all().entrySet()) {
      Files.write(
          directory.resolve(entry.getKey() + ".json"),
          entry.getValue().toJson().getBytes(StandardCharsets.UTF_8));
    }
  }
}
