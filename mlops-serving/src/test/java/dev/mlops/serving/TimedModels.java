package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.stats.SplitRandom;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;

/** Models that take drawn times on a clock that they move themselves, and routers for them. */
final class TimedModels implements AutoCloseable {

  /** Says how long an answer takes. */
  @FunctionalInterface
  interface Latency {
    double millis(SplitRandom random);
  }

  /** A median of 20 ms, and a 99 % quantile of 40.2 ms. */
  static final Latency USUAL = random -> 20 * Math.exp(0.3 * random.nextGaussian());

  /** The same median, and twice the 99 % quantile. */
  static final Latency SLOW_TAIL =
      random -> random.nextDouble() < 0.03 ? 80.4 + random.nextDouble() : USUAL.millis(random);

  final ManualTime time = new ManualTime();
  final Workspace workspace =
      Workspace.builder()
          .clock(TestClock.at(Instant.parse("2026-11-23T12:00:00Z")))
          .predictionLog(new KeptLog(record -> true))
          .open();

  private final SplitRandom random;
  private double load = 1;
  private final Queue<Runnable> writes = new ArrayDeque<>();
  private int asked;

  TimedModels(long seed) {
    random = SplitRandom.seeded(seed);
  }

  /** From now on each answer of every model takes so many times longer than at first. */
  void load(double times) {
    load = times;
  }

  DeploymentRouter<Integer, Double> open(String name) {
    return DeploymentRouter.builder(workspace, name)
        .live(model("7", USUAL))
        .time(time)
        .executor(writes::add)
        .open();
  }

  Candidate<Integer, Double> candidate(Latency latency) {
    return model("8", latency);
  }

  private Candidate<Integer, Double> model(String version, Latency latency) {
    return Candidate.of(
        "delay",
        version,
        number -> {
          time.advance(Duration.ofNanos((long) (1e6 * load * latency.millis(random))));
          return 0.5;
        });
  }

  /** Asks so often, or until the rollout is over; what is counted is written now and then. */
  void answer(DeploymentRouter<Integer, Double> router, int requests) {
    for (int i = 0; i < requests && !isOver(router); i++) {
      router.predict(asked++);
      if (i % 500 == 499) {
        write();
      }
    }
    write();
  }

  private void write() {
    for (Runnable write = writes.poll(); write != null; write = writes.poll()) {
      write.run();
    }
  }

  private static boolean isOver(DeploymentRouter<Integer, Double> router) {
    return router.rollout().map(rollout -> rollout.durableState().isOver()).orElse(false);
  }

  @Override
  public void close() {
    workspace.close();
  }
}
