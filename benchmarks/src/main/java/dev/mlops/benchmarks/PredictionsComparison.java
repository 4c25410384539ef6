package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.stats.SplitRandom;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * Logs a million predictions into an embedded workspace, looks at what they take on disk, and reads
 * them all again, against the limits that we promise.
 *
 * <p>A record is an id, a time, a key, a version, a variant, ten doubles, a score, a latency and an
 * outcome. One thread makes the records and waits while more than 50,000 are on their way, so that
 * none is dropped; the clock stops when all are durable.
 */
final class PredictionsComparison {
  private static final int RECORDS = 1_000_000;
  private static final int DOUBLES = 10;
  private static final int MOST_ON_THEIR_WAY = 50_000;
  private static final double RECORDS_A_SECOND = 200_000;
  private static final double READ_SECONDS = 2;
  private static final double TIMES_COLUMNS = 1.2;
  private static final double BYTES_MORE = 40;
  private static final int RUNS = 3;
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final Duration STEP = Duration.ofNanos(100_000);

  private double logged = Double.POSITIVE_INFINITY;
  private double read = Double.POSITIVE_INFINITY;
  private double bytes;
  private double columnBytes;

  private PredictionsComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]).resolve("predictions");
    PredictionsComparison measured = new PredictionsComparison();
    for (int run = 0; run < RUNS; run++) {
      Directories.delete(directory);
      measured.run(directory);
    }
    Directories.delete(directory);
    Comparison comparison = new Comparison();
    String size = "1,000,000 records";
    comparison.add(
        "log and flush", size, "limit: 200,000/s", RECORDS / RECORDS_A_SECOND, measured.logged, 1);
    comparison.add(
        "on disk, a record",
        size,
        "limit: 1.2 x columns + 40 B",
        TIMES_COLUMNS * measured.columnBytes + BYTES_MORE,
        measured.bytes,
        1,
        "%.0f B");
    comparison.add("read with features", size, "limit", READ_SECONDS, measured.read, 1);
    System.out.printf("%,.0f records/s%n", RECORDS / measured.logged);
    comparison.print();
  }

  private void run(Path directory) throws IOException {
    try (Workspace workspace = Workspace.open(directory)) {
      long before = System.nanoTime();
      log(workspace.predictions());
      logged = Math.min(logged, (System.nanoTime() - before) * 1e-9);
      LogCounts counts = workspace.predictions().counts();
      if (counts.written() != RECORDS) {
        throw new IllegalStateException("not all were written: " + counts);
      }
      for (int i = 0; i < RUNS; i++) {
        read(workspace.predictions());
      }
    }
    bytes = (double) Files.size(directory.resolve("truth.mv.db")) / RECORDS;
  }

  private void log(PredictionLog log) {
    SplitRandom random = SplitRandom.seeded(20_261_127);
    long texts = 0;
    for (int i = 0; i < RECORDS; i++) {
      PredictionRecord record = record(i, random);
      texts += length(record.id()) + length(String.valueOf(record.entity()));
      texts += length(record.version()) + length(record.variant()) + length(record.outcome());
      if (!log.log(record)) {
        throw new IllegalStateException("a record was dropped: " + log.counts());
      }
      while (i % 1_000 == 0 && log.counts().pending() > MOST_ON_THEIR_WAY) {
        LockSupport.parkNanos(100_000);
      }
    }
    log.flush();
    // The time, the doubles, the score and the latency take eight bytes each.
    columnBytes = (double) texts / RECORDS + 8 * (DOUBLES + 3);
  }

  private static int length(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  private static PredictionRecord record(int i, SplitRandom random) {
    Map<String, Double> features = new LinkedHashMap<>();
    for (int j = 0; j < DOUBLES; j++) {
      features.put("feature_" + j, random.nextDouble());
    }
    return PredictionRecord.builder()
        .id("5f0c2a9be4d17736-" + Integer.toString(i, 36))
        .model("flights")
        .version(7)
        .variant(i % 10 == 0 ? "canary" : "live")
        .time(START.plus(STEP.multipliedBy(i)))
        .entity("customer-" + random.nextInt(100_000))
        .features(features)
        .score(random.nextDouble())
        .latency(Duration.ofNanos(1_000L * random.nextInt(20_000)))
        .outcome("ok")
        .build();
  }

  private void read(PredictionLog log) {
    long before = System.nanoTime();
    Dataset window =
        log.query()
            .model("flights")
            .between(START, START.plus(STEP.multipliedBy(RECORDS)))
            .features()
            .list();
    read = Math.min(read, (System.nanoTime() - before) * 1e-9);
    if (window.rowCount() != RECORDS || window.doubles("feature_9").isNull(RECORDS - 1)) {
      throw new IllegalStateException("not all were read: " + window.rowCount());
    }
  }
}
