package dev.mlops.watch;

import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.TimeWindow;
import java.time.Duration;
import java.time.Instant;
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
  private final Needs needs;
  private @Nullable Scan scan;

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
      boolean failed) {
    @Override
    public String toString() {
      return "prediction '" + id + "'";
    }
  }

  /** Looks at a window for rules that need some predictions read. */
  Look(ModelMonitor monitor, TimeWindow window, Instant now, Needs needs) {
    this.monitor = monitor;
    this.window = window;
    this.now = now;
    this.needs = needs;
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

  /** All predictions of the window, oldest first. */
  List<Seen> rows() {
    return scan().rows();
  }

  /** What was read for all rules; the first to ask has it read. */
  Scan scan() {
    if (scan == null) {
      scan = Scan.of(monitor, needs);
    }
    return scan;
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
}
