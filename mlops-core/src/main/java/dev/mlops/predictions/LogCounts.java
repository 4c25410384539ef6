package dev.mlops.predictions;

/**
 * What has become of the records that this log was given since it was opened.
 *
 * @param logged how many were taken
 * @param dropped how many were not, since too many were waiting or the log was closed
 * @param written how many are durable
 * @param failed how many were taken and could not be written
 * @param pending how many are waiting: {@code logged - written - failed}
 * @param revised how many labels contradicted an earlier one
 */
public record LogCounts(
    long logged, long dropped, long written, long failed, long pending, long revised) {}
