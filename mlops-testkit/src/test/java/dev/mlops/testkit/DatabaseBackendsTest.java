package dev.mlops.testkit;

import dev.mlops.storage.Database;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.io.TempDir;

class DatabaseBackendsTest {
  @Nested
  class H2_in_memory extends DatabaseContract {
    @Override
    protected Database open() {
      return TestDatabases.h2InMemory();
    }

    @Override
    protected boolean durable() {
      return false;
    }
  }

  @Nested
  class H2_in_a_file extends DatabaseContract {
    @TempDir Path directory;

    @Override
    protected Database open() {
      return TestDatabases.h2(directory);
    }
  }

  /** In a locale of people, which nothing may depend on; a server has what its owner chose. */
  @Nested
  class PostgreSQL extends DatabaseContract {
    private final DataSource source = TestDatabases.postgresDataSourceInEnglish();

    @Override
    protected Database open() {
      return Database.over(source);
    }
  }
}
