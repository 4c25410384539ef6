package dev.mlops.serving;

import dev.mlops.benchmarks.Aircraft;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/**
 * What a router does to choose who answers, and nothing else: it reads the plan, hashes the key,
 * and compares it with the share of the step. It stands in the router's package, as nobody else
 * asks for this alone.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class DecisionBenchmark {

  private static final double SHARE = 10;

  private final String[] requests = Aircraft.requests();
  private final CurrentPlan<String, Double> plan = new CurrentPlan<>(plan());
  private int next;

  /** The rollout and its counts are for what comes after the decision. */
  @SuppressWarnings("NullAway")
  private static Plan<String, Double> plan() {
    Bookkeeping bookkeeping = new Bookkeeping("decision");
    Arm<String, Double> live = arm("1", bookkeeping);
    Arm<String, Double> candidate = arm("2", bookkeeping);
    return Plan.live(live)
        .with(
            new Trial<>(
                candidate,
                null,
                0,
                Buckets.threshold(SHARE),
                Buckets.salt("decision"),
                Instant.MAX,
                null,
                null,
                Units.requests(Units.Sample.ALL),
                null));
  }

  private static Arm<String, Double> arm(String version, Bookkeeping bookkeeping) {
    return new Arm<>(Candidate.of("delay", version, tail -> 0.0), null, bookkeeping);
  }

  /** Takes a key, which is part of what a decision is measured with. */
  @Benchmark
  public String key() {
    return requests[next++ & (requests.length - 1)];
  }

  /** Chooses who answers. */
  @Benchmark
  public Object decision() {
    Plan<String, Double> current = plan.get();
    Trial<String, Double> trial = current.trial();
    String key = key();
    return trial == null
        ? current.live()
        : trial.arm(trial.hash(key, next), Audience.BY_SHARE, current.live());
  }
}
