package dev.mlops.testkit;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which calls fail and with what, and how often each kind was made; safe for use by many threads.
 *
 * @param <K> the kinds of calls
 * @param <X> the checked exceptions that the calls declare; RuntimeException if none
 */
final class FaultPlan<K extends Enum<K>, X extends Exception> {
  private final Class<X> declared;
  private final Map<K, Long> made;
  private final Map<K, Runnable> actions;
  private final List<Fault<K>> faults = new ArrayList<>();

  FaultPlan(Class<K> kinds, Class<X> declared) {
    this.declared = declared;
    this.made = new EnumMap<>(kinds);
    this.actions = new EnumMap<>(kinds);
  }

  synchronized void fail(K kind, long from, long calls, Supplier<? extends Throwable> failure) {
    if (from < 1 || calls < 1) {
      throw new IllegalArgumentException(
          "calls are counted from 1, the next one: " + (from < 1 ? from : calls));
    }
    long first = made(kind) + from;
    long last = calls == Long.MAX_VALUE ? Long.MAX_VALUE : first + calls - 1;
    faults.add(new Fault<>(kind, first, last, Objects.requireNonNull(failure, "failure")));
  }

  synchronized void before(K kind, Runnable action) {
    actions.put(kind, Objects.requireNonNull(action, "action"));
  }

  synchronized void heal() {
    faults.clear();
    actions.clear();
  }

  synchronized long made(K kind) {
    return made.getOrDefault(kind, 0L);
  }

  /** Counts a call, and fails it if the plan says so. */
  void call(K kind) throws X {
    Step<K> step = step(kind);
    // Outside the lock, since an action may wait for another thread's call.
    step.action().run();
    if (step.fault() != null) {
      raise(step.fault().failure().get());
    }
  }

  private synchronized Step<K> step(K kind) {
    long number = made.merge(kind, 1L, Long::sum);
    Fault<K> found =
        faults.stream().filter(fault -> fault.hits(kind, number)).findFirst().orElse(null);
    return new Step<>(actions.getOrDefault(kind, () -> {}), found);
  }

  private void raise(Throwable failure) throws X {
    if (failure instanceof Error error) {
      throw error;
    }
    if (failure instanceof RuntimeException unchecked) {
      throw unchecked;
    }
    if (declared.isInstance(failure)) {
      throw declared.cast(failure);
    }
    throw new IllegalArgumentException(
        "the calls declare no " + failure.getClass().getName() + ", so they cannot throw it",
        failure);
  }

  private record Step<K extends Enum<K>>(Runnable action, @Nullable Fault<K> fault) {}

  private record Fault<K extends Enum<K>>(
      K kind, long first, long last, Supplier<? extends Throwable> failure) {
    boolean hits(K made, long number) {
      return kind == made && first <= number && number <= last;
    }
  }
}
