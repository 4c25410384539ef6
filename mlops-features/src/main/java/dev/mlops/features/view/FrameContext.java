package dev.mlops.features.view;

import dev.mlops.data.Micros;
import dev.mlops.data.Row;
import dev.mlops.features.view.FeatureVector.Status;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What one derivation sees of the row being computed. */
final class FrameContext implements FeatureContext {

  private final ServicePlan plan;
  private final Frame frame;
  private final Request request;
  private final long time;
  private final int limit;
  private boolean outOfRange;

  FrameContext(ServicePlan plan, Frame frame, Request request, long time, int limit) {
    this.plan = plan;
    this.frame = frame;
    this.request = request;
    this.time = time;
    this.limit = limit;
  }

  @Override
  public Instant time() {
    return Micros.instant(time);
  }

  @Override
  public Row request() {
    return request.row();
  }

  @Override
  public double feature(String name) {
    int index = read(name);
    return frame.number(index, plan.numeric(index));
  }

  @Override
  public @Nullable Object value(String name) {
    int index = read(name);
    return frame.value(index, plan.field(index));
  }

  /** Whether the code has read what is out of range, so that what it makes of it is no answer. */
  boolean outOfRange() {
    return outOfRange;
  }

  private int read(String name) {
    int index = before(name);
    outOfRange |= frame.status(index) == Status.OUT_OF_RANGE;
    return index;
  }

  private int before(String name) {
    int index = plan.indexOf(name);
    if (index >= limit) {
      throw new IllegalArgumentException(
          "feature '"
              + name
              + "' does not stand before '"
              + plan.field(limit).name()
              + "'; add it to the service first");
    }
    return index;
  }

  @Override
  public String toString() {
    return "features of service '" + plan.service().name() + "' at " + Micros.instant(time);
  }
}
