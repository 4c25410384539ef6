package dev.mlops.watch;

import dev.mlops.data.Dataset;
import dev.mlops.drift.DriftReport;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.watch.Look.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the rules of a watch need in one pass over time: each prediction once, however many
 * rules need it, and its features only where they are compared. Not safe for use by many threads.
 *
 * <p>Time is cut where a need begins or ends. Stretches side by side that need the same are read as
 * one, and those that nothing needs are not read.
 */
final class Scan {
  private final ModelMonitor monitor;
  private final Needs needs;
  private final List<Seen> rows = new ArrayList<>();
  private final List<Dataset> labelled = new ArrayList<>();
  private final Map<TimeWindow, DriftReport> reports = new LinkedHashMap<>();
  private @Nullable RuntimeException comparing;
  private boolean found;

  /** How a stretch of time is read. */
  private enum Reading {
    FEATURES,
    ROWS,
    LABELLED
  }

  private record Stretch(TimeWindow time, Reading reading) {}

  private Scan(ModelMonitor monitor, Needs needs) {
    this.monitor = monitor;
    this.needs = needs;
  }

  static Scan of(ModelMonitor monitor, Needs needs) {
    Scan scan = new Scan(monitor, needs);
    scan.stretches().forEach(scan::read);
    return scan;
  }

  /** Whether any prediction was read. */
  boolean found() {
    return found;
  }

  /** All predictions of the windows of which rows are needed, oldest first. */
  List<Seen> rows() {
    return rows;
  }

  /** Pages with the columns {@code id, time, score, label, label_time} of labelled predictions. */
  List<Dataset> labelled() {
    return labelled;
  }

  /**
   * A report of each compared window that has predictions, oldest first.
   *
   * @throws RuntimeException if the features could not be read or compared
   */
  Map<TimeWindow, DriftReport> reports() {
    if (comparing != null) {
      throw comparing;
    }
    return reports;
  }

  private List<Stretch> stretches() {
    TreeSet<Instant> cuts = new TreeSet<>();
    Stream.of(needs.rows(), needs.labelled(), needs.compared())
        .flatMap(List::stream)
        .flatMap(window -> Stream.of(window.from(), window.to()))
        .forEach(cuts::add);
    List<Stretch> stretches = new ArrayList<>();
    Instant from = null;
    for (Instant to : cuts) {
      if (from != null) {
        add(stretches, TimeWindow.of(from, to));
      }
      from = to;
    }
    return stretches;
  }

  private void add(List<Stretch> stretches, TimeWindow piece) {
    Optional<TimeWindow> compared = holding(needs.compared(), piece.from());
    Stretch next =
        compared.isPresent()
            ? new Stretch(compared.get(), Reading.FEATURES)
            : holding(needs.rows(), piece.from()).isPresent()
                ? new Stretch(piece, Reading.ROWS)
                : holding(needs.labelled(), piece.from()).isPresent()
                    ? new Stretch(piece, Reading.LABELLED)
                    : null;
    Stretch last = stretches.isEmpty() ? null : stretches.get(stretches.size() - 1);
    if (next == null || next.equals(last)) {
      return;
    }
    if (last != null && continues(last, next)) {
      stretches.set(
          stretches.size() - 1,
          new Stretch(TimeWindow.of(last.time.from(), next.time.to()), next.reading));
    } else {
      stretches.add(next);
    }
  }

  /** A window that is compared is read by itself. */
  private static boolean continues(Stretch last, Stretch next) {
    return next.reading != Reading.FEATURES
        && next.reading == last.reading
        && next.time.from().equals(last.time.to());
  }

  private static Optional<TimeWindow> holding(List<TimeWindow> windows, Instant time) {
    return windows.stream().filter(window -> window.contains(time)).findFirst();
  }

  private void read(Stretch stretch) {
    switch (stretch.reading) {
      case FEATURES -> compare(stretch.time);
      case ROWS -> monitor.pages(stretch.time).forEach(this::take);
      case LABELLED -> monitor.labelledPages(stretch.time).forEach(this::take);
    }
  }

  /** Rules that need no features must not suffer from what is wrong with them. */
  private void compare(TimeWindow window) {
    Dataset page;
    try {
      page = monitor.predictions(window);
      if (needs.detector() != null && page.rowCount() > 0) {
        reports.put(window, needs.detector().compare(page));
      }
    } catch (RuntimeException e) {
      comparing = e;
      monitor.pages(window).forEach(this::take);
      return;
    }
    take(page);
  }

  private void take(Dataset page) {
    found |= page.rowCount() > 0;
    BitSet kept = new BitSet();
    for (int row = 0; row < page.rowCount(); row++) {
      Instant time = page.row(row).getInstant("time");
      if (holding(needs.rows(), time).isPresent()) {
        rows.add(seen(page, row));
      }
      kept.set(
          row,
          !page.instants("label_time").isNull(row) && holding(needs.labelled(), time).isPresent());
    }
    if (!kept.isEmpty()) {
      labelled.add(page.select("id", "time", "score", "label", "label_time").where(kept));
    }
  }

  private static Seen seen(Dataset page, int row) {
    boolean labelled = !page.instants("label_time").isNull(row);
    boolean numbered = !page.doubles("label").isNull(row);
    return new Seen(
        page.row(row).getString("id"),
        page.row(row).getInstant("time"),
        page.doubles("score").get(row),
        numbered ? page.doubles("label").get(row) : Double.NaN,
        labelled ? page.instants("label_time").get(row) : null,
        Duration.ofNanos(1000 * page.longs("latency_us").get(row)),
        "error".equals(page.strings("outcome").get(row)));
  }
}
