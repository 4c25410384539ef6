package dev.mlops.scoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Event;
import dev.mlops.journal.Verification;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Outcome;
import dev.mlops.testkit.CrashHarness.Running;
import dev.mlops.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A run that processes share, one after the other, and of which each may be killed at any time. */
class ScoringProcessesTest {
  private static final int KILLS = Integer.getInteger("mlops.kills", 3);
  private static final long SEED = 20_261_127;
  private static final int ALL = ScoringProgram.BATCHES * ScoringProgram.ROWS;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void loses_no_row_and_scores_none_twice_however_often_it_is_killed() {
    Random random = new Random(SEED);
    Path place = directory;
    int batches = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      // The listener tells of the batches of earlier lives too.
      int lines = batches + random.nextInt(ScoringProgram.BATCHES / KILLS + 1);
      Outcome outcome =
          CrashHarness.of(ScoringProgram.class, place.toString())
              .killAfter(lines, Duration.ofNanos(random.nextInt(8_000_000)));
      assertThat(outcome.errors()).isEmpty();
      try (Workspace workspace = Workspace.open(place)) {
        long recorded =
            ScoringRuns.of(workspace)
                .find("nightly", "monday")
                .map(run -> run.report().batches())
                .orElse(0L);
        assertThat(recorded).isGreaterThanOrEqualTo(outcome.acknowledged().size());
        batches = (int) recorded;
      }
    }
    Outcome last = CrashHarness.of(ScoringProgram.class, place.toString()).run();
    assertThat(last.errors()).isEmpty();
    assertThat(last.acknowledged()).hasSize(ScoringProgram.BATCHES + 1);
    assertThat(batches).as("batches that killed processes have recorded").isBetween(1, 40);
    try (Workspace workspace = Workspace.open(place)) {
      ScoringRun run = ScoringRuns.of(workspace).get("nightly", "monday");
      assertThat(run.report().sentence())
          .contains("1,000 rows in 40 batches")
          .contains("1,000 logged");
      BatchScoringTests.assertWhole(workspace, run, ALL);
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
      assertThat(workspace.journal().events().about("scoring", "nightly").list())
          .extracting(Event::kind)
          .startsWith("scoring.started")
          .endsWith("scoring.finished");
    }
  }

  @Test
  void is_refused_to_a_second_process_until_the_first_has_died() {
    String url = TestDatabases.postgresUrl();
    try (Database database = Database.over(TestDatabases.postgresDataSource(url));
        ArtifactStore store = ArtifactStore.files(directory);
        Workspace workspace = Workspace.builder().database(database).artifactStore(store).open()) {
      BatchScoring scoring = ScoringProgram.scoring(workspace);
      try (Running other =
          CrashHarness.of(ScoringProgram.class, url, directory.toString()).start()) {
        String line = "";
        while (!line.startsWith("batch " + ScoringProgram.BATCHES / 2 + " ")) {
          line = other.line().orElseThrow();
        }
        assertThatThrownBy(() -> scoring.score("monday", ScoringProgram.input()))
            .isExactlyInstanceOf(ConflictException.class)
            .hasMessageContaining("run 'monday' of scoring 'nightly' is being scored by 'mlops'");
      }
      ScoringRun run = scored(scoring);
      assertThat(run.report().earlierBatches()).isEqualTo(ScoringProgram.BATCHES / 2 + 1);
      BatchScoringTests.assertWhole(workspace, run, ALL);
      List<Event> events = workspace.journal().events().about("scoring", "nightly").list();
      assertThat(events)
          .extracting(Event::kind)
          .containsExactly("scoring.started", "scoring.resumed", "scoring.finished");
    }
  }

  /** Asks until the lease of the process that was killed has expired. */
  private static ScoringRun scored(BatchScoring scoring) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (true) {
      try {
        return scoring.score("monday", ScoringProgram.input());
      } catch (ConflictException held) {
        assertThat(System.nanoTime()).as(held.getMessage()).isLessThan(deadline);
        LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
      }
    }
  }
}
