package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.view.EventSource;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Data above two gibibytes in a process whose heap has 96 MB, against a limit of a minute each. */
final class LargeComparison {

  private static final int BATCHES = 900;
  private static final int ROWS = 100_000;
  private static final double LIMIT = 60;
  private static final EventSource VISITS =
      EventSource.of("visits").eventTime("at").knownAfter(Duration.ZERO);
  private static final Schema SCHEMA =
      Schema.of(
          Field.of("n", DataType.INT64),
          Field.of("at", DataType.INSTANT),
          Field.of("x", DataType.FLOAT64),
          Field.of("y", DataType.FLOAT64));

  private LargeComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]).resolve("large");
    Directories.delete(directory);
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx96m",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (child.waitFor() != 0) {
      throw new IllegalStateException("the process with a heap of 96 MB failed: " + said);
    }
    double[] seconds =
        Arrays.stream(said.strip().split(" ")).mapToDouble(Double::valueOf).toArray();
    Comparison comparison = new Comparison();
    List<String> works =
        List.of(
            "Arrow written from batches",
            "Arrow read as batches",
            "the file kept as an artifact",
            "the artifact read in place",
            "batches ingested with a batch id",
            "the ingested rows read");
    for (int i = 0; i < seconds.length; i++) {
      comparison.add(works.get(i), "90,000,000 rows, 2.88 GB", "limit", LIMIT, seconds[i], 1);
    }
    comparison.print();
    Directories.delete(directory);
  }

  /** Does the work and prints the seconds of each part. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) throws Exception {
      Path directory = Files.createDirectories(Path.of(arguments[0]));
      Path file = directory.resolve("large.arrow");
      long start = System.nanoTime();
      ArrowFile.write(batches(), file);
      start = told(start);
      check(ArrowFile.batches(file));
      start = told(start);
      try (Workspace workspace = Workspace.open(directory.resolve("workspace"));
          InputStream bytes = Files.newInputStream(file)) {
        Artifact artifact = workspace.artifacts().write("large", ArtifactPath.of("rows"), bytes);
        start = told(start);
        check(ArrowFile.batches(workspace.artifacts().local(artifact).orElseThrow()));
        start = told(start);
        FeatureStore store = FeatureStore.open(workspace);
        store.register(VISITS);
        store.ingest(VISITS, batches(), "all");
        start = told(start);
        for (Segment segment : SegmentLog.of(workspace).read(VISITS, 0, Long.MAX_VALUE)) {
          check(segment.open());
        }
        told(start);
      }
    }

    private static long told(long start) {
      System.out.print((System.nanoTime() - start) * 1e-9 + " ");
      return System.nanoTime();
    }

    private static void check(Batches batches) {
      long sum = 0;
      try (batches) {
        for (Dataset batch : batches) {
          sum += LongStream.of(batch.longs("n").toArray()).sum();
        }
      }
      long rows = (long) BATCHES * ROWS;
      if (sum != rows * (rows - 1) / 2) {
        throw new IllegalStateException("other rows were read: their sum is " + sum);
      }
    }

    private static Batches batches() {
      return Batches.of(
          SCHEMA, () -> IntStream.range(0, BATCHES).mapToObj(Child::batch).iterator());
    }

    private static Dataset batch(int number) {
      long first = (long) number * ROWS;
      double[] halves = IntStream.range(0, ROWS).mapToDouble(i -> i * 0.5).toArray();
      List<Instant> at = Collections.nCopies(ROWS, Instant.EPOCH.plusSeconds(number));
      return Dataset.of(
          SCHEMA,
          List.of(
              Column.longs(LongStream.range(first, first + ROWS).toArray()),
              Column.instants(at.toArray(Instant[]::new)),
              Column.doubles(halves),
              Column.doubles(halves)));
    }
  }
}
