package dev.mlops.coordination;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How a job goes, in all processes together.
 *
 * @param name of the job
 * @param due when it is to run next, by the workspace's clock
 * @param runs how often it has run to an end
 * @param failures how many of these runs have failed
 * @param lastRun when the last of them ended, or null if there was none
 * @param lastFailure what the last run failed by; null if it succeeded, or there was none
 */
public record JobStatus(
    String name,
    Instant due,
    long runs,
    long failures,
    @Nullable Instant lastRun,
    @Nullable String lastFailure) {}
