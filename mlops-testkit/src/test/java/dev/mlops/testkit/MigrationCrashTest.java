package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Verification;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/**
 * A first opening makes tables one by one, and H2 commits each of them. Whatever was there when it
 * died, the next opening finishes the work.
 */
class MigrationCrashTest {

  @Test
  void an_opening_that_died_at_any_statement_is_finished_by_the_next() throws SQLException {
    int statements = 0;
    while (dies(statements)) {
      statements++;
    }
    assertThat(statements).isGreaterThan(20);
  }

  private static boolean dies(int statements) throws SQLException {
    FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
    source.dieAfter(statements);
    boolean died = false;
    try {
      open(source).close();
    } catch (FaultyDataSource.Death death) {
      died = true;
    }
    source.restart();
    try (Workspace workspace = open(source)) {
      workspace.journal().append(Entry.of("test"));
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
    }
    return died;
  }

  private static Workspace open(FaultyDataSource source) {
    return Workspace.builder()
        .database(Database.over(source))
        .artifactStore(ArtifactStore.inMemory())
        .open();
  }
}
