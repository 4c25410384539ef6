package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.testkit.FaultyDataSource.Call;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FaultyDataSourceTest {
  private final FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());

  @BeforeEach
  void makeTable() throws SQLException {
    run("CREATE TABLE thing (name VARCHAR)");
  }

  private static SQLException full() {
    return new SQLException("no space left on device", "53100");
  }

  private void run(String sql) throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private void insert() throws SQLException {
    try (Connection connection = source.getConnection()) {
      connection.setAutoCommit(false);
      try (PreparedStatement statement =
          connection.prepareStatement("INSERT INTO thing VALUES (?)")) {
        statement.setString(1, "a");
        statement.executeUpdate();
      }
      connection.commit();
    }
  }

  private int rows() throws SQLException {
    try (Connection connection = source.getConnection();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT * FROM thing")) {
      int count = 0;
      while (rows.next()) {
        count++;
      }
      return count;
    }
  }

  /** Tells of each of five inserts whether it failed. */
  private List<Boolean> fiveInserts() {
    List<Boolean> failed = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      try {
        insert();
        failed.add(false);
      } catch (SQLException e) {
        assertThat(e.getMessage()).isEqualTo("no space left on device");
        assertThat(e.getSQLState()).isEqualTo("53100");
        failed.add(true);
      }
    }
    return failed;
  }

  @Nested
  class Fails {
    @Test
    void the_nth_call_from_now() throws SQLException {
      insert();
      source.failNth(Call.COMMIT, 2, FaultyDataSourceTest::full);
      assertThat(fiveInserts()).containsExactly(false, true, false, false, false);
      assertThat(rows()).isEqualTo(5);
    }

    @Test
    void the_next_calls() throws SQLException {
      source.failNext(Call.EXECUTE, 2, FaultyDataSourceTest::full);
      assertThat(fiveInserts()).containsExactly(true, true, false, false, false);
      assertThat(rows()).isEqualTo(3);
    }

    @Test
    void all_calls_until_it_is_healed() throws SQLException {
      source.failUntilHealed(Call.CONNECT, FaultyDataSourceTest::full);
      assertThat(fiveInserts()).containsOnly(true);
      source.heal();
      assertThat(fiveInserts()).containsOnly(false);
      assertThat(rows()).isEqualTo(5);
    }

    @Test
    void every_kind_of_call() throws SQLException {
      insert();
      for (Call call :
          List.of(Call.CONNECT, Call.PREPARE, Call.EXECUTE, Call.COMMIT, Call.CLOSE, Call.OTHER)) {
        source.failNext(call, 1, FaultyDataSourceTest::full);
        assertThatThrownBy(() -> insert()).as("%s", call).hasMessage("no space left on device");
      }
      source.failNext(Call.FETCH, 1, FaultyDataSourceTest::full);
      assertThatThrownBy(() -> rows()).hasMessage("no space left on device");
      source.failNext(Call.ROLLBACK, 1, FaultyDataSourceTest::full);
      try (Connection connection = source.getConnection()) {
        connection.setAutoCommit(false);
        assertThatThrownBy(connection::rollback).hasMessage("no space left on device");
      }
    }

    @Test
    void a_commit_before_or_after_it_is_done() throws SQLException {
      source.failNext(Call.COMMIT, 1, FaultyDataSourceTest::full);
      assertThatThrownBy(() -> insert()).isInstanceOf(SQLException.class);
      assertThat(rows()).isZero();
      source.failNext(Call.COMMITTED, 1, FaultyDataSourceTest::full);
      assertThatThrownBy(() -> insert()).isInstanceOf(SQLException.class);
      assertThat(rows()).isEqualTo(1);
    }

    @Test
    void with_a_runtime_exception_or_an_error_too() {
      source.failNext(Call.PREPARE, 1, () -> new IllegalStateException("odd driver"));
      assertThatThrownBy(() -> insert())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("odd driver");
      source.failNext(Call.COMMIT, 1, () -> new OutOfMemoryError("Java heap space"));
      assertThatThrownBy(() -> insert())
          .isInstanceOf(OutOfMemoryError.class)
          .hasMessage("Java heap space");
    }
  }

  @Nested
  class Refuses {
    @Test
    void what_a_driver_cannot_throw() {
      source.failNext(Call.COMMIT, 1, () -> new IOException("a file's failure"));
      assertThatThrownBy(() -> insert())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("the calls declare no java.io.IOException, so they cannot throw it");
    }

    @Test
    void to_count_from_less_than_one() {
      assertThatThrownBy(() -> source.failNth(Call.COMMIT, 0, FaultyDataSourceTest::full))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("calls are counted from 1, the next one: 0");
      assertThatThrownBy(() -> source.failNext(Call.COMMIT, -1, FaultyDataSourceTest::full))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("calls are counted from 1, the next one: -1");
    }
  }

  @Test
  void counts_calls_that_work_and_calls_that_fail() {
    long before = source.calls(Call.COMMIT);
    source.failNext(Call.COMMIT, 2, FaultyDataSourceTest::full);
    fiveInserts();
    assertThat(source.calls(Call.COMMIT) - before).isEqualTo(5);
    assertThat(source.calls(Call.COMMITTED)).isEqualTo(3);
    assertThat(source.calls(Call.ROLLBACK)).isZero();
  }

  @Test
  void runs_something_before_each_call() throws SQLException {
    AtomicInteger seen = new AtomicInteger();
    source.before(Call.EXECUTE, seen::incrementAndGet);
    insert();
    source.heal();
    insert();
    assertThat(seen).hasValue(1);
  }

  @Test
  void dies_after_so_many_statements_and_lives_again() throws SQLException {
    insert();
    source.dieAfter(1);
    assertThatThrownBy(() -> insert())
        .isInstanceOf(FaultyDataSource.Death.class)
        .hasMessage("the process is dead");
    assertThatThrownBy(() -> insert()).isInstanceOf(FaultyDataSource.Death.class);
    source.restart();
    assertThat(rows()).isEqualTo(1);
    insert();
    assertThat(rows()).isEqualTo(2);
  }
}
