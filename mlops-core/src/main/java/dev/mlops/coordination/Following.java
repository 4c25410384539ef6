package dev.mlops.coordination;

import dev.mlops.Workspace;
import dev.mlops.error.Plural;
import dev.mlops.journal.Event;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A feed that is being followed, and how that goes. Safe for use by many threads. */
public final class Following implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Following.class);

  private final LongFunction<List<Event>> read;
  private final Consumer<? super Event> listener;
  private final AtomicLong delivered = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private volatile long position;
  private volatile boolean closed;
  private volatile @Nullable Throwable failure;
  private volatile Runnable stop = () -> {};

  Following(LongFunction<List<Event>> read, Consumer<? super Event> listener, long position) {
    this.read = read;
    this.listener = listener;
    this.position = position;
  }

  Following begin(Workspace workspace, Repeater repeater, String thread, Duration interval) {
    Runnable takeBack = workspace.onClose(this);
    Repeater.Stop following = repeater.repeat(thread, interval, this::look);
    stop =
        () -> {
          takeBack.run();
          if (!following.stop()) {
            LOG.warn("the listener of '{}' is still at work", thread);
          }
        };
    return this;
  }

  /** Delivers what is new; an event that the listener does not take is delivered again. */
  private void look() {
    try {
      for (List<Event> page = read.apply(position);
          !page.isEmpty() && !closed;
          page = read.apply(position)) {
        page.forEach(this::deliver);
      }
      failure = null;
    } catch (RuntimeException | Error e) {
      failed(e);
    }
  }

  private void deliver(Event event) {
    if (!closed) {
      listener.accept(event);
      delivered.incrementAndGet();
      position = event.id();
    }
  }

  private void failed(Throwable e) {
    failures.incrementAndGet();
    if (failure == null) {
      LOG.warn("the events after {} are not delivered; they are tried again", position, e);
    }
    failure = e;
  }

  /**
   * Returns how far it has come.
   *
   * @return the last event that the listener has taken
   */
  public long position() {
    return position;
  }

  /**
   * Counts the events that the listener has taken.
   *
   * @return how many
   */
  public long delivered() {
    return delivered.get();
  }

  /**
   * Counts the attempts that failed, because the listener threw or the database was away.
   *
   * @return how many
   */
  public long failures() {
    return failures.get();
  }

  /**
   * Tells what the last attempt failed by.
   *
   * @return what was thrown; empty if the last attempt succeeded
   */
  public Optional<Throwable> failure() {
    return Optional.ofNullable(failure);
  }

  /** Stops, and waits up to 10 seconds for the listener; calling it again does nothing. */
  @Override
  public void close() {
    closed = true;
    stop.run();
  }

  @Override
  public String toString() {
    return "following from "
        + position
        + ": "
        + delivered
        + " delivered, "
        + Plural.of(failures.get(), "failure");
  }
}
