package dev.mlops.serving;

import dev.mlops.error.BackgroundThread;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.serving.PendingLabels.Pending;
import dev.mlops.serving.RequestRule.Ending;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * The step of a rollout in which nobody gets the candidate's answers: it is asked what the live
 * model has answered already, on a thread of its own, and both answers are counted as a pair.
 *
 * <p>Who mirrors a request adds it to a queue, and neither waits nor wakes anybody: the thread
 * looks by itself. What finds the queue full is dropped and counted; so a candidate that is too
 * slow costs evidence, not time. One that hangs keeps its thread; after the time to answer the pair
 * is counted as a failure, and another thread goes on, so that a candidate that always hangs is
 * found out.
 */
final class Shadow<I, O> {

  private static final int MOST_WAITING = 1_024;

  /** So many failures in a row are evidence enough, and so many threads can be borne. */
  private static final int MOST_HANGING = 24;

  private static final long SHORTEST_LOOK_NANOS = 50_000;
  private static final long LONGEST_LOOK_NANOS = 5_000_000;

  /** A request at the candidate. */
  private record Asked<I, O>(Mirrored<I, O> request, long since, AtomicBoolean counted) {}

  private final Arm<I, O> arm;
  private final RouterSetup<I, O> setup;
  private final RolloutTerms terms;
  private final PairCounters<I, O> counters;
  private final LabelCounters labels;
  private final RouterTime time;
  private final Bookkeeping bookkeeping;
  private final Queue<Mirrored<I, O>> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final List<Worker> workers = new ArrayList<>();
  private volatile boolean closed;

  Shadow(
      Arm<I, O> arm,
      RouterSetup<I, O> setup,
      RolloutTerms terms,
      PairCounters<I, O> counters,
      LabelCounters labels,
      RouterTime time,
      Bookkeeping bookkeeping) {
    this.arm = arm;
    this.setup = setup;
    this.terms = terms;
    this.counters = counters;
    this.labels = labels;
    this.time = time;
    this.bookkeeping = bookkeeping;
  }

  /** Has a thread look for requests. */
  synchronized void start() {
    Worker worker = new Worker();
    workers.add(worker);
    BackgroundThread.of("mlops-router-" + setup.name() + "-shadow", worker).start();
  }

  /** Whether a request is mirrored: it is in the sample, and there is room. */
  boolean takes(Units units, Arm<I, O> live, long hash) {
    if (closed || !units.sample().has(hash)) {
      return false;
    }
    boolean hasRoom = waiting.get() < MOST_WAITING && !live.isBusy();
    if (!hasRoom) {
      bookkeeping.shadowDropped();
    }
    return hasRoom;
  }

  void mirror(Mirrored<I, O> request) {
    if (request.number() != PredictionIds.NONE) {
      labels.mirrored(request.number());
    }
    waiting.incrementAndGet();
    queue.add(request);
  }

  /** Gives up the requests that are at the candidate for too long. */
  void sweep(long now) {
    for (Worker worker : workers()) {
      Asked<I, O> asked = worker.asked;
      if (asked != null && now - asked.since > terms.answerWithin().toNanos()) {
        giveUp(worker, asked, now);
      }
    }
  }

  private synchronized List<Worker> workers() {
    return List.copyOf(workers);
  }

  private void giveUp(Worker worker, Asked<I, O> asked, long now) {
    if (!asked.counted.compareAndSet(false, true)) {
      return;
    }
    worker.isGivenUp = true;
    counters.count(
        asked.request, null, Output.NONE, new Ending(true, false, false, now - asked.since));
    labels.notAnswered(asked.request.number());
    counters.flush(); // There may be fewer threads to hang on than a tick has pairs.
    boolean goesOn;
    synchronized (this) {
      goesOn = !closed && workers.size() <= MOST_HANGING;
    }
    if (goesOn) {
      start();
    } else {
      bookkeeping.shadowHangs(terms.candidate());
    }
  }

  /** Mirrors nothing any more; what waits is dropped, and what was counted is judged. */
  void close() {
    closed = true;
    counters.flush();
    labels.endMirroring();
  }

  /** One thread at work. */
  private final class Worker implements Runnable {

    private volatile @Nullable Asked<I, O> asked;
    private volatile boolean isGivenUp;

    @Override
    public void run() {
      long look = SHORTEST_LOOK_NANOS;
      while (!closed && isWanted()) {
        Mirrored<I, O> next = queue.poll();
        if (next == null) {
          LockSupport.parkNanos(look);
          look = Math.min(2 * look, LONGEST_LOOK_NANOS);
        } else {
          waiting.decrementAndGet();
          look = SHORTEST_LOOK_NANOS;
          answer(next);
        }
      }
      synchronized (Shadow.this) {
        workers.remove(this);
      }
    }

    /** One that was given up is not needed any more, unless all others are. */
    private boolean isWanted() {
      if (!isGivenUp) {
        return true;
      }
      synchronized (Shadow.this) {
        isGivenUp = workers.stream().anyMatch(worker -> !worker.isGivenUp);
        return !isGivenUp;
      }
    }

    private void answer(Mirrored<I, O> request) {
      if (!arm.enter()) {
        return; // The candidate is out of service, and this step will end.
      }
      try {
        Asked<I, O> under = new Asked<>(request, time.nanos(), new AtomicBoolean());
        asked = under;
        Attempt<O> attempt = arm.ask(request.input()).onAnotherThread();
        asked = null;
        long nanos = time.nanos() - under.since;
        if (under.counted.compareAndSet(false, true)) {
          bookkeeping.shadowed();
          count(request, attempt, nanos);
        }
      } catch (Throwable e) {
        bookkeeping.broken("counting an answer of the shadow", e);
      } finally {
        arm.leave();
      }
    }

    private void count(Mirrored<I, O> request, Attempt<O> attempt, long nanos) {
      O value = attempt.value();
      Output output = value == null ? Output.NONE : setup.read(value, bookkeeping);
      counters.count(
          request, value, output, new Ending(attempt.failed(), false, output.invalid(), nanos));
      if (request.number() == PredictionIds.NONE) {
        return;
      }
      if (attempt.failed() || !output.isScored()) {
        labels.notAnswered(request.number());
      }
      if (attempt.failed()) {
        return;
      }
      if (output.isScored()) {
        labels.answered(
            new Pending(
                request.number(),
                0,
                true,
                output.score(),
                request.output().score(),
                request.unit()));
      } else {
        labels.unscored(true);
      }
    }
  }
}
