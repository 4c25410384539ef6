package dev.mlops.features.timeline;

import dev.mlops.data.Dataset;

/**
 * Rows that were ingested together.
 *
 * @param rows the rows, with the columns of every layout that reads them
 * @param ingested when they arrived, in epoch microseconds
 * @param backfill whether they were loaded afterwards, so that only their own times count
 */
public record EventRows(Dataset rows, long ingested, boolean backfill) {}
