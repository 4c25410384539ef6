package dev.mlops.data;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Something in a text file that could not be read as what it should be.
 *
 * @param row the row in the file, from 0, a header not counted; -1 for the header
 * @param line the line on which the row begins, from 1
 * @param column the column's name; null if the whole row is bad
 * @param text what stands there, cut after 200 characters
 * @param reason why it could not be read: {@code is not a whole number}
 */
public record BadCell(long row, long line, @Nullable String column, String text, String reason) {

  private static final int LONGEST = 200;

  /**
   * Cuts the text.
   *
   * @param row the row in the file, from 0, a header not counted; -1 for the header
   * @param line the line on which the row begins, from 1
   * @param column the column's name; null if the whole row is bad
   * @param text what stands there
   * @param reason why it could not be read
   */
  public BadCell {
    Objects.requireNonNull(text, "text");
    Objects.requireNonNull(reason, "reason");
    text = text.length() <= LONGEST ? text : text.substring(0, LONGEST);
  }

  /** Returns one sentence: {@code line 5, column 'delay': 'late' is not a whole number}. */
  @Override
  public String toString() {
    String where = column == null ? "line " + line : "line " + line + ", column '" + column + "'";
    return where + ": '" + text + "' " + reason;
  }
}
