package dev.mlops.coordination;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2CoordinationTest extends CoordinationTests {
  @TempDir Path directory;

  private static final Database DATABASE = TestDatabases.h2InMemory();

  @AfterAll
  static void closeDatabase() {
    DATABASE.close();
  }

  @Override
  Database database() {
    return DATABASE;
  }

  /** A copy of an open file is what a kill leaves behind. */
  @Test
  void a_lease_of_a_process_that_died_with_its_embedded_database_has_expired() throws IOException {
    Path alive = directory.resolve("alive");
    Path died = directory.resolve("died");
    try (Workspace workspace = Workspace.open(alive)) {
      long token = Leases.of(workspace).take("import", Duration.ofDays(1)).orElseThrow().token();
      Files.createDirectories(died);
      Files.copy(alive.resolve("truth.mv.db"), died.resolve("truth.mv.db"));
      try (Workspace again = Workspace.builder().directory(died).adoptContents().open()) {
        assertThat(Leases.of(again).find("import").orElseThrow().expired()).isTrue();
        assertThat(Leases.of(again).take("import", Duration.ofDays(1)).orElseThrow().token())
            .isGreaterThan(token);
      }
    }
  }
}
