package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelReceipt;
import dev.mlops.monitoring.FeedbackLoop;
import dev.mlops.monitoring.LabelCounts;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.monitoring.Performance;
import dev.mlops.monitoring.TimeWindow;
import dev.mlops.predictions.ModelOutput;
import dev.mlops.rollout.RolloutState;
import dev.mlops.serving.Candidate;
import dev.mlops.serving.DeploymentRouter;
import dev.mlops.serving.Guard;
import dev.mlops.serving.Prediction;
import dev.mlops.serving.Rollout;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** A prediction from the router through the log, its label and the guards to the monitor. */
class ServedLabelledWatchedTest {
  private static final Instant NOON = Instant.parse("2001-05-03T12:00:00Z");
  private static final TimeWindow MAY = TimeWindow.month(2001, 5);

  private final TestClock clock = TestClock.at(NOON);

  @TestFactory
  Stream<DynamicTest> is_the_same_way_on_every_database_and_in_two_projects() {
    return Stream.of(
        DynamicTest.dynamicTest("on H2", () -> twoProjects(TestDatabases.h2InMemory())),
        DynamicTest.dynamicTest("on PostgreSQL", () -> twoProjects(TestDatabases.postgres())));
  }

  private void twoProjects(Database database) {
    try (database;
        Workspace churn = open(database, "churn");
        Workspace fraud = open(database, "fraud")) {
      serve(churn, 400);
      serve(fraud, 300);
      assertThat(churn.predictions().query().count()).isEqualTo(400);
      assertThat(fraud.predictions().query().count()).isEqualTo(300);
      assertThat(counts(fraud).received()).isEqualTo(300);
    }
  }

  private Workspace open(Database database, String project) {
    return Workspace.builder()
        .database(database)
        .artifactStore(ArtifactStore.inMemory())
        .project(project)
        .clock(clock)
        .open();
  }

  private static LabelCounts counts(Workspace workspace) {
    return FeedbackLoop.of(workspace).model("delay").counts(MAY);
  }

  /** Labels are all 1; the live model says so in three answers of four, the candidate never. */
  private void serve(Workspace workspace, int requests) {
    Candidate<Integer, Double> live = Candidate.of("delay", 1, i -> i % 4 == 0 ? 0.2 : 0.8);
    Candidate<Integer, Double> worse = Candidate.of("delay", 2, i -> 0.1);
    try (DeploymentRouter<Integer, Double> router =
        DeploymentRouter.builder(workspace, "delays")
            .live(live)
            .features(i -> Map.of("number", i, "even", i % 2 == 0))
            .output(score -> ModelOutput.classScores(Map.of("late", score)))
            .score(Double::doubleValue)
            .open()) {
      Rollout rollout =
          router
              .canary(worse)
              .share(50)
              .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)))
              .start();
      List<Label> labels = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        Prediction<Double> answer = router.answer(i);
        labels.add(Label.of(answer.id(), NOON.plusSeconds(3_600), 1));
      }
      LabelReceipt receipt = workspace.labels().add("all", labels);
      assertThat(receipt.first()).isEqualTo(requests);
      assertThat(receipt.waiting()).isEmpty();
      assertThat(workspace.labels().add("all", labels).again()).isTrue();
      assertThat(router.counts().judgedLabels()).isEqualTo(requests);
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    }
    assertThat(counts(workspace)).isEqualTo(new LabelCounts(requests, requests, 0, 0, 0, 0));
    Performance performance =
        ModelMonitor.of(workspace).version(1).task(Task.binary()).model("delay").performance(MAY);
    assertThat(performance.labels().coverage()).isEqualTo(1);
    assertThat(performance.get(Metric.ACCURACY).value()).isBetween(0.6, 0.9);
    assertThat(workspace.predictions().query().features().outputs().list().schema().names())
        .contains("number", "even", "output.late");
  }
}
