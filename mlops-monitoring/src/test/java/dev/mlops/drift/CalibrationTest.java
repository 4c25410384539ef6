package dev.mlops.drift;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.profile.CategoryProfile;
import dev.mlops.profile.Profile;
import dev.mlops.stats.SplitRandom;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.DoubleStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * The promises of the decision rule, simulated: how often it alarms when nothing has changed, and
 * what it finds when something has.
 */
class CalibrationTest {
  private static final int REPETITIONS = 500;
  private static final double NOMINAL = 0.05;

  /**
   * Standard errors of the simulation that are allowed for: a fair detector fails one such test in
   * 30 000.
   */
  private static final double SIGMAS = 4;

  /** Draws a column of some rows. */
  private interface Source {
    Column draw(RandomGenerator random, int rows);
  }

  private static Source numbers(java.util.function.ToDoubleFunction<RandomGenerator> value) {
    return (random, rows) ->
        Column.doubles(
            DoubleStream.generate(() -> value.applyAsDouble(random)).limit(rows).toArray());
  }

  private static Source sometimesMissing(double share) {
    return (random, rows) -> {
      BitSet present = new BitSet(rows);
      double[] values = new double[rows];
      for (int row = 0; row < rows; row++) {
        values[row] = random.nextGaussian();
        present.set(row, random.nextDouble() > share);
      }
      return Column.doubles(values, present);
    };
  }

  /** Categories of which the i-th is i times rarer than the first. */
  private static Source zipf(int categories) {
    double[] cumulative = new double[categories];
    double sum = 0;
    for (int i = 0; i < categories; i++) {
      sum += 1.0 / (i + 1);
      cumulative[i] = sum;
    }
    double total = sum;
    return (random, rows) -> {
      List<@Nullable String> values = new ArrayList<>(rows);
      for (int row = 0; row < rows; row++) {
        double draw = random.nextDouble() * total;
        int found = java.util.Arrays.binarySearch(cumulative, draw);
        values.add("c" + (found < 0 ? -found - 1 : found));
      }
      return Column.strings(values);
    };
  }

  private static Dataset rows(Column column) {
    Field field = Field.of("x", column.dataType());
    return Dataset.of(Schema.of(column.nullCount() > 0 ? field.orNull() : field), List.of(column));
  }

  private static double alarms(String name, Source source, int n, int m) {
    SplitRandom random = SplitRandom.seeded(20010401).split(name);
    int alarms = 0;
    for (int i = 0; i < REPETITIONS; i++) {
      DriftDetector detector =
          DriftDetector.reference(rows(source.draw(random, n))).effect(0).unseen(0).build();
      alarms += detector.compare(rows(source.draw(random, m))).drifted() ? 1 : 0;
    }
    return (double) alarms / REPETITIONS;
  }

  @TestFactory
  Stream<DynamicTest>
      false_alarms_stay_below_one_and_a_fifth_of_alpha_even_without_the_effect_floor() {
    record Case(String name, Source source) {}
    List<Case> cases =
        List.of(
            new Case("normal", numbers(RandomGenerator::nextGaussian)),
            new Case("log-normal", numbers(random -> Math.exp(2 * random.nextGaussian()))),
            new Case("ties", numbers(random -> Math.floor(Math.abs(2 * random.nextGaussian())))),
            new Case(
                "mostly zero",
                numbers(random -> random.nextDouble() < 0.7 ? 0 : Math.exp(random.nextGaussian()))),
            new Case("constant", numbers(random -> 7)),
            new Case("Cauchy", numbers(random -> Math.tan(Math.PI * (random.nextDouble() - 0.5)))),
            new Case(
                "a rare value far away",
                numbers(random -> random.nextDouble() < 0.001 ? -999 : random.nextGaussian())),
            new Case("sometimes missing", sometimesMissing(0.03)),
            new Case("hardly ever missing", sometimesMissing(0.002)),
            new Case("five categories", zipf(5)),
            new Case("200 Zipf categories", zipf(200)),
            new Case("5000 Zipf categories", zipf(5000)));
    int[][] sizes = {{500, 30}, {500, 500}, {2000, 100}};
    return cases.stream()
        .flatMap(
            c ->
                Stream.of(sizes)
                    .map(
                        size ->
                            DynamicTest.dynamicTest(
                                c.name + ", " + size[0] + " against " + size[1],
                                () -> staysCalm(c.name, c.source, size[0], size[1]))));
  }

  private static void staysCalm(String name, Source source, int n, int m) {
    double error = Math.sqrt(NOMINAL * (1 - NOMINAL) / REPETITIONS);
    assertThat(alarms(name + n + "/" + m, source, n, m))
        .isLessThan(1.2 * NOMINAL + (SIGMAS - 2) * error);
  }

  @Test
  void forty_columns_together_raise_no_more_false_alarms_than_one() {
    SplitRandom random = SplitRandom.seeded(7);
    int alarms = 0;
    for (int i = 0; i < 200; i++) {
      Dataset reference = forty(random, 300);
      DriftDetector detector = DriftDetector.reference(reference).effect(0).unseen(0).build();
      alarms += detector.compare(forty(random, 200)).drifted() ? 1 : 0;
    }
    assertThat(alarms / 200.0).isLessThan(NOMINAL + SIGMAS * Math.sqrt(0.05 * 0.95 / 200));
  }

  private static Dataset forty(RandomGenerator random, int rows) {
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      fields.add(Field.of("x" + i, DataType.FLOAT64));
      columns.add(numbers(RandomGenerator::nextGaussian).draw(random, rows));
    }
    return Dataset.of(Schema.of(fields), columns);
  }

  @Test
  void a_shift_by_one_standard_deviation_is_found_with_a_wild_value_and_without() {
    SplitRandom random = SplitRandom.seeded(3);
    Source normal = numbers(RandomGenerator::nextGaussian);
    DriftDetector detector = DriftDetector.reference(rows(normal.draw(random, 5000))).build();
    double[] shifted = DoubleStream.generate(() -> random.nextGaussian() + 1).limit(5000).toArray();
    DriftReport plain = detector.compare(rows(Column.doubles(shifted)));
    shifted[17] = 1e4;
    DriftReport wild = detector.compare(rows(Column.doubles(shifted)));
    assertThat(plain.drifted()).isTrue();
    assertThat(wild.drifted()).isTrue();
    ColumnDrift.Drifted before = (ColumnDrift.Drifted) plain.get("x");
    ColumnDrift.Drifted after = (ColumnDrift.Drifted) wild.get("x");
    assertThat(before.severity()).isEqualTo(DriftSize.SEVERE);
    assertThat(after.evidence().effect().value()).isBetween(0.8, 1.2);
    assertThat(after.evidence().effect().value() - before.evidence().effect().value())
        .isBetween(-0.01, 0.01);
  }

  @Test
  void one_wild_value_alone_is_no_drift() {
    SplitRandom random = SplitRandom.seeded(4);
    Source normal = numbers(RandomGenerator::nextGaussian);
    DriftDetector detector = DriftDetector.reference(rows(normal.draw(random, 5000))).build();
    double[] values = DoubleStream.generate(random::nextGaussian).limit(5000).toArray();
    values[17] = 1e4;
    assertThat(detector.compare(rows(Column.doubles(values))).drifted()).isFalse();
  }

  @Test
  void a_shift_down_is_found_as_well_as_a_shift_up_in_a_small_window() {
    SplitRandom random = SplitRandom.seeded(5);
    Source normal = numbers(RandomGenerator::nextGaussian);
    DriftDetector detector = DriftDetector.reference(rows(normal.draw(random, 2000))).build();
    for (double shift : new double[] {-1, 1}) {
      int found = 0;
      for (int i = 0; i < 100; i++) {
        Source shifted = numbers(r -> r.nextGaussian() + shift);
        found += detector.compare(rows(shifted.draw(random, 50))).drifted() ? 1 : 0;
      }
      assertThat(found).as("of 100 windows of 50 rows, shift %s", shift).isGreaterThan(95);
    }
  }

  @Test
  void values_that_go_missing_are_drift() {
    SplitRandom random = SplitRandom.seeded(6);
    Source normal = numbers(RandomGenerator::nextGaussian);
    DriftDetector detector = DriftDetector.reference(rows(normal.draw(random, 2000))).build();
    BitSet present = new BitSet();
    present.set(0, 850);
    double[] values = DoubleStream.generate(random::nextGaussian).limit(1000).toArray();
    DriftReport report = detector.compare(rows(Column.doubles(values, present)));
    assertThat(report.drifted()).isTrue();
    assertThat(report.get("x").sentence())
        .contains("never seen before: missing in 150 rows (15 %, ")
        .endsWith("most of it at missing (unseen before): 0.0 % before, 15.0 % now");
  }

  @Test
  void a_constant_that_changes_is_drift() {
    DriftDetector detector =
        DriftDetector.reference(rows(numbers(random -> 7).draw(SplitRandom.seeded(1), 500)))
            .build();
    DriftReport report =
        detector.compare(rows(numbers(random -> 8).draw(SplitRandom.seeded(1), 50)));
    assertThat(report.drifted()).isTrue();
    assertThat(report.get("x").sentence())
        .endsWith("most of it at > 7 (unseen before): 0.0 % before, 100.0 % now");
  }

  @Test
  void an_unseen_category_is_drift_and_is_named() {
    Source five = zipf(5);
    DriftDetector detector =
        DriftDetector.reference(rows(five.draw(SplitRandom.seeded(1), 1000))).build();
    List<@Nullable String> values = new ArrayList<>();
    Column drawn = five.draw(SplitRandom.seeded(2), 140);
    for (int row = 0; row < drawn.size(); row++) {
      values.add((String) drawn.value(row));
    }
    for (int i = 0; i < 60; i++) {
      values.add("BRAND-NEW");
    }
    DriftReport report = detector.compare(rows(Column.strings(values)));
    assertThat(report.drifted()).isTrue();
    assertThat(report.get("x").sentence())
        .endsWith("most of it at 'BRAND-NEW' (unseen before): 0.0 % before, 30.0 % now");
  }

  @Test
  void a_rare_pool_is_named_after_its_greatest_change() {
    Cells cells =
        Cells.of(counts(Map.of("a", 920L, "b", 80L)), counts(Map.of("a", 90L, "new", 6L, "b", 4L)));
    assertThat(cells.cells())
        .extracting(Cells.Cell::label)
        .containsExactly("'new' (unseen before) and 1 more", "'a'");
  }

  private static CategoryProfile counts(Map<String, Long> counts) {
    List<@Nullable String> values = new ArrayList<>();
    counts.forEach(
        (category, count) -> values.addAll(Collections.nCopies(count.intValue(), category)));
    return (CategoryProfile) Profile.of(rows(Column.strings(values))).get("x");
  }

  @Test
  void identifiers_are_always_new_and_that_is_no_drift() {
    List<@Nullable String> before = new ArrayList<>();
    List<@Nullable String> now = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      before.add("flight-" + i);
      now.add("flight-" + (1000 + i));
    }
    DriftDetector detector = DriftDetector.reference(rows(Column.strings(before))).build();
    assertThat(detector.compare(rows(Column.strings(now))).drifted()).isFalse();
  }
}
