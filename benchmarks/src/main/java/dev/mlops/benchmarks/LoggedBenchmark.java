package dev.mlops.benchmarks;

import com.sun.management.ThreadMXBean;
import dev.mlops.Workspace;
import dev.mlops.predictions.LogCounts;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * What an answer costs the caller whose workspace keeps every prediction in its directory: bursts
 * of 4,096, each after the log's thread has written the one before, so that none is dropped. The
 * thread writes while a burst goes on.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class LoggedBenchmark {

  static final int BURST = 4_096;
  private static final ThreadMXBean THREADS =
      ManagementFactory.getPlatformMXBean(ThreadMXBean.class);

  /** The model's answer is there already, so that what is allocated is the router's. */
  private static final Double ONE = 1.0;

  private final String[] requests = Aircraft.requests();
  private final Path directory = Directories.temporary("logged-answers");
  private final Workspace workspace = Workspace.builder().directory(directory).open();
  private final DeploymentRouter<String, Double> router =
      DeploymentRouter.builder(workspace, "logged")
          .live(Candidate.<String, Double>of("delay", 1, tail -> ONE))
          .open();
  private int next;
  private double answered;

  /** What the caller alone allocates; the writing thread is not in a request's path. */
  @State(Scope.Thread)
  @AuxCounters(AuxCounters.Type.EVENTS)
  public static class Caller {
    /** Bytes that the calling thread has allocated. */
    public long bytes;

    /** How many answers it has got. */
    public long answers;
  }

  /** Waits until the log has written what was answered. */
  @Setup(Level.Invocation)
  public void write() {
    workspace.predictions().flush();
  }

  /**
   * Closes the workspace.
   *
   * @throws IOException if its directory can't be deleted
   * @throws IllegalStateException if an answer is not in its log
   */
  @TearDown
  public void close() throws IOException {
    workspace.predictions().flush();
    LogCounts counts = workspace.predictions().counts();
    router.close();
    workspace.close();
    Directories.delete(directory);
    if (counts.written() != answered) { // Each answer is 1.
      throw new IllegalStateException("not every answer is in the log: " + counts);
    }
  }

  /**
   * Asks the router.
   *
   * @param caller counts what is allocated
   * @return the sum of all answers until now
   */
  @Benchmark
  @OperationsPerInvocation(BURST)
  public double logged(Caller caller) {
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < BURST; i++) {
      answered += router.answer(requests[next++ & (requests.length - 1)]).value();
    }
    caller.bytes += THREADS.getCurrentThreadAllocatedBytes() - before;
    caller.answers += BURST;
    return answered;
  }
}
