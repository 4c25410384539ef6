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

  /**
   * Takes the candidate out of this process's traffic until the next {@link #route}, because what
   * speaks against it is not written yet.
   */
  void withdraw();

  /** Whether the candidate is the live model, and another can take its place. */
  boolean isLive();

  /** Counts the requests that are under way for too long. */
  void sweep();

  /** Counts what has come back, though its tick is not full; nothing comes after this. */
  void flush();

  /** Returns how many predictions wait for their labels. */
  Verdict.Labels labels();
}
