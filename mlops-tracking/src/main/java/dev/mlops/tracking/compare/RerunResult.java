package dev.mlops.tracking.compare;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.mlops.environment.Environment;
import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.tracking.RunView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether a run came out the same a second time: {@link Rerun}.
 *
 * @param original the first run
 * @param again the new run
 * @param outcome what was found
 * @param differences what differs: the outcome, params, inputs, each metric at the first step that
 *     counts by step, artifacts, in this order
 * @param environment where the runs ran differently, with which code ran if that is not known of
 *     both; it does not count, and may explain
 */
public record RerunResult(
    RunView original,
    RunView again,
    Outcome outcome,
    List<Difference> differences,
    List<Environment.Difference> environment) {

  /**
   * Checks the parts.
   *
   * @param original the first run
   * @param again the new run
   * @param outcome what was found
   * @param differences what differs
   * @param environment where the runs ran differently
   */
  public RerunResult {
    requireNonNull(original, "original");
    requireNonNull(again, "again");
    requireNonNull(outcome, "outcome");
    differences = Elements.copy(differences, "differences");
    environment = Elements.copy(environment, "environment");
  }

  /** What a comparison has found. */
  public enum Outcome {
    /** All metrics have the same bits at the same steps, all artifacts the same bytes. */
    SAME,
    /** Some metrics have other bits, within the tolerance; all else is the same. */
    SAME_WITHIN_TOLERANCE,
    /** Something differs. */
    DIFFERENT,
    /** The runs have no metric that counts and no artifact, so nothing is known. */
    NOTHING_TO_COMPARE
  }

  /**
   * Something that differs.
   *
   * @param part what it is, such as {@code metric loss} or {@code artifact model.onnx}
   * @param step the step of a metric, or null
   * @param left what the first run has, or null if it has none
   * @param right what the new run has, or null if it has none
   * @param ulps how many doubles the values of a metric are apart, null if one is missing, NaN or
   *     infinite; {@link Long#MAX_VALUE} stands for that many and more
   * @param withinTolerance whether the values of a metric are as close as was asked for
   */
  public record Difference(
      String part,
      @Nullable Long step,
      @Nullable String left,
      @Nullable String right,
      @Nullable Long ulps,
      boolean withinTolerance) {

    /**
     * Checks the part.
     *
     * @param part what it is, such as {@code metric loss} or {@code artifact model.onnx}
     * @param step the step of a metric, or null
     * @param left what the first run has, or null if it has none
     * @param right what the new run has, or null if it has none
     * @param ulps how many doubles the values of a metric are apart, or null
     * @param withinTolerance whether the values of a metric are as close as was asked for
     */
    public Difference {
      requireNonNull(part, "part");
    }

    @Override
    public String toString() {
      return part
          + (step == null ? "" : " at step " + step)
          + ": "
          + shown(left)
          + " and "
          + shown(right)
          + (ulps == null ? "" : ", " + Plural.of(ulps, "ulp", "ulps") + " apart");
    }

    private static String shown(@Nullable String value) {
      return value == null ? "nothing" : value;
    }
  }

  /** Returns the outcome in one line, with what differs. */
  @Override
  public String toString() {
    String all = differences.stream().map(Difference::toString).collect(joining("; "));
    return switch (outcome) {
      case SAME -> "same result";
      case SAME_WITHIN_TOLERANCE -> "same within tolerance: " + all;
      case DIFFERENT -> "another result: " + all;
      case NOTHING_TO_COMPARE -> "nothing to compare: no metric that counts and no artifact";
    };
  }
}
