package dev.mlops.design;

import dev.mlops.design.DesignFinding.Gap;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** What a design has to say, each with the question and what the answer is needed for. */
final class Completeness {
  private final ProjectDesign design;
  private final List<Gap> gaps = new ArrayList<>();

  Completeness(ProjectDesign design) {
    this.design = design;
  }

  List<Gap> gaps() {
    ask(
        design.task().isEmpty(),
        "task",
        "What does the model predict?",
        "The metrics that can be measured follow from it.");
    problem();
    team();
    value();
    targets();
    requirements();
    data();
    return gaps;
  }

  private void ask(boolean open, String field, String question, String why) {
    if (open) {
      gaps.add(new Gap(field, question, why));
    }
  }

  private void problem() {
    ask(
        design.question().isEmpty(),
        "problem.question",
        "Which question does the model answer?",
        "Without it nobody can tell whether the labels are the right ones.");
    ask(
        design.decision().isEmpty(),
        "problem.decision",
        "What is done differently because of a prediction?",
        "A prediction that changes no decision is worth nothing.");
    ask(
        design.users().isEmpty(),
        "problem.users",
        "Who uses the predictions?",
        "How they are shown and explained depends on it.");
    ask(
        design.entity().isEmpty(),
        "problem.entity",
        "What is a prediction about?",
        "Features and labels are joined by it.");
    boolean ahead = design.task().filter(Task.Forecasting.class::isInstance).isPresent();
    ask(
        ahead && design.horizon().isEmpty(),
        "problem.horizon",
        "How far ahead does the forecast look?",
        "No feature may come from within that time.");
    ask(
        design.labelDelay().isEmpty(),
        "problem.label_delay",
        "How long after a prediction is its label known?",
        "Until then nobody can measure the model in use.");
  }

  private void team() {
    ask(
        design.people(Role.BUSINESS_STAKEHOLDER).isEmpty(),
        "team",
        "Who is the business stakeholder?",
        "Somebody has to judge the first results and the outcome, and to pay.");
    for (Phase phase : Phase.values()) {
      ask(
          !design.team().isEmpty() && design.roles(phase).stream().noneMatch(Role::isTechnical),
          "team",
          "Who does the technical work in the phase " + phase + "?",
          "Work that nobody has is not done.");
    }
  }

  private void value() {
    if (design.isNotNeeded("value")) {
      return;
    }
    Optional<ValueModel> value = design.value();
    ask(
        value.isEmpty(),
        "value",
        "What is the model worth, in money or time?",
        "Whether it pays, and from which probability on one should act, follows from it.");
    value.stream()
        .flatMap(model -> model.missing().stream())
        .forEach(
            part ->
                ask(
                    true,
                    "value." + (isExpected(part) ? "expected." : "") + part,
                    "How much is " + part.replace('_', ' ') + "?",
                    "There is no estimate of the value without it."));
  }

  private static boolean isExpected(String part) {
    return ValueModel.EXPECTED_OF_DECISIONS.stream().anyMatch(each -> each.key().equals(part))
        || ValueModel.EXPECTED_OF_ERRORS.stream().anyMatch(each -> each.key().equals(part));
  }

  private void targets() {
    ask(
        design.targets().isEmpty(),
        "targets",
        "Which metric has to reach which value?",
        "A model without a target can be neither good nor bad.");
    for (Target target : design.targets()) {
      ask(
          target.least().isEmpty() && target.greatest().isEmpty(),
          "targets." + target.id(),
          "Which value has " + target.metric() + " to reach?",
          "A target without a limit is always reached.");
    }
    ask(
        !design.targets().isEmpty()
            && design.targets().stream()
                .noneMatch(
                    target -> target.role().filter(Role.BUSINESS_STAKEHOLDER::equals).isPresent()),
        "targets",
        "By which number does the business stakeholder judge the model?",
        "A metric of data scientists alone does not say whether the project is worth it.");
    ask(
        design.targets().size() > 1 && design.alignment().isEmpty(),
        "alignment",
        "Which target decides if they disagree?",
        "A model can be better by one metric and worse by another.");
  }

  private void requirements() {
    topic(
        "frequency",
        "requirements.",
        "How often are predictions asked for?",
        "Fewer than that means that something is broken.");
    topic(
        "latency",
        "requirements.",
        "How fast must a prediction be?",
        "It decides which models are possible.");
    topic(
        "explanation",
        "requirements.",
        "Who has to understand why a prediction is as it is?",
        "It decides which models are possible.");
    topic(
        "transparency",
        "requirements.",
        "What is laid open about the model, and to whom?",
        "People who are judged by a model can ask for it.");
    topic(
        "compliance",
        "requirements.",
        "Which rules and laws is the project under?",
        "They say what is recorded and who approves.");
    topic(
        "fairness",
        "requirements.",
        "Between which groups may the model not differ?",
        "A good mean can hide a group for which the model is bad.");
    topic(
        "forbidden_features",
        "requirements.",
        "Which columns must not be used?",
        "A column that is used once is hard to take out again.");
    topic(
        "rollout",
        "",
        "In which steps does a new version take over?",
        "A bad version should reach few before it is seen.");
    topic(
        "retraining",
        "",
        "How often is the model trained again?",
        "It grows old while nobody looks.");
  }

  private void topic(String topic, String path, String question, String why) {
    boolean said =
        design.requirements().stream().anyMatch(requirement -> requirement.topic().equals(topic));
    ask(!said, path + topic, question, why);
  }

  private void data() {
    ask(design.data().isEmpty(), "data", "Which data is there?", "Without data there is no model.");
    ask(
        !design.data().isEmpty() && design.data().stream().noneMatch(DataNeed::hasLabels),
        "data",
        "Which source has the labels?",
        "Without labels there is nothing to learn from and to measure by.");
    design.data().forEach(this::source);
  }

  private void source(DataNeed need) {
    String field = "data." + need.source() + ".";
    ask(
        need.columns().isEmpty(),
        field + "columns",
        "Which of its columns are used?",
        "What is used is checked, watched and explained.");
    ask(
        need.rows().isEmpty(),
        field + "rows",
        "How many rows are there to learn from?",
        "Few rows allow simple models only.");
    share(field + "accuracy", "right", need.accuracy());
    share(field + "completeness", "there", need.completeness());
    share(field + "consistency", "in agreement with each other", need.consistency());
    ask(
        need.freshWithin().isEmpty(),
        field + "fresh_within",
        "How old may its newest rows be?",
        "A model that lives on old rows predicts the past.");
  }

  private void share(String field, String what, OptionalDouble share) {
    ask(
        share.isEmpty(),
        field,
        "Which share of it has to be " + what + "?",
        "A model is at most as good as its data.");
  }
}
