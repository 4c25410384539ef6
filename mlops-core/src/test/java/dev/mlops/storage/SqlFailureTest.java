package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.StorageException;
import java.io.IOException;
import java.sql.SQLException;
import org.h2.mvstore.MVStoreException;
import org.junit.jupiter.api.Test;

/**
 * Damage is told where there is damage, and nothing else is called so: the advice is to restore.
 */
class SqlFailureTest {

  private static final String DAMAGED = "is damaged; put back a copy of that file";

  private static SQLException engine(int code, Throwable cause) {
    MVStoreException failure = new MVStoreException(code, "internal");
    return new SQLException("General error", "HY000", 50000, failure.initCause(cause));
  }

  private static String opening(SQLException failure) {
    return String.valueOf(SqlFailure.opening("/data/truth", failure).getMessage());
  }

  private static String working(SQLException failure) {
    return String.valueOf(SqlFailure.of("the transaction", failure).getMessage());
  }

  @Test
  void a_changed_file_is_damaged() {
    assertThat(opening(engine(6, new IllegalStateException("chunk"))))
        .startsWith("the file '/data/truth.mv.db' " + DAMAGED);
    assertThat(working(engine(6, new IllegalStateException("chunk"))))
        .startsWith("the file of the database " + DAMAGED);
    assertThat(opening(new SQLException("Data conversion error", "22018", 22018)))
        .contains(DAMAGED);
  }

  @Test
  void a_lack_of_memory_is_none() {
    OutOfMemoryError full = new OutOfMemoryError("Java heap space");
    assertThat(opening(engine(3, full)))
        .isEqualTo(
            "opening database '/data/truth' failed: the JVM has no memory left, and the database is"
                + " not damaged. Give the JVM more memory with -Xmx, and open the workspace again");
    assertThat(working(engine(3, full)))
        .startsWith("the transaction failed: the JVM has no memory");
  }

  @Test
  void neither_is_a_full_disk_nor_an_engine_that_is_closed() {
    assertThat(opening(engine(2, new IOException("No space left on device"))))
        .contains("cannot be written: No space left on device; make room")
        .doesNotContain("damaged");
    assertThat(working(engine(4, new IllegalStateException("closed")))).doesNotContain("damaged");
  }

  @Test
  void a_database_of_others_may_be_one_that_is_damaged() {
    assertThat(opening(new SQLException("Schema not found", "90079", 90079)))
        .isEqualTo(
            "the file '/data/truth.mv.db' holds a database that another application made, or is"
                + " damaged; give a directory of its own, or put back a copy of that file");
  }

  @Test
  void a_column_that_cannot_be_read_is_told_without_numbers_of_the_driver() {
    try (Database database = Database.h2InMemory()) {
      assertThatThrownBy(
              () -> database.read(session -> session.first("SELECT 1", row -> row.number("b"))))
          .isInstanceOf(StorageException.class)
          .hasMessage("cannot read column 'b': Column \"b\" not found");
    }
  }
}
