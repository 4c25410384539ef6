package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.journal.Event;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a workspace has acknowledged outlives kills while the space in its file is being used again,
 * and between.
 *
 * <p>Each process writes until that has begun a few times. System properties for more: {@code
 * mlops.kills} sets how many are killed, {@code mlops.turns} how often space is used again at most
 * before each, and {@code mlops.seed} the moments.
 */
class SpaceKillTest {
  private static final int KILLS = Integer.getInteger("mlops.kills", 5);
  private static final long SEED = Long.getLong("mlops.seed", 20_261_127);
  private static final int MOST_TURNS = Integer.getInteger("mlops.turns", 2);
  private static final int ALL = 20;

  @TempDir Path directory;

  private final Random random = new Random(SEED);

  @Test
  void loses_nothing_that_was_acknowledged() {
    Map<String, List<String>> lives = new LinkedHashMap<>();
    for (int kill = 1; kill <= KILLS; kill++) {
      String life = "life-" + kill;
      Outcome outcome = kill(life);
      assertThat(outcome.errors()).isEmpty();
      lives.put(life, outcome.acknowledged());
      verify(kill % ALL == 0 ? lives : Map.of(life, outcome.acknowledged()));
    }
    verify(lives);
    report(lives);
  }

  // Half of them while space is being used again, or just after; half at any time.
  private Outcome kill(String life) {
    int turns = 1 + random.nextInt(MOST_TURNS);
    int micros = random.nextBoolean() ? random.nextInt(30_000) : random.nextInt(500_000);
    AtomicInteger seen = new AtomicInteger();
    return CrashHarness.of(SpaceWriter.class, directory.toString(), life)
        .killAt(
            line -> line.equals("space") && seen.incrementAndGet() == turns,
            Duration.ofNanos(micros * 1_000L));
  }

  private static void report(Map<String, List<String>> lives) {
    long turns = lives.values().stream().flatMap(List::stream).filter("space"::equals).count();
    long writes = lives.values().stream().mapToLong(List::size).sum() - turns;
    assertThat(turns).isGreaterThanOrEqualTo(lives.size());
    assertThat(writes).isGreaterThan(lives.size() * 100L);
    System.out.printf(
        "%d kills, %d acknowledged writes, none lost; space was used again %d times; seed %d%n",
        lives.size(), writes, turns, SEED);
  }

  private void verify(Map<String, List<String>> lives) {
    try (Workspace workspace = Workspace.open(directory)) {
      assertThat(workspace.journal().verify().isIntact()).isTrue();
      lives.forEach((life, acknowledged) -> verify(workspace, life, acknowledged));
    }
  }

  private static void verify(Workspace workspace, String life, List<String> acknowledged) {
    Map<String, Integer> points = new LinkedHashMap<>();
    int batches = 0;
    for (String line : acknowledged) {
      String[] words = line.split(" ", -1);
      switch (words[0]) {
        case "predictions" -> batches = 1 + Integer.parseInt(words[1]);
        case "event" -> verifyEvent(workspace, Long.parseLong(words[1]), words[2]);
        case "artifact" -> verifyArtifact(workspace, life, words[1], words[2]);
        case "metrics" -> points.put(words[1], Integer.parseInt(words[2]));
        case "run" -> verifyEnded(workspace, words[1]);
        case "space" -> {}
        default -> throw new AssertionError("unknown acknowledgement " + line);
      }
    }
    verifyPredictions(workspace, life, batches * SpaceWriter.BATCH);
    points.forEach((run, steps) -> verifyPoints(ExperimentTracker.of(workspace), run, steps));
  }

  private static void verifyEvent(Workspace workspace, long id, String hash) {
    Event event = workspace.journal().find(id).orElseThrow();
    assertThat(event.hash()).hasToString(hash);
  }

  // The stream checks the digest at its end.
  private static void verifyArtifact(Workspace workspace, String life, String path, String digest) {
    Artifact artifact = workspace.artifacts().get(life, ArtifactPath.of(path));
    assertThat(artifact.digest()).hasToString(digest);
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      assertThat(bytes.transferTo(OutputStream.nullOutputStream())).isEqualTo(artifact.size());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + artifact, e);
    }
  }

  private static void verifyEnded(Workspace workspace, String run) {
    assertThat(ExperimentTracker.of(workspace).get(run).status()).isEqualTo(RunStatus.FINISHED);
  }

  private static void verifyPoints(ExperimentTracker tracker, String run, int acknowledged) {
    for (String metric : List.of("loss", "acc")) {
      Dataset history = tracker.history(run, metric);
      assertThat(history.rowCount()).isGreaterThanOrEqualTo(acknowledged);
      assertThat(tracker.get(run).summary(metric).count()).isEqualTo(history.rowCount());
      assertThat(history.longs("step").toArray())
          .isEqualTo(LongStream.range(0, history.rowCount()).toArray());
    }
  }

  private static void verifyPredictions(Workspace workspace, String life, int acknowledged) {
    Dataset read = workspace.predictions().query().model(life).features().list();
    Map<String, List<Object>> features = new LinkedHashMap<>();
    read.forEach(
        row ->
            features.put(
                row.getString("id"),
                List.of(row.value("i"), row.value("route"), row.value("distance"))));
    IntStream.range(0, acknowledged)
        .forEach(
            i ->
                assertThat(features)
                    .containsEntry(life + "-" + i, List.of((long) i, "route " + i % 100, i / 7.0)));
  }
}
