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

  private static final Duration SOON = Duration.ofSeconds(1);

  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final List<Task> tasks = new CopyOnWriteArrayList<>();

  private record Task(String name, long due, BooleanSupplier work) {}

  @Override
  public long nanos() {
    return nanos.get();
  }

  @Override
  public void every(Duration period, String name, BooleanSupplier task) {
    boolean soon = period.compareTo(SOON) <= 0;
    tasks.add(new Task(name, soon ? nanos.get() : nanos.get() + period.toNanos(), task));
  }

  /** Looks at both now and then, as nobody tells a latch of this time. */
  @Override
  public void await(CountDownLatch latch, long deadline) {
    waiting.incrementAndGet();
    while (latch.getCount() > 0 && nanos() - deadline < 0) {
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

  /** Runs what is to be run each second or more often once, and what is due. */
  void tick() {
    long now = nanos.get();
    for (Task task : List.copyOf(tasks)) {
      if (task.due <= now && !task.work.getAsBoolean()) {
        tasks.remove(task);
      }
    }
  }

  boolean isIdle() {
    return tasks.isEmpty();
  }

  /** How many tasks of a kind are run again and again. */
  long count(String kind) {
    return tasks.stream().filter(task -> task.name.endsWith(kind)).count();
  }

  /** Whether nothing of a kind is run again and again. */
  boolean isIdle(String kind) {
    return tasks.stream().noneMatch(task -> task.name.endsWith(kind));
  }
}
