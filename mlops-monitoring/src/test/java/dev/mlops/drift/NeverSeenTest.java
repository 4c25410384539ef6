package dev.mlops.drift;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.profile.Profile;
import dev.mlops.stats.SplitRandom;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NeverSeenTest {
  private static Dataset rows(Column column) {
    Field field = Field.of("x", column.dataType());
    return Dataset.of(Schema.of(column.nullCount() > 0 ? field.orNull() : field), List.of(column));
  }

  private static double[] normal(int seed, int rows) {
    SplitRandom random = SplitRandom.seeded(seed);
    return DoubleStream.generate(random::nextGaussian).limit(rows).toArray();
  }

  private static ColumnDrift compare(Column reference, Column window) {
    return DriftDetector.reference(rows(reference)).build().compare(rows(window)).get("x");
  }

  private static ColumnDrift.Unseen found(ColumnDrift column) {
    assertThat(column).isInstanceOf(ColumnDrift.Drifted.class);
    List<ColumnDrift.Unseen> unseen = ((ColumnDrift.Drifted) column).evidence().unseen();
    assertThat(unseen).hasSize(1);
    assertThat(unseen.get(0).shown()).isTrue();
    return unseen.get(0);
  }

  @Test
  void the_chance_is_that_of_counting_all_choices() {
    // C(4, 3) / C(7, 3): of all ways to choose the reference's 3 of 7 rows, those without 3 given
    // ones.
    assertThat(Math.exp(NeverSeen.logAllInWindow(3, 3, 4))).isCloseTo(4 / 35.0, within(1e-15));
    assertThat(NeverSeen.logAllInWindow(0, 3, 4)).isZero();
    assertThat(NeverSeen.logAllInWindow(5, 3, 4)).isNegative().isInfinite();
    assertThat(NeverSeen.logAllInWindow(5, 0, 5)).isZero();
  }

  /** One row after the other: the obvious product. */
  @ParameterizedTest
  @ValueSource(longs = {1, 3, 64, 65, 100, 1000, 4000})
  void the_chance_is_that_of_drawing_row_by_row(long k) {
    double sum = 0;
    for (long i = 0; i < k; i++) {
      sum += Math.log((5000.0 - i) / (7000 - i));
    }
    assertThat(NeverSeen.logAllInWindow(k, 2000, 5000)).isCloseTo(sum, within(1e-8));
  }

  /**
   * Bounds on the chance that chance alone fills the window with so many rows of new categories.
   */
  @Test
  void the_bound_on_categories_holds_under_permutation() {
    List<Integer> categories = new ArrayList<>();
    for (int category = 0; category < 40; category++) {
      categories.addAll(Collections.nCopies(1 + category % 5, category));
    }
    List<Long> counts = IntStream.range(0, 40).mapToObj(category -> 1L + category % 5).toList();
    int n = 70;
    int m = categories.size() - n;
    int trials = 20_000;
    int[] rows = new int[m + 1];
    java.util.Random random = new java.util.Random(1);
    for (int trial = 0; trial < trials; trial++) {
      Collections.shuffle(categories, random);
      BitSet known = new BitSet();
      categories.subList(0, n).forEach(known::set);
      rows[(int) categories.stream().skip(n).filter(category -> !known.get(category)).count()]++;
    }
    double beyond = 0;
    for (int u = m; u > 0; u--) {
      beyond += rows[u] / (double) trials;
      assertThat(NeverSeen.totalInWindow(u, counts, n, m))
          .as("%s rows or more", u)
          .isGreaterThanOrEqualTo(beyond - 4 * Math.sqrt(beyond / trials));
    }
    assertThat(NeverSeen.totalInWindow(m, counts, n, m)).isLessThan(1e-6);
  }

  @ParameterizedTest
  @ValueSource(ints = {2_000, 1_000_000})
  void a_thousandth_of_garbage_is_found_in_windows_of_any_size(int size) {
    double[] window = normal(2, size);
    Arrays.fill(window, 0, size / 1000, 1000);
    ColumnDrift column = compare(Column.doubles(normal(1, 100_000)), Column.doubles(window));
    assertThat(column).isInstanceOf(ColumnDrift.Drifted.class);
    assertThat(((ColumnDrift.Drifted) column).evidence().unseen())
        .filteredOn(ColumnDrift.Unseen::shown)
        .singleElement()
        .satisfies(
            garbage -> {
              assertThat(garbage.values()).startsWith("above 4.");
              assertThat(garbage.share()).isBetween(0.001, 0.00101);
            });
  }

  @Test
  void sentinels_on_a_constant_are_found() {
    double[] constant = new double[2000];
    Arrays.fill(constant, 5);
    double[] window = constant.clone();
    Arrays.fill(window, 0, 20, -999);
    assertThat(found(compare(Column.doubles(constant), Column.doubles(window))).values())
        .isEqualTo("below 5");
  }

  @Test
  void first_missing_values_are_found_whether_null_or_not_a_number() {
    double[] window = normal(2, 2000);
    BitSet present = new BitSet();
    present.set(10, 2000);
    Arrays.fill(window, 10, 20, Double.NaN);
    ColumnDrift.Unseen missing =
        found(compare(Column.doubles(normal(1, 5000)), Column.doubles(window, present)));
    assertThat(missing.values()).isEqualTo("missing");
    assertThat(missing.count()).isEqualTo(20);
    assertThat(missing.share()).isEqualTo(0.01);
  }

  @Test
  void first_values_after_none_at_all_are_found() {
    Column none = Column.doubles(new double[100], new BitSet());
    assertThat(found(compare(none, Column.doubles(normal(1, 100)))).values())
        .isEqualTo("any value");
  }

  @Test
  void a_new_category_among_many_is_found_and_named() {
    List<@Nullable String> before = new ArrayList<>();
    List<@Nullable String> now = new ArrayList<>();
    SplitRandom random = SplitRandom.seeded(3);
    for (int row = 0; row < 4000; row++) {
      before.add("k" + random.nextInt(2000));
      now.add(row < 40 ? "HUB" : "k" + random.nextInt(2000));
    }
    ColumnDrift.Unseen hub = found(compare(Column.strings(before), Column.strings(now)));
    assertThat(hub.values()).isEqualTo("'HUB'");
    assertThat(hub.count()).isEqualTo(40);
  }

  @Test
  void many_small_new_categories_are_found_together() {
    List<@Nullable String> before = new ArrayList<>();
    List<@Nullable String> now = new ArrayList<>();
    for (int row = 0; row < 5000; row++) {
      before.add("old" + row % 1000);
      now.add("new" + row % 1000);
    }
    ColumnDrift.Unseen list = found(compare(Column.strings(before), Column.strings(now)));
    assertThat(list.values()).isEqualTo("1,000 categories (most often 'new0')");
    assertThat(list.share()).isEqualTo(1);
  }

  /** Values beyond the reference's own extremes are counted, not those beyond its first part's. */
  @Test
  void a_reference_merged_from_parts_is_known_by_its_own_extremes() {
    Profile first = Profile.of(rows(Column.doubles(normal(1, 50_000))));
    double[] wide = normal(2, 50_000);
    wide[7] = 50;
    Profile reference = first.merge(first.profile(rows(Column.doubles(wide))));
    double[] window = normal(3, 5000);
    Arrays.fill(window, 0, 20, 49);
    DriftDetector detector = DriftDetector.reference(reference).build();
    assertThat(detector.compare(reference.profile(rows(Column.doubles(window)))).drifted())
        .isFalse();
    Arrays.fill(window, 0, 20, 55);
    Profile halves =
        reference
            .profile(rows(Column.doubles(Arrays.copyOf(window, 2000))))
            .merge(reference.profile(rows(Column.doubles(Arrays.copyOfRange(window, 2000, 5000)))));
    ColumnDrift.Unseen beyond = found(detector.compare(halves).get("x"));
    assertThat(beyond.values()).isEqualTo("above 50");
    assertThat(beyond.count()).isEqualTo(20);
  }

  @Test
  void a_few_in_ten_thousand_are_told_but_are_no_drift() {
    double[] window = normal(2, 400_000);
    Arrays.fill(window, 0, 80, 1000);
    ColumnDrift column = compare(Column.doubles(normal(1, 400_000)), Column.doubles(window));
    assertThat(column).isInstanceOf(ColumnDrift.Small.class);
    assertThat(column.sentence())
        .matches("x has changed a little: never seen before: above .* in 8\\d rows .*");
  }

  @Test
  void whole_numbers_are_values_too() {
    long[] reference = IntStream.range(0, 1000).mapToLong(i -> i % 6).toArray();
    long[] window = reference.clone();
    Arrays.fill(window, 0, 50, 6);
    Schema schema = Schema.of(Field.of("x", DataType.INT64));
    DriftDetector detector =
        DriftDetector.reference(Dataset.of(schema, List.of(Column.longs(reference)))).build();
    ColumnDrift column =
        detector.compare(Dataset.of(schema, List.of(Column.longs(window)))).get("x");
    assertThat(found(column).values()).isEqualTo("above 5");
  }

  private static Column categories(int rows, int count, String prefix) {
    return Column.strings(
        IntStream.range(0, rows).<@Nullable String>mapToObj(i -> prefix + i % count).toList());
  }

  /** Names are kept of 4,096 categories at most; of more, a group by hash is no category's name. */
  @Test
  void of_too_many_categories_groups_are_not_called_by_a_name() {
    Column many = categories(20_000, 5_000, "id");
    Column hub =
        Column.strings(
            IntStream.range(0, 20_000)
                .<@Nullable String>mapToObj(i -> i % 3 == 0 ? "HUB" : "id" + i % 5_000)
                .toList());
    assertThat(compare(many, hub).sentence())
        .startsWith("x drifted severely: PSI ")
        .matches(
            ".*; most of it at categories of group \\d+ of 1024: 0.\\d % before, 33.\\d % now");
  }

  @Test
  void of_too_many_categories_new_ones_are_counted_at_least() {
    ColumnDrift drift = compare(categories(5_000, 50, "old"), categories(5_000, 5_000, "new"));
    ColumnDrift.Unseen unseen = found(drift);
    assertThat(unseen.values()).matches("at least 9\\d\\d categories");
    assertThat(unseen.count()).isBetween(4_500L, 5_000L);
    assertThat(drift.sentence()).doesNotContain("'#");
  }

  /** All are new, and nobody can know: that must not be taken for proof that none is. */
  @Test
  void of_too_many_categories_nothing_is_promised_of_new_ones() {
    ColumnDrift drift =
        compare(categories(100_000, 100_000, "u"), categories(100_000, 100_000, "w"));
    assertThat(drift).isInstanceOf(ColumnDrift.Unchanged.class);
    assertThat(((ColumnDrift.Unchanged) drift).evidence().unseenFrom()).isNaN();
    assertThat(drift.sentence())
        .matches(
            ".*; PSI from 0.\\d+ would have been found; new categories may be overlooked, as there are too many to keep their names")
        .doesNotContain("PSI from 0.000 ");
  }
}
