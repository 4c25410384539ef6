package dev.mlops.features;

import dev.mlops.data.Digest;

/**
 * The receipt of ingested rows.
 *
 * @param source the source's name
 * @param sequence the segment's place in the order of all ingestions; 1 is the first
 * @param digest the digest of the stored bytes
 * @param rows how many rows were stored
 * @param withoutKey how many of them have a null in a key of some registered view; they are kept,
 *     and match nothing there
 * @param backfill whether the rows were loaded afterwards, with {@link FeatureStore#asBackfill}
 * @param repeated whether this batch was there already, so that nothing was stored
 */
public record Ingestion(
    String source,
    long sequence,
    Digest digest,
    long rows,
    long withoutKey,
    boolean backfill,
    boolean repeated) {}
