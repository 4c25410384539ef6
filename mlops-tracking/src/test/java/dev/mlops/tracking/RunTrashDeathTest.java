package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource;
import dev.mlops.testkit.TestDatabases;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The process dies at each statement of a removal in turn. */
class RunTrashDeathTest {

  private static final int MOST_STATEMENTS = 200;

  private static Workspace over(FaultyDataSource source, ArtifactStore store) {
    return Workspace.builder().database(Database.over(source)).artifactStore(store).open();
  }

  @Test
  void leavesARunWholeOrGoneWithItsFiles() throws SQLException {
    int whole = 0;
    int gone = 0;
    for (int statements = 0; gone < 2; statements++) {
      assertThat(statements).isLessThan(MOST_STATEMENTS);
      if (isWholeAfterDying(statements)) {
        whole++;
        assertThat(gone).as("removed by fewer statements").isZero();
      } else {
        gone++;
      }
    }
    assertThat(whole).isGreaterThan(10);
  }

  private static boolean isWholeAfterDying(int statements) throws SQLException {
    FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
    ArtifactStore store = ArtifactStore.inMemory();
    Workspace dying = over(source, store);
    ExperimentTracker tracker = ExperimentTracker.of(dying);
    RunView run = tracker.experiment("delays").run("a", RunTrashDeathTest::record);
    tracker.edit(run.id()).delete();
    source.dieAfter(statements);
    try {
      tracker.emptyTrash(Duration.ZERO);
    } catch (FaultyDataSource.Death died) {
      // As was planned, unless it was done before.
    }
    source.restart();
    try (Workspace workspace = over(source, store)) {
      ExperimentTracker after = ExperimentTracker.of(workspace);
      Optional<RunView> found = after.find(run.id());
      assertThat(workspace.artifacts().list("run/" + run.id()))
          .as("files after %s statements", statements)
          .hasSize(found.isPresent() ? 2 : 0);
      found.ifPresent(left -> assertThat(after.verify(left.id()).intact()).isTrue());
      after.emptyTrash(Duration.ZERO);
      assertThat(after.find(run.id())).isEmpty();
      return found.isPresent();
    }
  }

  private static void record(Run run) {
    run.param("depth", 6);
    run.metric("loss", 1, 0.5);
    run.metric("loss", 2, 0.4);
    run.artifact("a.txt", "late");
    run.artifact("b.txt", "later");
  }
}
