package dev.mlops.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.journal.Event;
import dev.mlops.testkit.TestClock;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class DataQualityTest {
  private static final Instant NOON = Instant.parse("2001-05-01T12:00:00Z");

  private static Dataset column(String name, DataType type, @Nullable Object... values) {
    return Dataset.of(
        Schema.of(Field.of(name, type).orNull()), List.of(Column.of(type, Arrays.asList(values))));
  }

  private static Dataset longs(@Nullable Object... values) {
    return column("x", DataType.INT64, values);
  }

  private static Dataset strings(@Nullable Object... values) {
    return column("x", DataType.STRING, values);
  }

  private static ExpectationResult only(Dataset batch, Consumer<ColumnExpectations> description) {
    QualityReport report =
        DataQuality.suite("s").column("x", description).build().check(batch, NOON);
    assertThat(report.results()).hasSize(1);
    return report.results().get(0);
  }

  private static ExpectationResult table(Dataset batch, Consumer<TableExpectations> description) {
    return DataQuality.suite("s").table(description).build().check(batch, NOON).results().get(0);
  }

  @Nested
  class RowChecks {
    @Test
    void not_null_counts_nulls() {
      ExpectationResult result = only(longs(1L, null, 3L, null), c -> c.notNull());
      assertThat(result).hasToString("FAILED: x is not null: 2 of 4 failed, e.g. row 1: x is null");
      assertThat(result.score()).hasValue(0.5);
    }

    @Test
    void is_null_names_the_value_that_should_not_be() {
      assertThat(only(strings(null, "a"), c -> c.isNull()).sentence())
          .isEqualTo("x is null: 1 of 2 failed, e.g. row 1: x 'a' is not null");
    }

    @Test
    void a_range_includes_its_bounds_and_skips_nulls() {
      ExpectationResult result = only(longs(0L, 1L, 5L, 6L, null), c -> c.between(1, 5));
      assertThat(result.sentence())
          .isEqualTo("x is between 1 and 5: 2 of 4 failed, e.g. row 0: x 0 is below 1");
      assertThat(result.sample()).extracting(FailingRow::row).containsExactly(0L, 3L);
      assertThat(result.sample().get(1).reason()).isEqualTo("x 6 is above 5");
      assertThat(result.sample().get(1).value()).isEqualTo(6L);
    }

    /** As Great Expectations has it on pandas: of [1.5, NaN] one is missing and one distinct. */
    @Test
    void not_a_number_is_missing_for_every_rule() {
      for (Dataset batch :
          List.of(
              column("x", DataType.FLOAT64, 1.5, Double.NaN, null),
              column("x", DataType.FLOAT32, 1.5f, Float.NaN, null))) {
        assertThat(only(batch, c -> c.notNull()).sample())
            .hasToString("[row 1: x is NaN, row 2: x is null]");
        assertThat(only(batch, c -> c.isNull()).failing()).isEqualTo(1);
        assertThat(only(batch, c -> c.atLeast(1)).considered()).isEqualTo(1);
        assertThat(only(batch, c -> c.inSet(1.5)).sentence())
            .isEqualTo("x is one of [1.5]: all 1 hold");
        assertThat(only(batch, c -> c.distinctBetween(1, 1)).met()).isTrue();
        assertThat(only(batch, c -> c.meanBetween(1.5, 1.5)).met()).isTrue();
        assertThat(only(batch, c -> c.unique()).considered()).isEqualTo(1);
        assertThat(table(batch.withColumn("y", Column.longs(0, 0, 0)), t -> t.ordered("y", "x")))
            .hasToString("met: y is at most x: all 1 hold");
      }
    }

    @Test
    void whole_numbers_beyond_the_doubles_are_compared_exactly() {
      long odd = (1L << 53) + 1;
      Dataset batch = longs(odd, odd - 1);
      assertThat(only(batch, c -> c.between(0, odd - 1)).sample())
          .hasToString("[row 0: x 9007199254740993 is above 9007199254740992]");
      assertThat(only(batch, c -> c.between(0.0, 0x1p53)).failing()).isEqualTo(1);
      assertThat(only(batch, c -> c.atLeast(odd)).sample())
          .hasToString("[row 1: x 9007199254740992 is below 9007199254740993]");
      assertThat(only(batch, c -> c.atMost(odd)).met()).isTrue();
      Dataset ends = longs(Long.MIN_VALUE, Long.MAX_VALUE);
      assertThat(only(ends, c -> c.between(-0x1p63, 0x1p63)).met()).isTrue();
      assertThat(only(ends, c -> c.atLeast(0x1p63)).failing()).isEqualTo(2);
      assertThat(only(ends, c -> c.atMost(-0x1p63)).failing()).isEqualTo(1);
      assertThat(only(longs(1L << 60), c -> c.inSet(0x1p60)).met()).isTrue();
      Dataset reals = column("x", DataType.FLOAT64, 0x1p53);
      assertThat(only(reals, c -> c.atLeast(odd)).failing()).isEqualTo(1);
      assertThat(only(reals, c -> c.atLeast(0x1p53)).met()).isTrue();
      assertThat(
              table(batch.withColumn("y", Column.doubles(0x1p53, 0x1p53)), t -> t.ordered("x", "y"))
                  .failing())
          .isEqualTo(1);
      assertThat(
              table(batch.withColumn("y", Column.doubles(0x1p53, 0x1p53)), t -> t.ordered("y", "x"))
                  .failing())
          .isZero();
    }

    @Test
    void a_range_of_instants_is_closed_too() {
      Dataset batch =
          column("x", DataType.INSTANT, NOON, NOON.plusSeconds(1), NOON.minusSeconds(1));
      assertThat(only(batch, c -> c.between(NOON, NOON)).sample())
          .hasToString(
              "[row 1: x 2001-05-01T12:00:01Z is after 2001-05-01T12:00:00Z,"
                  + " row 2: x 2001-05-01T11:59:59Z is before 2001-05-01T12:00:00Z]");
    }

    @Test
    void sets_compare_numbers_by_value() {
      assertThat(only(longs(1L, 2L, 3L), c -> c.inSet(1, 2.0, (short) 7)).sentence())
          .isEqualTo(
              "x is one of [1, 2, 7]: 1 of 3 failed, e.g. row 2: x 3 is not one of [1, 2, 7]");
      Dataset doubles = column("x", DataType.FLOAT64, 1.0, 2.5);
      assertThat(only(doubles, c -> c.inSet(1, 2.5)).met()).isTrue();
      assertThat(only(strings("a", "b", null), c -> c.notInSet("b")).sentence())
          .isEqualTo("x is none of ['b']: 1 of 2 failed, e.g. row 1: x 'b' is one of ['b']");
      assertThat(only(column("x", DataType.BOOLEAN, true, false), c -> c.inSet(true)).failing())
          .isEqualTo(1);
    }

    @Test
    void an_empty_set_allows_nothing() {
      assertThat(only(strings("a", null), c -> c.inSet()).failing()).isEqualTo(1);
    }

    @Test
    void a_pattern_is_searched_for() {
      Dataset batch = strings("JFK", "XJFKX", "LAX", null);
      assertThat(only(batch, c -> c.matches("JFK")).failing()).isEqualTo(1);
      assertThatThrownBy(() -> only(batch, c -> c.matches("[A-Z")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("'[A-Z' is no regular expression of Java: unclosed character class");
      assertThat(only(batch, c -> c.matches("^JFK$")).sentence())
          .isEqualTo("x matches ^JFK$: 2 of 3 failed, e.g. row 1: x 'XJFKX' does not match ^JFK$");
      assertThat(only(batch, c -> c.notMatches("A")).sentence())
          .isEqualTo("x does not match A: 1 of 3 failed, e.g. row 2: x 'LAX' matches A");
    }

    /** Python's re.search on str, which Great Expectations uses with pandas, answers as here. */
    @Test
    void patterns_mean_what_they_mean_in_python() {
      assertThat(only(strings("M\u00fcller"), c -> c.matches("(?i)^M\u00dcLLER$")).met()).isTrue();
      assertThat(only(strings("M\u00fcller"), c -> c.matches("^\\w+$")).met()).isTrue();
      assertThat(only(strings("\u0663\u0664"), c -> c.matches("^\\d+$")).met()).isTrue();
      assertThat(only(strings("a\u00a0b"), c -> c.matches("a\\sb")).met()).isTrue();
      assertThat(only(strings("a\rb"), c -> c.matches("^a.b$")).met()).isTrue();
      assertThat(only(strings("a\n"), c -> c.matches("a$")).met()).isTrue();
      assertThat(only(strings("a\r\n"), c -> c.matches("a$")).met()).isFalse();
    }

    @Test
    void a_pattern_without_end_is_a_told_failure() {
      Dataset batch = strings("a".repeat(400), "aab");
      ExpectationResult result = only(batch, c -> c.matches("^a*a*a*a*a*a*b$"));
      assertThat(result.failing()).isEqualTo(1);
      assertThat(result.sample().get(0).reason())
          .endsWith(
              "cannot be matched with ^a*a*a*a*a*a*b$: more than ten million steps are needed");
      assertThat(only(batch, c -> c.notMatches("^a*a*a*a*a*a*b$")).failing()).isEqualTo(2);
    }

    @Test
    void a_pattern_too_deep_for_the_stack_is_a_told_failure() {
      ExpectationResult result =
          only(strings("ab".repeat(200_000), "ab"), c -> c.matches("^(a|b)*$"));
      assertThat(result.failing()).isEqualTo(1);
      assertThat(result.sample().get(0).reason())
          .endsWith(
              "(400,000 characters) cannot be matched with ^(a|b)*$: the stack does not suffice");
    }

    @Test
    void lengths_count_characters_and_not_their_halves() {
      assertThat(only(strings("abc", "\uD83D\uDE00"), c -> c.lengthBetween(2, 3)).sentence())
          .isEqualTo(
              "x has between 2 and 3 characters: 1 of 2 failed,"
                  + " e.g. row 1: x '\uD83D\uDE00' has 1 character");
    }

    @Test
    void unique_flags_every_copy_and_skips_nulls() {
      ExpectationResult result = only(longs(7L, null, 8L, 7L, null, 7L), c -> c.unique());
      assertThat(result.considered()).isEqualTo(4);
      assertThat(result.sample())
          .hasToString(
              "[row 0: x 7 is in row 3 too, row 3: x 7 is in row 0 too, row 5: x 7 is in row 0 too]");
    }

    @Test
    void unique_compares_vectors_by_their_numbers() {
      Dataset batch =
          Dataset.of(
              Schema.of(Field.of("x", DataType.vector(2))),
              List.of(Column.vectors(2, new float[] {1, 2, 3, 4, 1, 2})));
      assertThat(only(batch, c -> c.unique()).failing()).isEqualTo(2);
    }

    @Test
    void a_combination_is_skipped_only_if_all_of_it_is_null() {
      Dataset batch =
          Dataset.builder(
                  Schema.of(
                      Field.of("a", DataType.INT64).orNull(),
                      Field.of("b", DataType.STRING).orNull()))
              .row(1L, "u")
              .row(1L, null)
              .row(1L, null)
              .row(null, null)
              .row(null, null)
              .build();
      ExpectationResult result = table(batch, t -> t.unique("a", "b"));
      assertThat(result.considered()).isEqualTo(3);
      assertThat(result.sentence())
          .isEqualTo(
              "the combination of [a, b] is unique: 2 of 3 failed,"
                  + " e.g. row 1: [a, b] [1, null] is in row 2 too");
    }

    @Test
    void one_column_may_not_exceed_another() {
      Dataset batch =
          Dataset.builder(
                  Schema.of(
                      Field.of("a", DataType.INT64).orNull(),
                      Field.of("b", DataType.FLOAT64).orNull()))
              .row(1L, 1.0)
              .row(2L, 1.5)
              .row(null, 0.0)
              .row(1L, null)
              .build();
      ExpectationResult result = table(batch, t -> t.ordered("a", "b"));
      assertThat(result.considered()).isEqualTo(2);
      assertThat(result.sentence())
          .isEqualTo("a is at most b: 1 of 2 failed, e.g. row 1: a 2 is above b 1.5");
      assertThat(result.sample().get(0).value()).isEqualTo(List.of(2L, 1.5));
    }

    @Test
    void the_future_begins_after_the_check() {
      Dataset batch = column("x", DataType.INSTANT, NOON, NOON.plusSeconds(1));
      assertThat(only(batch, c -> c.notFuture()).sentence())
          .isEqualTo(
              "x is not in the future: 1 of 2 failed,"
                  + " e.g. row 1: x 2001-05-01T12:00:01Z is after 2001-05-01T12:00:00Z");
    }

    @Test
    void mostly_is_a_share_of_the_values_that_are_there() {
      Dataset batch = longs(1L, 1L, 1L, 9L, null, null);
      assertThat(only(batch, c -> c.atMost(5).mostly(0.75)).met()).isTrue();
      assertThat(only(batch, c -> c.atMost(5).mostly(0.76)).met()).isFalse();
    }

    @Test
    void nothing_to_look_at_is_an_answer_of_its_own() {
      ExpectationResult result = only(longs(null, null), c -> c.between(1, 2));
      assertThat(result.outcome()).isEqualTo(ExpectationResult.Outcome.NOT_JUDGED);
      assertThat(result.met()).isFalse();
      assertThat(result).hasToString("not judged: x is between 1 and 2: nothing to look at");
      assertThat(result.score()).isEmpty();
      assertThat(result.sentence()).isEqualTo("x is between 1 and 2: nothing to look at");
    }

    @Test
    void a_sample_has_at_most_twenty_rows() {
      Object[] zeros = new Object[50];
      Arrays.fill(zeros, 0L);
      ExpectationResult result = only(longs(zeros), c -> c.atLeast(1));
      assertThat(result.failing()).isEqualTo(50);
      assertThat(result.sample()).hasSize(20);
    }
  }

  @Nested
  class WholeBatchChecks {
    @Test
    void row_counts_are_closed_ranges() {
      assertThat(table(longs(1L, 2L), t -> t.rowCount(2, 2)).met()).isTrue();
      assertThat(table(longs(1L, 2L), t -> t.rowCount(3, 9)))
          .hasToString("FAILED: there are between 3 and 9 rows: 2 rows");
    }

    @Test
    void columns_match_in_order_or_are_included() {
      Dataset batch = longs(1L).withColumn("y", Column.longs(2L));
      assertThat(table(batch, t -> t.columns("x", "y")).met()).isTrue();
      assertThat(table(batch, t -> t.columns("y", "x")))
          .hasToString("FAILED: the columns are [y, x]: found [x, y]");
      assertThat(table(batch, t -> t.hasColumns("y")).met()).isTrue();
      assertThat(table(batch, t -> t.hasColumns("z")))
          .hasToString("FAILED: the columns include [z]: found [x, y]");
    }

    @Test
    void aggregates_are_judged_by_their_value() {
      Dataset batch = longs(1L, 2L, 6L, null);
      assertThat(only(batch, c -> c.meanBetween(3, 3)).met()).isTrue();
      assertThat(only(batch, c -> c.medianBetween(2, 2)).met()).isTrue();
      assertThat(only(batch, c -> c.sumBetween(9, 9)).met()).isTrue();
      assertThat(only(batch, c -> c.standardDeviationBetween(0, 2)))
          .hasToString("FAILED: x has a standard deviation between 0 and 2: 2.64575");
      assertThat(only(batch, c -> c.distinctBetween(3, 3)).met()).isTrue();
      assertThat(only(longs(1L, 4L), c -> c.medianBetween(2.5, 2.5)).met()).isTrue();
    }

    @Test
    void aggregates_of_whole_numbers_are_exact() {
      long odd = (1L << 53) + 1;
      ExpectationResult sum = only(longs(odd, 1 - odd, 0L), c -> c.sumBetween(1, 1));
      assertThat(sum.met()).isTrue();
      assertThat(only(longs(odd, -odd + 1, 2L), c -> c.sumBetween(3, 3)).met()).isTrue();
      ExpectationResult large =
          only(longs(Long.MAX_VALUE, Long.MAX_VALUE, 2L), c -> c.sumBetween(0x1p64, 0x1p64));
      assertThat(large.met()).isTrue();
      assertThat(large.number()).hasValue(new BigDecimal("18446744073709551616"));
      assertThat(only(longs(odd), c -> c.meanBetween(0, 0x1p53)).met()).isFalse();
      assertThat(only(longs(odd, odd), c -> c.medianBetween(0, 0x1p53)).met()).isFalse();
      assertThat(only(longs(odd - 1, odd, odd + 1), c -> c.standardDeviationBetween(1, 1)).met())
          .isTrue();
      assertThat(
              only(longs(Long.MIN_VALUE, Long.MAX_VALUE), c -> c.standardDeviationBetween(0, 1e19))
                  .number())
          .hasValueSatisfying(
              number ->
                  assertThat(number.doubleValue()).isCloseTo(0x1p63 * Math.sqrt(2), within(1e6)));
    }

    @Test
    void numbers_that_were_seen_are_kept_whole() {
      Dataset batch = column("x", DataType.FLOAT64, 644_998.0, 0.5625);
      ExpectationResult sum = only(batch, c -> c.sumBetween(0, 1));
      assertThat(sum.number()).hasValue(644_998.5625);
      assertThat(sum.observed()).isEqualTo("644998.56");
      assertThat(table(batch, t -> t.rowCount(2, 2)).number()).hasValue(2L);
      assertThat(only(batch, c -> c.distinctBetween(2, 2)).number()).hasValue(2L);
      assertThat(only(batch, c -> c.notNull()).number()).isEmpty();
    }

    @Test
    void an_aggregate_of_nothing_fails() {
      assertThat(only(longs(null, null), c -> c.meanBetween(0, 9)))
          .hasToString("FAILED: x has a mean between 0 and 9: there is no value");
      assertThat(only(longs(5L), c -> c.standardDeviationBetween(0, 9)).met()).isFalse();
    }

    @Test
    void types_must_be_the_same() {
      assertThat(only(longs(1L), c -> c.ofType(DataType.FLOAT64)))
          .hasToString("FAILED: x is of type FLOAT64: INT64");
    }

    @Test
    void the_newest_instant_must_be_young() {
      Dataset batch = column("x", DataType.INSTANT, NOON.minusSeconds(7200), null);
      assertThat(only(batch, c -> c.freshWithin(Duration.ofHours(2))).met()).isTrue();
      assertThat(only(batch, c -> c.freshWithin(Duration.ofHours(1))))
          .hasToString(
              "FAILED: x is fresh within 1 hour:"
                  + " the newest is 2001-05-01T10:00:00Z, 2 hours before the check");
      assertThat(
              only(
                      column("x", DataType.INSTANT, (Object) null),
                      c -> c.freshWithin(Duration.ofHours(1)))
                  .observed())
          .isEqualTo("there is no value");
    }
  }

  @Nested
  class BadData {
    @Test
    void a_missing_column_is_a_failure_and_no_exception() {
      Dataset batch = longs(1L).rename("x", "y");
      for (Consumer<ColumnExpectations> check :
          List.<Consumer<ColumnExpectations>>of(
              c -> c.notNull(),
              c -> c.between(0, 1),
              c -> c.unique(),
              c -> c.meanBetween(0, 1),
              c -> c.ofType(DataType.INT64),
              c -> c.freshWithin(Duration.ofHours(1)),
              c -> c.inSet(1),
              c -> c.distinctBetween(0, 1))) {
        assertThat(only(batch, check).met()).isFalse();
        assertThat(only(batch, check).observed()).isEqualTo("no column 'x'; found: [y]");
      }
    }

    @Test
    void a_wrong_type_is_a_failure_and_no_exception() {
      assertThat(only(strings("a"), c -> c.between(0, 1)).observed())
          .isEqualTo("x is STRING, not a number");
      assertThat(only(longs(1L), c -> c.matches("a")).observed())
          .isEqualTo("x is INT64, not a STRING");
      assertThat(only(longs(1L), c -> c.notFuture()).observed())
          .isEqualTo("x is INT64, not an INSTANT");
      assertThat(only(strings("a"), c -> c.meanBetween(0, 1)).observed())
          .isEqualTo("x is STRING, not a number");
    }

    @Test
    void columns_without_an_order_between_them_are_a_failure() {
      Dataset batch = longs(1L).withColumn("y", Column.strings("a"));
      assertThat(table(batch, t -> t.ordered("x", "y")).observed())
          .isEqualTo("x is INT64 and y is STRING, which have no order between them");
    }

    @Test
    void an_empty_batch_is_judged_too() {
      QualityReport report =
          DataQuality.suite("s")
              .table(t -> t.rowCount(1, 9))
              .column("x", c -> c.notNull().unique().between(0, 1))
              .build()
              .check(longs(), NOON);
      assertThat(report.failures()).hasSize(1);
      assertThat(report.notJudged()).hasSize(3);
      assertThat(report.sentence())
          .isEqualTo(
              "s is blocked: 1 of 4 expectations failed; first: there are between 1 and 9 rows: 0"
                  + " rows; 3 had nothing to look at, first: x is not null");
      assertThat(report.score(Dimension.ACCURACY)).isEmpty();
      assertThat(report.quarantine().accepted().rowCount()).isZero();
    }
  }

  @Nested
  class Nothing_at_all {
    private final DataQuality suite =
        DataQuality.suite("s").column("x", c -> c.notNull().unique().between(0, 1)).build();

    @Test
    void is_not_judged() {
      QualityReport report = suite.check(longs(), NOON);
      assertThat(report.verdict()).isEqualTo(QualityVerdict.NOT_JUDGED);
      assertThat(report.sentence())
          .isEqualTo(
              "s is not judged: the batch has no rows; 3 had nothing to look at, first: x is not"
                  + " null");
      assertThatThrownBy(report::orThrow)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(report.sentence());
    }

    @Test
    void is_fine_if_the_suite_says_so() {
      QualityReport report =
          DataQuality.suite("s")
              .table(t -> t.rowCount(0, 9))
              .column("x", c -> c.between(0, 1))
              .build()
              .check(longs(), NOON);
      assertThat(report.verdict()).isEqualTo(QualityVerdict.PASSED);
      assertThat(report.sentence())
          .isEqualTo(
              "s passed: 1 of 2 expectations are met; 1 had nothing to look at, first: x is between"
                  + " 0 and 1");
    }

    @Test
    void is_said_of_a_column_without_values() {
      assertThat(
              DataQuality.suite("s")
                  .column("x", c -> c.between(0, 1))
                  .build()
                  .check(longs(null, null), NOON)
                  .sentence())
          .isEqualTo(
              "s is not judged: all values looked at are missing; 1 had nothing to look at, first:"
                  + " x is between 0 and 1");
    }
  }

  @Nested
  class Verdicts {
    private final DataQuality suite =
        DataQuality.suite("s")
            .column("x", c -> c.notNull().warn().between(0, 9).mostly(0.5))
            .build();

    @Test
    void pass_if_all_is_met() {
      QualityReport report = suite.check(longs(1L), NOON);
      assertThat(report.verdict()).isEqualTo(QualityVerdict.PASSED);
      assertThat(report.sentence()).isEqualTo("s passed: all 2 expectations are met");
      assertThat(report.orThrow()).isSameAs(report);
    }

    @Test
    void warn_if_only_warnings_failed() {
      QualityReport report = suite.check(longs(1L, null), NOON);
      assertThat(report.verdict()).isEqualTo(QualityVerdict.WARNED);
      assertThat(report.sentence())
          .isEqualTo(
              "s passed with warnings: 1 of 2 expectations failed; first:"
                  + " x is not null: 1 of 2 failed, e.g. row 1: x is null");
      assertThat(report.orThrow()).isSameAs(report);
    }

    @Test
    void block_and_name_what_blocked_first() {
      QualityReport report = suite.check(longs(null, 10L), NOON);
      assertThat(report.verdict()).isEqualTo(QualityVerdict.BLOCKED);
      assertThatThrownBy(report::orThrow)
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "s is blocked: 2 of 2 expectations failed; first: x is between 0 and 9 for at least"
                  + " 50 % of values: 1 of 1 failed, e.g. row 1: x 10 is above 9;"
                  + " 1 of 2 rows set aside");
    }

    @Test
    void score_each_dimension_by_the_mean_of_what_ran() {
      QualityReport report = suite.check(longs(1L, null, 10L, 3L), NOON);
      assertThat(report.score(Dimension.COMPLETENESS)).hasValue(0.75);
      assertThat(report.score(Dimension.ACCURACY)).hasValue(2 / 3.0);
      assertThat(report.score(Dimension.CONSISTENCY)).isEmpty();
      assertThat(report.score(Dimension.TIMELINESS)).isEmpty();
    }

    /**
     * The file is the form that readers in other languages hold on to; it changes with its version.
     */
    @Test
    void are_written_as_the_golden_file() throws IOException {
      Dataset batch =
          Dataset.builder(
                  Schema.of(
                      Field.of("n", DataType.INT64),
                      Field.of("r", DataType.FLOAT64).orNull(),
                      Field.of("s", DataType.STRING),
                      Field.of("at", DataType.INSTANT)))
              .row(9_007_199_254_740_993L, 0.5625, "a", NOON)
              .row(9_007_199_254_740_993L, 644_998.0, "b", NOON.plusSeconds(1))
              .build()
              .withColumn("v", Column.vectors(2, new float[] {1, 2, 1, 2}))
              .withColumn("none", Column.doubles(Double.NaN, Double.NaN));
      QualityReport report =
          DataQuality.suite("s")
              .table(t -> t.rowCount(1, 2).unique("n", "v").warn())
              .column("n", c -> c.atMost(9).sumBetween(0, 1).warn())
              .column("r", c -> c.sumBetween(0, 1).dimension(Dimension.CONSISTENCY))
              .column("s", c -> c.matches("a"))
              .column("at", c -> c.notFuture())
              .column("none", c -> c.between(0, 1))
              .build()
              .check(batch, NOON);
      assertThat(new ObjectMapper().readTree(report.toJson()).toPrettyString() + "\n")
          .isEqualTo(Files.readString(Path.of("src/test/resources/quality-report-1.json")));
    }

    @Test
    void are_passed_with_the_rows_set_aside_in_the_sentence() {
      QualityReport report =
          DataQuality.suite("s")
              .column("x", c -> c.atMost(9).mostly(0.5))
              .build()
              .check(longs(1L, 10L, 2L), NOON);
      assertThat(report.verdict()).isEqualTo(QualityVerdict.PASSED);
      assertThat(report.sentence())
          .isEqualTo("s passed: its expectation is met; 1 of 3 rows set aside");
    }

    @Test
    void are_printed_line_by_line() {
      assertThat(suite.check(longs(1L, null), NOON))
          .hasToString(
              "s passed with warnings: 1 of 2 expectations failed; first:"
                  + " x is not null: 1 of 2 failed, e.g. row 1: x is null\n"
                  + "  warning: x is not null: 1 of 2 failed, e.g. row 1: x is null\n"
                  + "  met: x is between 0 and 9 for at least 50 % of values: all 1 hold");
    }
  }

  @Nested
  class Quarantines {
    @Test
    void hold_every_row_that_breaks_a_blocking_row_check_whatever_mostly_says() {
      QualityReport report =
          DataQuality.suite("s")
              .table(t -> t.rowCount(9, 9))
              .column("x", c -> c.between(0, 9).mostly(0.1).notInSet(11).unique().warn())
              .build()
              .check(longs(1L, 10L, 11L, 1L, null), NOON);
      Quarantine quarantine = report.quarantine();
      assertThat(quarantine.quarantined())
          .hasToString("[row 1: x 10 is above 9, row 2: x 11 is above 9; x 11 is one of [11]]");
      assertThat(quarantine.accepted().longs("x").get(1)).isEqualTo(1);
      assertThat(quarantine.accepted().rowCount()).isEqualTo(3);
      assertThat(quarantine.rejected().rowCount()).isEqualTo(2);
      assertThat(quarantine).hasToString("3 accepted, 2 quarantined");
    }

    @Test
    void refuse_a_row_without_a_reason() {
      assertThatThrownBy(() -> new QuarantinedRow(3, List.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("row 3 is quarantined without a reason");
    }
  }

  @Nested
  class Gates {
    @Test
    void leave_an_event_with_the_digest_and_the_verdict() {
      try (Workspace workspace = Workspace.builder().clock(TestClock.at(NOON)).open()) {
        Dataset batch = column("x", DataType.INSTANT, NOON.plusSeconds(60));
        DataQuality suite = DataQuality.suite("s").column("x", c -> c.notFuture()).build();

        QualityReport report = suite.gate(workspace, batch);

        assertThat(report.asOf()).isEqualTo(NOON);
        List<Event> events = workspace.journal().events().list();
        assertThat(events).hasSize(1);
        Event event = events.get(0);
        assertThat(event.kind()).isEqualTo("quality.checked");
        assertThat(event.outcome()).isEqualTo("blocked");
        assertThat(event.subjects()).containsEntry("dataset", batch.digest());
        assertThat(event.details())
            .containsEntry("suite", "s")
            .containsEntry("sentence", report.sentence());
      }
    }
  }

  @Nested
  class Refuses {
    @Test
    void a_suite_without_expectations_or_name() {
      assertThatThrownBy(() -> DataQuality.suite("s").build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("suite s expects nothing");
      assertThatThrownBy(() -> DataQuality.suite(" "))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("suite name must not be blank");
    }

    @Test
    void a_modifier_of_nothing() {
      assertThatThrownBy(() -> DataQuality.suite("s").column("x", c -> c.warn()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("warn speaks of the expectation before it, but column 'x' has none yet");
      assertThatThrownBy(() -> DataQuality.suite("s").table(t -> t.mostly(0.5)))
          .hasMessage("mostly speaks of the expectation before it, but the table has none yet");
    }

    @Test
    void a_modifier_twice() {
      assertThatThrownBy(
              () -> DataQuality.suite("s").column("x", c -> c.notNull().mostly(0.5).mostly(0.6)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the mostly of 'x is not null' is set already, to 0.5");
      assertThatThrownBy(() -> DataQuality.suite("s").column("x", c -> c.notNull().warn().warn()))
          .hasMessage("the severity of 'x is not null' is set already, to WARN");
    }

    @Test
    void mostly_of_a_whole_batch_or_out_of_range() {
      assertThatThrownBy(
              () -> DataQuality.suite("s").column("x", c -> c.meanBetween(0, 1).mostly(0.5)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "mostly speaks of rows, but 'x has a mean between 0 and 1' judges the whole batch");
      assertThatThrownBy(() -> DataQuality.suite("s").column("x", c -> c.notNull().mostly(0)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("mostly must be above 0 and at most 1: 0");
    }

    @Test
    void ranges_that_hold_nothing() {
      assertThatThrownBy(() -> DataQuality.suite("s").column("x", c -> c.between(5, 1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("no range from 5 to 1");
      assertThatThrownBy(() -> DataQuality.suite("s").table(t -> t.rowCount(-1, 1)))
          .hasMessage("no range of counts from -1 to 1");
      assertThatThrownBy(() -> DataQuality.suite("s").table(t -> t.unique("x")))
          .hasMessage(
              "a combination needs at least two columns: [x]. For one, use its own unique()");
      assertThatThrownBy(
              () -> DataQuality.suite("s").column("x", c -> c.freshWithin(Duration.ZERO)))
          .hasMessage("the age must be positive: 0 seconds");
      assertThatThrownBy(() -> DataQuality.suite("s").column("x", c -> c.inSet(List.of())))
          .hasMessage(
              "a set holds strings, numbers, booleans or instants, not java.util.ImmutableCollections$ListN");
    }

    @Test
    void a_clock_twice() {
      assertThatThrownBy(
              () -> DataQuality.suite("s").clock(TestClock.at(NOON)).clock(TestClock.at(NOON)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith("the option 'clock' is set already, to ");
    }
  }
}
