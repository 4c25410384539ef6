package dev.mlops.serving;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what a router does, and what of its own records went wrong: that is told once in the log,
 * and never to the caller.
 */
final class Bookkeeping {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private final LongAdder canary = new LongAdder();
  private final LongAdder fallbacks = new LongAdder();
  private final LongAdder failures = new LongAdder();
  private final LongAdder notLogged = new LongAdder();
  private final LongAdder labels = new LongAdder();
  private final LongAdder judgedLabels = new LongAdder();
  private final LongAdder broken = new LongAdder();
  private final AtomicBoolean told = new AtomicBoolean();
  private final String router;

  Bookkeeping(String router) {
    this.router = router;
  }

  void count(boolean canary, Answer.Outcome outcome) {
    if (canary) {
      this.canary.increment();
    }
    if (outcome == Answer.Outcome.FALLBACK) {
      fallbacks.increment();
    } else if (outcome == Answer.Outcome.ERROR) {
      failures.increment();
    }
  }

  void labels(int given, int judged) {
    labels.add(given);
    judgedLabels.add(judged);
  }

  void notLogged() {
    notLogged.increment();
  }

  void broken(String what, RuntimeException failure) {
    broken.increment();
    if (told.compareAndSet(false, true)) {
      LOG.warn(
          "router '{}': {} failed; answers are not affected, further failures are only counted",
          router,
          what,
          failure);
    }
  }

  RouterCounts counts(long requests) {
    return new RouterCounts(
        requests,
        canary.sum(),
        fallbacks.sum(),
        failures.sum(),
        notLogged.sum(),
        labels.sum(),
        judgedLabels.sum(),
        broken.sum());
  }
}
