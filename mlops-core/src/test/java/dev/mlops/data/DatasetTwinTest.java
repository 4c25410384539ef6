package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

/** Holds datasets against lists of lists, on which every operation is obvious. */
class DatasetTwinTest {

  @Property(tries = 200)
  void slices_and_heads_are_sublists(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    Random random = new Random(seed);
    int from = random.nextInt(dataset.rowCount() + 1);
    int to = from + random.nextInt(dataset.rowCount() - from + 1);
    var twin = RandomTables.twin(dataset);
    assertThat(RandomTables.twin(dataset.slice(from, to))).isEqualTo(twin.subList(from, to));
    assertThat(RandomTables.twin(dataset.slice(from, to).slice(0, (to - from) / 2)))
        .isEqualTo(twin.subList(from, from + (to - from) / 2));
    assertThat(RandomTables.twin(dataset.head(to))).isEqualTo(twin.subList(0, to));
  }

  @Property(tries = 200)
  void takes_pick_rows_in_any_order_and_twice(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    Random random = new Random(seed);
    int[] rows =
        random.ints(dataset.rowCount() == 0 ? 0 : 50, 0, Math.max(1, dataset.rowCount())).toArray();
    var twin = RandomTables.twin(dataset);
    List<List<@Nullable Object>> expected = new ArrayList<>();
    for (int row : rows) {
      expected.add(twin.get(row));
    }
    assertThat(RandomTables.twin(dataset.take(rows))).isEqualTo(expected);
  }

  @Property(tries = 200)
  void where_keeps_rows_by_test_or_mask(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    BitSet mask = new BitSet();
    Random random = new Random(seed);
    for (int row = 0; row < dataset.rowCount(); row++) {
      mask.set(row, random.nextInt(4) > 0);
    }
    var twin = RandomTables.twin(dataset);
    List<List<@Nullable Object>> expected = new ArrayList<>();
    mask.stream().forEach(row -> expected.add(twin.get(row)));
    assertThat(RandomTables.twin(dataset.where(mask))).isEqualTo(expected);
    assertThat(RandomTables.twin(dataset.where(row -> mask.get(row.index())))).isEqualTo(expected);
  }

  @Property(tries = 200)
  void concatenation_appends_and_leaves_no_trace_in_the_digest(@ForAll long seed) {
    RandomTables tables = new RandomTables(seed);
    Schema schema = tables.schema();
    Dataset above = tables.dataset(schema, (int) (seed & 31));
    Dataset below = tables.dataset(schema, (int) (seed >>> 8 & 31));
    List<List<@Nullable Object>> expected = new ArrayList<>(RandomTables.twin(above));
    expected.addAll(RandomTables.twin(below));
    Dataset whole = Dataset.concat(List.of(above, below));
    assertThat(RandomTables.twin(whole)).isEqualTo(expected);
    int cut = whole.rowCount() / 3;
    Dataset again = Dataset.concat(List.of(whole.head(cut), whole.slice(cut, whole.rowCount())));
    assertThat(again.digest()).isEqualTo(whole.digest());
    Dataset.Builder rebuilt = Dataset.builder(schema);
    whole.forEach(row -> rebuilt.row(row.toMap().values().toArray()));
    assertThat(rebuilt.build().digest()).isEqualTo(whole.digest());
    assertThat(reversed(reversed(whole)).digest()).isEqualTo(whole.digest());
  }

  /** The rows from the last to the first, with dictionaries that begin at the end. */
  private static Dataset reversed(Dataset dataset) {
    Dataset.Builder builder = Dataset.builder(dataset.schema());
    for (int row = dataset.rowCount() - 1; row >= 0; row--) {
      builder.row(dataset.row(row).toMap().values().toArray());
    }
    int[] back =
        IntStream.range(0, dataset.rowCount()).map(i -> dataset.rowCount() - 1 - i).toArray();
    Dataset reversed = builder.build();
    assertThat(reversed.take(back).digest()).isEqualTo(dataset.digest());
    return reversed;
  }

  @Property(tries = 200)
  void another_value_is_another_digest(@ForAll long seed) {
    RandomTables tables = new RandomTables(seed);
    Dataset dataset = tables.dataset(1 + (int) (seed & 15));
    Field field = dataset.schema().fields().get(0);
    Dataset.Builder changed = Dataset.builder(dataset.schema());
    Object other = tables.value(field.dataType());
    for (Row row : dataset) {
      Object[] values = row.toMap().values().toArray();
      values[0] = row.index() == 0 ? other : values[0];
      changed.row(values);
    }
    Dataset second = changed.build();
    boolean same = RandomTables.twin(second).equals(RandomTables.twin(dataset));
    assertThat(second.digest().equals(dataset.digest())).isEqualTo(same);
  }

  @Property(tries = 300)
  void sorting_is_stable_with_nulls_last(@ForAll long seed) {
    Dataset dataset = new RandomTables(seed).dataset();
    for (int i = 0; i < dataset.schema().fields().size(); i++) {
      Field field = dataset.schema().fields().get(i);
      int at = i;
      if (field.dataType().kind() != DataType.Kind.VECTOR) {
        List<List<@Nullable Object>> expected = new ArrayList<>(RandomTables.twin(dataset));
        expected.sort(
            Comparator.comparing(
                row -> row.get(at), Comparator.nullsLast(DatasetTwinTest::compare)));
        assertThat(RandomTables.twin(dataset.sortBy(field.name()))).isEqualTo(expected);
      }
    }
  }

  private static int compare(Object a, Object b) {
    if (a instanceof String left) {
      return left.compareTo((String) b);
    }
    if (a instanceof Instant left) {
      return left.compareTo((Instant) b);
    }
    if (a instanceof Boolean left) {
      return left.compareTo((Boolean) b);
    }
    return a instanceof Long left
        ? left.compareTo((Long) b)
        : Double.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
  }

  @Property(tries = 200)
  void bits_agree_with_a_bit_set(@ForAll long seed) {
    Random random = new Random(seed);
    int size = random.nextInt(300);
    BitSet set =
        BitSet.valueOf(
                new long[] {
                  random.nextLong(),
                  random.nextLong(),
                  random.nextLong(),
                  random.nextLong(),
                  random.nextLong()
                })
            .get(0, size);
    int from = random.nextInt(size + 1);
    int to = from + random.nextInt(size - from + 1);
    Bits bits = Bits.of(set, size).slice(from, to);
    BitSet clear = new BitSet();
    bits.forEachClear(clear::set);
    BitSet expected = set.get(from, to);
    assertThat(bits.count()).isEqualTo(expected.cardinality());
    assertThat(BitSet.valueOf(bits.toBytes())).isEqualTo(expected);
    expected.flip(0, to - from);
    assertThat(clear).isEqualTo(expected);
  }
}
