package dev.mlops.design;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.NotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProjectDesignYamlTest {
  private static final Path GOLDEN = Path.of("src/test/resources/dev/mlops/design/design-1.yaml");

  /** Written by version 1 of the form: it is read, and written again byte for byte. */
  @Test
  void the_golden_file_of_version_1_says_what_the_builder_says() throws IOException {
    ProjectDesign read = ProjectDesign.read(GOLDEN);
    assertThat(read).isEqualTo(Designs.full());
    assertThat(read.toYaml()).isEqualTo(Files.readString(GOLDEN));
    assertThat(read.digest()).isEqualTo(Designs.full().digest());
    assertThat(read.review().isReady()).as(read.review().sentence()).isTrue();
  }

  @Test
  void what_was_read_is_what_was_said() {
    ProjectDesign design = ProjectDesign.read(GOLDEN);
    assertThat(design.task()).contains(Task.binary());
    assertThat(design.horizon()).contains(Duration.ofDays(30));
    assertThat(design.people(Role.BUSINESS_STAKEHOLDER)).containsExactly("Ada");
    assertThat(design.roles(Phase.DEPLOYMENT))
        .containsExactly(Role.BUSINESS_STAKEHOLDER, Role.ML_ENGINEER);
    assertThat(design.primary().map(Target::id)).contains("kept");
    assertThat(design.proxies()).extracting(Target::id).containsExactly("ranking");
    assertThat(design.leastRankCorrelation()).hasValue(0.5);
    assertThat(design.requirements(Requirement.Latency.class))
        .containsExactly(
            new Requirement.Latency(0.5, Duration.ofMillis(5)),
            new Requirement.Latency(0.99, Duration.ofMillis(30)));
    assertThat(design.data()).extracting(DataNeed::source).containsExactly("crm", "notices");
    assertThat(design).hasToString("design 'churn', binary, " + design.digest().brief());
  }

  @Test
  void text_of_any_kind_is_read_as_it_was_written() {
    for (String text :
        List.of(
            "yes",
            "null",
            "~",
            "007",
            "a: b # c",
            "- x",
            "'quoted'",
            "\"\\ back",
            "two\nlines\tx",
            "emoji 😀 and é",
            "\u2028\u0085\u0001",
            "*alias &anchor !tag %x @y `z",
            "{a, [b]}",
            "x ",
            "a - b",
            "true",
            "=",
            "<<",
            "|",
            ">",
            "?")) {
      ProjectDesign design = ProjectDesign.builder("x").question(text).build();
      assertThat(ProjectDesign.parse(design.toYaml()).question()).contains(text);
      ProjectDesign users =
          ProjectDesign.builder("x").require(new Requirement.Transparency(text)).build();
      assertThat(ProjectDesign.parse(users.toYaml())).isEqualTo(users);
    }
  }

  @Test
  void a_key_without_a_value_is_not_said() {
    ProjectDesign design =
        ProjectDesign.parse(
            "design: 1\nname: x\ntask:\nproblem: {question: , users: [], entity: ~}");
    assertThat(design).isEqualTo(ProjectDesign.builder("x").build());
    assertThat(design.toYaml()).isEqualTo("design: 1\nname: x\n");
  }

  @Test
  void a_task_of_classes_keeps_them() {
    ProjectDesign design = ProjectDesign.builder("x").task(Task.classes(2, 0, 1.5)).build();
    assertThat(design.toYaml()).endsWith("task:\n  classes: [0, 1.5, 2]\n");
    assertThat(ProjectDesign.parse(design.toYaml())).isEqualTo(design);
  }

  @Nested
  class Refuses {

    private static void refused(String yaml, String message) {
      assertThatThrownBy(() -> ProjectDesign.parse(yaml))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(message);
    }

    private static void refused(String yaml, int line, int column, String message) {
      refused(
          "design: 1\nname: x\n" + yaml,
          "design line " + line + ", column " + column + ": " + message);
    }

    @Test
    void an_unknown_key_with_the_nearest_known_one() {
      refused(
          "problem:\n  lable_delay: 45 d\n",
          4,
          3,
          "unknown key 'lable_delay' in problem; did you mean label_delay? known: question,"
              + " decision, users, entity, horizon, label_delay");
      refused(
          "targest: []",
          3,
          1,
          "unknown key 'targest'; did you mean targets? known: design, name, task, problem, team,"
              + " value, targets, alignment, requirements, rollout, retraining, not_needed, data");
    }

    @Test
    void an_unknown_metric_unit_role_task_and_topic() {
      assertThatThrownBy(
              () -> ProjectDesign.parse("design: 1\nname: x\ntargets:\n  - metric: roc_acu\n"))
          .hasMessageStartingWith(
              "design line 4, column 13: unknown metric 'roc_acu'; did you mean roc_auc? known:");
      refused(
          "problem: {horizon: 30 days}",
          3,
          20,
          "unknown unit 'days' in '30 days'; did you mean d? known: y, d, h, min, s, ms");
      refused(
          "problem: {horizon: 1 month}",
          3,
          20,
          "unknown unit 'month' in '1 month'; known: y, d, h, min, s, ms");
      refused(
          "problem: {horizon: soon}",
          3,
          20,
          "'soon' is no duration; write a whole number and a unit, such as 30 ms or 45 d");
      refused(
          "team: [{role: data-scientits, person: Bo}]",
          3,
          15,
          "unknown role 'data-scientits'; did you mean data_scientist? known:"
              + " business_stakeholder, subject_matter_expert, data_engineer, data_scientist,"
              + " software_engineer, ml_engineer, backend_engineer");
      refused(
          "task: regresion",
          3,
          7,
          "unknown task 'regresion'; did you mean regression? known: binary, regression,"
              + " forecasting, classes, written as {classes: [0, 1, 2]}");
      refused(
          "not_needed: [{topic: latancy, reason: batch}]",
          3,
          14,
          "unknown topic 'latancy'; did you mean latency? known: value, frequency, latency,"
              + " explanation, transparency, compliance, fairness, forbidden_features, rollout,"
              + " retraining");
    }

    @Test
    void a_key_said_twice() {
      refused("name: y", 3, 1, "the key 'name' is said twice, before in line 2, column 1");
    }

    @Test
    void a_value_of_another_kind() {
      refused("problem: churn", 3, 10, "problem must be made of keys with values, not 'churn'");
      refused("targets: {metric: x}", 3, 10, "targets must be a list, not keys with values");
      refused(
          "value: {kind: decisions, unit: EUR, build_cost: \"3\"}",
          3,
          49,
          "value.build_cost must be a finite number, not '3'");
      refused(
          "value: {kind: decisions, unit: EUR, build_cost: .inf}",
          3,
          49,
          "value.build_cost must be a finite number, not '.inf'");
      refused(
          "data: [{source: crm, labels: yes}]",
          3,
          30,
          "data[0].labels must be true or false, not 'yes'");
      refused(
          "requirements: {latency: [{quantile: 0.99}]}",
          3,
          26,
          "requirements.latency[0].at_most is missing");
      refused(
          "retraining: {every: 1 d, new_labels: 2.5}",
          3,
          38,
          "retraining.new_labels must be a whole number of at most 16 digits, not 2.5");
    }

    @Test
    void a_value_out_of_range_where_it_stands() {
      refused(
          "targets: [{metric: accuracy, at_least: 82}]",
          3,
          40,
          "accuracy at least 82: the limit must lie between 0 and 1, both excluded");
      refused(
          "data: [{source: crm, accuracy: 98}]", 3, 32, "accuracy must lie between 0 and 1: 98");
      refused(
          "rollout: {shares: [0.5, 0.1], hold: 1 d}",
          3,
          10,
          "shares must rise, above 0 and at most 1: [0.5, 0.1]");
      refused(
          "targets: [{metric: mae, at_most: 2}]\nalignment: {primary: mea, least_rank_correlation: 0}",
          4,
          12,
          "the alignment names the target 'mea'; did you mean mae? the targets are [mae]");
    }

    @Test
    void another_version_and_none() {
      assertThatThrownBy(() -> ProjectDesign.parse("design: 2\nname: x"))
          .isInstanceOf(NewerFormException.class)
          .hasMessage(
              "cannot read design line 1, column 9: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
      refused("name: x", "design line 1, column 1: design is missing");
      refused("", "design is empty; a design begins with 'design: 1'");
      refused(
          "- 1", "design line 1, column 1: a design is made of keys with values, not of a list");
    }

    @Test
    void text_that_would_grow_or_ask_for_a_class() {
      refused(
          "task: &a binary",
          3,
          7,
          "an anchor (&) is not allowed in a design; write the value twice");
      refused("task: *a", 3, 7, "an alias (*) is not allowed in a design; write the value again");
      refused(
          "task: !!javax.script.ScriptEngineManager [x]",
          3,
          7,
          "a tag (!) is not allowed in a design: tag:yaml.org,2002:javax.script.ScriptEng...");
      refused("? [a]\n: b", 3, 3, "a key must be a text, not a list");
      refused("---\ndesign: 1", 3, 1, "a second document; a file holds one design");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[", "{a: ", "- "})
    void nesting_without_end(String open) {
      assertThatThrownBy(() -> ProjectDesign.parse("design: 1\nname: " + open.repeat(100_000)))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("design line 2, column ");
    }

    @ParameterizedTest
    @CsvSource({"10_000_000", "1_048_577"})
    void more_than_a_mebibyte(String length, @TempDir Path directory) throws IOException {
      String large = "x".repeat(Integer.parseInt(length.replace("_", "")));
      refused(large, "design is longer than a design may be: 1,048,576 characters");
      Path file = Files.writeString(directory.resolve("large.yaml"), large);
      assertThatThrownBy(() -> ProjectDesign.read(file))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(file + " is longer than a design may be: 1,048,576 characters");
    }

    @Test
    void what_is_no_yaml() {
      assertThatThrownBy(() -> ProjectDesign.parse("design: 1\n\tname: x"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("design line 2, column 1: no YAML: ");
      assertThatThrownBy(() -> ProjectDesign.parse("design: 1\nname: [x"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("design line 2, column ");
      assertThatThrownBy(() -> ProjectDesign.parse("design: 1\nname: \u0000"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("design must not hold the NUL character, which PostgreSQL cannot keep");
      assertThatThrownBy(() -> ProjectDesign.parse("design: 1\nname: \u0007"))
          .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void a_file_that_is_none(@TempDir Path directory) throws IOException {
      Path absent = directory.resolve("absent.yaml");
      assertThatThrownBy(() -> ProjectDesign.read(absent))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("there is no design file " + absent);
      Path latin = directory.resolve("latin.yaml");
      Files.write(latin, "name: é".getBytes(StandardCharsets.ISO_8859_1));
      assertThatThrownBy(() -> ProjectDesign.read(latin))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(latin + " is not text in UTF-8");
    }
  }
}
