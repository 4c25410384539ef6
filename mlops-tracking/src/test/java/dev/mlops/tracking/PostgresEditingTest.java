package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.testkit.TestDatabases;
import javax.sql.DataSource;

class PostgresEditingTest extends EditingContract {

  private static final DataSource SOURCE = TestDatabases.postgresPoolInEnglish();

  @Override
  Workspace open() {
    return Workspace.builder()
        .database(TestDatabases.emptied(SOURCE))
        .artifactStore(ArtifactStore.inMemory())
        .open();
  }
}
