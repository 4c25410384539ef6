package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.mlops.storage.Database;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;

/** Rows are deleted only where this class has made the database. */
class TestDatabasesTest {

  @Test
  void empties_a_database_that_it_has_made_and_no_other() {
    String url = TestDatabases.postgresUrl();
    DataSource own = TestDatabases.postgresDataSource(url);
    insert(own);
    assertThat(rows(TestDatabases.emptied(own))).isEmpty();

    DataSource foreign =
        TestDatabases.postgresDataSource(url.replaceFirst("/test[0-9]+", "/postgres"));
    insert(foreign);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TestDatabases.emptied(foreign))
        .withMessage(
            "database 'postgres' was not made by TestDatabases in this JVM, so its rows are not"
                + " deleted; give what postgresPool() or postgresDataSource() has returned");
    Database kept = Database.over(foreign);
    assertThat(rows(kept)).containsExactly(7L);
    kept.transaction(session -> session.update("DROP TABLE kept"));
  }

  private static void insert(DataSource source) {
    Database.over(source)
        .transaction(
            session -> {
              session.update("CREATE TABLE kept (id BIGINT)");
              return session.update("INSERT INTO kept (id) VALUES (7)");
            });
  }

  private static List<Long> rows(Database database) {
    return database.read(session -> session.list("SELECT id FROM kept", row -> row.number("id")));
  }
}
