package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.design.Metric;
import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftReport;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.journal.Verification;
import dev.mlops.quality.DataQuality;
import dev.mlops.quality.QualityReport;
import dev.mlops.retraining.Decision.Guard;
import dev.mlops.stats.Interval;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class RetrainingPolicyTest {

  private static final Instant START = Instant.parse("2001-07-01T00:00:00Z");

  private final TestClock clock = TestClock.at(START);
  private Database database;
  private Workspace workspace;

  private final RetrainingPolicy policy =
      RetrainingPolicy.builder("flights")
          .triggeredBy(
              Trigger.performanceBelow(Metric.ROC_AUC, 0.70, 0.95)
                  .or(Trigger.drift().and(Trigger.performanceBelow(Metric.ROC_AUC, 0.75, 0.95))))
          .cooldown(Duration.ofDays(7))
          .newLabels(500)
          .build();

  @BeforeEach
  void open() {
    database = TestDatabases.h2InMemory();
    workspace =
        Workspace.builder()
            .database(database)
            .artifactStore(ArtifactStore.inMemory())
            .clock(clock)
            .project("delays")
            .open();
  }

  @AfterEach
  void close() {
    workspace.close();
    database.close();
  }

  private static Digest digest(String text) {
    return Digest.of(text.getBytes(StandardCharsets.UTF_8));
  }

  private static Evidence.Builder auc(double lower, double upper) {
    Interval interval = new Interval(lower, (lower + upper) / 2, upper, 0.95);
    return Evidence.builder().performance(Metric.ROC_AUC, interval);
  }

  private static Evidence loss(String data) {
    return auc(0.64, 0.68).drifted(List.of()).data(digest(data), 800).build();
  }

  @Test
  void retrains_for_a_confirmed_loss() {
    Decision decision = policy.decide(workspace, loss("june"));
    assertThat(decision).isInstanceOf(Decision.Retrain.class);
    assertThat(decision.reason())
        .isEqualTo(
            "there is a reason to retrain: "
                + "roc_auc is 0.66 (0.64 to 0.68 at 95 %), wholly below 0.7"
                + "; nobody checked the quality of the data");
  }

  @Test
  void says_what_nobody_looked_at_before_it_retrains() {
    RetrainingPolicy lenient =
        RetrainingPolicy.builder("lenient")
            .triggeredBy(Trigger.performanceBelow(Metric.ROC_AUC, 0.70, 0.95))
            .build();
    assertThat(lenient.decide(workspace, auc(0.64, 0.68).build()).reason())
        .endsWith(
            ", wholly below 0.7; nobody checked the quality of the data"
                + "; nobody said which data it is, so it may be that of last time");
  }

  /** That no column of none has drifted is no news. */
  @Test
  void takes_no_drift_from_a_report_that_judged_nothing() {
    Schema schema = Schema.of(Field.of("delay", DataType.INT64));
    Dataset few = Dataset.of(schema, List.of(Column.longs(1, 2, 3, 4, 5, 6, 7, 8, 9, 10)));
    DriftReport nothing = DriftDetector.reference(few).build().compare(few);
    assertThat(nothing.judged()).isEmpty();
    assertThat(Evidence.builder().drift(nothing).build().drifted()).isEmpty();
    DriftReport judged = DriftDetector.reference(few).minimumRows(10).build().compare(few);
    assertThat(Evidence.builder().drift(judged).build().drifted()).contains(List.of());
  }

  @Test
  void keeps_a_good_model_whatever_has_drifted() {
    Evidence drifted = auc(0.80, 0.84).drifted(List.of("delay")).data(digest("june"), 800).build();
    Decision decision = policy.decide(workspace, drifted);
    assertThat(decision).isInstanceOf(Decision.Keep.class);
    assertThat(decision.reason())
        .isEqualTo(
            "no reason to retrain: roc_auc is 0.82 (0.8 to 0.84 at 95 %), no part of it below 0.7 and"
                + " roc_auc is 0.82 (0.8 to 0.84 at 95 %), no part of it below 0.75");
  }

  @Test
  void lets_drift_lower_the_bar_for_a_loss() {
    assertThat(policy.decide(workspace, auc(0.71, 0.73).drifted(List.of()).build()))
        .isInstanceOf(Decision.Keep.class);
    assertThat(
            policy.decide(
                workspace,
                auc(0.71, 0.73).drifted(List.of("delay")).data(digest("june"), 800).build()))
        .isInstanceOf(Decision.Retrain.class);
  }

  @Test
  void says_when_it_does_not_know() {
    Decision decision = policy.decide(workspace, auc(0.66, 0.74).drifted(List.of()).build());
    assertThat(decision).isInstanceOf(Decision.NotEnoughEvidence.class);
    assertThat(decision.reason())
        .isEqualTo(
            "not enough evidence: " + "roc_auc is 0.7 (0.66 to 0.74 at 95 %), partly below 0.7");
  }

  @Nested
  class Blocks {

    private void assertBlocked(Decision decision, Guard guard, String reason) {
      assertThat(decision).isInstanceOf(Decision.Blocked.class);
      assertThat(((Decision.Blocked) decision).guard()).isEqualTo(guard);
      assertThat(decision.reason())
          .isEqualTo(
              reason
                  + "; there is a reason to retrain: "
                  + "roc_auc is 0.66 (0.64 to 0.68 at 95 %), wholly below 0.7");
    }

    @Test
    void bad_data() {
      Dataset batch =
          Dataset.of(
              Schema.of(Field.of("delay", DataType.FLOAT64)), List.of(Column.doubles(1, -1116)));
      QualityReport report =
          DataQuality.suite("flights")
              .column("delay", c -> c.between(-120, 1_800))
              .build()
              .check(batch, START);
      Evidence evidence = auc(0.64, 0.68).gate(report).data(digest("june"), 800).build();
      assertBlocked(
          policy.decide(workspace, evidence),
          Guard.DATA_GATE,
          "the data may not train: " + report.sentence());
    }

    @Test
    void data_of_which_nothing_was_judged() {
      Dataset empty = Dataset.empty(Schema.of(Field.of("delay", DataType.FLOAT64)));
      QualityReport report =
          DataQuality.suite("flights")
              .column("delay", c -> c.between(-120, 1_800))
              .build()
              .check(empty, START);
      Evidence evidence = auc(0.64, 0.68).gate(report).data(digest("june"), 800).build();
      assertBlocked(
          policy.decide(workspace, evidence),
          Guard.DATA_GATE,
          "the data may not train: flights is not judged: the batch has no rows;"
              + " 1 had nothing to look at, first: delay is between -120 and 1800");
    }

    @Test
    void the_same_data_again() {
      policy.decide(workspace, loss("june"));
      clock.advance(Duration.ofDays(30));
      assertBlocked(
          policy.decide(workspace, loss("june")),
          Guard.NO_NEW_DATA,
          "the data is that of the last training, " + digest("june").brief());
    }

    @Test
    void too_few_labels() {
      assertBlocked(
          policy.decide(workspace, auc(0.64, 0.68).data(digest("june"), 499).build()),
          Guard.FEW_LABELS,
          "the data has 499 new labels, and it takes 500");
      assertBlocked(
          policy.decide(workspace, auc(0.64, 0.68).build()),
          Guard.FEW_LABELS,
          "nobody said how many labels are new, and it takes 500");
    }

    @Test
    void until_the_cooldown_is_over() {
      policy.decide(workspace, loss("june"));
      clock.advance(Duration.ofDays(7).minusSeconds(1));
      assertBlocked(
          policy.decide(workspace, loss("july")),
          Guard.COOLDOWN,
          "the cooldown lasts until 2001-07-08T00:00:00Z");
      clock.advance(Duration.ofSeconds(1));
      assertThat(policy.decide(workspace, loss("july"))).isInstanceOf(Decision.Retrain.class);
    }

    @Test
    void nothing_after_a_block() {
      policy.decide(workspace, auc(0.64, 0.68).build());
      assertThat(policy.decide(workspace, loss("june"))).isInstanceOf(Decision.Retrain.class);
    }
  }

  @Test
  void cools_down_by_project_and_policy() {
    policy.decide(workspace, loss("june"));
    RetrainingPolicy other =
        RetrainingPolicy.builder("fares")
            .triggeredBy(Trigger.performanceBelow(Metric.ROC_AUC, 0.70, 0.95))
            .build();
    assertThat(other.decide(workspace, loss("june"))).isInstanceOf(Decision.Retrain.class);
    try (Workspace elsewhere =
        Workspace.builder()
            .database(database)
            .artifactStore(ArtifactStore.inMemory())
            .clock(clock)
            .project("fares")
            .open()) {
      assertThat(policy.decide(elsewhere, loss("june"))).isInstanceOf(Decision.Retrain.class);
    }
  }

  @Test
  void writes_every_decision_down_with_all_it_went_by() {
    Decision keep = policy.decide(workspace, auc(0.80, 0.84).drifted(List.of()).build());
    clock.advance(Duration.ofDays(1));
    Decision retrain =
        policy.decide(
            workspace,
            auc(0.64, 0.68).drifted(List.of()).data(digest("june"), 800).trained(START).build());
    List<Event> events = workspace.journal().events().kind("retraining.decided").list();
    assertThat(events).containsExactly(keep.event().orElseThrow(), retrain.event().orElseThrow());
    assertThat(events).extracting(Event::outcome).containsExactly("keep", "retrain");
    assertThat(events.get(1).actor()).isEqualTo(Actor.trigger("retraining policy flights"));
    assertThat(events.get(1).project()).isEqualTo("delays");
    assertThat(events.get(1).subjects()).isEqualTo(Map.of("data", digest("june")));
    assertThat(events.get(1).details())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                "policy", "flights",
                "trigger", "(roc_auc below 0.7 at 95 % or (drift and roc_auc below 0.75 at 95 %))",
                "cooldown", "PT168H",
                "leastNewLabels", "500",
                "reason", retrain.reason(),
                "evidence.performance.roc_auc", "0.66 from 0.64 to 0.68 at 0.95",
                "evidence.drifted", "[]",
                "evidence.newLabels", "800",
                "evidence.trained", "2001-07-01T00:00:00Z"));
    assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
  }

  @Test
  void previews_without_a_trace() {
    Decision preview = policy.preview(workspace, loss("june"));
    assertThat(preview).isInstanceOf(Decision.Retrain.class);
    assertThat(preview.event()).isEmpty();
    assertThat(workspace.journal().events().list()).isEmpty();
    assertThat(policy.decide(workspace, loss("june"))).isInstanceOf(Decision.Retrain.class);
    assertThat(policy.preview(workspace, loss("july"))).isInstanceOf(Decision.Blocked.class);
  }

  @Test
  void says_yes_to_one_of_many_who_ask_at_once() throws Exception {
    assertThat(yesses(workspace)).isEqualTo(1);
  }

  @Test
  void says_yes_to_one_of_many_who_ask_at_once_on_postgresql() throws Exception {
    try (Database postgres = TestDatabases.postgres();
        Workspace shared =
            Workspace.builder()
                .database(postgres)
                .artifactStore(ArtifactStore.inMemory())
                .clock(clock)
                .open()) {
      assertThat(yesses(shared)).isEqualTo(1);
    }
  }

  private long yesses(Workspace asked) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Decision>> questions = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        Evidence evidence = loss("data " + i);
        questions.add(() -> policy.decide(asked, evidence));
      }
      long yesses = 0;
      for (Future<Decision> answer : threads.invokeAll(questions)) {
        yesses += answer.get() instanceof Decision.Retrain ? 1 : 0;
      }
      return yesses;
    } finally {
      threads.shutdownNow();
    }
  }

  @Nested
  class Refuses {

    @Test
    void drift_alone() {
      assertThatThrownBy(
              () -> RetrainingPolicy.builder("flights").triggeredBy(Trigger.drift()).build())
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "drift alone is no reason to retrain, but policy 'flights' has: drift. Combine it:"
                  + " Trigger.drift().and(Trigger.performanceBelow(...))");
    }

    @Test
    void a_policy_without_a_trigger() {
      assertThatThrownBy(() -> RetrainingPolicy.builder("flights").build())
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "policy 'flights' has no trigger; say triggeredBy(Trigger.performanceBelow(...))");
    }

    @Test
    void an_option_set_twice() {
      assertThatThrownBy(
              () ->
                  RetrainingPolicy.builder("flights")
                      .cooldown(Duration.ofDays(7))
                      .cooldown(Duration.ofDays(8)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'cooldown' is set already, to 7 days");
      assertThatThrownBy(
              () -> auc(0.1, 0.2).performance(Metric.ROC_AUC, new Interval(1, 1, 1, 0.9)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageStartingWith(
              "the performance of 'roc_auc' is set already, to Interval[lower=0.1");
    }

    @Test
    void what_cannot_be() {
      assertThatThrownBy(() -> RetrainingPolicy.builder(" "))
          .hasMessage("policy name must not be blank");
      assertThatThrownBy(() -> RetrainingPolicy.builder("a").cooldown(Duration.ofDays(-1)))
          .hasMessage("cooldown must not be negative: -1 day");
      assertThatThrownBy(() -> RetrainingPolicy.builder("a").newLabels(-1))
          .hasMessage("newLabels must not be negative: -1");
      assertThatThrownBy(() -> Evidence.builder().data(digest("a"), -1))
          .hasMessage("newLabels must not be negative: -1");
    }
  }
}
