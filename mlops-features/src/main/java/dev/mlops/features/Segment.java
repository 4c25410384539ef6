package dev.mlops.features;

import dev.mlops.data.Dataset;

/**
 * Rows that were ingested together.
 *
 * @param sequence their place in the order of all ingestions
 * @param ingested when, in epoch microseconds
 * @param rows the view's columns
 */
record Segment(long sequence, long ingested, Dataset rows) {}
