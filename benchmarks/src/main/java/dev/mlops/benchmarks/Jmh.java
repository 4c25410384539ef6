package dev.mlops.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Runs the benchmark methods of a class in processes of their own, for work of nanoseconds. */
final class Jmh {

  private static final String ALLOCATED = "gc.alloc.rate.norm";

  /** What one call of a benchmark method costs. */
  record Cost(double seconds, double bytes) {

    String allocation() {
      return String.format(Locale.ROOT, "%.0f B a call", bytes);
    }
  }

  private final Map<String, Cost> costs = new TreeMap<>();
  private final Map<String, RunResult> results = new TreeMap<>();

  private Jmh() {}

  /** Runs every benchmark method of a class. */
  static Jmh run(Class<?> benchmark) throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(benchmark.getName().replace("$", "\\.") + "\\.")
            .forks(3)
            .warmupIterations(5)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(5)
            .measurementTime(TimeValue.seconds(1))
            .jvmArgs("-Xms1g", "-Xmx1g")
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .build();
    Jmh measured = new Jmh();
    for (RunResult result : new Runner(options).run()) {
      measured.costs.put(result.getPrimaryResult().getLabel(), cost(result));
      measured.results.put(result.getPrimaryResult().getLabel(), result);
    }
    return measured;
  }

  /** Returns what a method costs. */
  Cost cost(String method) {
    return requireNonNull(costs.get(method), () -> method + " is none of " + costs.keySet());
  }

  /** Returns what a method's counter of that name came to in an iteration, on average. */
  double counted(String method, String counter) {
    RunResult result = requireNonNull(results.get(method), method);
    return requireNonNull(result.getSecondaryResults().get(counter), counter).getScore();
  }

  private static Cost cost(RunResult result) {
    Result<?> allocated = requireNonNull(result.getSecondaryResults().get(ALLOCATED), ALLOCATED);
    return new Cost(result.getPrimaryResult().getScore() * 1e-9, allocated.getScore());
  }
}
