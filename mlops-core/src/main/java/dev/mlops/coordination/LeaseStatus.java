package dev.mlops.coordination;

import java.time.Instant;

/**
 * A lease as it was when it was read.
 *
 * @param name of the lease
 * @param token of its holder
 * @param holder who took it
 * @param taken when, by the holder's clock
 * @param seen when the holder last renewed it, by the holder's clock
 * @param expired whether another may take it: it was not renewed in time, by the database's clock,
 *     or its holder's opening of an embedded database is over
 */
public record LeaseStatus(
    String name, long token, String holder, Instant taken, Instant seen, boolean expired) {}
