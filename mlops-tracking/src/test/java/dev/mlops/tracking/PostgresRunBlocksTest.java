package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.testkit.TestDatabases;
import javax.sql.DataSource;

class PostgresRunBlocksTest extends RunBlocksContract {

  private static final DataSource SOURCE = TestDatabases.postgresPoolInEnglish();

  @Override
  Workspace open() {
    return Workspace.builder()
        .database(TestDatabases.emptied(SOURCE))
        .artifactStore(ArtifactStore.inMemory())
        .open();
  }
}
