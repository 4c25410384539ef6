package dev.mlops.features.view;

import dev.mlops.error.Exactly;
import dev.mlops.features.timeline.Spans;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * A length of time to look back, and the label that ends a feature's name.
 *
 * @param length how far to look back; positive, whole microseconds
 * @param label the end of the feature's name, such as {@code 24h}: letters and digits
 */
public record Window(Duration length, String label) {

  // More than any unit allows, and still a duration.
  private static final long MOST = Integer.MAX_VALUE;

  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9]{1,20}");

  /**
   * Checks the length and the label.
   *
   * @param length how far to look back
   * @param label the end of the feature's name
   * @throws IllegalArgumentException if the length is not positive, is finer than a microsecond or
   *     longer than 100,000 days, or if the label is not 1 to 20 letters and digits
   */
  public Window {
    Objects.requireNonNull(length, "length");
    Objects.requireNonNull(label, "label");
    Spans.checkSpan("window", length);
    if (!LABEL.matcher(label).matches()) {
      throw new IllegalArgumentException(
          "window label '" + label + "' is not 1 to 20 letters and digits");
    }
  }

  /**
   * Returns a window of whole minutes, labelled like {@code 30m}.
   *
   * @param minutes the length in minutes, positive
   * @return the window
   */
  public static Window minutes(long minutes) {
    return of(minutes, ChronoUnit.MINUTES, "m");
  }

  /**
   * Returns a window of whole hours, labelled like {@code 24h}.
   *
   * @param hours the length in hours, positive
   * @return the window
   */
  public static Window hours(long hours) {
    return of(hours, ChronoUnit.HOURS, "h");
  }

  /**
   * Returns a window of whole days of 24 hours, labelled like {@code 7d}.
   *
   * @param days the length in days, positive
   * @return the window
   */
  public static Window days(long days) {
    return of(days, ChronoUnit.DAYS, "d");
  }

  private static Window of(long number, ChronoUnit unit, String letter) {
    long clamped = Math.max(-1, Math.min(number, MOST));
    return new Window(Duration.of(clamped, unit), number + letter);
  }

  @Override
  public String toString() {
    return label + ", " + Exactly.duration(length);
  }
}
