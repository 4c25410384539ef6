package dev.mlops.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.mlops.design.DesignFinding.Contradiction;
import dev.mlops.design.DesignFinding.Gap;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DesignReviewTest {

  private static final String YAML = Designs.full().toYaml();

  private static DesignReview planted(String before, String after) {
    assertThat(YAML).contains(before);
    return ProjectDesign.parse(YAML.replace(before, after)).review();
  }

  @Test
  void a_full_design_is_ready() {
    DesignReview review = Designs.full().review();
    assertThat(review.gaps()).isEmpty();
    assertThat(review.contradictions()).isEmpty();
    assertThat(review.sentence()).isEqualTo("the design 'churn' is complete, and its fields agree");
    review.orThrow();
  }

  static Stream<Arguments> contradictions() {
    return Stream.of(
        arguments(
            "label_delay: 45 d",
            "label_delay: 20 d",
            "problem.horizon and problem.label_delay contradict each other: a prediction looks 30 days"
                + " ahead, so its label cannot be known after 20 days"),
        arguments(
            "on_request: true",
            "on_request: false",
            "requirements.latency and requirements.explanation.within contradict each other: 99 %"
                + " of predictions must take at most 30 milliseconds, but the explanation that comes with"
                + " each of them may take 200 milliseconds; make explanations on request, or faster"),
        arguments(
            "columns: [age, tenure, calls]",
            "columns: [age, gender]",
            "requirements.forbidden_features and data.crm.columns contradict each other: the column"
                + " 'gender' must not be used (the law), but it is among the columns that are"
                + " used"),
        arguments(
            "metric: recall\n    at_least",
            "metric: recall_2\n    at_least",
            "task and targets.recall_2 of age >= 65 contradict each other: recall_2 is a metric of"
                + " classes with 2, and the task is binary"),
        arguments(
            "metric: recall\n      largest_difference",
            "metric: rmse\n      largest_difference",
            "task and requirements.fairness contradict each other: rmse is a metric of regression"
                + " and forecasting, and the task is binary"),
        arguments(
            "decisions_per_month: 20000",
            "decisions_per_month: 500",
            "targets.ranking and value.decisions_per_month contradict each other: 'roc_auc at least"
                + " 0.8 at 95 % within 90 days' takes"),
        arguments(
            "within: 120 d",
            "within: 45 d",
            "targets.recall of age >= 65.within and problem.label_delay contradict each other: it is"
                + " to be proved within 45 days, but no label is known before 45 days"),
        arguments(
            "expected: 0.85",
            "expected: 0.79",
            "targets.ranking.expected and targets.ranking.at_least contradict each other: a value of"
                + " 0.79 is expected, which is not above the least acceptable one, 0.8"),
        arguments(
            "metric: roc_auc\n    at_least: 0.8",
            "metric: positive_rate\n    at_least: 0.8\n    at_most: 0.6",
            "targets.ranking.at_least and targets.ranking.at_most contradict each other: at least"
                + " 0.8 is not below at most 0.6"),
        arguments(
            "metric: roc_auc\n    at_least: 0.8",
            "metric: log_loss\n    at_most: 0.7",
            "targets.ranking.expected and targets.ranking.at_most contradict each other: a value of"
                + " 0.85 is expected, which is not below the greatest acceptable one, 0.7"),
        arguments(
            "predictions: 10\n",
            "predictions: 100\n",
            "value.decisions_per_month and requirements.frequency contradict each other: at least"
                + " 100 predictions every 1 hour are 73,050 a month, more than the 20,000 decisions"),
        arguments(
            "new_labels: 1000",
            "new_labels: 50000",
            "value.decisions_per_month and retraining.new_labels contradict each other: each"
                + " training wants 50,000 new labels, but in 30 days there are 19,713 decisions"),
        arguments(
            "  every: 30 d\n",
            "  every: 5 d\n",
            "retraining.every and data.notices.fresh_within contradict each other: the model is"
                + " trained every 5 days, but new labels may come every 7 days only"),
        arguments(
            "approvals: 2",
            "approvals: 3",
            "team and requirements.compliance contradict each other: 'data protection' asks for 3"
                + " approvals of [business_stakeholder, ml_engineer], but the team has 2 of them"),
        arguments(
            "run_cost_per_month: 400",
            "run_cost_per_month: 40000",
            "value.run_cost_per_month and value.expected contradict each other: with what is"
                + " expected of it, the model brings -10,400 EUR a month after its running cost,"
                + " against doing without it"),
        arguments(
            "precision: 0.3",
            "precision: 0.01",
            "value.expected.precision and value.expected.recall contradict each other: a precision"
                + " of 0.01 at a recall of 0.6 and a positive rate of 0.08 is not possible: it"
                + " would take more negatives than there are"),
        arguments(
            "task: binary",
            "task: regression",
            "task and value.kind contradict each other: the value of decisions is that of a binary"
                + " task, and the task is regression"),
        arguments(
            "rollout:",
            "not_needed: [{topic: rollout, reason: batch}]\nrollout:",
            "rollout and not_needed contradict each other: rollout is said, and said not to be"
                + " needed (batch)"));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void names_both_fields_of_a_contradiction(String before, String after, String sentence) {
    DesignReview review = planted(before, after);
    assertThat(review.isReady()).isFalse();
    assertThat(review.contradictions())
        .extracting(Contradiction::sentence)
        .anySatisfy(found -> assertThat(found).startsWith(sentence));
    assertThatThrownBy(review::orThrow).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void accuracy_cannot_be_above_that_of_the_labels() {
    ProjectDesign design =
        ProjectDesign.builder("x")
            .task(Task.binary())
            .target(Target.of(Metric.ACCURACY).atLeast(0.97))
            .data(DataNeed.from("notices").withLabels().accuracy(0.95))
            .build();
    assertThat(design.review().contradictions())
        .extracting(Contradiction::sentence)
        .containsExactly(
            "targets.accuracy and data.notices.accuracy contradict each other: an accuracy of 97 %"
                + " is asked for, but only 95 % of the labels are right: a model that is always"
                + " right agrees with no more of them");
  }

  /**
   * 1,000 a month, 5 % positive, two months of labels: 99 positives; 149 prove 0.98 at the best.
   */
  @Test
  void too_few_positives_cannot_prove_a_recall() {
    ProjectDesign design =
        ProjectDesign.builder("x")
            .task(Task.binary())
            .labelDelay(Duration.ofDays(30))
            .value(
                ValueModel.ofDecisions("EUR")
                    .decisionsPerMonth(1_000)
                    .expecting(0.05, 0.5, 0.5, 10))
            .target(Target.of(Metric.RECALL).atLeast(0.98).within(Duration.ofDays(90)))
            .build();
    assertThat(design.review().contradictions())
        .extracting(Contradiction::sentence)
        .containsExactly(
            "targets.recall and value.decisions_per_month contradict each other: 'recall at least"
                + " 0.98 at 95 % within 90 days' takes 183 labelled positives even if there is no"
                + " error, but 1,000 decisions a month give 98 in the 60 days in which labels come");
  }

  @Test
  void an_empty_design_is_all_questions() {
    DesignReview review = ProjectDesign.builder("new").build().review();
    assertThat(review.contradictions()).isEmpty();
    assertThat(review.gaps())
        .extracting(Gap::field)
        .containsExactly(
            "task",
            "problem.question",
            "problem.decision",
            "problem.users",
            "problem.entity",
            "problem.label_delay",
            "team",
            "value",
            "targets",
            "requirements.frequency",
            "requirements.latency",
            "requirements.explanation",
            "requirements.transparency",
            "requirements.compliance",
            "requirements.fairness",
            "requirements.forbidden_features",
            "rollout",
            "retraining",
            "data");
    assertThat(review.sentence())
        .isEqualTo(
            "the design 'new' is not ready: 0 contradictions, 19 gaps; first: task is missing: What"
                + " does the model predict? The metrics that can be measured follow from it.");
  }

  /** Every line that a full design loses is missed, or is an option. */
  @ParameterizedTest
  @CsvSource({
    "'task: binary\n', task",
    "'  users: [call centre agents]\n', problem.users",
    "'  label_delay: 45 d\n', problem.label_delay",
    "'  true_positive: 40\n', value.true_positive",
    "'    rows: 500\n', value.expected.rows",
    "'    at_least: 0.8\n', targets.ranking",
    "'    role: business_stakeholder\nalignment', targets",
    "'    completeness: 0.97\n', data.crm.completeness",
    "'    fresh_within: 36 h\n', data.crm.fresh_within",
    "'    labels: true\n', data"
  })
  void what_is_taken_out_is_missed(String line, String field) {
    DesignReview review = planted(line, line.endsWith("alignment") ? "alignment" : "");
    assertThat(review.gaps()).extracting(Gap::field).containsExactly(field);
  }

  @Test
  void what_is_said_not_to_be_needed_is_no_gap() {
    ProjectDesign design =
        ProjectDesign.builder("x")
            .require(new Requirement.NotNeeded("latency", "scored in a batch"))
            .require(new Requirement.NotNeeded("value", "a study"))
            .build();
    assertThat(design.review().gaps())
        .extracting(Gap::field)
        .doesNotContain("requirements.latency", "value")
        .contains("requirements.frequency");
  }

  @Test
  void a_forecast_says_how_far_it_looks() {
    assertThat(ProjectDesign.builder("x").task(Task.forecasting()).build().review().gaps())
        .extracting(Gap::field)
        .contains("problem.horizon");
  }

  @Test
  void templates_lack_only_what_the_project_knows() {
    assertThat(gaps("churn"))
        .containsExactly(
            "problem.decision",
            "problem.users",
            "team",
            "value.true_positive",
            "value.false_positive",
            "value.false_negative",
            "value.decisions_per_month",
            "value.build_cost",
            "value.run_cost_per_month",
            "value.expected.positive_rate",
            "targets.kept",
            "requirements.frequency",
            "requirements.transparency",
            "requirements.compliance",
            "requirements.fairness",
            "requirements.forbidden_features",
            "data");
    assertThat(gaps("classification")).contains("problem.question", "requirements.latency");
    assertThat(gaps("forecasting")).contains("problem.horizon", "targets.error");
    assertThat(gaps("regression")).doesNotContain("problem.horizon").contains("targets.bias");
  }

  private static List<String> gaps(String template) {
    DesignReview review = ProjectDesign.template(template).review();
    assertThat(review.contradictions()).isEmpty();
    return review.gaps().stream().map(Gap::field).toList();
  }

  @Test
  void an_unknown_template_gets_the_nearest_known_one() {
    assertThat(ProjectDesign.templates()).hasSize(4).isSorted();
    assertThatThrownBy(() -> ProjectDesign.template("chrun"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "there is no template 'chrun'; did you mean churn? there are churn, classification,"
                + " forecasting, regression");
  }
}
