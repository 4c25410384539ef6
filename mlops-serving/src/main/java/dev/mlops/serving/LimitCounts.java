package dev.mlops.serving;

/**
 * What the {@link Limits} of a router's models did since it was opened; all zero without limits.
 *
 * @param refused requests that a model did not take in, as too many were inside
 * @param timedOut requests that a model did not answer in time, those that waited for a thread too
 * @param paused requests that were not given to a model, as it was left alone after failures
 * @param late answers and failures that came after their time; they were thrown away
 * @param opened times that a model was left alone after too many failures
 * @param closed times that a model which was left alone was asked by all again
 */
public record LimitCounts(
    long refused, long timedOut, long paused, long late, long opened, long closed) {}
