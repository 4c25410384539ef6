package dev.mlops.testkit.features;

import dev.mlops.Workspace;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class FeatureBackendsTest {

  /** Segments in a database and an artifact store that a test opens once. */
  abstract static class Segments extends SegmentLogContract {
    private @Nullable Database database;
    private @Nullable ArtifactStore files;

    abstract Database database();

    abstract ArtifactStore files(Clock clock);

    @Override
    protected SegmentLog open(Clock clock, String project) {
      if (database == null) {
        database = database();
        files = files(clock);
      }
      return SegmentLog.of(
          Workspace.builder()
              .database(database)
              .artifactStore(Objects.requireNonNull(files))
              .clock(clock)
              .project(project)
              .open());
    }

    @AfterEach
    void closeParts() {
      Objects.requireNonNull(files).close();
      Objects.requireNonNull(database).close();
    }
  }

  @Nested
  class Segments_in_memory extends Segments {
    @Override
    Database database() {
      return Database.h2InMemory();
    }

    @Override
    ArtifactStore files(Clock clock) {
      return ArtifactStore.inMemory(clock);
    }
  }

  @Nested
  class Segments_in_H2_and_files extends Segments {
    @TempDir Path directory;

    @Override
    Database database() {
      return TestDatabases.h2(directory);
    }

    @Override
    ArtifactStore files(Clock clock) {
      return ArtifactStore.files(directory.resolve("artifacts"), clock);
    }
  }

  @Nested
  class Segments_in_PostgreSQL_and_files extends Segments {
    @TempDir Path directory;

    @Override
    Database database() {
      return TestDatabases.postgres();
    }

    @Override
    ArtifactStore files(Clock clock) {
      return ArtifactStore.files(directory.resolve("artifacts"), clock);
    }
  }

  @Nested
  class Timelines_in_memory extends TimelineStoreContract {
    @Override
    protected TimelineStore open() {
      return TimelineStore.inMemory(Duration.ofMinutes(1));
    }
  }

  @Nested
  class Timelines_in_memory_for_long extends TimelineStoreContract {
    @Override
    protected TimelineStore open() {
      return TimelineStore.inMemory();
    }
  }
}
