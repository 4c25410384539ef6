package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import dev.mlops.storage.Database;
import java.nio.file.Path;
import javax.sql.DataSource;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
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

    // PostgreSQL has no way to make such a text.
    @Test
    void a_query_names_the_row_of_half_a_surrogate_pair() {
      try (Database database = open()) {
        assertThatThrownBy(() -> database.query("SELECT CHAR(55357) AS half"))
            .isInstanceOf(InvalidInputException.class)
            .hasMessage(
                "column 'half', row 0 of the result: the text '?' has half a surrogate pair, which"
                    + " is no character");
      }
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
    private final DataSource source = TestDatabases.postgresPoolInEnglish();

    @Override
    protected Database open() {
      return Database.over(source);
    }
  }
}
