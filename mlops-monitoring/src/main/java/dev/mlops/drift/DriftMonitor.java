package dev.mlops.drift;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.profile.Profile;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Believes a drift only when several of the last windows agree, so that one odd day is no alarm.
 *
 * <p>A column that is missing or of another type is confirmed at once, as chance has no part in it.
 * A window that cannot be judged for a column neither confirms nor denies: the column keeps the
 * memory it has. Windows must not overlap, or they would confirm themselves. Safe for use by many
 * threads; windows count in the order in which they are observed.
 */
public final class DriftMonitor {
  private final DriftDetector detector;
  private final int windows;
  private final int of;
  private final Map<String, Deque<Boolean>> memory = new LinkedHashMap<>();

  DriftMonitor(DriftDetector detector, int windows, int of) {
    if (windows < 1 || windows > of) {
      throw new IllegalArgumentException(
          "cannot confirm by "
              + Plural.grouped(windows)
              + " of "
              + Plural.of(of, "window")
              + "; ask for 1 to "
              + of);
    }
    this.detector = detector;
    this.windows = windows;
    this.of = of;
  }

  /**
   * Compares the next window with the reference.
   *
   * @param current the rows of the window
   * @return what is confirmed now
   */
  @CanIgnoreReturnValue
  public Confirmation observe(Dataset current) {
    requireNonNull(current, "current");
    return observe(detector.compare(current));
  }

  /**
   * Compares the next window's profile with the reference.
   *
   * @param current a profile in the reference's bins
   * @return what is confirmed now
   * @throws IllegalArgumentException if its bins are others
   */
  @CanIgnoreReturnValue
  public Confirmation observe(Profile current) {
    requireNonNull(current, "current");
    return observe(detector.compare(current));
  }

  /**
   * Takes the report of the next window, for instance to relearn the past after a restart.
   *
   * @param report a report of this monitor's detector
   * @return what is confirmed now
   */
  @CanIgnoreReturnValue
  public synchronized Confirmation observe(DriftReport report) {
    requireNonNull(report, "report");
    report.columns().forEach(this::remember);
    List<String> confirmed =
        report.columns().stream().filter(this::confirmed).map(ColumnDrift::column).toList();
    List<String> suspected =
        report.driftedColumns().stream().filter(column -> !confirmed.contains(column)).toList();
    return new Confirmation(report, confirmed, suspected);
  }

  private void remember(ColumnDrift outcome) {
    if (!DriftReport.isJudged(outcome)) {
      return;
    }
    Deque<Boolean> last = memory.computeIfAbsent(outcome.column(), name -> new ArrayDeque<>());
    last.addLast(DriftReport.isDrift(outcome));
    if (last.size() > of) {
      last.removeFirst();
    }
  }

  private boolean confirmed(ColumnDrift outcome) {
    Deque<Boolean> last = memory.getOrDefault(outcome.column(), new ArrayDeque<>());
    return DriftReport.isCertain(outcome)
        || last.stream().filter(Boolean::booleanValue).count() >= windows;
  }

  /**
   * What a monitor believes after a window.
   *
   * @param report what was seen in the window
   * @param confirmed the columns that drifted in enough of the last windows, are missing, or are of
   *     another type, in the reference's order
   * @param suspected the columns that drifted in this window, but not yet in enough of them
   */
  public record Confirmation(DriftReport report, List<String> confirmed, List<String> suspected) {
    /**
     * Copies the lists.
     *
     * @param report what was seen in the window
     * @param confirmed the columns that drifted in enough of the last windows, in the reference's
     *     order
     * @param suspected the columns that drifted in this window, but not yet in enough of them
     */
    public Confirmation {
      requireNonNull(suspected, "suspected");
      confirmed = Elements.copy(confirmed, "confirmed");
      suspected = Elements.copy(suspected, "suspected");
    }

    /**
     * Tells whether the data as a whole has drifted for good.
     *
     * @return true if the confirmed columns' weighted share is above 0 and at least what the
     *     detector asks for
     */
    public boolean drifted() {
      return report.isEnough(report.share(confirmed));
    }

    /**
     * Returns the belief in words, and what was seen in this window.
     *
     * @return one sentence without a full stop
     */
    public String sentence() {
      if (confirmed.isEmpty()) {
        return suspected.isEmpty()
            ? report.sentence()
            : "drift suspected, not confirmed yet: " + suspected + "; " + report.sentence();
      }
      return "drift confirmed: "
          + confirmed
          + (suspected.isEmpty() ? "" : "; suspected: " + suspected)
          + "; this window: "
          + report.sentence();
    }
  }

  @Override
  public String toString() {
    return "drift confirmed by " + windows + " of " + Plural.of(of, "window") + ", " + detector;
  }
}
