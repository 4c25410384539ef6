package dev.mlops.testkit;

import dev.mlops.storage.ArtifactStore;
import java.nio.file.Path;
import java.time.Clock;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class ArtifactStoreBackendsTest {
  @Nested
  class In_memory extends ArtifactStoreContract {
    @Override
    protected ArtifactStore open(Clock clock) {
      return ArtifactStore.inMemory(clock);
    }

    @Override
    protected boolean durable() {
      return false;
    }
  }

  @Nested
  class Files extends ArtifactStoreContract {
    @TempDir Path directory;

    @Override
    protected ArtifactStore open(Clock clock) {
      return ArtifactStore.files(directory, clock);
    }
  }
}
