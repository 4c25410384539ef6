package dev.mlops.quality;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.List;

/**
 * What is expected of a batch as a whole and of its columns together; got from {@link
 * DataQuality.Builder#table}.
 *
 * <p>{@link #mostly}, {@link #warn} and {@link #dimension} change the expectation just before them.
 * Not safe for use by many threads; it lives only while a suite is described.
 */
public final class TableExpectations {
  private final Draft.Pile pile = new Draft.Pile("the table");

  TableExpectations() {}

  List<Expectation> finished() {
    return pile.finished();
  }

  /**
   * Expects a number of rows: completeness.
   *
   * @param min the fewest allowed
   * @param max the most allowed
   * @return this
   * @throws IllegalArgumentException if {@code min} is negative or above {@code max}
   */
  @CanIgnoreReturnValue
  public TableExpectations rowCount(long min, long max) {
    Count count = Count.of(min, max);
    WholeRule rule =
        new WholeRule(
            (batch, asOf) -> count.judge(batch.rowCount(), Wording::rows),
            () -> new RowCount(count));
    pile.whole(
        "rowCount", List.of(), "there are " + count.of("rows"), Dimension.COMPLETENESS, rule);
    return this;
  }

  /**
   * Expects exactly these columns in this order: consistency.
   *
   * @param names the names of all columns
   * @return this
   */
  @CanIgnoreReturnValue
  public TableExpectations columns(String... names) {
    List<String> expected = List.of(names);
    WholeRule rule =
        WholeRule.ofSchema((batch, asOf) -> seen(batch, batch.schema().names().equals(expected)));
    pile.whole("columns", expected, "the columns are " + expected, Dimension.CONSISTENCY, rule);
    return this;
  }

  /**
   * Expects at least these columns, in any order: completeness.
   *
   * @param names the names of the columns that must be there
   * @return this
   */
  @CanIgnoreReturnValue
  public TableExpectations hasColumns(String... names) {
    List<String> expected = List.of(names);
    WholeRule rule =
        WholeRule.ofSchema(
            (batch, asOf) -> seen(batch, batch.schema().names().containsAll(expected)));
    String words = "the columns include " + expected;
    pile.whole("hasColumns", expected, words, Dimension.COMPLETENESS, rule);
    return this;
  }

  /** The rows of all batches. */
  private static final class RowCount extends WholeRule.Summary {
    private final Count expected;
    private long rows;

    RowCount(Count expected) {
      this.expected = expected;
    }

    @Override
    void add(Dataset batch) {
      rows += batch.rowCount();
    }

    @Override
    Rule.Observation seen(Instant asOf) {
      return expected.judge(rows, Wording::rows);
    }
  }

  private static Rule.Observation seen(Dataset batch, boolean met) {
    return Rule.Whole.seen(met, "found " + batch.schema().names());
  }

  /**
   * Expects each combination of values only once: consistency. All copies of a repeated combination
   * fail; rows in which all of the values are missing are skipped.
   *
   * @param columns at least two names
   * @return this
   * @throws IllegalArgumentException if there are fewer than two names
   */
  @CanIgnoreReturnValue
  public TableExpectations unique(String... columns) {
    List<String> names = List.of(columns);
    if (names.size() < 2) {
      throw new IllegalArgumentException(
          "a combination needs at least two columns: " + names + ". For one, use its own unique()");
    }
    String words = "the combination of " + names + " is unique";
    pile.rows("unique", names, words, Dimension.CONSISTENCY, new UniqueRule(names));
    return this;
  }

  /**
   * Expects the value of one column to be at most that of another in the same row: consistency.
   * Both are numbers, or both instants, or both strings; rows in which one of them is missing are
   * skipped.
   *
   * @param lesser the column with the lesser or equal value
   * @param greater the column with the greater or equal value
   * @return this
   */
  @CanIgnoreReturnValue
  public TableExpectations ordered(String lesser, String greater) {
    String words = lesser + " is at most " + greater;
    Rule rule = new OrderRule(requireNonNull(lesser, "lesser"), requireNonNull(greater, "greater"));
    pile.rows("ordered", List.of(lesser, greater), words, Dimension.CONSISTENCY, rule);
    return this;
  }

  /**
   * Lets the row check before it hold for a share of the rows only.
   *
   * @param share the least share of rows that must pass, above 0 and at most 1; 1 unless said
   *     otherwise
   * @return this
   * @throws IllegalArgumentException if the share is out of range
   * @throws IllegalStateException if there is no check before it, it judges the batch as a whole,
   *     or its share is already set
   */
  @CanIgnoreReturnValue
  public TableExpectations mostly(double share) {
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
  public TableExpectations warn() {
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
  public TableExpectations dimension(Dimension dimension) {
    pile.dimension(requireNonNull(dimension, "dimension"));
    return this;
  }
}
