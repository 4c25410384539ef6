package dev.mlops.benchmarks;

import com.sun.management.UnixOperatingSystemMXBean;
import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import dev.mlops.journal.Entry;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelSignature;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import java.io.ByteArrayInputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Works on an embedded workspace for minutes, 30 mixed operations a second, and looks at what
 * grows: the file of the database, the heap, the threads, the file handles.
 */
final class SoakComparison {
  private static final int PER_SECOND = 30;
  private static final int OPERATIONS = 6;
  private static final int MINUTES = 10;
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");
  private static final double MOST_FILE = 5;
  private static final double MOST_HEAP = 64;

  private static final EventSource PAGES =
      EventSource.of("pages").eventTime("at").knownAfter(Duration.ZERO);
  private static final EventView VISITS =
      EventView.of("visits", Entity.of("batch", "batch"), PAGES)
          .over(Window.days(1))
          .count()
          .sum("amount");
  private static final ModelSignature SIGNATURE =
      new ModelSignature(
          Schema.of(Field.of("input", DataType.vector(MultilayerPerceptron.INPUTS))),
          Schema.of(Field.of("output", DataType.vector(1))));

  private final Workspace workspace;
  private final FeatureStore features;
  private final ExperimentTracker tracker;
  private final ModelRegistry registry;
  private final Random random = new Random(1);

  private SoakComparison(Workspace workspace) {
    this.workspace = workspace;
    this.features = FeatureStore.open(workspace);
    this.features.register(FeatureService.of("service", VISITS));
    this.tracker = ExperimentTracker.of(workspace);
    this.registry = ModelRegistry.of(workspace);
  }

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files, what the script passes to all, and the minutes; 10 if
   *     not given
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]).resolve("soak");
    int minutes = arguments.length > 2 ? Integer.parseInt(arguments[2]) : MINUTES;
    Directories.delete(directory);
    Path file = directory.resolve("truth.mv.db");
    String size = minutes + " min, " + PER_SECOND + " operations a second";
    Seen early;
    Seen late;
    long largest;
    try (Workspace workspace = Workspace.open(directory)) {
      SoakComparison soak = new SoakComparison(workspace);
      long start = System.nanoTime();
      long end = start + TimeUnit.MINUTES.toNanos(minutes);
      largest = soak.work(start, start + (end - start) / 10, file);
      early = Seen.now();
      largest = Math.max(largest, soak.work(System.nanoTime(), end, file));
      late = Seen.now();
    }
    double content = compacted(file, directory.resolve("copy"));
    Comparison comparison = new Comparison();
    comparison.add(
        "largest file over its content", size, "limit", MOST_FILE, largest / content, 1, "%.2f x");
    comparison.add(
        "closed file over its content",
        size,
        "limit",
        MOST_FILE,
        Files.size(file) / content,
        1,
        "%.2f x");
    comparison.add("heap in use", size, "limit", MOST_HEAP, late.megabytes(), 1, "%.0f MiB");
    comparison.add(
        "threads", size, "after a tenth, and 2", early.threads() + 2, late.threads(), 1, "%.0f");
    comparison.add(
        "file handles",
        size,
        "after a tenth, and 2",
        (double) (early.handles() + 2),
        (double) late.handles(),
        1,
        "%.0f");
    comparison.print();
    Directories.delete(directory);
  }

  /** Works until an end, and returns the largest size that the file had. */
  private long work(long start, long end, Path file) throws Exception {
    long largest = 0;
    long look = start;
    for (long i = 0; System.nanoTime() < end; i++) {
      round(start + "-" + i);
      largest = Math.max(largest, Files.size(file));
      if (System.nanoTime() >= look) {
        System.out.printf(Locale.ROOT, "%d rounds, file %.1f MB%n", i + 1, Files.size(file) / 1e6);
        look += LOOK.toNanos();
      }
      long due = start + (i + 1) * OPERATIONS * 1_000_000_000L / PER_SECOND;
      LockSupport.parkNanos(due - System.nanoTime());
    }
    return largest;
  }

  private void round(String name) {
    workspace.journal().append(Entry.of("soak.round").detail("name", name));
    workspace
        .artifacts()
        .write("soak/" + name, ArtifactPath.of("bytes"), new ByteArrayInputStream(bytes()));
    predictions(name);
    try (Run run = tracker.experiment("soak").start(name)) {
      for (int step = 0; step < 300; step++) {
        run.metric("loss", step, step);
      }
      run.succeed();
    }
    byte[] model = MultilayerPerceptron.bytes(random.nextLong());
    registry
        .model("soak")
        .register(ModelPackage.builder(OnnxFormat.withoutEngine(), model, SIGNATURE).build());
    features.ingest(PAGES, batch(name), name);
  }

  private void predictions(String name) {
    for (int i = 0; i < 20; i++) {
      PredictionRecord record =
          PredictionRecord.builder()
              .id(name + "-" + i)
              .model("soak")
              .version(1)
              .time(NOON)
              .features(Map.of("f", i))
              .score(0.5)
              .build();
      if (!workspace.predictions().log(record)) {
        throw new IllegalStateException("the log has dropped " + record.id());
      }
    }
    workspace.predictions().flush();
  }

  private byte[] bytes() {
    byte[] bytes = new byte[1 + random.nextInt(60_000)];
    random.nextBytes(bytes);
    return bytes;
  }

  private Dataset batch(String name) {
    Dataset.Builder rows =
        Dataset.builder(
            Schema.of(
                Field.of("batch", DataType.STRING),
                Field.of("at", DataType.INSTANT),
                Field.of("amount", DataType.FLOAT64)));
    for (int i = 0; i < 40; i++) {
      rows.row(name, NOON.minusSeconds(i), random.nextDouble());
    }
    return rows.build();
  }

  /** What the process holds. */
  private record Seen(double megabytes, int threads, long handles) {
    static Seen now() {
      System.gc();
      Runtime runtime = Runtime.getRuntime();
      return new Seen(
          (runtime.totalMemory() - runtime.freeMemory()) / 1048576.0,
          ManagementFactory.getThreadMXBean().getThreadCount(),
          ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
              ? unix.getOpenFileDescriptorCount()
              : 0);
    }
  }

  /** The bytes of a copy of a closed database in which H2 has left only what lives, compressed. */
  private static double compacted(Path file, Path copy) throws Exception {
    Files.createDirectories(copy);
    Files.copy(file, copy.resolve("truth.mv.db"));
    String url = "jdbc:h2:" + copy.toAbsolutePath().resolve("truth") + ";DATABASE_TO_LOWER=TRUE";
    try (Connection connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("SHUTDOWN COMPACT");
    }
    return Files.size(copy.resolve("truth.mv.db"));
  }
}
