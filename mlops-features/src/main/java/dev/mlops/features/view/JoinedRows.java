package dev.mlops.features.view;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.error.Elements;
import dev.mlops.features.view.FeatureVector.Status;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Label rows with their features, as a {@link PartitionJoin} computes them.
 *
 * @param dataset every label row, in order, with every label column, then the features in the order
 *     of the service; null where a feature is not PRESENT
 * @param changedRows the rows of which at least one feature differs between the two modes
 * @param changed for each feature, in the order of the service, the rows that differ
 * @param coverage for each feature, in the order of the service, the rows by status
 */
public record JoinedRows(
    Dataset dataset,
    int changedRows,
    Map<String, Integer> changed,
    Map<String, Map<Status, Integer>> coverage) {

  /**
   * Copies the maps.
   *
   * @param dataset every label row with its features
   * @param changedRows the rows of which at least one feature differs between the two modes
   * @param changed for each feature the rows that differ
   * @param coverage for each feature the rows by status
   */
  public JoinedRows {
    requireNonNull(changed, "changed");
    changed = Collections.unmodifiableMap(new LinkedHashMap<>(changed));
    Map<String, Map<Status, Integer>> counts = new LinkedHashMap<>();
    Elements.copy(coverage, "coverage")
        .forEach((feature, rows) -> counts.put(feature, Collections.unmodifiableMap(rows)));
    coverage = Collections.unmodifiableMap(counts);
  }
}
