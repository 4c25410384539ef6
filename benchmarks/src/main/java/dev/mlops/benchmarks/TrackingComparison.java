package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.tracking.Experiment;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.MetricSeries;
import dev.mlops.tracking.Run;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;

/**
 * Records metric points and runs, in an H2 file and on PostgreSQL, and in MLflow's own store in
 * process, on SQLite and on the same PostgreSQL.
 */
final class TrackingComparison {

  private static final int THREADS = 8;
  private static final int PARAMS = 20;
  private static final int POINTS = 3_000_000;
  private static final int FLUSHED = 2_000;
  private static final int BATCHES = 300;
  private static final int BATCH = 1_000;
  private static final int SERIES = 10;
  private static final int RUNS = 8_000;
  private static final int WARM_RUNS = 8_000;
  private static final int HISTORY = 1_000_000;
  private static final int SAMPLED = 2_500;
  private static final double MICROSECOND = 1e-6;

  private TrackingComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files, and Python
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]).resolve("tracking");
    Directories.delete(directory);
    Files.createDirectories(directory);
    Map<String, String> sqlite =
        theirs(arguments[1], directory, "sqlite:///" + directory + "/m.db");
    Map<String, String> postgres =
        theirs(arguments[1], directory, python(TestDatabases.postgresUrl()));
    Comparison comparison = new Comparison();
    try (Workspace workspace = Workspace.open(directory.resolve("ours"))) {
      rows(comparison, workspace, "H2", "MLflow, SQLite", sqlite, 50, 1 * MICROSECOND);
    }
    try (Workspace workspace =
        Workspace.builder()
            .database(Database.over(TestDatabases.postgresPool()))
            .artifactStore(ArtifactStore.inMemory())
            .open()) {
      rows(
          comparison, workspace, "PostgreSQL", "MLflow, PostgreSQL", postgres, 20, 2 * MICROSECOND);
    }
    comparison.print();
    Directories.delete(directory);
  }

  private static Map<String, String> theirs(String python, Path directory, String url)
      throws Exception {
    return Said.by(
        List.of(
            python, "benchmarks/rivals/tracking.py", url, directory.resolve("theirs").toString()));
  }

  /** The same server, as Python's driver names it. */
  private static String python(String jdbc) {
    return jdbc.replace("jdbc:postgresql://", "postgresql+psycopg2://postgres@")
        .replaceAll("\\?.*", "");
  }

  private static void rows(
      Comparison comparison,
      Workspace workspace,
      String where,
      String rival,
      Map<String, String> theirs,
      double runs,
      double batchLimit)
      throws Exception {
    Experiment experiment = ExperimentTracker.of(workspace).experiment("tracking");
    double point = points(experiment);
    comparison.add("a point, durable at flush", where, rival, of(theirs, "POINT"), point, 1);
    comparison.add("a point, durable at flush", where, "limit", MICROSECOND, point, 1);
    comparison.add(
        "a point, each durable", where, rival, of(theirs, "POINT"), flushed(experiment), 5);
    double batch = batches(experiment);
    comparison.add("a point in batches of 1,000", where, rival, of(theirs, "BATCH"), batch, 1);
    comparison.add("a point in batches of 1,000", where, "limit", batchLimit, batch, 1);
    double unused = runs(experiment, WARM_RUNS, false);
    comparison.add(
        "create and end, 20 params, 8 threads",
        where,
        rival,
        of(theirs, "RUN"),
        runs(experiment, RUNS, false),
        runs);
    comparison.add(
        "the same, param by param",
        where,
        rival,
        of(theirs, "CALLS"),
        runs(experiment, RUNS, true),
        runs);
    double history = history(workspace, experiment);
    comparison.add("1M points, sampled to 2,500", where, rival, of(theirs, "HISTORY"), history, 1);
    comparison.add("1M points, sampled to 2,500", where, "limit", 0.050, history, 1);
  }

  private static double of(Map<String, String> said, String name) {
    return Double.parseDouble(Said.value(said, name));
  }

  private static double seconds(Callable<?> work) throws Exception {
    return Comparison.seconds(1, 3, List.of(work))[0];
  }

  private static double points(Experiment experiment) throws Exception {
    try (Run run = experiment.start("points")) {
      MetricSeries loss = run.series("loss");
      return seconds(
              () -> {
                for (int step = 0; step < POINTS; step++) {
                  loss.log(step, 1.0 / (1 + step));
                }
                run.flush();
                return run;
              })
          / POINTS;
    }
  }

  private static double flushed(Experiment experiment) throws Exception {
    try (Run run = experiment.start("each")) {
      MetricSeries loss = run.series("loss");
      return seconds(
              () -> {
                for (int step = 0; step < FLUSHED; step++) {
                  loss.log(step, 1.0 / (1 + step));
                  run.flush();
                }
                return run;
              })
          / FLUSHED;
    }
  }

  private static double batches(Experiment experiment) throws Exception {
    try (Run run = experiment.start("batches")) {
      List<MetricSeries> series =
          IntStream.range(0, SERIES).mapToObj(number -> run.series("s" + number)).toList();
      return seconds(
              () -> {
                for (int batch = 0; batch < BATCHES; batch++) {
                  for (int i = 0; i < BATCH; i++) {
                    series.get(i % SERIES).log((long) batch * BATCH + i, i);
                  }
                  run.flush();
                }
                return run;
              })
          / (BATCHES * BATCH);
    }
  }

  private static double runs(Experiment experiment, int count, boolean oneByOne) throws Exception {
    Map<String, Object> params = new LinkedHashMap<>();
    for (int i = 0; i < PARAMS; i++) {
      params.put("p" + i, i * 0.1);
    }
    ExecutorService threads = Executors.newFixedThreadPool(THREADS);
    try {
      long start = System.nanoTime();
      List<Callable<Object>> works =
          IntStream.range(0, THREADS)
              .mapToObj(
                  thread ->
                      Executors.callable(() -> runs(experiment, params, count / THREADS, oneByOne)))
              .toList();
      for (var done : threads.invokeAll(works)) {
        var unused = done.get();
      }
      return (System.nanoTime() - start) * 1e-9 / count;
    } finally {
      threads.shutdownNow();
    }
  }

  private static void runs(
      Experiment experiment, Map<String, Object> params, int count, boolean oneByOne) {
    for (int i = 0; i < count; i++) {
      try (Run run = experiment.start("run-" + i)) {
        if (oneByOne) {
          params.forEach(run::param);
        } else {
          run.params(params);
        }
        run.succeed();
      }
    }
  }

  private static double history(Workspace workspace, Experiment experiment) throws Exception {
    String id;
    try (Run run = experiment.start("history")) {
      id = run.id();
      MetricSeries loss = run.series("long");
      for (int step = 0; step < HISTORY; step++) {
        loss.log(step, step);
      }
      run.succeed();
    }
    ExperimentTracker tracker = ExperimentTracker.of(workspace);
    return seconds(() -> tracker.history(id, "long", SAMPLED));
  }
}
