package dev.mlops.serving;

/** How a rollout moves the traffic of its router. */
interface Switchboard {

  /**
   * Routes by a rollout's new state, in one write.
   *
   * @return what is left to do outside every lock: draining and closing
   */
  Runnable route(RolloutState state);
}
