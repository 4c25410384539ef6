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
import dev.mlops.design.ValueModel.Part;
import dev.mlops.error.NewerFormException;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Reads a design from YAML; {@link DesignText} writes it. */
final class DesignYaml {
  /** The version of the form. */
  static final int VERSION = 1;

  private final YamlFields root;
  private final DesignBuilder builder;

  private DesignYaml(YamlFields root, DesignBuilder builder) {
    this.root = root;
    this.builder = builder;
  }

  static ProjectDesign read(String yaml, String source) {
    YamlFields root =
        new YamlFields(
            YamlParser.parse(yaml, source),
            source,
            "",
            List.of(
                "design",
                "name",
                "task",
                "problem",
                "team",
                "value",
                "targets",
                "alignment",
                "requirements",
                "rollout",
                "retraining",
                "not_needed",
                "data"));
    NewerFormException.requireKnown(root.position("design"), root.needCount("design"), VERSION);
    String name = root.needText("name");
    return new DesignYaml(root, root.at("name", () -> new DesignBuilder(name))).design();
  }

  private ProjectDesign design() {
    task();
    problem();
    root.parts("team", "role", "person", "phases").forEach(this::member);
    value();
    root.parts(
            "targets",
            "id",
            "metric",
            "at_least",
            "at_most",
            "confidence",
            "expected",
            "slice",
            "within",
            "role")
        .forEach(this::target);
    alignment();
    requirements();
    operation();
    root.parts(
            "data",
            "source",
            "labels",
            "columns",
            "rows",
            "accuracy",
            "completeness",
            "consistency",
            "fresh_within")
        .forEach(this::data);
    return root.at("alignment", builder::build);
  }

  private void task() {
    YamlFields classes = root.isMapping("task") ? root.fields("task", "classes") : null;
    if (classes != null) {
      double[] numbers =
          classes.numbers("classes").stream().mapToDouble(Double::doubleValue).toArray();
      root.at("task", () -> builder.task(Task.classes(numbers)));
    } else if (root.has("task")) {
      builder.task(named(root.needText("task")));
    }
  }

  private Task named(String text) {
    List<Task> tasks = List.of(Task.binary(), Task.regression(), Task.forecasting());
    List<String> names =
        Stream.concat(tasks.stream().map(Task::toString), Stream.of("classes")).toList();
    return tasks.stream()
        .filter(task -> task.toString().equals(text))
        .findFirst()
        .orElseThrow(
            () ->
                root.refused(
                    "task",
                    "unknown task '%s'%sknown: %s, written as {classes: [0, 1, 2]}"
                        .formatted(
                            Words.shown(text),
                            Words.didYouMean(text, names),
                            String.join(", ", names))));
  }

  private void problem() {
    YamlFields problem =
        root.fields("problem", "question", "decision", "users", "entity", "horizon", "label_delay");
    if (problem == null) {
      return;
    }
    problem.ifSaid("question", problem::text, builder::question);
    problem.ifSaid("decision", problem::text, builder::decision);
    problem.ifSaid("users", problem::texts, users -> builder.users(users.toArray(new String[0])));
    problem.ifSaid("entity", problem::text, builder::entity);
    problem.ifSaid("horizon", problem::duration, builder::horizon);
    problem.ifSaid("label_delay", problem::duration, builder::labelDelay);
  }

  private void member(YamlFields member) {
    Role role = member.choice("role", Role.values());
    String person = member.needText("person");
    Phase[] phases = member.choices("phases", Phase.values()).toArray(new Phase[0]);
    member.here(() -> builder.member(role, person, phases));
  }

  private void value() {
    YamlFields value =
        root.fields(
            "value",
            Stream.concat(
                    Stream.of("kind", "unit", "expected"),
                    Stream.of(ValueModel.OF_DECISIONS, ValueModel.OF_ERRORS, ValueModel.OF_ALL)
                        .flatMap(List::stream)
                        .map(Part::key))
                .toArray(String[]::new));
    if (value == null) {
      return;
    }
    YamlFields expected =
        value.fields(
            "expected",
            Stream.of(ValueModel.EXPECTED_OF_DECISIONS, ValueModel.EXPECTED_OF_ERRORS)
                .flatMap(List::stream)
                .map(Part::key)
                .distinct()
                .toArray(String[]::new));
    String unit = value.needText("unit");
    ValueKind kind = value.choice("kind", ValueKind.values());
    ValueModel model =
        value.at(
            "unit",
            () ->
                kind == ValueKind.ERRORS
                    ? ValueModel.ofErrors(unit)
                    : ValueModel.ofDecisions(unit));
    for (Part part : Part.values()) {
      model = with(model, part, value);
      model = with(model, part, expected);
    }
    builder.value(model);
  }

  private static ValueModel with(ValueModel model, Part part, @Nullable YamlFields fields) {
    if (fields == null || !fields.has(part.key())) {
      return model;
    }
    double number = fields.needNumber(part.key());
    return fields.at(part.key(), () -> model.with(part, number));
  }

  private void target(YamlFields fields) {
    Target[] target = {fields.here(() -> Target.of(metric(fields)))};
    fields.ifSaid("id", fields::text, id -> target[0] = target[0].named(id));
    fields.ifSaid("at_least", fields::number, least -> target[0] = target[0].atLeast(least));
    fields.ifSaid("at_most", fields::number, most -> target[0] = target[0].atMost(most));
    fields.ifSaid("confidence", fields::number, sure -> target[0] = target[0].confidence(sure));
    fields.ifSaid("expected", fields::number, hope -> target[0] = target[0].expecting(hope));
    fields.ifSaid("slice", fields::text, slice -> target[0] = target[0].slice(slice));
    fields.ifSaid("within", fields::duration, time -> target[0] = target[0].within(time));
    if (fields.has("role")) {
      target[0] = target[0].role(fields.choice("role", Role.values()));
    }
    fields.here(() -> builder.target(target[0]));
  }

  private static Metric metric(YamlFields fields) {
    if (!fields.isMapping("metric")) {
      String name = fields.needText("metric");
      return fields.at("metric", () -> Metric.get(name));
    }
    YamlFields own = fields.fields("metric", "name", "better", "unit");
    if (own == null) {
      throw new IllegalArgumentException("metric is missing");
    }
    String name = own.needText("name");
    String unit = own.needText("unit");
    Better better = own.choice("better", Better.values());
    return own.here(() -> Metric.named(name, better.direction, unit));
  }

  /** Kinds of value as they are written. */
  enum ValueKind {
    DECISIONS,
    ERRORS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** Directions as they are written. */
  enum Better {
    HIGHER(Metric.Direction.HIGHER),
    LOWER(Metric.Direction.LOWER),
    NEITHER(Metric.Direction.NEITHER);

    private final Metric.Direction direction;

    Better(Metric.Direction direction) {
      this.direction = direction;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  private void alignment() {
    YamlFields fields = root.fields("alignment", "primary", "proxies", "least_rank_correlation");
    if (fields != null) {
      String primary = fields.needText("primary");
      double least = fields.needNumber("least_rank_correlation");
      String[] proxies = fields.texts("proxies").toArray(new String[0]);
      fields.here(() -> builder.alignment(primary, least, proxies));
    }
  }

  private void requirements() {
    YamlFields fields =
        root.fields(
            "requirements",
            "frequency",
            "latency",
            "explanation",
            "transparency",
            "compliance",
            "fairness",
            "forbidden_features");
    if (fields == null) {
      return;
    }
    one(
        fields.fields("frequency", "predictions", "every"),
        part -> new Frequency(part.needCount("predictions"), part.needDuration("every")));
    each(
        fields.parts("latency", "quantile", "at_most"),
        part -> new Latency(part.needNumber("quantile"), part.needDuration("at_most")));
    one(
        fields.fields("explanation", "audience", "reasons", "within", "on_request"),
        part ->
            new Explanation(
                part.needText("audience"),
                part.needSmallCount("reasons"),
                part.needDuration("within"),
                part.flag("on_request")));
    fields.texts("transparency").forEach(text -> require(fields, () -> new Transparency(text)));
    each(
        fields.parts("compliance", "rule", "keep_records", "approvals", "approvers"),
        part ->
            new Compliance(
                part.needText("rule"),
                part.needDuration("keep_records"),
                part.needSmallCount("approvals"),
                part.choices("approvers", Role.values())));
    each(
        fields.parts("fairness", "group", "metric", "largest_difference"),
        part ->
            new Fairness(
                part.needText("group"), metric(part), part.needNumber("largest_difference")));
    each(
        fields.parts("forbidden_features", "column", "reason"),
        part -> new ForbiddenFeature(part.needText("column"), part.needText("reason")));
  }

  private void operation() {
    one(
        root.fields("rollout", "shares", "hold"),
        part -> new GradualRollout(part.numbers("shares"), part.needDuration("hold")));
    one(
        root.fields("retraining", "every", "new_labels"),
        part -> new Retraining(part.needDuration("every"), part.needCount("new_labels")));
    each(
        root.parts("not_needed", "topic", "reason"),
        part -> new NotNeeded(part.needText("topic"), part.needText("reason")));
  }

  private interface Maker {
    Requirement make(YamlFields part);
  }

  private void one(@Nullable YamlFields part, Maker maker) {
    if (part != null) {
      require(part, () -> maker.make(part));
    }
  }

  private void each(List<YamlFields> parts, Maker maker) {
    parts.forEach(part -> require(part, () -> maker.make(part)));
  }

  private void require(YamlFields place, Supplier<Requirement> maker) {
    place.here(() -> builder.require(maker.get()));
  }

  private void data(YamlFields fields) {
    String source = fields.needText("source");
    DataNeed[] need = {fields.at("source", () -> DataNeed.from(source))};
    if (fields.flag("labels")) {
      need[0] = need[0].withLabels();
    }
    List<String> columns = fields.texts("columns");
    if (!columns.isEmpty()) {
      need[0] = fields.at("columns", () -> need[0].columns(columns));
    }
    fields.ifSaid("rows", fields::count, rows -> need[0] = need[0].rows(rows));
    fields.ifSaid("accuracy", fields::number, share -> need[0] = need[0].accuracy(share));
    fields.ifSaid("completeness", fields::number, share -> need[0] = need[0].completeness(share));
    fields.ifSaid("consistency", fields::number, share -> need[0] = need[0].consistency(share));
    fields.ifSaid("fresh_within", fields::duration, age -> need[0] = need[0].freshWithin(age));
    fields.here(() -> builder.data(need[0]));
  }
}
