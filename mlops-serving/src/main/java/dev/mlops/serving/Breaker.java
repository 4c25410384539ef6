package dev.mlops.serving;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Leaves a model alone after too many failures. Its state is replaced as a whole, and a request
 * brings its result to the state that let it in: what comes back after a change counts no more.
 *
 * <p>While it is open, the request that comes first after the pause moves the end of the pause on,
 * and by that has become the one that tries the model. A try that never comes back is followed by
 * another one after the next pause, so nothing waits for it.
 *
 * <p>While it is closed and nothing has failed, a success changes nothing: a window of successes
 * moved on by one is the same. So the usual request costs two reads.
 */
final class Breaker {

  /** What let a request in. */
  sealed interface State permits Closed, Open {}

  /** Everybody is let in; who failed among the last requests is kept in a ring. */
  private static final class Closed implements State {

    private final AtomicIntegerArray ring;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger failures = new AtomicInteger();

    Closed(int window) {
      ring = new AtomicIntegerArray(window);
    }

    /** Takes in a result; returns how many of the last requests have failed. */
    int add(boolean failed) {
      if (!failed && failures.get() == 0) {
        return 0;
      }
      int place = (int) (next.getAndIncrement() % ring.length());
      int now = failed ? 1 : 0;
      return failures.addAndGet(now - ring.getAndSet(place, now));
    }
  }

  /** Nobody is let in before the moment {@code until}; then one. */
  private static final class Open implements State {

    private final long until;

    Open(long until) {
      this.until = until;
    }
  }

  private final Limits.BreakerTerms terms;
  private final AtomicReference<State> state;

  Breaker(Limits.BreakerTerms terms) {
    this.terms = terms;
    this.state = new AtomicReference<>(new Closed(terms.window()));
  }

  Limits.BreakerTerms terms() {
    return terms;
  }

  boolean isOpen() {
    return state.get() instanceof Open;
  }

  /** Returns how many nanoseconds are left of a pause, 0 if a request may be let in. */
  long left(long now) {
    return state.get() instanceof Open open ? Math.max(0, open.until - now) : 0;
  }

  /** Lets a request in, which then brings its result to {@link #add}; or returns null. */
  @Nullable State enter(long now) {
    State current = state.get();
    if (!(current instanceof Open open)) {
      return current;
    }
    State probe = new Open(now + terms.pause().toNanos());
    return open.until - now <= 0 && state.compareAndSet(open, probe) ? probe : null;
  }

  /**
   * Takes in how a request ended.
   *
   * @return whether this has opened or closed the breaker
   */
  boolean add(State entered, boolean failed, long now) {
    if (entered instanceof Closed closed) {
      return closed.add(failed) >= terms.failures()
          && failed
          && state.compareAndSet(entered, new Open(now + terms.pause().toNanos()));
    }
    State next = failed ? new Open(now + terms.pause().toNanos()) : new Closed(terms.window());
    return state.compareAndSet(entered, next) && !failed;
  }
}
