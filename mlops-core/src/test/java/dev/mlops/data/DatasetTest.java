package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.NotFoundException;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DatasetTest {

  private static final Schema SCHEMA =
      Schema.of(
          Field.of("carrier", DataType.STRING),
          Field.of("delay", DataType.INT64).orNull(),
          Field.of("distance", DataType.FLOAT64));

  private static final Dataset FLIGHTS =
      Dataset.builder(SCHEMA)
          .row("AA", 7, 1200.5)
          .row("UA", null, 300)
          .row("AA", -3, Double.NaN)
          .build();

  @Test
  void reads_back_what_was_put_in() {
    assertThat(FLIGHTS.rowCount()).isEqualTo(3);
    assertThat(FLIGHTS.strings("carrier").get(1)).isEqualTo("UA");
    assertThat(FLIGHTS.strings("carrier").code(2)).isEqualTo(FLIGHTS.strings("carrier").code(0));
    assertThat(FLIGHTS.longs("delay").get(2)).isEqualTo(-3);
    assertThat(FLIGHTS.row(1).isNull("delay")).isTrue();
    assertThat(FLIGHTS.row(1).toMap())
        .containsEntry("delay", null)
        .containsEntry("distance", 300.0);
  }

  @Test
  void widens_whole_numbers_to_doubles_with_nulls_as_nan() {
    assertThat(FLIGHTS.doubles("delay").toArray()).containsExactly(7, Double.NaN, -3);
    assertThat(FLIGHTS.doubles("delay").isNull(1)).isTrue();
    assertThat(FLIGHTS.row(1).getDouble("delay")).isNaN();
  }

  @Test
  void adds_replaces_renames_and_drops_columns() {
    Dataset wide = FLIGHTS.withColumn("late", Column.booleans(true, false, false));
    assertThat(wide.schema().toString())
        .isEqualTo("carrier STRING, delay INT64?, distance FLOAT64, late BOOLEAN");
    assertThat(wide.withColumn("delay", Column.longs(1, 2, 3)).schema().get("delay").nullable())
        .isFalse();
    assertThat(wide.without("late", "delay").schema().names())
        .containsExactly("carrier", "distance");
    assertThat(wide.rename("late", "delayed").booleans("delayed").get(0)).isTrue();
    assertThat(wide.select("late", "carrier").schema().names()).containsExactly("late", "carrier");
  }

  @Test
  void keeps_the_rows_that_pass() {
    assertThat(FLIGHTS.where(row -> "AA".equals(row.getString("carrier"))).longs("delay").toArray())
        .containsExactly(7, -3);
    BitSet mask = new BitSet();
    mask.set(1);
    assertThat(FLIGHTS.where(mask).row(0).getString("carrier")).isEqualTo("UA");
    assertThat(FLIGHTS.head(100).rowCount()).isEqualTo(3);
    assertThatThrownBy(() -> FLIGHTS.head(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("head needs at least 0 rows: -1");
    assertThat(FLIGHTS.slice(1, 3).column("delay").nullCount()).isEqualTo(1);
  }

  @Test
  void sorts_with_nulls_last_and_nan_before_them() {
    assertThat(FLIGHTS.sortBy("delay").strings("carrier").get(0)).isEqualTo("AA");
    assertThat(FLIGHTS.sortBy("delay").row(2).isNull("delay")).isTrue();
    assertThat(FLIGHTS.sortBy("distance").doubles("distance").toArray())
        .containsExactly(300, 1200.5, Double.NaN);
    assertThat(FLIGHTS.sortBy("carrier").strings("carrier").get(2)).isEqualTo("UA");
  }

  @Test
  void concatenates_with_nullability_widened() {
    Dataset strict = FLIGHTS.head(1).withColumn("delay", Column.longs(1));
    assertThat(Dataset.concat(List.of(strict, FLIGHTS)).schema()).isEqualTo(SCHEMA);
    assertThat(Dataset.concat(List.of(strict, FLIGHTS)).column("delay").value(1)).isEqualTo(7L);
  }

  @Test
  void has_a_digest_of_its_content_only() {
    Dataset pieces =
        Dataset.concat(List.of(FLIGHTS.slice(0, 1), FLIGHTS.slice(1, 2), FLIGHTS.slice(2, 3)));
    assertThat(pieces.digest()).isEqualTo(FLIGHTS.digest());
    assertThat(FLIGHTS.head(2).digest()).isNotEqualTo(FLIGHTS.digest());
    assertThat(FLIGHTS.take(new int[] {2, 1, 0}).take(new int[] {2, 1, 0}).digest())
        .isEqualTo(FLIGHTS.digest());
  }

  @Test
  void shows_itself_as_a_table() {
    assertThat(FLIGHTS.head(2).toString())
        .isEqualTo(
            """
            2 rows x 3 columns
            carrier  delay  distance
            AA       7      1200.5
            UA       null   300.0""");
  }

  @Test
  void makes_single_rows() {
    Row row = Row.of(SCHEMA, "AA", null, 2);
    assertThat(row).hasToString("{carrier=AA, delay=null, distance=2.0}");
    assertThat(row.getDouble("distance")).isEqualTo(2);
    assertThat(row.schema()).isEqualTo(SCHEMA);
  }

  @Nested
  class Refuses {

    @Test
    void an_unknown_column_saying_what_exists() {
      assertThatThrownBy(() -> FLIGHTS.column("arrival"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no column 'arrival'; found: [carrier, delay, distance]");
    }

    @Test
    void the_wrong_accessor_saying_the_right_one() {
      assertThatThrownBy(() -> FLIGHTS.longs("distance"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("column 'distance' is FLOAT64, not INT64; use doubles or getDouble");
    }

    @Test
    void a_null_read_as_a_number() {
      assertThatThrownBy(() -> FLIGHTS.longs("delay").get(1))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("row 1 is null; ask isNull(1) first");
      assertThatThrownBy(() -> FLIGHTS.row(1).getLong("delay"))
          .hasMessage("column 'delay' is null in row 1; ask isNull(\"delay\") first");
    }

    @Test
    void a_null_read_as_a_string_or_an_instant() {
      Row nothing =
          Row.of(
              Schema.of(
                  Field.of("carrier", DataType.STRING).orNull(),
                  Field.of("landed", DataType.INSTANT).orNull()),
              null,
              null);
      assertThatThrownBy(() -> nothing.getString("carrier"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("column 'carrier' is null in row 0; ask isNull(\"carrier\") first");
      assertThatThrownBy(() -> nothing.getInstant("landed"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("column 'landed' is null in row 0; ask isNull(\"landed\") first");
      assertThat(nothing.value("landed")).isNull();
    }

    @Test
    void a_null_where_none_may_be() {
      assertThatThrownBy(() -> Dataset.builder(SCHEMA).row(null, 1, 1))
          .hasMessage("row 0: field 'carrier' is not nullable");
      assertThatThrownBy(() -> Dataset.builder(SCHEMA).row("AA", 1.5, 1))
          .hasMessage("row 0: field 'delay': INT64 cannot hold '1.5' (Double)");
    }

    @Test
    void columns_that_do_not_fit_their_fields() {
      assertThatThrownBy(() -> Dataset.of(SCHEMA, List.of(Column.longs(1))))
          .hasMessage("3 fields need as many columns: 1");
      assertThatThrownBy(() -> FLIGHTS.withColumn("late", Column.booleans(true)))
          .hasMessage("column 'late' has 1 row but the first one has 3");
      Schema one = Schema.of(Field.of("a", DataType.STRING));
      assertThatThrownBy(() -> Dataset.of(one, List.of(Column.longs(1))))
          .hasMessage("field 'a' is STRING but its column is INT64");
      assertThatThrownBy(() -> Dataset.of(one, List.of(Column.strings("x", null))))
          .hasMessage("field 'a' is not nullable but 1 of its values are null");
    }

    @Test
    void rows_that_are_not_there() {
      assertThatThrownBy(() -> FLIGHTS.row(3))
          .isInstanceOf(IndexOutOfBoundsException.class)
          .hasMessage("no row 3; there are 3");
      BitSet mask = new BitSet();
      mask.set(3);
      assertThatThrownBy(() -> FLIGHTS.where(mask)).isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void to_concatenate_what_differs_or_nothing() {
      assertThatThrownBy(() -> Dataset.concat(List.of(FLIGHTS, FLIGHTS.select("carrier"))))
          .hasMessage(
              "cannot concatenate 'carrier STRING, delay INT64?, distance FLOAT64' and 'carrier STRING';"
                  + " names and types differ");
      assertThatThrownBy(() -> Dataset.concat(List.of()))
          .hasMessage("nothing to concatenate; use Dataset.empty(schema)");
    }

    @Test
    void to_sort_by_vectors() {
      Dataset vectors = FLIGHTS.withColumn("v", Column.vectors(1, new float[3]));
      assertThatThrownBy(() -> vectors.sortBy("v"))
          .hasMessage("column 'v' is VECTOR(1), which has no order");
    }

    @Test
    void a_row_of_another_width_and_stays_as_it_was() {
      Dataset.Builder builder = Dataset.builder(SCHEMA).row("AA", 1, 1);
      assertThatThrownBy(() -> builder.row("AA"))
          .hasMessage("row 1 has 1 value for 3 fields [carrier, delay, distance]");
      assertThatThrownBy(() -> builder.row("AA", 1, null))
          .hasMessage("row 1: field 'distance' is not nullable");
      assertThat(builder.row("UA", 2, 2).build().strings("carrier").get(1)).isEqualTo("UA");
    }
  }

  record Moment(Instant at) {}

  @Test
  void an_instant_finer_than_a_microsecond_is_rounded_down_to_it_wherever_it_is_given() {
    for (String text :
        List.of("2026-11-27T01:02:03.123456789Z", "1969-12-31T23:59:59.999999999Z")) {
      Instant fine = Instant.parse(text);
      Instant floor = Instant.parse(text.substring(0, 26) + "Z");
      Schema schema = Schema.of(Field.of("at", DataType.INSTANT));
      assertThat(Column.instants(fine).get(0)).isEqualTo(floor);
      assertThat(Dataset.builder(schema).row(fine).build().row(0).getInstant("at"))
          .isEqualTo(floor);
      assertThat(Dataset.of(List.of(new Moment(fine))).toRecords(Moment.class))
          .containsExactly(new Moment(floor));
    }
  }
}
