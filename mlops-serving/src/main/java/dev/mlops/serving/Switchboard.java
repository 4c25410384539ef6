package dev.mlops.serving;

import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.Verdict;

/** How a rollout moves the traffic of its router, and what it knows of predictions under way. */
interface Switchboard {

  /**
   * Routes by a rollout's new state, in one write.
   *
   * @return what is left to do outside every lock: draining and closing
   */
  Runnable route(RolloutState state);

  /** Counts the requests that are under way for too long. */
  void sweep();

  /** Returns how many predictions wait for their labels. */
  Verdict.Labels labels();
}
