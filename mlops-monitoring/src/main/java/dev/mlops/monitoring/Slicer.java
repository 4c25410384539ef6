package dev.mlops.monitoring;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.time.Instant;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Deals predictions, which come in order of time, into windows of one length. Not safe for use by
 * many threads.
 */
final class Slicer {
  private static final int MOST_WINDOWS = 10_000;

  private final String model;
  private final TemporalAmount step;
  private final Supplier<Sample> samples;
  private final BiFunction<TimeWindow, Sample, Performance> judge;
  private final List<Performance> done = new ArrayList<>();
  private final List<TimeWindow> gaps = new ArrayList<>();
  private Sample sample;
  private @Nullable TimeWindow window;

  Slicer(
      String model,
      TemporalAmount step,
      Supplier<Sample> samples,
      BiFunction<TimeWindow, Sample, Performance> judge) {
    this.model = model;
    this.step = step;
    this.samples = samples;
    this.judge = judge;
    this.sample = samples.get();
  }

  void add(Dataset page, int row) {
    Instant time = page.row(row).getInstant("time");
    if (window == null) {
      window = TimeWindow.around(time, step);
    } else if (!window.contains(time)) {
      window = close(window).following(time, step);
      TimeWindow last = done.get(done.size() - 1).window();
      if (last.to().isBefore(window.from())) {
        gaps.add(TimeWindow.of(last.to(), window.from()));
      }
    }
    sample.add(page, row);
  }

  @CanIgnoreReturnValue
  private TimeWindow close(TimeWindow full) {
    if (done.size() == MOST_WINDOWS) {
      throw new InvalidInputException(
          "a timeline has at most %s with predictions; that of '%s' by %s has more, from %s on. Ask for a longer step, or within less time"
              .formatted(Plural.of(MOST_WINDOWS, "window"), model, Exactly.value(step), full));
    }
    done.add(judge.apply(full, sample));
    sample = samples.get();
    return full;
  }

  Timeline timeline() {
    if (window != null) {
      close(window);
    }
    return new Timeline(done, gaps);
  }
}
