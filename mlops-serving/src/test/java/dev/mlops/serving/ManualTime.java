package dev.mlops.serving;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/** A router's time that stands still until a test moves it. */
final class ManualTime implements RouterTime {

  private final AtomicLong nanos = new AtomicLong();
  private final List<BooleanSupplier> tasks = new CopyOnWriteArrayList<>();

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public void every(Duration period, String name, BooleanSupplier task) {
    tasks.add(task);
  }

  void advance(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  /** Runs what is to be run again and again, once. */
  void tick() {
    tasks.removeIf(task -> !task.getAsBoolean());
  }

  boolean isIdle() {
    return tasks.isEmpty();
  }
}
