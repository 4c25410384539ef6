package dev.mlops.serving;

import dev.mlops.error.Exactly;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts what the limits of a router's models do, and tells when one is left alone. */
final class LimitCounters {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  final LongAdder refused = new LongAdder();
  final LongAdder timedOut = new LongAdder();
  final LongAdder paused = new LongAdder();
  final LongAdder late = new LongAdder();
  private final LongAdder opened = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final String router;
  private final BreakerListener listener;

  /** Hears that a model is left alone, or is asked again. */
  interface BreakerListener {

    /** Nobody listens. */
    BreakerListener NONE = (model, terms) -> {};

    /**
     * Takes in a change.
     *
     * @param opened by which terms it is left alone; null if it is asked again
     */
    void changed(Candidate<?, ?> model, Limits.@Nullable BreakerTerms opened);
  }

  LimitCounters(String router, BreakerListener listener) {
    this.router = router;
    this.listener = listener;
  }

  void opened(Candidate<?, ?> model, Limits.BreakerTerms terms) {
    opened.increment();
    listener.changed(model, terms);
    LOG.warn(
        "router '{}': {} is left alone for {}, as {} of its last {} requests failed; then one request at a time tries it",
        router,
        model,
        Exactly.duration(terms.pause()),
        terms.failures(),
        terms.window());
  }

  void closed(Candidate<?, ?> model) {
    closed.increment();
    listener.changed(model, null);
    LOG.info("router '{}': {} answers again and is asked by all", router, model);
  }

  LimitCounts counts() {
    return new LimitCounts(
        refused.sum(), timedOut.sum(), paused.sum(), late.sum(), opened.sum(), closed.sum());
  }
}
