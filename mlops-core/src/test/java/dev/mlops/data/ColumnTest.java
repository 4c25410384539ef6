package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class ColumnTest {

  private static BitSet rows(int... rows) {
    BitSet set = new BitSet();
    Arrays.stream(rows).forEach(set::set);
    return set;
  }

  @Test
  void holds_values_of_every_type() {
    assertThat(Column.booleans(true, false).get(1)).isFalse();
    assertThat(Column.longs(1, 2).toArray()).containsExactly(1, 2);
    assertThat(Column.floats(1.5f).toArray()).containsExactly(1.5f);
    assertThat(Column.doubles(1.5, 2).get(1)).isEqualTo(2);
    assertThat(Column.strings("a", null, "a").dictionary()).containsExactly("a");
    assertThat(Column.strings(List.of("a", "b")).code(1)).isEqualTo(1);
    assertThat(Column.instants(Instant.EPOCH, null).get(1)).isNull();
    assertThat(Column.instantsOfMicros(-1).get(0))
        .isEqualTo(Instant.parse("1969-12-31T23:59:59.999999Z"));
    assertThat(Column.vectors(2, new float[] {1, 2, 3, 4}).get(1)).containsExactly(3, 4);
  }

  @Test
  void holds_nulls_of_every_type() {
    List<Column> columns =
        List.of(
            Column.booleans(new boolean[] {true, true}, rows(1)),
            Column.longs(new long[] {1, 2}, rows(1)),
            Column.floats(new float[] {1, 2}, rows(1)),
            Column.doubles(new double[] {1, 2}, rows(1)),
            Column.strings(null, "a"),
            Column.instantsOfMicros(new long[] {1, 2}, rows(1)),
            Column.vectors(1, new float[] {1, 2}, rows(1)));
    for (Column column : columns) {
      assertThat(column.nullCount()).isEqualTo(1);
      assertThat(column.isNull(0)).isTrue();
      assertThat(column.value(0)).isNull();
      assertThat(column.value(1)).isNotNull();
      assertThat(column.slice(1, 2).nullCount()).isZero();
      assertThat(column.take(new int[] {1, 0, 0}).nullCount()).isEqualTo(2);
    }
    assertThat(((Column.OfFloat) columns.get(2)).toArray()).containsExactly(Float.NaN, 2);
    assertThat(((Column.OfDouble) columns.get(3)).get(0)).isNaN();
    assertThat(((Column.OfString) columns.get(4)).code(0)).isEqualTo(-1);
    assertThat(columns.get(1)).hasToString("column of 2 INT64, 1 null");
  }

  @Test
  void gives_the_vectors_of_several_rows_at_once() {
    Column.OfVector column = Column.vectors(2, new float[] {0, 1, 2, 3, 4, 5, 6, 7}, rows(0, 2, 3));
    for (FloatBuffer into :
        List.of(
            FloatBuffer.allocate(5),
            ByteBuffer.allocateDirect(20).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer(),
            ByteBuffer.allocateDirect(20).order(ByteOrder.BIG_ENDIAN).asFloatBuffer())) {
      into.put(9);
      column.slice(1, 4).read(1, 3, into);
      assertThat(into.remaining()).isZero();
      float[] numbers = new float[5];
      into.get(0, numbers);
      assertThat(numbers).containsExactly(9, 4, 5, 6, 7);
    }
    assertThatThrownBy(() -> column.read(0, 2, FloatBuffer.allocate(4)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("row 1 is null; ask isNull(1) first");
    FloatBuffer small = FloatBuffer.allocate(3);
    assertThatThrownBy(() -> column.read(2, 4, small)).isInstanceOf(BufferOverflowException.class);
    assertThat(small.position()).isZero();
    assertThatThrownBy(() -> column.read(2, 5, FloatBuffer.allocate(6)))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void does_not_see_later_changes_of_its_array() {
    double[] values = {1, 2};
    Column.OfDouble column = Column.doubles(values);
    values[0] = 7;
    column.toArray()[1] = 7;
    assertThat(column.toArray()).containsExactly(1, 2);
  }

  @Test
  void copies_the_values_of_a_slice() {
    assertThat(Column.booleans(true, false, true, true).slice(1, 4).toArray())
        .containsExactly(false, true, true);
    assertThat(Column.instantsOfMicros(1, 2, 3).slice(1, 3).toMicros()).containsExactly(2, 3);
  }

  @Test
  void reaches_the_ends_of_time() {
    for (long micros : new long[] {Long.MIN_VALUE, Long.MIN_VALUE + 1, -1, 0, 1, Long.MAX_VALUE}) {
      assertThat(Column.instants(Micros.instant(micros)).micros(0)).isEqualTo(micros);
    }
  }

  @Nested
  class Refuses {

    @Test
    void rows_that_are_not_there() {
      Column column = Column.longs(1, 2, 3).slice(0, 2);
      assertThatThrownBy(() -> column.value(2)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> column.isNull(-1)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> column.slice(0, 3)).isInstanceOf(IndexOutOfBoundsException.class);
      assertThatThrownBy(() -> column.take(new int[] {2}))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }

    @Test
    void to_give_a_null_as_a_primitive() {
      BitSet none = rows();
      String message = "row 0 is null; ask isNull(0) first";
      assertThatThrownBy(() -> Column.booleans(new boolean[1], none).get(0)).hasMessage(message);
      assertThatThrownBy(() -> Column.longs(new long[1], none).get(0)).hasMessage(message);
      assertThatThrownBy(() -> Column.instantsOfMicros(new long[1], none).micros(0))
          .hasMessage(message);
      assertThatThrownBy(() -> Column.vectors(1, new float[1], none).get(0)).hasMessage(message);
      assertThatThrownBy(() -> Column.longs(new long[2], none).toArray())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("2 of 2 values are null; ask isNull(row) and read one by one");
      assertThatThrownBy(() -> Column.booleans(new boolean[2], none).toArray())
          .hasMessage("2 of 2 values are null; ask isNull(row) and read one by one");
      assertThatThrownBy(() -> Column.instantsOfMicros(new long[2], none).toMicros())
          .hasMessage("2 of 2 values are null; ask isNull(row) and read one by one");
    }

    @Test
    void values_of_another_type() {
      assertThatThrownBy(() -> Column.of(DataType.INT64, List.of(1.5)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("INT64 cannot hold '1.5' (Double)");
      assertThatThrownBy(() -> Column.of(DataType.FLOAT64, List.of((1L << 53) + 1)))
          .hasMessage("FLOAT64 cannot hold '9007199254740993' (Long)");
      assertThatThrownBy(() -> Column.of(DataType.vector(2), List.of(new float[3])))
          .hasMessage("VECTOR(2) cannot hold a vector of 3 floats");
      assertThatThrownBy(() -> Column.of(DataType.STRING, List.of('c')))
          .hasMessage("STRING cannot hold 'c' (Character)");
    }

    @Test
    void bits_and_vectors_that_do_not_fit() {
      assertThatThrownBy(() -> Column.longs(new long[2], rows(2)))
          .hasMessage("bit 2 is set, but the column has 2 rows");
      assertThatThrownBy(() -> Column.vectors(2, new float[3]))
          .hasMessage("3 floats do not fill whole rows of dimension 2");
      assertThatThrownBy(() -> Column.vectors(0, new float[3], rows()))
          .hasMessage("a vector needs a dimension of at least 1: 0");
      assertThatThrownBy(() -> Column.vectors(2, new float[2]).read(0, new float[1]))
          .hasMessage("an array of 1 float cannot take a vector of dimension 2");
    }

    @Test
    void instants_out_of_range() {
      assertThatThrownBy(() -> Column.instants(Instant.MAX.minusNanos(999)))
          .hasMessage(
              "time +1000000000-12-31T23:59:59.999999Z does not fit 64 bits of epoch microseconds;"
                  + " years -290307 to 294246 do");
    }
  }
}
