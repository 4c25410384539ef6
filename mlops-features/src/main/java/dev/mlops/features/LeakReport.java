package dev.mlops.features;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Plural;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How much the choice between "as known at the time" and "as if known immediately" changes a
 * training set.
 *
 * @param rows the number of label rows
 * @param changedRows the rows of which at least one feature differs between the two modes
 * @param changedByFeature for each feature, in the order of the service, the rows that differ
 * @param ingested how many rows of the views the training set could draw on
 * @param backfilled how many of them were loaded afterwards: whether a live answer of their time
 *     held them is not known
 */
public record LeakReport(
    int rows,
    int changedRows,
    Map<String, Integer> changedByFeature,
    long ingested,
    long backfilled) {

  /**
   * Copies the map.
   *
   * @param rows the number of label rows
   * @param changedRows the rows that differ
   * @param changedByFeature the rows that differ, for each feature
   * @param ingested how many rows of the views the training set could draw on
   * @param backfilled how many of them were loaded afterwards
   */
  public LeakReport {
    requireNonNull(changedByFeature, "changedByFeature");
    changedByFeature = Collections.unmodifiableMap(new LinkedHashMap<>(changedByFeature));
  }

  /**
   * Returns the rows in which one feature differs between the two modes.
   *
   * @param feature the feature's full name
   * @return the number of rows
   * @throws IllegalArgumentException if there is no such feature
   */
  public int changed(String feature) {
    Integer changed = changedByFeature.get(feature);
    if (changed == null) {
      throw new IllegalArgumentException(
          "no feature '" + feature + "'; found: " + changedByFeature.keySet());
    }
    return changed;
  }

  @Override
  public String toString() {
    return "knowledge time changes "
        + Plural.grouped(changedRows)
        + " of "
        + Plural.of(rows, "row")
        + "; by feature: "
        + changedByFeature
        + "; "
        + Plural.grouped(backfilled)
        + " of "
        + Plural.of(ingested, "ingested row is", "ingested rows are")
        + " a backfill";
  }
}
