package dev.mlops.features.store;

/**
 * What came of appending rows.
 *
 * @param segment where they are
 * @param repeated whether the batch was there already, so that nothing was stored
 */
public record Appended(Segment segment, boolean repeated) {}
