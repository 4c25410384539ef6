package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.testkit.TestDatabases;
import java.time.Clock;
import javax.sql.DataSource;

class PostgresTrashTest extends TrashContract {

  private static final DataSource SOURCE = TestDatabases.postgresPoolInEnglish();

  @Override
  Workspace open(Clock time) {
    return Workspace.builder()
        .database(TestDatabases.emptied(SOURCE))
        .artifactStore(ArtifactStore.inMemory(time))
        .clock(time)
        .open();
  }
}
