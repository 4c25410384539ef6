package dev.mlops.tracking;

import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How far one run is, in words. What is not known is not guessed: there is no share and no time
 * left unless the total was told and steps have passed since the first look.
 */
final class RunProgress {

  private static final int METRICS = 3;
  private static final int DIGITS = 4;

  private final RunBuffer buffer;
  private final long start;
  private volatile @Nullable Long total;
  private @Nullable Seen first;

  RunProgress(RunBuffer buffer) {
    this.buffer = buffer;
    this.start = buffer.micros();
  }

  /** A step and when it was seen. */
  private record Seen(long step, long micros) {}

  void total(long steps) {
    total = steps;
  }

  /** Returns the run's name, its greatest step, its first metrics and how long it has taken. */
  synchronized String line() {
    long now = buffer.micros();
    List<MetricSeries> series =
        buffer.allSeries().stream()
            .filter(one -> !one.name().startsWith(SystemMetrics.PREFIX) && one.last() != null)
            .sorted(Comparator.comparing(MetricSeries::name))
            .toList();
    OptionalLong step = series.stream().mapToLong(one -> lastOf(one).step()).max();
    String done =
        step.isEmpty()
            ? "no metric yet"
            : reached(step.getAsLong())
                + series.stream()
                    .limit(METRICS)
                    .map(
                        one ->
                            ", " + one.name() + " " + InWords.number(lastOf(one).value(), DIGITS))
                    .collect(Collectors.joining());
    String left = step.isEmpty() ? "" : left(step.getAsLong(), now);
    return buffer.run().name() + ": " + done + "; " + inWords(now - start) + left;
  }

  private static MetricSeries.Last lastOf(MetricSeries series) {
    MetricSeries.Last last = series.last();
    if (last == null) {
      throw new IllegalStateException(series + " has lost its last point");
    }
    return last;
  }

  private String reached(long step) {
    Long all = total;
    if (all == null) {
      return "step " + Plural.grouped(step);
    }
    return "step "
        + Plural.grouped(step)
        + (step <= all ? " of " : ", above the total of ")
        + Plural.grouped(all);
  }

  private String left(long step, long now) {
    Seen before = first;
    if (before == null) {
      first = new Seen(step, now);
      return "";
    }
    Long all = total;
    if (all == null || step <= before.step() || step >= all || now <= before.micros()) {
      return "";
    }
    double each = (double) (now - before.micros()) / (double) (step - before.step());
    return ", about " + inWords((long) (each * (double) (all - step))) + " left";
  }

  private static String inWords(long micros) {
    return InWords.duration(
        Duration.of(Math.max(0, micros), ChronoUnit.MICROS).truncatedTo(ChronoUnit.SECONDS));
  }
}
