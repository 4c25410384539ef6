package dev.mlops.quality;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.DataType;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What is expected of one column; got from {@link DataQuality.Builder#column}.
 *
 * <p>Row checks look at each value and skip missing ones, which are nulls and NaN, except where
 * they say otherwise. If all are missing, a row check is not judged. {@link #mostly}, {@link #warn}
 * and {@link #dimension} change the expectation just before them. Not safe for use by many threads;
 * it lives only while a suite is described.
 */
public final class ColumnExpectations {
  private static final String NUMBERS = "a number";

  private final String column;
  private final Draft.Pile pile;

  ColumnExpectations(String column) {
    this.column = requireNonNull(column, "column");
    this.pile = new Draft.Pile("column '" + column + "'");
  }

  List<Expectation> finished() {
    return pile.finished();
  }

  /**
   * Expects a value, neither null nor NaN, in each row: completeness.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations notNull() {
    return rows("notNull", "is not null", Dimension.COMPLETENESS, NullRule.forbidden(column));
  }

  /**
   * Expects no value, but null or NaN, in any row: completeness.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations isNull() {
    return rows("isNull", "is null", Dimension.COMPLETENESS, NullRule.required(column));
  }

  /**
   * Expects numbers of a closed range: accuracy. Whole numbers are compared exactly.
   *
   * @param min the least number allowed
   * @param max the greatest number allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is above {@code max}, or one of them is NaN
   */
  @CanIgnoreReturnValue
  public ColumnExpectations between(double min, double max) {
    return in("between", Range.of(min, max), NUMBERS);
  }

  /**
   * Expects numbers of a closed range with whole ends: accuracy. All numbers are compared exactly.
   *
   * @param min the least number allowed
   * @param max the greatest number allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is above {@code max}
   */
  @CanIgnoreReturnValue
  public ColumnExpectations between(long min, long max) {
    return in("between", Range.of(min, max), NUMBERS);
  }

  /**
   * Expects instants of a closed range: accuracy.
   *
   * @param min the earliest instant allowed
   * @param max the latest instant allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is after {@code max}
   */
  @CanIgnoreReturnValue
  public ColumnExpectations between(Instant min, Instant max) {
    return in("between", Range.of(min, max), "an INSTANT");
  }

  /**
   * Expects numbers from a least one up: accuracy.
   *
   * @param min the least number allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is NaN
   */
  @CanIgnoreReturnValue
  public ColumnExpectations atLeast(double min) {
    return in("atLeast", Range.of(min, Double.POSITIVE_INFINITY), NUMBERS);
  }

  /**
   * Expects numbers from a least whole one up: accuracy. All numbers are compared exactly.
   *
   * @param min the least number allowed
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations atLeast(long min) {
    Range range = new Range.OfNumbers(Limit.of(min), Limit.of(Double.POSITIVE_INFINITY));
    return in("atLeast", range, NUMBERS);
  }

  /**
   * Expects numbers up to a greatest one: accuracy.
   *
   * @param max the greatest number allowed
   * @return this
   * @throws IllegalArgumentException if {@code max} is NaN
   */
  @CanIgnoreReturnValue
  public ColumnExpectations atMost(double max) {
    return in("atMost", Range.of(Double.NEGATIVE_INFINITY, max), NUMBERS);
  }

  /**
   * Expects numbers up to a greatest whole one: accuracy. All numbers are compared exactly.
   *
   * @param max the greatest number allowed
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations atMost(long max) {
    Range range = new Range.OfNumbers(Limit.of(Double.NEGATIVE_INFINITY), Limit.of(max));
    return in("atMost", range, NUMBERS);
  }

  private ColumnExpectations in(String name, Range range, String needs) {
    Rule rule =
        ColumnRule.values(
            column,
            needs,
            (values, asOf) -> range.test(values),
            (value, asOf) -> range.complaint(value));
    return rows(name, "is " + range.words(), Dimension.ACCURACY, rule);
  }

  /**
   * Expects values of a set: accuracy. Whole numbers of any Java type equal each other; an empty
   * set allows nothing.
   *
   * @param allowed strings, whole or floating-point numbers, booleans or instants
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations inSet(Object... allowed) {
    ValueSet set = ValueSet.of(allowed);
    return rows("inSet", "is one of " + set, Dimension.ACCURACY, set.only(column));
  }

  /**
   * Expects no value of a set: accuracy.
   *
   * @param forbidden strings, whole or floating-point numbers, booleans or instants
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations notInSet(Object... forbidden) {
    ValueSet set = ValueSet.of(forbidden);
    return rows("notInSet", "is none of " + set, Dimension.ACCURACY, set.never(column));
  }

  /**
   * Expects strings in which a pattern is found: accuracy. The pattern is searched for; anchor it
   * by {@code ^} and {@code $} to match the whole string. Classes such as {@code \w} and {@code \d}
   * and {@code (?i)} are those of Unicode, and a line ends at a line feed only, as in Python. A
   * value that the pattern cannot be matched with in ten million steps, or without exhausting the
   * stack, fails and says so.
   *
   * @param regex a regular expression
   * @return this
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  @CanIgnoreReturnValue
  public ColumnExpectations matches(String regex) {
    Rule rule = TextRule.matches(column, regex, true);
    return rows("matches", "matches " + regex, Dimension.ACCURACY, rule);
  }

  /**
   * Expects strings in which a pattern is not found: accuracy. Patterns are read as by {@link
   * #matches}, and a value that the pattern cannot be matched with fails.
   *
   * @param regex a regular expression
   * @return this
   * @throws java.util.regex.PatternSyntaxException if it is none
   */
  @CanIgnoreReturnValue
  public ColumnExpectations notMatches(String regex) {
    Rule rule = TextRule.matches(column, regex, false);
    return rows("notMatches", "does not match " + regex, Dimension.ACCURACY, rule);
  }

  /**
   * Expects strings of some length: accuracy.
   *
   * @param min the fewest characters (code points) allowed
   * @param max the most characters allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is negative or above {@code max}
   */
  @CanIgnoreReturnValue
  public ColumnExpectations lengthBetween(int min, int max) {
    Rule rule = TextRule.length(column, min, max);
    String words = "has between " + min + " and " + Plural.of(max, "character");
    return rows("lengthBetween", words, Dimension.ACCURACY, rule);
  }

  /**
   * Expects each value only once: consistency. All copies of a repeated value fail, and each names
   * another.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations unique() {
    Rule rule = new UniqueRule(List.of(column));
    return rows("unique", "is unique", Dimension.CONSISTENCY, rule);
  }

  /**
   * Expects a type: consistency.
   *
   * @param type the type that the column must have
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations ofType(DataType type) {
    requireNonNull(type, "type");
    WholeRule rule =
        WholeRule.ofSchema(
            ColumnRule.whole(
                column,
                values -> Rule.Whole.seen(values.dataType().equals(type), "" + values.dataType())));
    return whole("ofType", "is of type " + type, Dimension.CONSISTENCY, rule);
  }

  /**
   * Expects no instant after that of the check: timeliness.
   *
   * @return this
   */
  @CanIgnoreReturnValue
  public ColumnExpectations notFuture() {
    return rows(
        "notFuture", "is not in the future", Dimension.TIMELINESS, TimeRule.notFuture(column));
  }

  /**
   * Expects the newest instant to be young at the time of the check: timeliness.
   *
   * @param age the greatest age of the newest value
   * @return this
   * @throws IllegalArgumentException if the age is not positive
   */
  @CanIgnoreReturnValue
  public ColumnExpectations freshWithin(Duration age) {
    WholeRule rule = TimeRule.freshWithin(column, age);
    return whole(
        "freshWithin", "is fresh within " + Exactly.duration(age), Dimension.TIMELINESS, rule);
  }

  /**
   * Expects the mean of the numbers to be in a closed range: accuracy.
   *
   * @param min the least mean allowed
   * @param max the greatest mean allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is above {@code max}, or one of them is NaN
   */
  @CanIgnoreReturnValue
  public ColumnExpectations meanBetween(double min, double max) {
    return aggregate("meanBetween", Aggregate.MEAN, Range.of(min, max));
  }

  /**
   * Expects the standard deviation of the numbers (dividing by n - 1) to be in a closed range:
   * accuracy.
   *
   * @param min the least deviation allowed
   * @param max the greatest deviation allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is above {@code max}, or one of them is NaN
   */
  @CanIgnoreReturnValue
  public ColumnExpectations standardDeviationBetween(double min, double max) {
    return aggregate("standardDeviationBetween", Aggregate.STANDARD_DEVIATION, Range.of(min, max));
  }

  /**
   * Expects the median of the numbers (the mean of the middle two of an even number) to be in a
   * closed range: accuracy.
   *
   * @param min the least median allowed
   * @param max the greatest median allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is above {@code max}, or one of them is NaN
   */
  @CanIgnoreReturnValue
  public ColumnExpectations medianBetween(double min, double max) {
    return aggregate("medianBetween", Aggregate.MEDIAN, Range.of(min, max));
  }

  /**
   * Expects the sum of the numbers to be in a closed range: accuracy. Whole numbers are summed
   * exactly.
   *
   * @param min the least sum allowed
   * @param max the greatest sum allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is above {@code max}, or one of them is NaN
   */
  @CanIgnoreReturnValue
  public ColumnExpectations sumBetween(double min, double max) {
    return aggregate("sumBetween", Aggregate.SUM, Range.of(min, max));
  }

  /**
   * Expects the sum of the numbers to be in a closed range with whole ends: accuracy. Whole numbers
   * are summed exactly.
   *
   * @param min the least sum allowed
   * @param max the greatest sum allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is above {@code max}
   */
  @CanIgnoreReturnValue
  public ColumnExpectations sumBetween(long min, long max) {
    return aggregate("sumBetween", Aggregate.SUM, Range.of(min, max));
  }

  /**
   * Expects a number of distinct values, missing ones not counted: consistency.
   *
   * @param min the fewest allowed
   * @param max the most allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is negative or above {@code max}
   */
  @CanIgnoreReturnValue
  public ColumnExpectations distinctBetween(long min, long max) {
    Count count = Count.of(min, max);
    WholeRule rule =
        WholeRule.ofAll(
            ColumnRule.whole(
                column, values -> count.judge(UniqueRule.distinct(values), Long::toString)));
    String words = "has " + count.of("distinct values");
    return whole("distinctBetween", words, Dimension.CONSISTENCY, rule);
  }

  private ColumnExpectations aggregate(String name, Aggregate kind, Range.OfNumbers range) {
    String words = "has a " + kind + " " + range.words();
    WholeRule rule = kind.within(column, range);
    return whole(name, words, Dimension.ACCURACY, rule);
  }

  private ColumnExpectations rows(String name, String words, Dimension dimension, Rule rule) {
    pile.rows(name, List.of(column), column + " " + words, dimension, rule);
    return this;
  }

  private ColumnExpectations whole(String name, String words, Dimension dimension, WholeRule rule) {
    pile.whole(name, List.of(column), column + " " + words, dimension, rule);
    return this;
  }

  /**
   * Lets the row check before it hold for a share of the values only.
   *
   * @param share the least share of values that must pass, above 0 and at most 1; 1 unless said
   *     otherwise
   * @return this
   * @throws IllegalArgumentException if the share is out of range
   * @throws IllegalStateException if there is no check before it, it judges the batch as a whole,
   *     or its share is already set
   */
  @CanIgnoreReturnValue
  public ColumnExpectations mostly(double share) {
    pile.mostly(share);
    return this;
  }

  /**
   * Makes the expectation before it warn instead of block.
   *
   * @return this
   * @throws IllegalStateException if there is no expectation before it, or its severity is already
   *     set
   */
  @CanIgnoreReturnValue
  public ColumnExpectations warn() {
    pile.warn();
    return this;
  }

  /**
   * Counts the expectation before it to another dimension.
   *
   * @param dimension the dimension
   * @return this
   * @throws IllegalStateException if there is no expectation before it, or its dimension is already
   *     set
   */
  @CanIgnoreReturnValue
  public ColumnExpectations dimension(Dimension dimension) {
    pile.dimension(requireNonNull(dimension, "dimension"));
    return this;
  }
}
