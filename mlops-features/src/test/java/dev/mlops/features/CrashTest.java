package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import dev.mlops.journal.Verification;
import dev.mlops.testkit.TestClock;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Kills a process that ingests, again and again, and looks at what is left. */
class CrashTest {

  private static final int ROWS = 500;
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final EventSource PAGES =
      EventSource.of("pages").eventTime("at").knownAfter(Duration.ZERO);
  private static final EventView VISITS =
      EventView.of("visits", Entity.of("page", "page"), PAGES).over(Window.days(1)).count();
  private static final FeatureService SERVICE = FeatureService.of("pages", VISITS);

  @TempDir private Path directory;

  @Test
  void an_acknowledged_segment_is_wholly_there_and_any_other_wholly_or_not_at_all()
      throws Exception {
    long acknowledged = 0;
    for (int kill = 0; kill < 4; kill++) {
      acknowledged = Math.max(acknowledged, ingestUntilKilled(3 + 2 * kill));
      try (Workspace workspace = open(directory)) {
        FeatureStore store = FeatureStore.open(workspace);
        long segments = store.sequence();

        assertThat(segments).isGreaterThanOrEqualTo(acknowledged);
        assertThat(store.online(SERVICE).get(Map.of("page", "a"), NOON).value("visits_count_1d"))
            .isEqualTo(segments * ROWS);
        assertThat(workspace.journal().events().kind("features.ingested").list())
            .hasSize((int) segments);
        assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
        store.prove(SERVICE).over(visits(), "at").assertSame();
      }
    }
  }

  /** Returns the last sequence that the process reported before it was killed. */
  private long ingestUntilKilled(int acknowledgements) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                CrashTest.class.getName(),
                directory.toString())
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    long last = 0;
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      for (int seen = 0; seen < acknowledgements; seen++) {
        String line = lines.readLine();
        assertThat(line).as("a sequence from the ingesting process").isNotNull();
        last = Long.parseLong(line);
      }
    } finally {
      process.destroyForcibly().waitFor();
    }
    return last;
  }

  private static Workspace open(Path directory) {
    return Workspace.builder().directory(directory).clock(TestClock.at(NOON)).open();
  }

  /** The process to be killed: ingests for ever and says the sequence of each segment. */
  public static void main(String[] arguments) {
    try (Workspace workspace = open(Path.of(arguments[0]))) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(SERVICE);
      while (true) {
        System.out.println(store.ingest(PAGES, visits()).sequence());
      }
    }
  }

  private static Dataset visits() {
    Dataset.Builder rows =
        Dataset.builder(
            Schema.of(Field.of("page", DataType.STRING), Field.of("at", DataType.INSTANT)));
    for (int i = 0; i < ROWS; i++) {
      rows.row("a", NOON.minusSeconds(i));
    }
    return rows.build();
  }
}
