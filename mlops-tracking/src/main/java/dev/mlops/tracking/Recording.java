package dev.mlops.tracking;

import dev.mlops.error.Exactly;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a tracker records the runs that it starts.
 *
 * @param captures whether it says by itself where a run runs
 * @param synchronous whether each thing is stored when it is told
 * @param interval after how long the process is measured again; null if it is not measured
 * @param progress shows how far runs are; null if nothing does
 */
record Recording(
    boolean captures,
    boolean synchronous,
    @Nullable Duration interval,
    @Nullable Progress progress) {

  static final Recording USUAL = new Recording(true, false, null, null);

  Recording withoutEnvironment() {
    return new Recording(false, synchronous, interval, progress);
  }

  Recording synchronously() {
    return new Recording(captures, true, interval, progress);
  }

  Recording measuring(Duration every) {
    return new Recording(captures, synchronous, every, progress);
  }

  Recording showing(Progress shown) {
    return new Recording(captures, synchronous, interval, shown);
  }

  @Override
  public String toString() {
    return "recording"
        + (captures ? ", environment" : "")
        + (synchronous ? ", synchronous" : "")
        + (progress == null ? "" : ", shown")
        + (interval == null ? "" : ", measured every " + Exactly.duration(interval));
  }
}
