package dev.mlops.serving;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** A router's time that stands still until a test moves it. */
final class ManualTime implements RouterTime {

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final List<BooleanSupplier> tasks = new CopyOnWriteArrayList<>();

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public void every(Duration period, String name, BooleanSupplier task) {
    tasks.add(task);
  }

  /** Looks at both now and then, as nobody tells a latch of this time. */
  @Override
  public void await(CountDownLatch latch, Duration limit) {
    long end = nanos() + limit.toNanos();
    waiting.incrementAndGet();
    while (latch.getCount() > 0 && nanos() - end < 0) {
      LockSupport.parkNanos(100_000);
    }
    waiting.decrementAndGet();
  }

  /** Returns how many threads wait for something until a time has passed. */
  int waiting() {
    return waiting.get();
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
