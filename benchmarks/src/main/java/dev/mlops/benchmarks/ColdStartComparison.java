package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.FeatureReader;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.SplittableRandom;

/** The first reader of a process that reads all rows, and one that goes on from a checkpoint. */
final class ColdStartComparison {

  private static final int SEGMENTS = 100;
  private static final int ROWS = 50_000;
  private static final int ENTITIES = 100_000;
  private static final int OPENINGS = 3;
  private static final double BAR = 5;
  private static final Instant START = Instant.parse("2025-01-01T00:00:00Z");
  private static final Instant END = START.plus(Duration.ofDays(SEGMENTS));
  private static final Map<String, Long> ASKED = Map.of("customer", 17L);
  private static final Schema SCHEMA =
      Schema.of(
          Field.of("id", DataType.INT64),
          Field.of("customer", DataType.INT64),
          Field.of("at", DataType.INSTANT),
          Field.of("amount", DataType.FLOAT64));

  private ColdStartComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    EventSource source = EventSource.of("payments").eventTime("at").knownAt("at");
    Comparison comparison = new Comparison();
    add(comparison, "a first reader", Path.of(arguments[0]).resolve("cold"), source);
    add(
        comparison,
        "a first reader, with event ids",
        Path.of(arguments[0]).resolve("cold-ids"),
        source.eventId("id"));
    comparison.print();
  }

  private static void add(Comparison comparison, String work, Path directory, EventSource source)
      throws Exception {
    Directories.delete(directory);
    FeatureService service =
        FeatureService.of(
            "spending",
            EventView.of(
                    "week", Entity.of("customer", Field.of("customer", DataType.INT64)), source)
                .over(Window.days(7))
                .count()
                .sum("amount"));
    Map<String, Object> answer;
    double all;
    double written;
    try (Workspace workspace = Workspace.open(directory)) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(service);
      SplittableRandom random = new SplittableRandom(1);
      for (int day = 0; day < SEGMENTS; day++) {
        store.asBackfill().ingest(source, rows(day, random), "day-" + day);
      }
      long start = System.nanoTime();
      FeatureReader reader = store.online(service);
      all = seconds(start);
      answer = reader.get(ASKED, END).toMap();
      start = System.nanoTime();
      store.checkpoint();
      written = seconds(start);
    }
    double taken = Double.POSITIVE_INFINITY;
    for (int opening = 0; opening < OPENINGS; opening++) {
      try (Workspace workspace = Workspace.open(directory)) {
        FeatureStore store = FeatureStore.open(workspace);
        long start = System.nanoTime();
        FeatureReader reader = store.online(service);
        taken = Math.min(taken, seconds(start));
        if (!reader.get(ASKED, END).toMap().equals(answer)) {
          throw new IllegalStateException("other features after the opening: " + answer);
        }
      }
    }
    Directories.delete(directory);
    String size = "5,000,000 rows, window 7 days";
    comparison.add(work, size, "the same, reading all rows", all, taken, BAR);
    comparison.add("its checkpoint written", size, "the same, reading all rows", all, written, 1);
  }

  private static Dataset rows(int day, SplittableRandom random) {
    Dataset.Builder rows = Dataset.builder(SCHEMA);
    Instant at = START.plus(Duration.ofDays(day));
    for (long row = 0; row < ROWS; row++) {
      rows.row(
          day * (long) ROWS + row,
          (long) random.nextInt(ENTITIES),
          at.plusMillis(row),
          random.nextDouble());
    }
    return rows.build();
  }

  private static double seconds(long start) {
    return (System.nanoTime() - start) * 1e-9;
  }
}
