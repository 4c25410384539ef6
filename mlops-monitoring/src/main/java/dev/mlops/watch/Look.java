package dev.mlops.watch;

import dev.mlops.data.Dataset;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One window of a model, read once for all rules that ask. Not safe for use by many threads; keeps
 * some 150 bytes a prediction.
 */
final class Look {
  private final ModelMonitor monitor;
  private final TimeWindow window;
  private final Instant now;
  private @Nullable List<Seen> rows;

  /**
   * A prediction.
   *
   * @param label NaN without one, and for a text
   * @param labelled when its label became known, or null
   */
  record Seen(
      String id,
      Instant time,
      double score,
      double label,
      @Nullable Instant labelled,
      Duration latency,
      boolean failed) {}

  Look(ModelMonitor monitor, TimeWindow window, Instant now) {
    this.monitor = monitor;
    this.window = window;
    this.now = now;
  }

  ModelMonitor monitor() {
    return monitor;
  }

  TimeWindow window() {
    return window;
  }

  Instant now() {
    return now;
  }

  /** The accepted chance of a false alarm, over all looks at windows that begin when this does. */
  double alpha() {
    return (1 - monitor.confidence()) / 2;
  }

  /** All predictions, oldest first. */
  List<Seen> rows() {
    if (rows == null) {
      List<Seen> read = new ArrayList<>();
      monitor.each(window, (page, row) -> read.add(seen(page, row)));
      rows = read;
    }
    return rows;
  }

  /**
   * Those with a label that is a number, in the order in which labels became known: later ones come
   * at the end.
   */
  List<Seen> labelled() {
    return rows().stream()
        .filter(row -> row.labelled != null && !Double.isNaN(row.label))
        .sorted(
            Comparator.comparing(Seen::labelled, Comparator.nullsLast(Comparator.naturalOrder()))
                .thenComparing(Seen::id))
        .toList();
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
