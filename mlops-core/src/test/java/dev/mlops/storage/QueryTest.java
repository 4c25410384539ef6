package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;

/** What a query says of values that no dataset holds. */
class QueryTest {

  private static final String FIRST = "column 'x', row 0 of the result: ";

  private static void assertRefused(String sql, String message) {
    try (Database database = Database.h2InMemory()) {
      assertThatThrownBy(() -> database.query(ZoneId.of("Europe/Berlin"), sql))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(FIRST + message);
    }
  }

  @Test
  void a_time_that_clocks_repeat_or_skip() {
    assertRefused(
        "SELECT TIMESTAMP '2001-10-28 02:30:00' AS x",
        "the time 2001-10-28T02:30 is there twice in Europe/Berlin, where clocks go back; cast it"
            + " to TIMESTAMP WITH TIME ZONE in the query");
    assertRefused(
        "SELECT TIMESTAMP '2001-03-25 02:30:00' AS x",
        "the time 2001-03-25T02:30 does not exist in Europe/Berlin, where clocks skip it");
  }

  @Test
  void a_time_that_is_finer_than_a_microsecond() {
    assertRefused(
        "SELECT CAST('2001-03-04 05:06:07.123456789+00' AS TIMESTAMP(9) WITH TIME ZONE) AS x",
        "the time 2001-03-04T05:06:07.123456789Z is finer than a microsecond; cast it to"
            + " TIMESTAMP(6)");
  }

  @Test
  void a_whole_number_that_a_double_does_not_hold() {
    assertRefused(
        "SELECT SUM(n) AS x FROM (VALUES (CAST(9007199254740990 AS BIGINT)), (3)) AS t (n)",
        "the number 9007199254740993 has digits that a FLOAT64 does not keep; cast it to BIGINT,"
            + " or to VARCHAR");
  }
}
