package dev.mlops.benchmarks;

import static java.util.Objects.requireNonNull;

import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.openjdk.jmh.profile.GCProfiler;
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
      measured.results.put(result.getPrimaryResult().getLabel(), result);
    }
    return measured;
  }

  /** Returns what a method costs. */
  Cost cost(String method) {
    return new Cost(
        result(method).getPrimaryResult().getScore() * 1e-9, counted(method, ALLOCATED));
  }

  /** Returns what a method's counter of that name came to in an iteration, on average. */
  double counted(String method, String counter) {
    return requireNonNull(result(method).getSecondaryResults().get(counter), counter).getScore();
  }

  private RunResult result(String method) {
    return requireNonNull(results.get(method), () -> method + " is none of " + results.keySet());
  }
}
