package dev.mlops.design;

import dev.mlops.design.Requirement.Compliance;
import dev.mlops.design.Requirement.Explanation;
import dev.mlops.design.Requirement.Fairness;
import dev.mlops.design.Requirement.ForbiddenFeature;
import dev.mlops.design.Requirement.Frequency;
import dev.mlops.design.Requirement.GradualRollout;
import dev.mlops.design.Requirement.Latency;
import dev.mlops.design.Requirement.NotNeeded;
import dev.mlops.design.Requirement.Retraining;
import dev.mlops.design.Requirement.Transparency;
import dev.mlops.error.Exactly;
import java.util.List;
import java.util.Locale;
import java.util.function.BiConsumer;

/** Writes a design as YAML, in the order in which {@link DesignYaml} names the fields. */
final class DesignText {
  private final ProjectDesign design;
  private final YamlWriter root = new YamlWriter();

  private DesignText(ProjectDesign design) {
    this.design = design;
  }

  static String write(ProjectDesign design) {
    return new DesignText(design).text();
  }

  private String text() {
    root.word("design", DesignYaml.VERSION);
    root.text("name", design.name());
    design.task().ifPresent(this::task);
    problem();
    list(root, "team", design.team(), DesignText::member);
    design.value().ifPresent(this::value);
    list(root, "targets", design.targets(), DesignText::target);
    design.alignment().ifPresent(this::alignment);
    requirements();
    operation();
    list(root, "data", design.data(), DesignText::data);
    return root.toString();
  }

  private static <T> void list(
      YamlWriter to, String key, List<T> values, BiConsumer<YamlWriter, T> writer) {
    if (!values.isEmpty()) {
      YamlWriter part = to.part(key);
      values.forEach(value -> writer.accept(part.item(), value));
    }
  }

  private void task(Task task) {
    if (task instanceof Task.Classes classes) {
      root.part("task").words("classes", classes.classes().stream().map(Exactly::typed).toList());
    } else {
      root.word("task", task);
    }
  }

  private void problem() {
    boolean said =
        design.question().isPresent()
            || design.decision().isPresent()
            || design.entity().isPresent()
            || design.horizon().isPresent()
            || design.labelDelay().isPresent()
            || !design.users().isEmpty();
    if (said) {
      YamlWriter problem = root.part("problem");
      problem.text("question", design.question());
      problem.text("decision", design.decision());
      problem.texts("users", design.users());
      problem.text("entity", design.entity());
      problem.duration("horizon", design.horizon());
      problem.duration("label_delay", design.labelDelay());
    }
  }

  private static void member(YamlWriter to, DesignBuilder.Member member) {
    to.word("role", member.role());
    to.text("person", member.person());
    to.words("phases", member.phases());
  }

  private void value(ValueModel model) {
    YamlWriter value = root.part("value");
    value.word(
        "kind",
        model.isOfDecisions() ? DesignYaml.ValueKind.DECISIONS : DesignYaml.ValueKind.ERRORS);
    value.text("unit", model.unit());
    List<ValueModel.Part> expected = model.expected();
    model.all().stream()
        .filter(part -> !expected.contains(part))
        .forEach(part -> value.number(part.key(), model.get(part)));
    if (expected.stream().anyMatch(part -> model.get(part).isPresent())) {
      YamlWriter inner = value.part("expected");
      expected.forEach(part -> inner.number(part.key(), model.get(part)));
    }
  }

  private static void target(YamlWriter to, Target target) {
    if (target.givenId().isPresent()) {
      to.text("id", target.givenId());
    }
    metric(to, target.metric());
    to.number("at_least", target.least());
    to.number("at_most", target.greatest());
    to.number("confidence", target.confidence());
    to.number("expected", target.expected());
    to.text("slice", target.slice());
    to.duration("within", target.within());
    target.role().ifPresent(role -> to.word("role", role));
  }

  private static void metric(YamlWriter to, Metric metric) {
    if (metric.isBuiltIn()) {
      to.word("metric", metric);
    } else {
      YamlWriter own = to.part("metric");
      own.text("name", metric.name());
      own.word("better", metric.direction().name().toLowerCase(Locale.ROOT));
      own.text("unit", metric.unit());
    }
  }

  private void alignment(DesignBuilder.Alignment alignment) {
    YamlWriter part = root.part("alignment");
    part.text("primary", alignment.primary());
    part.texts("proxies", alignment.proxies());
    part.number("least_rank_correlation", alignment.leastCorrelation());
  }

  private void requirements() {
    if (design.requirements().stream().allMatch(DesignText::isWrittenElsewhere)) {
      return;
    }
    YamlWriter part = root.part("requirements");
    for (Frequency frequency : design.requirements(Frequency.class)) {
      YamlWriter to = part.part("frequency");
      to.word("predictions", frequency.predictions());
      to.duration("every", frequency.every());
    }
    list(part, "latency", design.requirements(Latency.class), DesignText::latency);
    design.requirements(Explanation.class).forEach(each -> explanation(part, each));
    part.lines(
        "transparency",
        design.requirements(Transparency.class).stream().map(Transparency::disclosure).toList());
    list(part, "compliance", design.requirements(Compliance.class), DesignText::compliance);
    list(part, "fairness", design.requirements(Fairness.class), DesignText::fairness);
    list(
        part,
        "forbidden_features",
        design.requirements(ForbiddenFeature.class),
        DesignText::forbidden);
  }

  private static boolean isWrittenElsewhere(Requirement requirement) {
    return requirement instanceof GradualRollout
        || requirement instanceof Retraining
        || requirement instanceof NotNeeded;
  }

  private static void latency(YamlWriter to, Latency latency) {
    to.number("quantile", latency.quantile());
    to.duration("at_most", latency.atMost());
  }

  private static void explanation(YamlWriter part, Explanation explanation) {
    YamlWriter to = part.part("explanation");
    to.text("audience", explanation.audience());
    to.number("reasons", explanation.reasons());
    to.duration("within", explanation.within());
    to.word("on_request", explanation.onRequest());
  }

  private static void compliance(YamlWriter to, Compliance compliance) {
    to.text("rule", compliance.rule());
    to.duration("keep_records", compliance.keepRecords());
    to.number("approvals", compliance.approvals());
    to.words("approvers", compliance.approvers());
  }

  private static void fairness(YamlWriter to, Fairness fairness) {
    to.text("group", fairness.group());
    metric(to, fairness.metric());
    to.number("largest_difference", fairness.largestDifference());
  }

  private static void forbidden(YamlWriter to, ForbiddenFeature forbidden) {
    to.text("column", forbidden.column());
    to.text("reason", forbidden.reason());
  }

  private void operation() {
    for (GradualRollout rollout : design.requirements(GradualRollout.class)) {
      YamlWriter to = root.part("rollout");
      to.words("shares", rollout.shares().stream().map(Exactly::typed).toList());
      to.duration("hold", rollout.hold());
    }
    for (Retraining retraining : design.requirements(Retraining.class)) {
      YamlWriter to = root.part("retraining");
      to.duration("every", retraining.every());
      to.word("new_labels", retraining.newLabels());
    }
    list(root, "not_needed", design.notNeeded().toList(), DesignText::notNeeded);
  }

  private static void notNeeded(YamlWriter to, NotNeeded none) {
    to.word("topic", none.topic());
    to.text("reason", none.reason());
  }

  private static void data(YamlWriter to, DataNeed need) {
    to.text("source", need.source());
    if (need.hasLabels()) {
      to.word("labels", true);
    }
    to.texts("columns", need.columns());
    need.rows().ifPresent(rows -> to.word("rows", rows));
    to.number("accuracy", need.accuracy());
    to.number("completeness", need.completeness());
    to.number("consistency", need.consistency());
    to.duration("fresh_within", need.freshWithin());
  }
}
