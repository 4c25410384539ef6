package dev.mlops.predictions;

/**
 * What has become of the records that this log was given since it was opened.
 *
 * @param logged how many were taken: {@code written + duplicates + conflicts + failed + pending}
 * @param dropped how many were not taken, since too many were waiting or the log was closed
 * @param refused how many were not taken, since no log keeps them; {@link
 *     PredictionRecord#refusal()} says why
 * @param written how many are durable
 * @param duplicates how many were in the log already, with the same content; they changed nothing
 * @param conflicts how many had the id of another prediction in the log, which stays as it is; they
 *     are not kept
 * @param failed how many were taken and could not be written
 * @param pending how many are waiting to be written
 */
public record LogCounts(
    long logged,
    long dropped,
    long refused,
    long written,
    long duplicates,
    long conflicts,
    long failed,
    long pending) {}
