package dev.mlops.scoring;

import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How far a run has come.
 *
 * @param batches how many are done, those of earlier calls included
 * @param rows how many are done, those of earlier calls included
 * @param expectedRows how many rows the caller expects in all; null if nothing was said
 * @param rowsPerSecond how many rows this call scores in a second; NaN as long as no time has
 *     passed
 */
public record ScoringProgress(
    long batches, long rows, @Nullable Long expectedRows, double rowsPerSecond) {

  private static final double LONGEST_SECONDS = (double) Duration.ofDays(36_500).toSeconds();

  /**
   * Returns the share of the expected rows that is done.
   *
   * @return 0 to 1; 1 too if there are more rows than expected. Empty if nothing is expected
   */
  public OptionalDouble share() {
    return expectedRows == null || expectedRows == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(Math.min(1, (double) rows / expectedRows));
  }

  /**
   * Returns the time that the expected rows still take at the present rate.
   *
   * @return the time, rounded to seconds; empty if nothing is expected or no time has passed
   */
  public Optional<Duration> remaining() {
    if (expectedRows == null || !(rowsPerSecond > 0)) {
      return Optional.empty();
    }
    double seconds = (double) Math.max(0, expectedRows - rows) / rowsPerSecond;
    return Optional.of(Duration.ofSeconds(Math.round(Math.min(seconds, LONGEST_SECONDS))));
  }

  /** Returns the numbers in one line. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder();
    line.append(Plural.of(batches, "batch", "batches")).append(", ").append(Plural.of(rows, "row"));
    if (!Double.isNaN(rowsPerSecond)) {
      line.append(", ").append(rate(rowsPerSecond));
    }
    share().ifPresent(share -> line.append(", ").append(percent(share)).append(" done"));
    remaining()
        .ifPresent(time -> line.append(", ").append(InWords.duration(time)).append(" to go"));
    return line.toString();
  }

  static String rate(double rowsPerSecond) {
    String number = InWords.number(rowsPerSecond, 3);
    return "%s %s a second".formatted(number, number.equals("1") ? "row" : "rows");
  }

  private static String percent(double share) {
    return InWords.number(100 * share, 3) + " %";
  }
}
