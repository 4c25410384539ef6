package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.journal.Event;
import dev.mlops.journal.Verification;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.testkit.CrashHarness.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a workspace has acknowledged outlives kills at random points of its writing. */
class KillTest {
  private static final long SEED = 20_261_123;

  @TempDir Path directory;

  @Test
  void loses_nothing_that_was_acknowledged() throws IOException {
    losesNothing(10);
  }

  @Test
  @Tag("slow")
  void loses_nothing_in_fifty_kills() throws IOException {
    losesNothing(50);
  }

  private void losesNothing(int kills) throws IOException {
    Random random = new Random(SEED);
    Map<String, Outcome> lives = new LinkedHashMap<>();
    for (int kill = 0; kill < kills; kill++) {
      String life = "life-" + kill;
      Outcome outcome =
          CrashHarness.of(CrashingWriter.class, directory.toString(), life)
              .killAfter(random.nextInt(60), Duration.ofNanos(random.nextInt(5_000_000)));
      assertThat(outcome.errors()).isEmpty();
      lives.put(life, outcome);
      verify(Map.of(life, outcome));
    }
    verify(lives);
    assertThat(lives.values().stream().mapToInt(life -> life.acknowledged().size()).sum())
        .isGreaterThan(kills * 10);
  }

  private void verify(Map<String, Outcome> lives) throws IOException {
    try (Workspace workspace = Workspace.open(directory)) {
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
      workspace.artifacts().collectGarbage(Duration.ZERO, 1);
      for (Map.Entry<String, Outcome> life : lives.entrySet()) {
        verify(workspace, life.getKey(), life.getValue().acknowledged());
      }
    }
  }

  private static void verify(Workspace workspace, String life, List<String> acknowledged)
      throws IOException {
    Map<String, Object> labels = labels(workspace, life);
    for (String line : acknowledged) {
      verify(workspace, life, labels, line.split(" ", -1));
    }
    for (Artifact visible : workspace.artifacts().list(life)) {
      assertThat(readToTheEnd(workspace, visible)).isEqualTo(visible.size());
    }
  }

  private static void verify(
      Workspace workspace, String life, Map<String, Object> labels, String[] words) {
    switch (words[0]) {
      case "artifact" -> {
        Artifact artifact = workspace.artifacts().get(life, ArtifactPath.of(words[1]));
        assertThat(artifact.digest()).hasToString(words[2]);
      }
      case "event" -> {
        Event event = workspace.journal().find(Long.parseLong(words[1])).orElseThrow();
        assertThat(event.hash()).hasToString(words[2]);
      }
      case "prediction" -> assertThat(labels).containsKey(words[1]);
      case "label" -> assertThat(labels).containsEntry(words[1], Double.valueOf(words[2]));
      default -> throw new AssertionError("unknown acknowledgement " + words[0]);
    }
  }

  private static Map<String, Object> labels(Workspace workspace, String life) {
    Dataset read = workspace.predictions().query().model(life).list();
    Map<String, Object> labels = new HashMap<>();
    read.forEach(row -> labels.put(row.getString("id"), row.value("label")));
    return labels;
  }

  // The stream checks the digest at its end.
  private static long readToTheEnd(Workspace workspace, Artifact artifact) throws IOException {
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      return bytes.transferTo(OutputStream.nullOutputStream());
    }
  }
}
