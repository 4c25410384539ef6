package dev.mlops.features;

import dev.mlops.data.Dataset;

/**
 * Rows that were ingested together.
 *
 * @param sequence their place in the order of all ingestions
 * @param ingested when, in epoch microseconds
 * @param backfill whether the rows were loaded afterwards, so that only their own times count
 * @param rows the view's columns
 */
record Segment(long sequence, long ingested, boolean backfill, Dataset rows) {}
