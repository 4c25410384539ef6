package dev.mlops.predictions;

/**
 * What has become of the records that this log was given since it was opened.
 *
 * @param logged how many were taken: {@code written + failed + pending}
 * @param dropped how many were not taken, since too many were waiting or the log was closed
 * @param refused how many were not taken, since no log keeps them; {@link
 *     PredictionRecord#refusal()} says why
 * @param written how many are durable
 * @param failed how many were taken and could not be written
 * @param pending how many are waiting to be written
 * @param revised how many labels contradicted an earlier one
 */
public record LogCounts(
    long logged,
    long dropped,
    long refused,
    long written,
    long failed,
    long pending,
    long revised) {}
