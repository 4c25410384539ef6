package dev.mlops.design;

import dev.mlops.design.DesignFinding.Contradiction;
import dev.mlops.design.ValueModel.Part;
import dev.mlops.error.Exactly;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * Whether there can be enough labels in time to prove a target.
 *
 * <p>Labels come of the predictions that are made early enough: {@code within} less {@code
 * label_delay}, times the decisions in that time, all of them labelled. Of {@code recall} only
 * positives count, of {@code precision} only what is predicted positive. A slice has at most as
 * many rows as the whole.
 */
final class ProofInTime {
  private static final double BALANCED = 0.5;

  private final ProjectDesign design;
  private final Target target;
  private final String field;

  ProofInTime(ProjectDesign design, Target target) {
    this.design = design;
    this.target = target;
    this.field = "targets." + target.id();
  }

  Optional<Contradiction> contradiction() {
    if (target.within().isEmpty() || !target.metric().isBuiltIn()) {
      return Optional.empty();
    }
    Duration within = target.within().get();
    Duration delay = design.labelDelay().orElse(Duration.ZERO);
    if (within.compareTo(delay) <= 0) {
      return Optional.of(
          new Contradiction(
              field + ".within",
              "problem.label_delay",
              "it is to be proved within %s, but no label is known before %s"
                  .formatted(Exactly.duration(within), Exactly.duration(delay))));
    }
    OptionalDouble perMonth =
        design.value().map(ValueModel::decisionsPerMonth).orElse(OptionalDouble.empty());
    return perMonth.isEmpty()
        ? Optional.empty()
        : tooFew(within.minus(delay), perMonth.getAsDouble());
  }

  private Optional<Contradiction> tooFew(Duration time, double perMonth) {
    double decisions = perMonth * Durations.shareOfMonth(time);
    double rows = decisions * counted();
    OptionalLong needed = target.rowsNeeded(positiveRate());
    long least = needed.orElse(target.metric().leastRows());
    if (rows >= least) {
      return Optional.empty();
    }
    String hope =
        target.expected().isPresent()
            ? "if it is " + Exactly.number(target.expected().getAsDouble())
            : needed.isPresent() ? "even if there is no error" : "at the very least";
    return Optional.of(
        new Contradiction(
            field,
            "value.decisions_per_month",
            "'%s' takes %s %s %s, but %s decisions a month give %s in the %s in which labels come"
                .formatted(
                    target,
                    Words.rounded((double) least),
                    what(),
                    hope,
                    Words.rounded(perMonth),
                    Words.rounded(Math.floor(rows)),
                    Exactly.duration(time))));
  }

  private double positiveRate() {
    double rate =
        design.value().map(value -> value.positiveRate().orElse(BALANCED)).orElse(BALANCED);
    return Math.min(Math.max(rate, 1e-6), 1 - 1e-6);
  }

  /** The share of rows that count; all of them where nobody said. */
  private double counted() {
    double rate = expected(Part.POSITIVE_RATE);
    double share =
        target.metric().equals(Metric.RECALL)
            ? rate
            : target.metric().equals(Metric.PRECISION)
                ? rate * expected(Part.RECALL) / expected(Part.PRECISION)
                : 1;
    return Double.isNaN(share) ? 1 : Math.min(1, share);
  }

  private double expected(Part part) {
    return design.value().map(value -> value.get(part).orElse(Double.NaN)).orElse(Double.NaN);
  }

  private String what() {
    return target.metric().equals(Metric.RECALL)
        ? "labelled positives"
        : target.metric().equals(Metric.PRECISION)
            ? "labelled predictions of a positive"
            : "labelled rows";
  }
}
