package dev.mlops.mlflow;

import dev.mlops.tracking.MetricPoint;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A run as it stands in the store.
 *
 * @param name what MLflow calls it, which may be empty
 * @param status MLflow's own word
 * @param deleted when it was deleted; null if it was not, or MLflow does not say when
 * @param artifactUri where MLflow keeps its files
 * @param directory the run's own in the store
 */
record FileRun(
    String id,
    String name,
    String status,
    Instant start,
    @Nullable Instant end,
    boolean isDeleted,
    @Nullable Instant deleted,
    Map<String, String> params,
    Map<String, String> tags,
    Map<String, List<MetricPoint>> points,
    List<DatasetInput> inputs,
    String artifactUri,
    Path directory) {

  /**
   * Data that a run read.
   *
   * @param dataset what MLflow says of it: name, digest, source, schema and profile
   * @param tags the tags of the input, of which {@code mlflow.data.context} is its role
   */
  record DatasetInput(Map<String, String> dataset, Map<String, String> tags) {}
}
