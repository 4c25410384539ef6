package dev.mlops.error;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/** A count with its noun, as sentences and messages say it: 1 row, 0 rows, 12,000 rows. */
public final class Plural {

  private Plural() {}

  /**
   * Returns a count with a noun whose plural takes an s.
   *
   * @param count how many; any number
   * @param noun the noun in the singular, such as {@code row} or {@code bad cell}
   * @return for example {@code 1 row} or {@code 2 rows}
   */
  public static String of(long count, String noun) {
    return of(count, noun, requireNonNull(noun, "noun") + "s");
  }

  /**
   * Returns a count with words that depend on it, such as a verb or a noun whose plural takes no s.
   *
   * @param count how many; any number
   * @param one the words after 1, such as {@code label is}
   * @param many the words after any other number, such as {@code labels are}
   * @return for example {@code 1 label is} or {@code 2 labels are}
   */
  public static String of(long count, String one, String many) {
    return grouped(count) + " " + words(count, one, many);
  }

  /**
   * Returns the words alone, for a count that is written in a way of its own.
   *
   * @param count how many; any number
   * @param one the words for 1
   * @param many the words for any other number
   * @return one of the two
   */
  public static String words(long count, String one, String many) {
    return count == 1 ? requireNonNull(one, "one") : requireNonNull(many, "many");
  }

  /**
   * Returns a whole number with its digits in groups of three.
   *
   * @param number any number
   * @return for example {@code 1,000}, the same in every country
   */
  public static String grouped(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }
}
