package dev.mlops.data;

import org.jspecify.annotations.Nullable;

/**
 * How the characters of a CSV file make lines and cells.
 *
 * @param delimiter what stands between cells; null for a comma, or what a line such as sep=; says
 * @param comment what begins a line that is no row; null if nothing does
 * @param skipLines how many lines at the beginning are nothing to read
 * @param trim whether blanks around cells and their quotes are left out
 */
record CsvDialect(
    @Nullable Character delimiter, @Nullable Character comment, int skipLines, boolean trim) {

  static final CsvDialect PLAIN = new CsvDialect(null, null, 0, false);

  static char requireDelimiter(char delimiter) {
    if (delimiter == '"' || delimiter == '\n' || delimiter == '\r') {
      throw new IllegalArgumentException("a quote or a line end cannot stand between cells");
    }
    return delimiter;
  }
}
