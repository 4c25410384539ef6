package dev.mlops.design;

import dev.mlops.design.DesignFinding.Contradiction;
import dev.mlops.design.Requirement.Compliance;
import dev.mlops.design.Requirement.Explanation;
import dev.mlops.design.Requirement.Fairness;
import dev.mlops.design.Requirement.ForbiddenFeature;
import dev.mlops.design.Requirement.Frequency;
import dev.mlops.design.Requirement.Latency;
import dev.mlops.design.Requirement.NotNeeded;
import dev.mlops.design.Requirement.Retraining;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Fields of a design that cannot both hold. */
final class Contradictions {
  private final ProjectDesign design;
  private final List<Contradiction> found = new ArrayList<>();

  Contradictions(ProjectDesign design) {
    this.design = design;
  }

  List<Contradiction> found() {
    labelsBeforeTheHorizon();
    valueOfAnotherTask();
    valueThatIsNone();
    design.targets().forEach(this::target);
    design.requirements(Fairness.class).forEach(this::fairness);
    frequencyBeyondVolume();
    explanationsSlowerThanPredictions();
    design.requirements(Compliance.class).forEach(this::approvers);
    forbiddenFeatures();
    design.requirements(Retraining.class).forEach(this::retraining);
    saidAndNotNeeded();
    return found;
  }

  private void against(String first, String second, String reason) {
    found.add(new Contradiction(first, second, reason));
  }

  private void labelsBeforeTheHorizon() {
    if (design.horizon().isEmpty() || design.labelDelay().isEmpty()) {
      return;
    }
    Duration horizon = design.horizon().get();
    Duration delay = design.labelDelay().get();
    if (delay.compareTo(horizon) < 0) {
      against(
          "problem.horizon",
          "problem.label_delay",
          "a prediction looks %s ahead, so its label cannot be known after %s"
              .formatted(Exactly.duration(horizon), Exactly.duration(delay)));
    }
  }

  private void valueOfAnotherTask() {
    if (design.task().isEmpty() || design.value().isEmpty()) {
      return;
    }
    Task task = design.task().get();
    boolean decisions = design.value().get().isOfDecisions();
    if (decisions ? !(task instanceof Task.Binary) : !task.predictsAmounts()) {
      against(
          "task",
          "value.kind",
          "the value of %s is that of a %s task, and the task is %s"
              .formatted(
                  decisions ? "decisions" : "errors",
                  decisions ? "binary" : "regression or forecasting",
                  task));
    }
  }

  private void valueThatIsNone() {
    design
        .value()
        .filter(value -> value.missing().isEmpty())
        .ifPresent(
            value -> {
              ValueEstimate estimate;
              try {
                estimate = value.estimate(0);
              } catch (IllegalArgumentException e) {
                against(
                    "value.expected.precision",
                    "value.expected.recall",
                    String.valueOf(e.getMessage()));
                return;
              }
              if (estimate.gainPerMonth().estimate() <= 0) {
                against(
                    "value.run_cost_per_month",
                    "value.expected",
                    ("with what is expected of it, the model brings %s %s a month after its running"
                            + " cost, against doing without it")
                        .formatted(
                            Words.rounded(estimate.gainPerMonth().estimate()), estimate.unit()));
              }
            });
  }

  private void target(Target target) {
    String field = "targets." + target.id();
    if (design.task().isPresent() && !target.metric().belongsTo(design.task().get())) {
      against(
          "task",
          field,
          "%s is a metric of %s, and the task is %s"
              .formatted(target.metric(), target.metric().taskNames(), design.task().get()));
      return;
    }
    if (target.least().isPresent()
        && target.greatest().isPresent()
        && target.least().getAsDouble() >= target.greatest().getAsDouble()) {
      against(
          field + ".at_least",
          field + ".at_most",
          "at least %s is not below at most %s"
              .formatted(
                  Exactly.number(target.least().getAsDouble()),
                  Exactly.number(target.greatest().getAsDouble())));
      return;
    }
    expectation(target, field);
    labelNoise(target, field);
    new ProofInTime(design, target).contradiction().ifPresent(found::add);
  }

  private void expectation(Target target, String field) {
    double hope = target.expected().orElse(Double.NaN);
    if (hope <= target.least().orElse(Double.NEGATIVE_INFINITY)) {
      against(
          field + ".expected",
          field + ".at_least",
          "a value of %s is expected, which is not above the least acceptable one, %s"
              .formatted(Exactly.number(hope), Exactly.number(target.least().getAsDouble())));
    }
    if (hope >= target.greatest().orElse(Double.POSITIVE_INFINITY)) {
      against(
          field + ".expected",
          field + ".at_most",
          "a value of %s is expected, which is not below the greatest acceptable one, %s"
              .formatted(Exactly.number(hope), Exactly.number(target.greatest().getAsDouble())));
    }
  }

  /** Even a perfect model agrees with no more labels than are right, as they stand. */
  private void labelNoise(Target target, String field) {
    if (!target.metric().equals(Metric.ACCURACY) || target.least().isEmpty()) {
      return;
    }
    for (DataNeed need : design.data()) {
      if (need.hasLabels() && need.accuracy().orElse(1) < target.least().getAsDouble()) {
        against(
            field,
            "data." + need.source() + ".accuracy",
            ("an accuracy of %s is asked for, but only %s of the labels are right: a model that is"
                    + " always right agrees with no more of them")
                .formatted(
                    Words.percent(target.least().getAsDouble()),
                    Words.percent(need.accuracy().getAsDouble())));
      }
    }
  }

  private void fairness(Fairness fairness) {
    if (design.task().isPresent() && !fairness.metric().belongsTo(design.task().get())) {
      against(
          "task",
          "requirements.fairness",
          "%s is a metric of %s, and the task is %s"
              .formatted(fairness.metric(), fairness.metric().taskNames(), design.task().get()));
    }
  }

  private void frequencyBeyondVolume() {
    for (Frequency frequency : design.requirements(Frequency.class)) {
      double perMonth = frequency.predictions() / Durations.shareOfMonth(frequency.every());
      double decisions =
          design
              .value()
              .map(value -> value.decisionsPerMonth().orElse(Double.POSITIVE_INFINITY))
              .orElse(Double.POSITIVE_INFINITY);
      if (perMonth > decisions) {
        against(
            "value.decisions_per_month",
            "requirements.frequency",
            "at least %s every %s are %s a month, more than the %s decisions"
                .formatted(
                    Plural.of(frequency.predictions(), "prediction"),
                    Exactly.duration(frequency.every()),
                    Words.rounded(perMonth),
                    Words.rounded(decisions)));
      }
    }
  }

  private void explanationsSlowerThanPredictions() {
    for (Explanation explanation : design.requirements(Explanation.class)) {
      for (Latency latency : design.requirements(Latency.class)) {
        if (!explanation.onRequest() && explanation.within().compareTo(latency.atMost()) > 0) {
          against(
              "requirements.latency",
              "requirements.explanation.within",
              ("%s of predictions must take at most %s, but the explanation that comes with each of"
                      + " them may take %s; make explanations on request, or faster")
                  .formatted(
                      Words.percent(latency.quantile()),
                      Exactly.duration(latency.atMost()),
                      Exactly.duration(explanation.within())));
        }
      }
    }
  }

  private void approvers(Compliance compliance) {
    long people =
        compliance.approvers().stream()
            .flatMap(role -> design.people(role).stream())
            .distinct()
            .count();
    if (!design.team().isEmpty() && people < compliance.approvals()) {
      against(
          "team",
          "requirements.compliance",
          "'%s' asks for %s of %s, but the team has %d of them"
              .formatted(
                  compliance.rule(),
                  Plural.of(compliance.approvals(), "approval"),
                  compliance.approvers(),
                  people));
    }
  }

  private void forbiddenFeatures() {
    for (ForbiddenFeature forbidden : design.requirements(ForbiddenFeature.class)) {
      for (DataNeed need : design.data()) {
        if (need.columns().contains(forbidden.column())) {
          against(
              "requirements.forbidden_features",
              "data." + need.source() + ".columns",
              "the column '%s' must not be used (%s), but it is among the columns that are used"
                  .formatted(forbidden.column(), forbidden.reason()));
        }
      }
    }
  }

  private void retraining(Retraining retraining) {
    for (DataNeed need : design.data()) {
      Duration age = need.freshWithin().orElse(Duration.ZERO);
      if (need.hasLabels() && retraining.every().compareTo(age) < 0) {
        against(
            "retraining.every",
            "data." + need.source() + ".fresh_within",
            "the model is trained every %s, but new labels may come every %s only"
                .formatted(Exactly.duration(retraining.every()), Exactly.duration(age)));
      }
    }
    double decisions =
        design
            .value()
            .map(value -> value.decisionsPerMonth().orElse(Double.POSITIVE_INFINITY))
            .orElse(Double.POSITIVE_INFINITY);
    double labels = decisions * Durations.shareOfMonth(retraining.every());
    if (labels < retraining.newLabels()) {
      against(
          "value.decisions_per_month",
          "retraining.new_labels",
          "each training wants %s new labels, but in %s there are %s decisions"
              .formatted(
                  Plural.grouped(retraining.newLabels()),
                  Exactly.duration(retraining.every()),
                  Words.rounded(labels)));
    }
  }

  private void saidAndNotNeeded() {
    for (NotNeeded none : design.notNeeded().toList()) {
      boolean said =
          none.topic().equals("value")
              ? design.value().isPresent()
              : design.requirements().stream()
                  .anyMatch(
                      other -> other.topic().equals(none.topic()) && !(other instanceof NotNeeded));
      if (said) {
        against(
            path(none.topic()),
            "not_needed",
            "%s is said, and said not to be needed (%s)".formatted(none.topic(), none.reason()));
      }
    }
  }

  private static String path(String topic) {
    return List.of("value", "rollout", "retraining").contains(topic)
        ? topic
        : "requirements." + topic;
  }
}
