package dev.mlops.serving;

import dev.mlops.error.BackgroundThread;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The threads on which one model runs, so that a caller need not wait until it comes back. They are
 * made as they are needed and end when they are idle. The queue has no bound of its own: who asks
 * has a place in {@link InFlight}.
 *
 * <p>A request has one of two owners. Until its time is up the thread that answers it gives back
 * its place; a caller who goes on before a thread has taken the request gives the place back
 * himself, and no thread touches it any more.
 */
final class ModelThreads<I, O> {

  private static final long IDLE_SECONDS = 10;

  private enum Stage {
    WAITING,
    RUNNING,
    DONE,
    GIVEN_UP
  }

  /** One request on its way to a thread of the model and back. */
  private final class Call implements Runnable {

    private final Arm<I, O> arm;
    private final I input;
    private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.WAITING);
    private final CountDownLatch back = new CountDownLatch(1);
    private volatile @Nullable Attempt<O> attempt;

    Call(Arm<I, O> arm, I input) {
      this.arm = arm;
      this.input = input;
    }

    @Override
    public void run() {
      if (!stage.compareAndSet(Stage.WAITING, Stage.RUNNING)) {
        return;
      }
      attempt = Attempt.of(arm.candidate, input).onAnotherThread();
      boolean isInTime = stage.compareAndSet(Stage.RUNNING, Stage.DONE);
      if (!isInTime) {
        counters.late.increment();
      }
      release();
      back.countDown();
    }

    /** Before the caller goes on: who asks again at once must find the place free. */
    void release() {
      places.leave();
      arm.leave();
    }

    /** Returns what came of it, or null if it is not back; it will never be looked at then. */
    @Nullable Attempt<O> result() {
      if (stage.compareAndSet(Stage.WAITING, Stage.GIVEN_UP)) {
        pool.remove(this);
        release();
        return null;
      }
      return stage.compareAndSet(Stage.RUNNING, Stage.GIVEN_UP) ? null : attempt;
    }
  }

  private final InFlight places;
  private final Duration timeout;
  private final RouterTime time;
  private final LimitCounters counters;
  private final ThreadPoolExecutor pool;

  ModelThreads(
      String name, Limits limits, InFlight places, RouterTime time, LimitCounters counters) {
    this.places = places;
    this.timeout = Objects.requireNonNull(limits.timeout());
    this.time = time;
    this.counters = counters;
    this.pool =
        new ThreadPoolExecutor(
            limits.inFlight(),
            limits.inFlight(),
            IDLE_SECONDS,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(),
            task -> BackgroundThread.of(name, task));
    pool.allowCoreThreadTimeOut(true);
  }

  /**
   * Asks for the caller, who is inside the arm and has a place, which is given back here.
   *
   * @return what the model did, or null if it is not back in time
   */
  @Nullable Attempt<O> ask(Arm<I, O> arm, I input) {
    Call call = new Call(arm, input);
    long deadline = time.nanos() + timeout.toNanos();
    arm.enterAgain();
    try {
      pool.execute(call);
    } catch (Throwable e) { // Where there is no memory there is no thread.
      call.release();
      return Attempt.<O>failed(e).onAnotherThread();
    }
    time.await(call.back, deadline);
    return call.result();
  }

  void close() {
    pool.shutdown();
  }
}
