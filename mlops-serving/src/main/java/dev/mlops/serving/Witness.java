package dev.mlops.serving;

import org.jspecify.annotations.Nullable;

/** A request that is evidence, from when it was assigned until its model has come back. */
interface Witness<O> {

  /**
   * Counts what came of the request for the guards that judge it at once.
   *
   * @param own what the assigned model did
   * @param output what was read from its answer
   * @param nanos how long it took
   * @return under which number the label is awaited, null if none is
   */
  PredictionIds.@Nullable Awaited count(
      PredictionIds ids, Attempt<O> own, Output output, long nanos);
}
