package dev.mlops.tracking;

import dev.mlops.Workspace;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.testkit.TestDatabases;
import java.time.Clock;
import java.time.ZoneOffset;
import javax.sql.DataSource;

/** Empty workspaces on a server that orders texts as people do, with artifacts in memory. */
final class OnPostgres {

  private static final DataSource SOURCE = TestDatabases.postgresPoolInEnglish();

  private OnPostgres() {}

  static Workspace open() {
    return open(Clock.system(ZoneOffset.UTC));
  }

  static Workspace open(Clock time) {
    return Workspace.builder()
        .database(TestDatabases.emptied(SOURCE))
        .artifactStore(ArtifactStore.inMemory(time))
        .clock(time)
        .open();
  }
}
