package dev.mlops.predictions;

import static java.util.Objects.requireNonNull;

import dev.mlops.storage.Names;

/**
 * Ids that share a beginning and end with a running number, such as {@code 7f3a-0} to {@code
 * 7f3a-zz}. Who serves a million predictions a second makes no text for each of them: a {@link
 * PredictionRecord} keeps the number, and the text is made when somebody reads it. Immutable.
 */
public final class IdSeries {
  private static final int RADIX = Character.MAX_RADIX;
  private static final int LONGEST_NUMBER = Long.toString(Long.MAX_VALUE, RADIX).length();
  private static final int LONGEST = Names.LONGEST - LONGEST_NUMBER;

  private final String prefix;

  private IdSeries(String prefix) {
    this.prefix = prefix;
  }

  /**
   * Begins a series.
   *
   * @param prefix what each id begins with, 1 to 237 characters, not blank; that nothing else in
   *     the project has ids with this beginning is up to the caller
   * @return the series
   * @throws IllegalArgumentException if a prediction log would not keep such ids
   */
  public static IdSeries of(String prefix) {
    requireNonNull(prefix, "prefix");
    return new IdSeries(Names.checked("id series", prefix, LONGEST));
  }

  /**
   * Makes an id.
   *
   * @param number at least 0
   * @return the prefix and the number with the digits {@code 0} to {@code 9} and {@code a} to
   *     {@code z}
   * @throws IllegalArgumentException if the number is below 0
   */
  public String id(long number) {
    return prefix + Long.toString(checked(number), RADIX);
  }

  static long checked(long number) {
    if (number < 0) {
      throw new IllegalArgumentException("an id's number must be at least 0: " + number);
    }
    return number;
  }

  /**
   * Shows the prefix.
   *
   * @return one line
   */
  @Override
  public String toString() {
    return "ids '" + prefix + "...'";
  }
}
