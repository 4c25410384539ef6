package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every database under a workspace does alike. A backend's test extends this class and opens
 * its database.
 *
 * <p>It takes the tables {@code mlops_contract} and {@code mlops_contract_bytes} for itself.
 */
@SuppressWarnings("CheckReturnValue") // A contract calls a method for what it does to others.
public abstract class DatabaseContract {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static final String INSERT = "INSERT INTO mlops_contract (name, number) VALUES (?, ?)";

  private Database database;

  /** Makes the contract for one test; JUnit calls this. */
  protected DatabaseContract() {}

  /**
   * Opens the database under test: empty at the first call of a test, and at later ones the same
   * again if it is durable, empty again if not.
   *
   * @return the database; the contract closes it
   */
  protected abstract Database open();

  /**
   * Tells whether the database outlives its closing.
   *
   * @return true by default
   */
  protected boolean durable() {
    return true;
  }

  @BeforeEach
  void openDatabase() {
    database = open();
    database.migrate("testkit", DatabaseContract.class);
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }

  private int insert(String name, @Nullable Object number) {
    return database.transaction(session -> session.update(INSERT, name, number));
  }

  private List<String> names() {
    return database.read(
        session ->
            session.list("SELECT name FROM mlops_contract ORDER BY id", row -> row.text("name")));
  }

  private Object only(Function<ResultRow, Object> reader) {
    return database
        .read(session -> session.first("SELECT * FROM mlops_contract", reader))
        .orElseThrow();
  }

  @Nested
  class A_transaction {
    @Test
    void is_seen_by_others_once_it_returns() {
      insert("a", 1L);
      assertThat(names()).containsExactly("a");
    }

    @Test
    void leaves_nothing_when_its_callback_throws() {
      assertThatThrownBy(
              () ->
                  database.transaction(
                      session -> {
                        session.update(INSERT, "a", 1L);
                        throw new IllegalArgumentException("changed my mind");
                      }))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("changed my mind");
      assertThat(names()).isEmpty();
    }

    @Test
    void leaves_nothing_when_a_failed_statement_is_swallowed() {
      insert("taken", 1L);
      assertThatThrownBy(() -> database.transaction(this::insertAndSwallow))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "a statement failed and its exception was swallowed, so nothing is committed");
      assertThat(names()).containsExactly("taken");
    }

    private boolean insertAndSwallow(Session session) {
      session.update(INSERT, "fresh", 1L);
      assertThatThrownBy(() -> session.update(INSERT, "taken", 2L))
          .isInstanceOf(ConflictException.class);
      assertThatThrownBy(() -> session.update(INSERT, "other", 3L))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("an earlier statement of this transaction failed; leave the callback");
      return true;
    }

    @Test
    void does_not_nest() {
      assertThatThrownBy(() -> database.transaction(session -> names()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "this thread is inside a transaction of this database already; hand its Session on instead of opening another");
    }

    @Test
    void ends_its_session() {
      Session leaked = database.transaction(session -> session);
      assertThatThrownBy(() -> leaked.update(INSERT, "late", 1L))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the session is closed; use it only inside its callback");
    }

    @Test
    void that_only_reads_refuses_to_change() {
      assertThatThrownBy(() -> database.read(session -> session.update(INSERT, "a", 1L)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("read() only reads; use transaction() to change rows");
    }
  }

  @Nested
  class A_statement {
    @Test
    void names_the_sql_when_it_fails() {
      assertThatThrownBy(
              () -> database.read(session -> session.list("SELECT nothing FROM nowhere", row -> 1)))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("'SELECT nothing FROM nowhere' failed: ")
          .hasCauseInstanceOf(java.sql.SQLException.class);
    }

    @Test
    void returns_the_keys_of_many_rows_in_their_order() {
      insert("first", 0L);
      List<@Nullable Object[]> rows = new ArrayList<>();
      for (long number = 0; number < 300; number++) {
        rows.add(new Object[] {"row-" + (number * 7 % 300), number});
      }
      List<Long> keys = database.transaction(session -> session.insertAll(INSERT, rows));
      List<String> found =
          database.read(
              session -> {
                List<String> names = new ArrayList<>();
                for (long key : keys) {
                  names.addAll(
                      session.list(
                          "SELECT name FROM mlops_contract WHERE id = ?",
                          row -> row.text("name"),
                          key));
                }
                return names;
              });
      assertThat(found).isEqualTo(rows.stream().map(row -> (String) row[0]).toList());
      List<Long> none = database.transaction(session -> session.insertAll(INSERT, List.of()));
      assertThat(none).isEmpty();
      assertThatThrownBy(
              () -> database.transaction(session -> session.insertAll(INSERT, rows.subList(0, 2))))
          .isInstanceOf(ConflictException.class);
    }

    @Test
    void conflicts_with_a_unique_key_that_exists() {
      insert("a", 1L);
      assertThatThrownBy(() -> insert("a", 2L))
          .isInstanceOf(ConflictException.class)
          .hasMessageStartingWith("a row with this key exists already; '" + INSERT + "' failed: ");
    }

    @Test
    void returns_growing_keys() {
      long first = database.transaction(session -> session.insert(INSERT, "a", 1L));
      long second = database.transaction(session -> session.insert(INSERT, "b", 1L));
      assertThat(second).isGreaterThan(first);
    }

    @Test
    void counts_the_rows_it_changes() {
      insert("a", 1L);
      insert("b", 1L);
      assertThat(
              database
                  .transaction(s -> s.update("UPDATE mlops_contract SET number = ?", 5))
                  .intValue())
          .isEqualTo(2);
    }

    @Test
    void upserts_by_merge() {
      String merge =
          "MERGE INTO mlops_contract t USING (VALUES (CAST(? AS VARCHAR), CAST(? AS BIGINT))) AS v (name, number)"
              + " ON t.name = v.name WHEN MATCHED THEN UPDATE SET number = v.number"
              + " WHEN NOT MATCHED THEN INSERT (name, number) VALUES (v.name, v.number)";
      database.transaction(session -> session.update(merge, "a", 1L));
      database.transaction(session -> session.update(merge, "a", 2L));
      assertThat(only(row -> row.number("number"))).isEqualTo(2L);
    }

    @Test
    void runs_ten_thousand_times_in_a_batch() {
      List<@Nullable Object[]> rows = new ArrayList<>();
      IntStream.range(0, 10_000).forEach(i -> rows.add(new Object[] {"n" + i, i}));
      database.transaction(
          session -> {
            session.batch(INSERT, rows);
            session.batch(INSERT, List.of());
            return true;
          });
      AtomicInteger seen = new AtomicInteger();
      database.read(
          session -> {
            session.each(
                "SELECT number FROM mlops_contract ORDER BY id",
                row -> assertThat(row.number("number")).isEqualTo(seen.getAndIncrement()));
            return true;
          });
      assertThat(seen).hasValue(10_000);
    }

    @Test
    void refuses_an_argument_of_a_type_it_does_not_know() {
      assertThatThrownBy(() -> insert("a", UUID.fromString("00000000-0000-0000-0000-000000000001")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "argument 2 is of java.util.UUID; known are String, Long, Integer, Double, Boolean, Instant, byte[], Digest, enums and null");
    }
  }

  @Nested
  class A_read {
    @Test
    void of_nothing_is_empty() {
      assertThat(names()).isEmpty();
      assertThat(database.<Object>read(s -> s.first("SELECT * FROM mlops_contract", row -> 1)))
          .isEqualTo(java.util.Optional.empty());
      assertThat(database.query("SELECT * FROM mlops_contract").rowCount()).isZero();
    }

    @Test
    void keeps_the_order_of_the_query() {
      insert("b", 1L);
      insert("a", 2L);
      assertThat(names()).containsExactly("b", "a");
    }

    @Test
    void orders_and_compares_texts_by_their_characters_whatever_the_locale() {
      List<String> sorted =
          List.of("-1", "10", "9", "A", "B", "Z", "_x", "a", "a b", "ab", "b", "e\u0301", "z", "é");
      List<String> mixed = new ArrayList<>(sorted);
      Collections.reverse(mixed);
      mixed.forEach(name -> insert(name, 1L));
      assertThat(texts("SELECT name FROM mlops_contract ORDER BY name")).isEqualTo(sorted);
      assertThat(texts("SELECT name FROM mlops_contract WHERE name > 'a' ORDER BY name"))
          .isEqualTo(sorted.subList(8, sorted.size()));
      assertThat(texts("SELECT MAX(name) AS name FROM mlops_contract")).containsExactly("é");
    }

    private List<String> texts(String sql) {
      return database.read(session -> session.list(sql, row -> row.text("name")));
    }

    @Test
    void names_the_column_that_is_null() {
      insert("a", null);
      assertThatThrownBy(() -> only(row -> row.number("number")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("column 'number' is null; read it by its ...OrNull method");
      assertThatThrownBy(() -> only(row -> row.text("note")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("column 'note' is null; read it by its ...OrNull method");
    }

    @Test
    void names_the_column_that_is_not_there() {
      insert("a", 1L);
      assertThatThrownBy(() -> only(row -> row.number("nothing")))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("cannot read column 'nothing': ");
    }

    @Test
    void turns_rows_into_typed_columns() {
      database.transaction(
          s ->
              s.update(
                  "INSERT INTO mlops_contract (name, number, amount, flag) VALUES ('a', 7, 0.5, TRUE)"));
      insert("b", null);
      Dataset rows =
          database.query(
              "SELECT name, number, amount, flag, CAST(1.5 AS REAL) AS small, DATE '2001-03-04' AS today,"
                  + " TIMESTAMP WITH TIME ZONE '2001-03-04 05:06:07+02' AS zoned FROM mlops_contract ORDER BY id");
      assertThat(rows.schema().names())
          .containsExactly("name", "number", "amount", "flag", "small", "today", "zoned");
      assertThat(rows.schema().fields().stream().map(field -> field.dataType()))
          .containsExactly(
              DataType.STRING,
              DataType.INT64,
              DataType.FLOAT64,
              DataType.BOOLEAN,
              DataType.FLOAT32,
              DataType.INSTANT,
              DataType.INSTANT);
      assertThat(rows.strings("name").get(0)).isEqualTo("a");
      assertThat(rows.longs("number").get(0)).isEqualTo(7);
      assertThat(rows.longs("number").isNull(1)).isTrue();
      assertThat(rows.doubles("amount").get(0)).isEqualTo(0.5);
      assertThat(rows.booleans("flag").get(0)).isTrue();
      assertThat(rows.instants("today").get(0)).isEqualTo("2001-03-04T00:00:00Z");
      assertThat(rows.instants("zoned").get(0)).isEqualTo("2001-03-04T03:06:07Z");
    }

    @Test
    void refuses_a_time_without_a_zone_unless_it_is_told_which() {
      String sql =
          "SELECT TIMESTAMP '2001-07-04 05:06:07.123456' AS wall, DATE '2001-07-04' AS today";
      assertThatThrownBy(() -> database.query(sql))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "column 'wall' is a TIMESTAMP without a time zone; say in which zone its times are"
                  + " meant: query(zone, sql), or cast it to TIMESTAMP WITH TIME ZONE");
      Dataset rows = database.query(BERLIN, sql);
      assertThat(rows.instants("wall").get(0)).isEqualTo("2001-07-04T03:06:07.123456Z");
      assertThat(rows.instants("today").get(0)).isEqualTo("2001-07-03T22:00:00Z");
    }

    @Test
    void refuses_times_that_clocks_repeat_or_skip() {
      assertThatThrownBy(
              () -> database.query(BERLIN, "SELECT TIMESTAMP '2001-10-28 02:30:00' AS wall"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("column 'wall', row 0 of the result")
          .hasMessageContaining("2001-10-28T02:30");
      assertThatThrownBy(
              () -> database.query(BERLIN, "SELECT TIMESTAMP '2001-03-25 02:30:00' AS wall"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("column 'wall', row 0 of the result")
          .hasMessageContaining("2001-03-25T02:30");
    }

    @Test
    void refuses_whole_numbers_that_a_double_does_not_hold() {
      assertThatThrownBy(
              () -> database.query("SELECT CAST(9007199254740993 AS NUMERIC(20, 0)) AS total"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("column 'total', row 0 of the result")
          .hasMessageContaining("9007199254740993");
      Dataset kept =
          database.query(
              "SELECT CAST(9007199254740994 AS NUMERIC(20, 0)) AS even,"
                  + " CAST(0.1 AS NUMERIC(4, 2)) AS tenth, CAST('NaN' AS DOUBLE PRECISION) AS nan,"
                  + " 1e300 AS large");
      assertThat(kept.doubles("even").get(0)).isEqualTo(9007199254740994.0);
      assertThat(kept.doubles("tenth").get(0)).isEqualTo(0.1);
      assertThat(kept.doubles("nan").get(0)).isNaN();
      assertThat(kept.doubles("large").get(0)).isEqualTo(1e300);
    }

    @Test
    void names_column_and_row_of_what_no_dataset_holds() {
      insert("a", 0L);
      insert("b", 1L);
      assertThatThrownBy(
              () ->
                  database.query(
                      "SELECT name, CASE WHEN number = 0 THEN NULL ELSE"
                          + " TIMESTAMP WITH TIME ZONE '294260-01-02 00:00:00+00' END AS late"
                          + " FROM mlops_contract ORDER BY id"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "column 'late', row 1 of the result: time +294260-01-02T00:00:00Z does not fit 64 bits"
                  + " of epoch microseconds; years -290307 to 294246 do");
    }

    @Test
    void in_batches_has_the_same_rows() {
      for (int i = 0; i < 10; i++) {
        insert("row " + i, i % 3 == 0 ? null : (long) i);
      }
      String sql =
          "SELECT name, number FROM mlops_contract WHERE number IS NULL OR number > ? ORDER BY id";
      Dataset whole = database.query(sql, 1L);
      for (int rows : new int[] {1, 3, 9, 10, 1000}) {
        try (Batches batches = database.batches(rows, sql, 1L)) {
          for (int time = 0; time < 2; time++) {
            int parts = 0;
            for (Dataset batch : batches) {
              assertThat(batch.rowCount()).isBetween(1, rows);
              parts++;
            }
            assertThat(parts).isEqualTo((whole.rowCount() + rows - 1) / rows);
          }
          assertThat(batches.toDataset(10).toRecords(NameAndNumber.class))
              .isEqualTo(whole.toRecords(NameAndNumber.class));
        }
      }
      assertThat(database.batches(5, "SELECT name FROM mlops_contract WHERE number = -1"))
          .isEmpty();
    }

    record NameAndNumber(String name, Optional<Long> number) {}

    @Test
    void in_batches_sees_the_rows_as_they_were_and_lets_others_write() {
      List<@Nullable Object[]> rows =
          IntStream.range(0, 3_000).mapToObj(i -> new @Nullable Object[] {"row " + i, i}).toList();
      database.transaction(
          session -> {
            session.batch(INSERT, rows);
            return rows.size();
          });
      long sum = 0;
      for (Dataset batch :
          database.batches(500, "SELECT number, name FROM mlops_contract ORDER BY id")) {
        for (long number : batch.longs("number").toArray()) {
          sum += number;
        }
        database.transaction(s -> s.update("UPDATE mlops_contract SET number = -1"));
      }
      assertThat(sum).isEqualTo(3_000L * 2_999 / 2);
      assertThat(database.query("SELECT number FROM mlops_contract").longs("number").toArray())
          .containsOnly(-1);
    }

    @Test
    void in_batches_gives_its_connection_back_when_it_is_left() {
      insert("a", 1L);
      insert("b", 2L);
      for (int i = 0; i < 50; i++) {
        try (Batches batches = database.batches(1, "SELECT name FROM mlops_contract ORDER BY id")) {
          assertThat(batches.iterator().next().strings("name").get(0)).isEqualTo("a");
        }
      }
      assertThat(names()).containsExactly("a", "b");
    }

    @Test
    void in_batches_names_the_sql_when_it_fails_and_the_row_that_no_dataset_holds() {
      assertThatThrownBy(() -> database.batches(1, "SELECT nothing FROM mlops_contract"))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("'SELECT nothing FROM mlops_contract' failed: ");
      assertThatThrownBy(
              () -> database.batches(1, "SELECT TIMESTAMP '2001-07-04 05:06:07' AS wall"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("column 'wall' is a TIMESTAMP without a time zone");
      insert("a", 0L);
      insert("b", 1L);
      Batches batches =
          database.batches(
              1,
              "SELECT CASE WHEN number = 0 THEN NULL ELSE"
                  + " TIMESTAMP WITH TIME ZONE '294260-01-02 00:00:00+00' END AS late"
                  + " FROM mlops_contract ORDER BY id");
      Iterator<Dataset> rows = batches.iterator();
      assertThat(rows.next().column("late").isNull(0)).isTrue();
      assertThatThrownBy(rows::next)
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("column 'late', row 1 of the result: ");
      assertThatThrownBy(() -> database.batches(0, "SELECT 1"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("a batch has at least 1 row: 0");
      assertThat(
              database
                  .batches(7, BERLIN, "SELECT TIMESTAMP '2001-07-04 05:06:07' AS wall")
                  .toDataset(1)
                  .instants("wall")
                  .get(0))
          .isEqualTo("2001-07-04T03:06:07Z");
    }

    @Test
    void refuses_a_text_that_is_no_digest() {
      insert("no digest", 0L);
      assertThatThrownBy(() -> only(row -> row.digest("name")))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "cannot read column 'name': 'no digest' is not what was stored; the database is damaged,"
                  + " or was changed by others");
    }
  }

  @Nested
  class A_value {
    private String text(String value) {
      database.transaction(
          s -> s.update("INSERT INTO mlops_contract (name, note) VALUES ('a', ?)", value));
      return String.valueOf(only(row -> row.text("note")));
    }

    @Test
    void that_is_a_text_comes_back_as_it_was() {
      assertThat(text("naïve 'quoted' ? : -- \\ 机器学习 🛫\n\t"))
          .isEqualTo("naïve 'quoted' ? : -- \\ 机器学习 🛫\n\t");
    }

    @Test
    void that_is_empty_is_not_null() {
      assertThat(text("")).isEmpty();
    }

    @Test
    void that_is_a_text_has_up_to_a_million_characters() {
      String longest = "x".repeat(1_048_576);
      assertThat(text(longest)).isEqualTo(longest);
    }

    @Test
    void that_is_a_longer_text_fits_the_type_TEXT() {
      String story = "é".repeat(3_000_000);
      database.transaction(
          s -> s.update("INSERT INTO mlops_contract (name, story) VALUES ('a', ?)", story));
      assertThat(only(row -> row.text("story"))).isEqualTo(story);
    }

    @Test
    void may_be_a_mebibyte_of_any_bytes() {
      byte[] packed = new byte[1_048_576];
      for (int i = 0; i < packed.length; i++) {
        packed[i] = (byte) (i * 31 + (i >> 8));
      }
      database.transaction(
          session -> {
            session.update(
                "INSERT INTO mlops_contract_bytes (name, packed) VALUES ('a', ?)", packed);
            session.update(
                "INSERT INTO mlops_contract_bytes (name, packed) VALUES ('b', ?)", new byte[0]);
            return session.update("INSERT INTO mlops_contract_bytes (name) VALUES ('c')");
          });
      List<byte[]> read =
          database.read(
              session ->
                  session.list(
                      "SELECT packed FROM mlops_contract_bytes WHERE name <> 'c' ORDER BY name",
                      row -> row.bytes("packed")));
      assertThat(read.get(0)).isEqualTo(packed);
      assertThat(read.get(1)).isEmpty();
      assertThatThrownBy(
              () ->
                  database.read(
                      session ->
                          session.list(
                              "SELECT packed FROM mlops_contract_bytes WHERE name = 'c'",
                              row -> row.bytes("packed"))))
          .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void that_holds_the_character_NUL_is_refused() {
      assertThatThrownBy(() -> text("a\0b"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the text 'a?b' must not hold the NUL character, which PostgreSQL cannot keep");
    }

    @Test
    void that_holds_half_a_surrogate_pair_is_refused() {
      for (String half : List.of("half \ud83d", "\udeeb", "\udeeb\ud83d", "\ud83d\ud83d\udeeb")) {
        assertThatThrownBy(() -> text(half)).isInstanceOf(InvalidInputException.class);
      }
      assertThat(text("\ud83d\udeeb")).isEqualTo("🛫");
    }

    @Test
    void that_is_a_text_too_long_for_its_column_is_refused() {
      assertThatThrownBy(() -> text("x".repeat(1_048_577)))
          .isInstanceOf(InvalidInputException.class);
      assertThatThrownBy(() -> insert("x".repeat(251), 1L))
          .isInstanceOf(InvalidInputException.class);
      insert("x".repeat(250), 1L);
    }

    @Test
    void that_is_a_number_keeps_every_bit() {
      for (long number : new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}) {
        insert("n" + number, number);
        long read =
            database
                .read(
                    s ->
                        s.first(
                            "SELECT number FROM mlops_contract WHERE number = ?",
                            r -> r.number("number"),
                            number))
                .orElseThrow();
        assertThat(read).isEqualTo(number);
      }
    }

    @Test
    void that_is_real_keeps_every_bit() {
      for (double amount :
          new double[] {
            Double.NaN,
            Double.NEGATIVE_INFINITY,
            Double.POSITIVE_INFINITY,
            Double.MIN_VALUE,
            -Double.MAX_VALUE,
            0.1,
            Math.PI,
            1e300
          }) {
        database.transaction(s -> s.update("DELETE FROM mlops_contract"));
        database.transaction(
            s -> s.update("INSERT INTO mlops_contract (name, amount) VALUES ('a', ?)", amount));
        assertThat(only(row -> row.real("amount"))).isEqualTo(amount);
      }
    }

    @Test
    void that_is_a_negative_zero_becomes_zero() {
      database.transaction(
          s -> s.update("INSERT INTO mlops_contract (name, amount) VALUES ('a', ?)", -0.0));
      assertThat(Double.doubleToRawLongBits((double) only(row -> row.real("amount")))).isZero();
    }

    @Test
    void that_is_a_time_keeps_its_microseconds_at_the_edge_of_the_clock() {
      for (String edge :
          List.of(
              "1969-12-31T23:59:59.999999Z",
              "-290307-01-01T00:00:00Z",
              "+294246-12-31T23:59:59.999999Z")) {
        database.transaction(s -> s.update("DELETE FROM mlops_contract"));
        insert("a", Instant.parse(edge));
        assertThat(only(row -> row.instant("number"))).isEqualTo(Instant.parse(edge));
      }
    }

    @Test
    void that_is_a_time_out_of_range_is_refused() {
      assertThatThrownBy(() -> insert("a", Instant.MAX))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "time +1000000000-12-31T23:59:59.999999999Z does not fit 64 bits of epoch microseconds; years -290307 to 294246 do");
    }

    @Test
    void that_is_a_flag_a_digest_or_an_enum_comes_back() {
      Digest digest = Digest.of(new byte[] {1});
      database.transaction(
          s ->
              s.update(
                  "INSERT INTO mlops_contract (name, note, flag) VALUES (?, ?, ?)",
                  DayOfWeek.MONDAY,
                  digest,
                  true));
      assertThat(only(row -> row.text("name"))).isEqualTo("MONDAY");
      assertThat(only(row -> row.digest("note"))).isEqualTo(digest);
      assertThat(only(row -> row.flag("flag"))).isEqualTo(true);
    }

    @Test
    void that_is_null_is_read_as_null() {
      insert("a", null);
      assertThat(
              only(
                  row ->
                      row.numberOrNull("number") == null
                          && row.instantOrNull("number") == null
                          && row.realOrNull("amount") == null
                          && row.flagOrNull("flag") == null
                          && row.textOrNull("note") == null
                          && row.digestOrNull("note") == null))
          .isEqualTo(true);
    }
  }

  @Nested
  class Two_writers {
    @Test
    void who_lock_a_row_lose_no_update() {
      insert("counter", 0L);
      Runnable increments =
          () -> IntStream.range(0, 100).forEach(i -> database.transaction(this::increment));
      Together.run(increments, increments);
      assertThat(only(row -> row.number("number"))).isEqualTo(200L);
    }

    private int increment(Session session) {
      long number =
          session
              .first(
                  "SELECT number FROM mlops_contract WHERE name = 'counter' FOR UPDATE",
                  row -> row.number("number"))
              .orElseThrow();
      return session.update(
          "UPDATE mlops_contract SET number = ? WHERE name = 'counter'", number + 1);
    }

    // Databases that let one writer in at a time cannot deadlock, and the two do not meet.
    @Test
    void who_deadlock_are_both_served_in_the_end() {
      insert("a", 0L);
      insert("b", 0L);
      CyclicBarrier bothHoldOne = new CyclicBarrier(2);
      AtomicBoolean met = new AtomicBoolean();
      AtomicInteger attempts = new AtomicInteger();
      Together.run(
          () -> lockBoth(List.of("a", "b"), bothHoldOne, met, attempts),
          () -> lockBoth(List.of("b", "a"), bothHoldOne, met, attempts));
      assertThat(database.query("SELECT number FROM mlops_contract").longs("number").toArray())
          .containsExactly(2, 2);
      assertThat(attempts.get() > 2).isEqualTo(met.get());
    }

    private void lockBoth(
        List<String> names, CyclicBarrier barrier, AtomicBoolean met, AtomicInteger attempts) {
      AtomicBoolean first = new AtomicBoolean(true);
      database.transaction(
          session -> {
            attempts.incrementAndGet();
            add(session, names.get(0));
            if (first.getAndSet(false) && Together.meet(barrier)) {
              met.set(true);
            }
            return add(session, names.get(1));
          });
    }

    @CanIgnoreReturnValue
    private int add(Session session, String name) {
      return session.update("UPDATE mlops_contract SET number = number + 1 WHERE name = ?", name);
    }
  }

  @Nested
  class An_interrupted_thread {
    @Test
    void writes_and_reads_and_stays_interrupted() {
      Thread.currentThread().interrupt();
      insert("a", 1L);
      List<String> names = names();
      assertThat(Thread.interrupted()).isTrue();
      assertThat(names).containsExactly("a");
    }

    @Test
    void leaves_the_database_open() {
      CompletableFuture<Thread> writer = new CompletableFuture<>();
      AtomicBoolean done = new AtomicBoolean();
      Together.run(
          () -> {
            writer.complete(Thread.currentThread());
            try {
              IntStream.range(0, 200).forEach(i -> insert("row " + i, 1L));
            } finally {
              done.set(true);
            }
          },
          () -> interruptUntil(done, writer.join()));
      assertThat(names()).hasSize(200);
    }

    private void interruptUntil(AtomicBoolean done, Thread thread) {
      while (!done.get()) {
        thread.interrupt();
        LockSupport.parkNanos(100_000);
      }
    }
  }

  @Nested
  class Migrating {
    @Test
    void again_changes_nothing() {
      insert("a", 1L);
      database.migrate("testkit", DatabaseContract.class);
      assertThat(names()).containsExactly("a");
    }

    @Test
    void refuses_a_module_without_scripts() {
      assertThatThrownBy(() -> database.migrate("ghost", DatabaseContract.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "no scripts V1__name.sql in the class-path folder dev/mlops/ghost/migrations");
    }

    @Test
    void refuses_a_module_with_an_odd_name() {
      assertThatThrownBy(() -> database.migrate("Robert'); --", DatabaseContract.class))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "a module is named by up to 31 lower-case letters, digits and underscores: 'Robert'); --'");
    }
  }

  @Nested
  class Closing {
    @Test
    void twice_is_fine() {
      database.close();
      database.close();
    }

    @Test
    void ends_all_use() {
      database.close();
      assertThatThrownBy(() -> names())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(database + " is closed; open it again");
      assertThatThrownBy(() -> database.migrate("testkit", DatabaseContract.class))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(database + " is closed; open it again");
    }

    @Test
    void keeps_the_rows_if_the_database_is_durable_and_none_if_not() {
      insert("a", 1L);
      database.close();
      database = open();
      database.migrate("testkit", DatabaseContract.class);
      assertThat(names()).isEqualTo(durable() ? List.of("a") : List.of());
    }

    @Test
    void keeps_a_newer_schema_from_an_older_release() {
      database.transaction(
          s ->
              s.update(
                  "INSERT INTO \"mlops_testkit_history\" (\"installed_rank\", \"version\", \"description\", \"type\","
                      + " \"script\", \"checksum\", \"installed_by\", \"execution_time\", \"success\")"
                      + " VALUES (2, '9999', 'future', 'SQL', 'V9999__future.sql', 1, 'me', 1, TRUE)"));
      refusesToMigrateAfterReopening(
          refusal ->
              assertThat(refusal)
                  .isInstanceOf(NewerFormException.class)
                  .hasMessage(
                      "cannot read the tables of 'testkit': form 9999 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one"));
    }

    @Test
    void keeps_a_script_from_being_edited_after_it_ran() {
      database.transaction(s -> s.update("UPDATE \"mlops_testkit_history\" SET \"checksum\" = 1"));
      refusesToMigrateAfterReopening(
          refusal ->
              assertThat(refusal)
                  .isInstanceOf(StorageException.class)
                  .hasMessageStartingWith("cannot migrate the tables of 'testkit': "));
    }

    @Test
    void runs_a_script_again_that_had_failed() {
      database.transaction(
          s -> s.update("UPDATE \"mlops_testkit_history\" SET \"success\" = FALSE"));
      database.close();
      database = open();
      database.migrate("testkit", DatabaseContract.class);
      insert("a", 1L);
      assertThat(names()).containsExactly("a");
    }

    /** What has not outlived the closing has nothing to refuse: it is migrated afresh. */
    private void refusesToMigrateAfterReopening(Consumer<Throwable> expected) {
      database.close();
      database = open();
      if (durable()) {
        assertThatThrownBy(() -> database.migrate("testkit", DatabaseContract.class))
            .satisfies(expected);
      } else {
        database.migrate("testkit", DatabaseContract.class);
        assertThat(names()).isEmpty();
      }
    }
  }
}
