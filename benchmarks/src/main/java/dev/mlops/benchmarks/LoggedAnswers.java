package dev.mlops.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.mlops.Workspace;
import dev.mlops.predictions.LogCounts;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * What an answer costs the caller whose workspace keeps every prediction in its directory: 20,000
 * answers a second at most, in bursts of 100, fewer than the log's thread writes. None may be
 * dropped.
 */
final class LoggedAnswers {

  private static final int BURST = 100;
  private static final int WARMUPS = 1_000;
  private static final int BURSTS = 1_001;
  private static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(5);
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  /** The model's answer is there already, so that what is allocated is the router's. */
  private static final Double ONE = 1.0;

  private final String[] requests = Aircraft.requests();
  private final DeploymentRouter<String, Double> router;
  private int next;
  private double answered;

  private LoggedAnswers(DeploymentRouter<String, Double> router) {
    this.router = router;
  }

  /** Returns the median of the bursts' time an answer, and the bytes that the caller allocates. */
  static Jmh.Cost measure(Path directory) {
    try (Workspace workspace = Workspace.builder().directory(directory).open();
        DeploymentRouter<String, Double> router =
            DeploymentRouter.builder(workspace, "logged")
                .live(Candidate.<String, Double>of("delay", 1, tail -> ONE))
                .open()) {
      LoggedAnswers answers = new LoggedAnswers(router);
      answers.bursts(new double[WARMUPS]);
      double[] nanos = new double[BURSTS];
      double bytes = answers.bursts(nanos);
      answers.requireAll(workspace);
      return new Jmh.Cost(Comparison.median(nanos) * 1e-9, bytes);
    }
  }

  /** Times bursts of answers, each at its time; returns the bytes allocated by one answer. */
  private double bursts(double[] nanos) {
    long allocated = 0;
    for (int burst = 0; burst < nanos.length; burst++) {
      LockSupport.parkNanos(PACE_NANOS);
      long before = THREADS.getCurrentThreadAllocatedBytes();
      long start = System.nanoTime();
      for (int i = 0; i < BURST; i++) {
        answered += router.answer(requests[next++ & (requests.length - 1)]).value();
      }
      nanos[burst] = (System.nanoTime() - start) / (double) BURST;
      allocated += THREADS.getCurrentThreadAllocatedBytes() - before;
    }
    return (double) allocated / nanos.length / BURST;
  }

  private void requireAll(Workspace workspace) {
    workspace.predictions().flush();
    LogCounts counts = workspace.predictions().counts();
    if (counts.written() != answered) { // Each answer is 1.
      throw new IllegalStateException("not every answer is in the log: " + counts);
    }
  }
}
