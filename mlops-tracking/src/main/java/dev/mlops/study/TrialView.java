package dev.mlops.study;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An attempt at a trial as it was when it was read.
 *
 * @param number of the trial in its study, from 1
 * @param attempt from 1; above it if a process died with an earlier one
 * @param state where it stands
 * @param params by name, in the order of the space: Double, Long or String; those that depend on
 *     another value are missing
 * @param metrics the objective and the metrics with a limit, as far as they were logged, by name;
 *     NaN and infinities as they were logged
 * @param run the id of its run, or null if its process died before the run began; a run whose
 *     process died early may never have been stored
 */
public record TrialView(
    long number,
    int attempt,
    TrialState state,
    Map<String, Object> params,
    Map<String, Double> metrics,
    @Nullable String run) {

  /**
   * Copies the collections and checks the parts.
   *
   * @param number of the trial in its study, from 1
   * @param attempt from 1; above it if a process died with an earlier one
   * @param state where it stands
   * @param params by name, in the order of the space
   * @param metrics the objective and the metrics with a limit, by name
   * @param run the id of its run, or null
   */
  public TrialView {
    requireNonNull(state, "state");
    params = Collections.unmodifiableMap(Elements.copy(params, "params"));
    metrics = Collections.unmodifiableMap(new TreeMap<>(Elements.copy(metrics, "metrics")));
  }

  /** Params as the space has them, and not in the order in which they came. */
  TrialView ordered(Space space) {
    Map<String, Object> ordered = new LinkedHashMap<>();
    for (Param param : space.params()) {
      Object value = params.get(param.name());
      if (value != null) {
        ordered.put(param.name(), value);
      }
    }
    return new TrialView(number, attempt, state, ordered, metrics, run);
  }

  @Override
  public String toString() {
    return "trial " + number + (attempt == 1 ? "" : ", attempt " + attempt) + ": " + state;
  }
}
