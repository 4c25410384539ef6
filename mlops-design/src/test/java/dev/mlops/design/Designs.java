package dev.mlops.design;

import java.time.Duration;
import java.util.List;

/** A design in which everything is said and nothing contradicts. */
final class Designs {
  private Designs() {}

  static ProjectDesign full() {
    return builder().build();
  }

  static DesignBuilder builder() {
    return withoutTargets()
        .target(
            Target.of(Metric.ROC_AUC)
                .named("ranking")
                .atLeast(0.8)
                .expecting(0.85)
                .within(Duration.ofDays(90))
                .role(Role.DATA_SCIENTIST))
        .target(
            Target.of(Metric.RECALL)
                .atLeast(0.5)
                .confidence(0.9)
                .slice("age >= 65")
                .within(Duration.ofDays(120)))
        .target(
            Target.of(Metric.named("kept", Metric.Direction.HIGHER, "EUR per month"))
                .atLeast(8_000)
                .role(Role.BUSINESS_STAKEHOLDER))
        .alignment("kept", 0.5, "ranking");
  }

  static DesignBuilder withoutTargets() {
    return ProjectDesign.builder("churn")
        .task(Task.binary())
        .question("Which customers will leave within 30 days?")
        .decision("The call centre calls the 500 most likely to leave: \"stay\" offers")
        .users("call centre agents")
        .entity("customer")
        .horizon(Duration.ofDays(30))
        .labelDelay(Duration.ofDays(45))
        .member(Role.BUSINESS_STAKEHOLDER, "Ada", Phase.DESIGN, Phase.DEPLOYMENT)
        .member(Role.DATA_SCIENTIST, "Bo", Phase.DESIGN, Phase.DEVELOPMENT)
        .member(Role.ML_ENGINEER, "Cy", Phase.DEVELOPMENT, Phase.DEPLOYMENT)
        .value(
            ValueModel.ofDecisions("EUR")
                .truePositive(40)
                .falsePositive(-5)
                .falseNegative(-40)
                .trueNegative(0)
                .decisionsPerMonth(20_000)
                .buildCost(30_000)
                .runCostPerMonth(400)
                .expecting(0.08, 0.6, 0.3, 500))
        .require(
            new Requirement.Frequency(10, Duration.ofHours(1)),
            new Requirement.Latency(0.5, Duration.ofMillis(5)),
            new Requirement.Latency(0.99, Duration.ofMillis(30)),
            new Requirement.Explanation("call centre agents", 3, Duration.ofMillis(200), true),
            new Requirement.Transparency("customers are told that a model chose them"),
            new Requirement.Compliance(
                "data protection",
                Duration.ofDays(180),
                2,
                List.of(Role.BUSINESS_STAKEHOLDER, Role.ML_ENGINEER)),
            new Requirement.Fairness("age_band", Metric.RECALL, 0.1),
            new Requirement.ForbiddenFeature("gender", "the law"),
            new Requirement.GradualRollout(List.of(0.01, 0.1, 1.0), Duration.ofDays(1)),
            new Requirement.Retraining(Duration.ofDays(30), 1_000))
        .data(
            DataNeed.from("crm")
                .columns("age", "tenure", "calls")
                .rows(50_000)
                .accuracy(0.98)
                .completeness(0.97)
                .consistency(0.99)
                .freshWithin(Duration.ofHours(36)))
        .data(
            DataNeed.from("notices")
                .withLabels()
                .columns("customer", "left")
                .rows(50_000)
                .accuracy(0.995)
                .completeness(1)
                .consistency(1)
                .freshWithin(Duration.ofDays(7)));
  }
}
