package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RecordMappingTest {

  enum Carrier {
    AA,
    UA
  }

  record Flight(
      Instant date,
      Carrier carrier,
      int distance,
      Optional<Long> delay,
      @Nullable String gate,
      Double score,
      boolean late) {}

  private static final List<Flight> FLIGHTS =
      List.of(
          new Flight(Instant.EPOCH, Carrier.UA, 12, Optional.of(3L), null, 0.5, true),
          new Flight(Instant.EPOCH, Carrier.AA, 13, Optional.empty(), "B7", 0.25, false));

  record Wrong(String carrier, double distance, long arrival) {}

  record Narrow(int delay) {}

  record Bare(List<String> names) {}

  @Test
  void refuses_records_of_several_classes_by_their_place() {
    List<Record> mixed = List.of(new Narrow(1), new Bare(List.of()));
    assertThatThrownBy(() -> Dataset.of(mixed))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "records[1] is a Bare, and a dataset is made of records of one class, Narrow here");
  }

  @Test
  void takes_every_component_as_a_column() {
    assertThat(Dataset.of(FLIGHTS).schema().toString())
        .isEqualTo(
            "date INSTANT, carrier STRING, distance INT64, delay INT64?, gate STRING?, score FLOAT64?,"
                + " late BOOLEAN");
  }

  @Test
  void gives_the_records_back() {
    List<Flight> flights = FLIGHTS;
    assertThat(Dataset.of(flights).toRecords(Flight.class)).isEqualTo(flights);
  }

  @SuppressWarnings("ArrayRecordComponent") // a vector is an array
  record Embedded(float[] embedding, float @Nullable [] other, long id, float score) {}

  @Test
  void keeps_vectors_and_floats() {
    List<Embedded> records =
        List.of(
            new Embedded(new float[] {1, 2}, null, 1L << 40, 0.5f),
            new Embedded(new float[] {3, 4}, new float[] {5}, 2, Float.NaN));
    Dataset dataset = Dataset.of(records);
    assertThat(dataset.schema())
        .hasToString("embedding VECTOR(2), other VECTOR(1)?, id INT64, score FLOAT32");
    List<Embedded> back = dataset.toRecords(Embedded.class);
    assertThat(back.get(1).other()).containsExactly(5);
    assertThat(back.get(0).other()).isNull();
    assertThat(back.get(0).id()).isEqualTo(1L << 40);
  }

  record Named(Carrier carrier) {}

  record Strict(String carrier) {
    Strict {
      if (carrier.isEmpty()) {
        throw new IllegalArgumentException("empty");
      }
    }
  }

  @Nested
  class Refuses {

    @Test
    void a_record_that_does_not_fit_naming_each_component() {
      assertThatThrownBy(() -> Dataset.of(FLIGHTS).toRecords(Wrong.class))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the dataset does not fit record Wrong: component 'distance' is double and needs FLOAT64"
                  + " but the column is INT64; component 'arrival' has no column; found: [date, carrier,"
                  + " distance, delay, gate, score, late]");
    }

    @Test
    void a_null_among_the_records_by_its_place() {
      record One(long a) {}
      assertThatThrownBy(() -> Dataset.of(Arrays.asList(new One(1), null)))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("records[1]");
      assertThatThrownBy(() -> Dataset.of(Arrays.asList(null, new One(1))))
          .isInstanceOf(NullPointerException.class)
          .hasMessage("records[0]");
    }

    @Test
    void a_null_for_a_primitive_component() {
      Dataset data =
          Dataset.of(
              Schema.of(new Field("delay", DataType.INT64, true)),
              List.of(Column.of(DataType.INT64, Arrays.asList(1L, null))));
      assertThatThrownBy(() -> data.toRecords(Narrow.class))
          .hasMessage(
              "row 1: column 'delay' is null but component 'delay' is not @Nullable, boxed or Optional");
    }

    @Test
    void a_number_too_large_for_an_int() {
      Dataset data =
          Dataset.of(Schema.of(Field.of("delay", DataType.INT64)), List.of(Column.longs(1L << 40)));
      assertThatThrownBy(() -> data.toRecords(Narrow.class))
          .hasMessage(
              "row 0: 1099511627776 in column 'delay' does not fit an int; declare the component long");
    }

    @Test
    void a_component_no_column_holds() {
      assertThatThrownBy(() -> Dataset.of(List.of(new Bare(List.of()))))
          .hasMessage(
              "component 'names' of record Bare is List, which no column holds; use boolean, int, long, float,"
                  + " double, String, an enum, Instant, float[] or an Optional of one");
    }

    @Test
    void a_string_that_is_no_constant() {
      Dataset data =
          Dataset.of(
              Schema.of(Field.of("carrier", DataType.STRING)), List.of(Column.strings("DL")));
      assertThatThrownBy(() -> data.toRecords(Named.class))
          .hasMessage("row 0: 'DL' in column 'carrier' is none of [AA, UA]");
    }

    @Test
    void a_row_that_the_record_itself_refuses() {
      Dataset data =
          Dataset.of(Schema.of(Field.of("carrier", DataType.STRING)), List.of(Column.strings("")));
      assertThatThrownBy(() -> data.toRecords(Strict.class))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("record Strict refuses row 0: java.lang.IllegalArgumentException: empty");
    }

    @Test
    void vectors_of_two_dimensions_or_of_none() {
      List<Embedded> two =
          List.of(
              new Embedded(new float[1], new float[1], 0, 0),
              new Embedded(new float[2], null, 0, 0));
      assertThatThrownBy(() -> Dataset.of(two))
          .hasMessage("component 'embedding': VECTOR(1) cannot hold a vector of 2 floats");
      assertThatThrownBy(() -> Dataset.of(Embedded.class, List.of()))
          .hasMessage(
              "no record has a vector 'embedding' that tells its dimension; use Dataset.empty(schema)");
    }

    @Test
    void no_records_without_their_class() {
      assertThatThrownBy(() -> Dataset.of(List.<Flight>of()))
          .hasMessage("no record tells the columns; use Dataset.of(Class, List) for an empty list");
      assertThat(Dataset.of(Flight.class, List.of()).rowCount()).isZero();
    }
  }
}
