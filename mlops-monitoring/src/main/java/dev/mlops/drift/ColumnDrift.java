package dev.mlops.drift;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What a comparison says of one column.
 *
 * <p>Three answers are judgements by numbers: {@link Unchanged}, {@link Small} and {@link Drifted}.
 * Two are certain without any: {@link Missing} and {@link Retyped}. The other three say that the
 * column was not compared: {@link TooFewRows}, {@link Skipped} and {@link New}.
 */
public sealed interface ColumnDrift {
  /**
   * Returns the column's name.
   *
   * @return the name
   */
  String column();

  /**
   * Returns the outcome in words.
   *
   * @return one sentence without a full stop
   */
  String sentence();

  /**
   * No change was seen. This is no proof that there is none: the evidence says how large a change
   * must be to be seen with this many rows.
   *
   * @param column the column's name
   * @param evidence what was computed
   */
  record Unchanged(String column, Evidence evidence) implements ColumnDrift {
    @Override
    public String sentence() {
      return column + " is unchanged as far as can be seen: " + evidence.words() + evidence.sight();
    }
  }

  /**
   * The column has changed, which chance does not explain, but by less than the limit from which a
   * change is called drift.
   *
   * @param column the column's name
   * @param evidence what was computed
   */
  record Small(String column, Evidence evidence) implements ColumnDrift {
    @Override
    public String sentence() {
      return column + " has changed a little: " + evidence.words() + evidence.places();
    }
  }

  /**
   * The column has drifted: the change is too large for chance, and large enough to matter.
   *
   * @param column the column's name
   * @param severity how far
   * @param evidence what was computed
   */
  record Drifted(String column, DriftSize severity, Evidence evidence) implements ColumnDrift {
    @Override
    public String sentence() {
      String how = severity == DriftSize.SEVERE ? " drifted severely: " : " drifted: ";
      return column + how + evidence.words() + evidence.places();
    }
  }

  /**
   * There are too few rows to tell.
   *
   * @param column the column's name
   * @param reference the number of rows in the reference
   * @param current the number of rows in the window
   * @param minimum how many both must have
   */
  record TooFewRows(String column, long reference, long current, long minimum)
      implements ColumnDrift {
    @Override
    public String sentence() {
      return column
          + " cannot be judged: "
          + Plural.grouped(reference)
          + " against "
          + Plural.of(current, "row")
          + ", but each needs at least "
          + minimum;
    }
  }

  /**
   * The reference has the column, and the window has not.
   *
   * @param column the column's name
   * @param expected what the reference has, {@code numbers}, {@code categories} or a type
   * @param without how many rows of the window came without the column; all of them, unless the
   *     window was merged from parts
   * @param current the number of rows in the window
   */
  record Missing(String column, String expected, long without, long current)
      implements ColumnDrift {
    @Override
    public String sentence() {
      return column
          + " is missing: the reference has "
          + expected
          + ", but "
          + Plural.grouped(without)
          + " of "
          + Plural.of(current, "row")
          + " came without the column";
    }
  }

  /**
   * The window has a column that the reference has not, so there is nothing to compare it with.
   *
   * @param column the column's name
   * @param dataType its type, such as {@code INT64}
   */
  record New(String column, String dataType) implements ColumnDrift {
    @Override
    public String sentence() {
      return column + " is new: " + dataType + ", which the reference does not have";
    }
  }

  /**
   * The column is of another kind than in the reference.
   *
   * @param column the column's name
   * @param expected what the reference has, {@code numbers}, {@code categories} or a type
   * @param found the type in the window, such as {@code STRING}
   */
  record Retyped(String column, String expected, String found) implements ColumnDrift {
    @Override
    public String sentence() {
      return column + " is of another type: " + found + ", but the reference has " + expected;
    }
  }

  /**
   * The column cannot be compared.
   *
   * @param column the column's name
   * @param reason why
   */
  record Skipped(String column, String reason) implements ColumnDrift {
    @Override
    public String sentence() {
      return column + " is skipped: " + reason;
    }
  }

  /**
   * The numbers behind a judgement.
   *
   * @param method the test of the whole distribution, and the law of its p-value
   * @param statistic the test's statistic
   * @param p how often chance alone gives such a statistic or a larger one
   * @param adjustedP the same, adjusted for all tests of this column and for all columns
   * @param effect how large the change of the distribution is
   * @param reference the number of rows in the reference
   * @param current the number of rows in the window
   * @param parts where the distributions differ, at most three places, the largest first
   * @param unseen the values of the window that the reference never had; each kind is an exact test
   *     of its own
   * @param unseenFrom the share of the window's rows from which values never seen would have been
   *     found, above 0; infinity if even all rows would not have sufficed; NaN of more than 4,096
   *     categories, whose names are not kept
   */
  record Evidence(
      String method,
      double statistic,
      double p,
      double adjustedP,
      Effect effect,
      long reference,
      long current,
      List<Part> parts,
      List<Unseen> unseen,
      double unseenFrom) {

    /**
     * Copies the lists.
     *
     * @param method the test of the whole distribution, and the law of its p-value
     * @param statistic the test's statistic
     * @param p how often chance alone gives such a statistic or a larger one
     * @param adjustedP the same, adjusted for all tests of this column and for all columns
     * @param effect how large the change of the distribution is
     * @param reference the number of rows in the reference
     * @param current the number of rows in the window
     * @param parts where the distributions differ, at most three places, the largest first
     * @param unseen the values of the window that the reference never had
     * @param unseenFrom the share of the window's rows from which values never seen would have been
     *     found
     */
    public Evidence {
      parts = Elements.copy(parts, "parts");
      unseen = Elements.copy(unseen, "unseen");
    }

    String words() {
      String shown =
          unseen.stream()
              .filter(Unseen::shown)
              .map(found -> found + "; ")
              .collect(Collectors.joining());
      return shown
          + effect
          + ", adjusted "
          + Text.probability(adjustedP)
          + ", "
          + Plural.grouped(reference)
          + " against "
          + Plural.of(current, "row");
    }

    String places() {
      return parts.isEmpty() || effect.low() == 0 ? "" : "; most of it at " + parts.get(0);
    }

    String sight() {
      String moved =
          Double.isNaN(effect.detectable())
              ? ""
              : effect.name() + " from " + Text.detectable(effect.detectable());
      if (Double.isNaN(unseenFrom)) {
        return (moved.isEmpty() ? "" : "; " + moved + " would have been found")
            + "; new categories may be overlooked, as there are too many to keep their names";
      }
      String and = moved.isEmpty() ? "" : " and ";
      return "; " + moved + and + Text.unseenFrom(unseenFrom) + " would have been found";
    }
  }

  /**
   * How large a change is, freed of what chance alone adds to it.
   *
   * @param name what the effect is called, {@code PSI} or {@code D}
   * @param value the estimate, less its expectation when nothing has changed; not negative
   * @param low the lower end of its 95 % interval
   * @param high the upper end of its 95 % interval
   * @param limit from which on it counts as drift
   * @param detectable the effect that would have been found in nine windows of ten with this many
   *     rows, whatever the limit; NaN if all rows have one value only
   */
  record Effect(
      String name, double value, double low, double high, double limit, double detectable) {
    @Override
    public String toString() {
      return name
          + " "
          + Text.effect(value)
          + " ("
          + Text.effect(low)
          + " to "
          + Text.effect(high)
          + ", drift from "
          + InWords.number(limit)
          + ")";
    }
  }

  /**
   * A place where reference and window differ.
   *
   * @param values the values in words, such as {@code (45, 120]}, {@code 'JFK'} or {@code missing}
   * @param before their share in the reference
   * @param now their share in the window
   */
  record Part(String values, double before, double now) {
    @Override
    public String toString() {
      return String.format(
          Locale.ROOT, "%s: %s before, %s now", values, Text.percent(before), Text.percent(now));
    }
  }

  /**
   * Values of the window that the reference never had.
   *
   * @param values the values in words, such as {@code above 120}, {@code 'JFK'} or {@code missing}
   * @param count how many rows of the window have them, at least 1
   * @param share their share of the window's rows
   * @param limit the share from which on they count as drift
   * @param p an exact p-value: if window and reference were drawn alike, the chance that so many of
   *     these values, or more, all fall into the window
   * @param adjustedP the same, adjusted for all tests of this column and for all columns
   * @param shown whether the adjusted p-value is at most the detector's alpha
   */
  record Unseen(
      String values,
      long count,
      double share,
      double limit,
      double p,
      double adjustedP,
      boolean shown) {
    @Override
    public String toString() {
      return "never seen before: "
          + values
          + " in "
          + Plural.of(count, "row")
          + " ("
          + Text.share(share)
          + ", drift from "
          + Text.share(limit)
          + ", adjusted "
          + Text.probability(adjustedP)
          + ")";
    }
  }
}
