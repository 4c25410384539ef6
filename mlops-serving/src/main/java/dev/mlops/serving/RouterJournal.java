package dev.mlops.serving;

import dev.mlops.error.Plural;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Journal;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what happens to a router while it answers, and that no rollout tells: on a thread of its
 * own, within a second, in the order in which it happened. What can't be written now is tried again
 * each second.
 */
final class RouterJournal {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);
  private static final Duration SOON = Duration.ofSeconds(1);

  private final String router;
  private final Journal journal;
  private final RouterTime time;
  private final Queue<Entry> waiting = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean asked = new AtomicBoolean();

  RouterJournal(String router, Journal journal, RouterTime time) {
    this.router = router;
    this.journal = journal;
    this.time = time;
  }

  /** Has an event written; nothing that fails in it reaches the request. */
  void add(Supplier<Entry> event) {
    try {
      waiting.add(event.get());
      if (asked.compareAndSet(false, true)) {
        time.every(SOON, "mlops-router-" + router + "-journal", this::isUnwritten);
      }
    } catch (Throwable e) {
      asked.set(false);
      LOG.debug("router '{}': no thread writes its event now; a later one does", router, e);
    }
  }

  /** Writes, and returns whether something is still to be written. */
  private boolean isUnwritten() {
    asked.set(false); // Before the writing, so that what is added meanwhile is not forgotten.
    return !write() && asked.compareAndSet(false, true);
  }

  private synchronized boolean write() {
    for (Entry next = waiting.peek(); next != null; next = waiting.peek()) {
      try {
        var unused = journal.append(next);
      } catch (Throwable e) {
        LOG.debug("router '{}': an event can't be written now; it is tried again", router, e);
        return false;
      }
      waiting.remove();
    }
    return true;
  }

  /** Writes for the last time; what can't be written is counted and told. */
  synchronized void close(Bookkeeping bookkeeping) {
    if (!write()) {
      String lost = Plural.of(waiting.size(), "event");
      waiting.clear();
      bookkeeping.broken("writing " + lost + " before the router closed", null);
    }
  }
}
