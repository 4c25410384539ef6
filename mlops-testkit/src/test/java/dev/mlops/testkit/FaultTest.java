package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Journal;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource.Call;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a caller hears when the disk, the network or the driver under a database fails. */
class FaultTest {
  private final FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
  private final Database database = Database.over(source);

  static SQLException diskGone() {
    return new SQLException("the disk is gone", "58030");
  }

  private static SQLException connectionClosed() {
    return new SQLException("this connection has been closed", "08006");
  }

  @Test
  void a_journal_fails_loudly_and_names_the_cause() {
    Journal journal = Journal.of(database, TestClock.at(Instant.EPOCH), "test", Actor.system());
    source.failUntilHealed(Call.CONNECT, FaultTest::diskGone);
    assertThatThrownBy(() -> journal.append(Entry.of("a")))
        .isInstanceOf(StorageException.class)
        .hasMessage("connecting to the database failed: the disk is gone")
        .hasCauseInstanceOf(SQLException.class);
    source.heal();
    assertThat(journal.append(Entry.of("a")).id()).isEqualTo(1);
  }

  @Nested
  class The_first_failure_is_told {
    private int insert() {
      return database.transaction(
          session -> session.update("INSERT INTO mlops_contract (name) VALUES (?)", "a"));
    }

    private void thing() {
      database.migrate("testkit", DatabaseContract.class);
    }

    /** What a lost connection does: after the first failure nothing works on it any more. */
    private void loseConnectionAt(Call call, Supplier<? extends Throwable> cause) {
      source.failNext(call, 1, cause);
      for (Call later : List.of(Call.ROLLBACK, Call.CLOSE)) {
        source.failNth(later, later == Call.CLOSE ? 2 : 1, FaultTest::connectionClosed);
      }
    }

    private void isTold(Throwable failure, String message) {
      assertThat(failure).isInstanceOf(StorageException.class).hasMessage(message);
      assertThat(failure).hasRootCauseMessage("the disk is gone");
      assertThat(failure.getSuppressed())
          .extracting(Throwable::getMessage)
          .contains("this connection has been closed");
      source.heal();
      insert();
    }

    @Test
    void when_a_statement_has_failed() {
      thing();
      loseConnectionAt(Call.EXECUTE, FaultTest::diskGone);
      isTold(
          catchThrowable(this::insert),
          "'INSERT INTO mlops_contract (name) VALUES (?)' failed: the disk is gone");
    }

    @Test
    void when_the_commit_has_failed() {
      thing();
      loseConnectionAt(Call.COMMIT, FaultTest::diskGone);
      isTold(catchThrowable(this::insert), "the commit failed: the disk is gone");
    }

    @Test
    void when_the_connection_was_lost_before_the_first_statement() {
      thing();
      loseConnectionAt(Call.OTHER, FaultTest::diskGone);
      isTold(catchThrowable(this::insert), "the transaction failed: the disk is gone");
    }

    @Test
    void when_the_driver_has_thrown_an_error() {
      thing();
      loseConnectionAt(Call.EXECUTE, () -> new OutOfMemoryError("Java heap space"));
      assertThat(catchThrowable(this::insert))
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("Java heap space");
    }

    @Test
    void when_a_read_has_failed() {
      thing();
      loseConnectionAt(Call.FETCH, FaultTest::diskGone);
      String sql = "SELECT name FROM mlops_contract";
      isTold(
          catchThrowable(() -> database.read(s -> s.list(sql, row -> row.text("name")))),
          "'" + sql + "' failed: the disk is gone");
    }
  }

  @Test
  void what_is_committed_is_no_failure_when_its_connection_cannot_be_closed() {
    database.migrate("testkit", DatabaseContract.class);
    // The first thing that is closed is the statement.
    source.failNth(Call.CLOSE, 2, FaultTest::connectionClosed);
    int rows =
        database.transaction(
            session -> session.update("INSERT INTO mlops_contract (name) VALUES ('a')"));
    assertThat(rows).isEqualTo(1);
    assertThat(database.query("SELECT name FROM mlops_contract").rowCount()).isEqualTo(1);
  }

  @Test
  void a_pool_that_throws_in_its_own_way_is_a_storage_failure() {
    source.failNext(Call.CONNECT, 1, () -> new IllegalStateException("the pool is disposed"));
    assertThatThrownBy(() -> database.read(session -> 1))
        .isInstanceOf(StorageException.class)
        .hasMessage("connecting to the database failed: the pool is disposed");
  }

  @Test
  void a_pool_that_was_closed_meanwhile_is_a_closed_database() {
    source.before(Call.CONNECT, database::close);
    source.failNext(Call.CONNECT, 1, () -> new IllegalStateException("the pool is disposed"));
    assertThatThrownBy(() -> database.read(session -> 1))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(database + " is closed; open it again");
  }
}
