package dev.mlops.benchmarks;

import static dev.mlops.tracking.RunQuery.metric;
import static dev.mlops.tracking.RunQuery.param;
import static dev.mlops.tracking.RunQuery.tag;

import dev.mlops.Workspace;
import dev.mlops.tracking.Experiment;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import dev.mlops.tracking.RunQuery;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.Stream;

/**
 * Searches many runs, each with ten metrics, ten params and five tags, in an H2 file and in
 * MLflow's SQLite, in fresh processes. Both must find the same runs.
 */
final class TrackingSearchComparison {

  private static final int RUNS = 100_000;
  private static final int WARMUPS = 50;
  private static final int TIMES = 50;
  private static final double WARM = 0.010;
  private static final double FIRST = 0.050;
  private static final double HEAP = 150;
  private static final String EXPERIMENT = "search";

  private TrackingSearchComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files, Python, and how many runs; the default is 100,000
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    int runs = arguments.length > 2 ? Integer.parseInt(arguments[2]) : RUNS;
    Path directory = Path.of(arguments[0]).resolve("tracking-search");
    Directories.delete(directory);
    Files.createDirectories(directory);
    double written = record(directory.resolve("ours"), runs);
    System.out.printf("recorded %d runs, %.0f a second%n", runs, runs / written);
    Map<String, String> ours = ours(directory.resolve("ours"));
    Map<String, String> theirs =
        Said.by(
            List.of(
                arguments[1],
                "benchmarks/rivals/tracking-search.py",
                directory.resolve("theirs.db").toString(),
                Integer.toString(runs)));
    Comparison comparison = new Comparison();
    for (Question question : QUESTIONS) {
      String name = question.name();
      if (!Said.value(ours, name + " found").equals(Said.value(theirs, name + " found"))) {
        throw new IllegalStateException(
            question.words() + ": " + Said.value(ours, name + " found") + ", MLflow " + theirs);
      }
      double seconds = Double.parseDouble(Said.value(ours, name));
      comparison.add(
          question.words(),
          runs + " runs",
          "MLflow, SQLite",
          Double.parseDouble(Said.value(theirs, name)),
          seconds,
          1);
      comparison.add(question.words(), runs + " runs", "limit, warm", WARM, seconds, 1);
    }
    comparison.add(
        FILTERED.words(),
        "first of its process",
        "limit",
        FIRST,
        Double.parseDouble(Said.value(ours, "first")),
        1);
    comparison.add(
        "heap after all questions",
        runs + " runs",
        "limit",
        HEAP,
        Double.parseDouble(Said.value(ours, "heap")),
        1,
        "%.1f MB");
    comparison.add(
        "file",
        runs + " runs",
        "MLflow, SQLite",
        Files.size(directory.resolve("theirs.db")) * 1e-6,
        size(directory.resolve("ours")) * 1e-6,
        1,
        "%.0f MB");
    comparison.print();
    Directories.delete(directory);
  }

  /**
   * What is asked of both.
   *
   * @param name by which the processes tell the answers
   */
  private record Question(String name, String words, Function<RunQuery, String> asked) {}

  private static final Question FILTERED =
      new Question(
          "FILTERED",
          "filter a metric, order by another",
          runs ->
              names(
                  runs.where(metric("m0").above(0.5))
                      .orderBy(metric("m1").descending())
                      .limit(100)));
  private static final List<Question> QUESTIONS =
      List.of(
          FILTERED,
          new Question(
              "LIKE",
              "tag LIKE, order by a param",
              runs ->
                  names(
                      runs.where(tag("t0").like("%r-1%"))
                          .orderBy(param("p0").ascending())
                          .limit(100))),
          new Question(
              "FOUR",
              "2 metrics and 2 params",
              runs ->
                  names(
                      runs.where(
                              metric("m0")
                                  .above(0.5)
                                  .and(metric("m2").below(0.25))
                                  .and(param("p1").equalTo("1"))
                                  .and(param("p2").equalTo("2")))
                          .limit(100))),
          new Question("PAGE", "the newest 500, no filter", runs -> names(runs.limit(500))),
          new Question(
              "COUNT",
              "count by a metric",
              runs -> Long.toString(runs.where(metric("m0").above(0.5)).count())));

  private static String names(RunQuery query) {
    return Integer.toString(
        String.join(" ", query.list().stream().map(run -> run.name()).toList()).hashCode());
  }

  /** The same number for a run and a field as in Python: whole, from 0 to 100,002. */
  private static long number(long run, long field) {
    return (run * 7_919 + field * 104_729 + run * run % 1_009 * 31) % 100_003;
  }

  private static double record(Path place, int runs) {
    long start = System.nanoTime();
    try (Workspace workspace = Workspace.open(place)) {
      Experiment experiment = ExperimentTracker.of(workspace).experiment(EXPERIMENT);
      // One after the other, so that the newest are the same ones as in MLflow.
      for (int i = 0; i < runs; i++) {
        int number = i;
        var unused = experiment.run("run-" + i, run -> record(run, number));
      }
    }
    return (System.nanoTime() - start) * 1e-9;
  }

  private static void record(Run run, long number) {
    Map<String, Object> params = new LinkedHashMap<>();
    for (int field = 0; field < 10; field++) {
      run.metric("m" + field, number(number, field) / 100_003.0);
      params.put("p" + field, field == 0 ? number(number, 50) : number(number, 50 + field) % 7);
    }
    run.params(params);
    for (int field = 0; field < 5; field++) {
      run.tag("t" + field, "user-" + number(number, 90 + field) % 100);
    }
  }

  /** Asks every question in a process that has just started; the main class of that process. */
  static final class Asked {
    private Asked() {}

    public static void main(String[] arguments) throws Exception {
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        RunQuery runs = ExperimentTracker.of(workspace).experiment(EXPERIMENT).runs();
        long start = System.nanoTime();
        String first = FILTERED.asked().apply(runs);
        System.out.println("first=" + (System.nanoTime() - start) * 1e-9);
        for (Question question : QUESTIONS) {
          String found = question.asked().apply(runs);
          double[] seconds =
              Comparison.seconds(WARMUPS, TIMES, List.of(() -> question.asked().apply(runs)));
          System.out.println(question.name() + "=" + seconds[0]);
          System.out.println(question.name() + " found=" + found);
        }
        if (!first.equals(FILTERED.asked().apply(runs))) {
          throw new IllegalStateException("the first answer was another one");
        }
        System.gc();
        System.out.println(
            "heap=" + ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() * 1e-6);
      }
    }
  }

  private static Map<String, String> ours(Path place) throws Exception {
    return Said.by(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-cp",
            System.getProperty("java.class.path"),
            Asked.class.getName(),
            place.toString()));
  }

  private static long size(Path place) throws IOException {
    ToLongFunction<Path> bytes = path -> path.toFile().length();
    try (Stream<Path> files = Files.walk(place)) {
      return files.filter(Files::isRegularFile).mapToLong(bytes).sum();
    }
  }
}
