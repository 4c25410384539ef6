package dev.mlops.features.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;

class EntityNumbersTest {

  @Property(tries = 100)
  void strings_are_numbered_as_a_map_would(@ForAll long seed) {
    check(seed, DataType.STRING, random -> "k" + random.nextInt(40));
  }

  /** Keys that differ in their upper bits alone, and neighbours, meet in one table. */
  @Property(tries = 100)
  void whole_numbers_are_numbered_as_a_map_would(@ForAll long seed) {
    check(
        seed,
        DataType.INT64,
        random -> (long) random.nextInt(60) << (random.nextBoolean() ? 0 : 50));
  }

  @Property(tries = 50)
  void other_keys_are_numbered_as_a_map_would(@ForAll long seed) {
    check(seed, DataType.BOOLEAN, Random::nextBoolean);
  }

  @Property(tries = 50)
  void composite_keys_are_numbered_as_a_map_would(@ForAll long seed) {
    Random random = new Random(seed);
    EntityNumbers numbers = new EntityNumbers();
    Map<Object, Integer> twin = new HashMap<>();
    for (int chunk = 0; chunk < 3; chunk++) {
      List<@Nullable Object> first = draw(random, each -> "a" + each.nextInt(5));
      List<@Nullable Object> second = draw(random, each -> (long) each.nextInt(5));
      Column[] keys = {Column.of(DataType.STRING, first), Column.of(DataType.INT64, second)};
      int[] found = numbers.of(keys, first.size());
      IntStream.range(0, found.length)
          .forEach(
              row -> check(numbers, twin, found[row], Keys.of(first.get(row), second.get(row))));
    }
  }

  /** Three columns in turn, as segments come, share one numbering. */
  private static void check(long seed, DataType type, Function<Random, Object> draw) {
    Random random = new Random(seed);
    EntityNumbers numbers = new EntityNumbers();
    Map<Object, Integer> twin = new HashMap<>();
    for (int chunk = 0; chunk < 3; chunk++) {
      List<@Nullable Object> keys = draw(random, draw);
      int[] found = numbers.of(new Column[] {Column.of(type, keys)}, keys.size());
      IntStream.range(0, found.length)
          .forEach(row -> check(numbers, twin, found[row], keys.get(row)));
    }
    assertThat(numbers.size()).isEqualTo(twin.size());
  }

  private static List<@Nullable Object> draw(Random random, Function<Random, Object> draw) {
    List<@Nullable Object> keys = new ArrayList<>();
    for (int row = 0; row < 120; row++) {
      keys.add(random.nextInt(10) == 0 ? null : draw.apply(random));
    }
    return keys;
  }

  private static void check(
      EntityNumbers numbers, Map<Object, Integer> twin, int found, @Nullable Object key) {
    if (key == null) {
      assertThat(found).isEqualTo(EntityNumbers.NOBODY);
      return;
    }
    twin.putIfAbsent(key, twin.size());
    assertThat(found).isEqualTo(twin.get(key));
    assertThat(numbers.key(found)).isEqualTo(key);
  }
}
