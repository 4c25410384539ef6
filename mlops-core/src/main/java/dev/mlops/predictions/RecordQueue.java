package dev.mlops.predictions;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Records on their way to the one thread that writes them. Who gives one neither waits nor takes a
 * lock, and wakes the thread only if it has nothing to do, or enough for a batch: to wake a thread
 * costs more than all the rest of a request.
 *
 * <p>A record takes a number, which no other gets, and then its place in a ring; the thread takes
 * them in the order of the numbers. That a sleeping thread is not missed: who gives a record first
 * takes its number, then looks whether the thread is asleep; the thread first says that it is, then
 * looks for numbers. Both are volatile, so one of the two sees the other (Dekker).
 */
final class RecordQueue {

  private static final long CLOSED = Long.MIN_VALUE;

  private final int capacity;
  private final int enough;
  private final Thread writer;
  private final AtomicReferenceArray<@Nullable PredictionRecord> places;
  private final AtomicLong given = new AtomicLong();
  private final AtomicLong taken = new AtomicLong();
  private volatile boolean asleep;

  /**
   * Makes an empty queue.
   *
   * @param capacity how many records may wait
   * @param batch how many the writer wants at once
   * @param writer who is woken
   */
  RecordQueue(int capacity, int batch, Thread writer) {
    this.capacity = capacity;
    this.enough = Math.min(batch, Math.max(1, capacity / 2));
    this.writer = writer;
    this.places = new AtomicReferenceArray<>(powerOfTwo(capacity));
  }

  private static int powerOfTwo(int least) {
    int highest = Integer.highestOneBit(least);
    return highest == least ? least : Math.multiplyExact(highest, 2);
  }

  /** Puts a record in; false if there is no room or the queue is closed. */
  boolean offer(PredictionRecord record) {
    long number;
    do {
      number = given.get();
      if (number < 0 || number - taken.get() >= capacity) {
        return false;
      }
    } while (!given.compareAndSet(number, number + 1));
    places.setRelease(place(number), record);
    if (asleep || number + 1 - taken.get() == enough) {
      wake();
    }
    return true;
  }

  /** Returns the next record; null if there is none, or its giver has not put it in yet. */
  synchronized @Nullable PredictionRecord poll() {
    long number = taken.get();
    PredictionRecord record = places.getAcquire(place(number));
    if (record != null) {
      places.setOpaque(place(number), null);
      taken.setRelease(number + 1);
    }
    return record;
  }

  /** Takes nothing in from now on. */
  void close() {
    given.getAndUpdate(number -> number | CLOSED);
  }

  boolean isClosed() {
    return given.get() < 0;
  }

  /** How many records were put in. */
  long given() {
    return given.get() & ~CLOSED;
  }

  /** How many records were taken out. */
  long taken() {
    return taken.get();
  }

  /** Wakes the writer. */
  void wake() {
    LockSupport.unpark(writer);
  }

  /** Sleeps until somebody gives a record or wakes the writer, who calls this. */
  void sleep() {
    asleep = true;
    if (given() == taken.get()) {
      LockSupport.park(this);
    }
    asleep = false;
    forgetInterrupt();
  }

  /** Sleeps until there is a batch, somebody wakes the writer, or the time is over. */
  void sleep(long nanos) {
    LockSupport.parkNanos(this, nanos);
    forgetInterrupt();
  }

  /** Nobody but a flush ends the thread, and one that is interrupted would not sleep. */
  private static void forgetInterrupt() {
    boolean unused = Thread.interrupted();
  }

  private int place(long number) {
    return (int) number & (places.length() - 1);
  }
}
