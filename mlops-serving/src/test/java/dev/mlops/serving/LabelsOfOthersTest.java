package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.Row;
import dev.mlops.labels.Label;
import dev.mlops.rollout.RolloutState;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Running;
import dev.mlops.testkit.TestDatabases;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * A router's label guards hear of labels that another process adds to the same database; a second
 * workspace of the project stands for that process, and in one test it is one.
 */
class LabelsOfOthersTest {
  private static final int ANSWERS = 400;
  private static final Instant NOON = Instant.parse("2001-05-03T12:00:00Z");

  private final ManualTime time = new ManualTime();

  @TestFactory
  Stream<DynamicTest> decide_a_rollout() {
    return Stream.of(
        DynamicTest.dynamicTest("on H2", () -> decide(TestDatabases.h2InMemory())),
        DynamicTest.dynamicTest("on PostgreSQL", () -> decide(TestDatabases.postgres())));
  }

  private void decide(Database database) {
    ArtifactStore artifacts = ArtifactStore.inMemory();
    try (database;
        artifacts;
        Workspace serving = open(database, artifacts, "flights");
        Workspace labelling = open(database, artifacts, "flights");
        Workspace strange = open(database, artifacts, "fares");
        DeploymentRouter<Integer, Double> router = router(serving)) {
      Rollout rollout = rollout(router);
      List<Label> labels = new ArrayList<>();
      for (int i = 0; i < ANSWERS; i++) {
        labels.add(Label.of(router.answer(i).id(), NOON, 1));
      }
      strange.labels().add("may", labels);
      time.tick();
      assertThat(router.counts().judgedLabels()).as("labels of another project").isZero();
      labelling.labels().add("may", labels.subList(10, ANSWERS));
      serving.labels().add("june", labels.subList(0, 10));
      assertThat(router.counts().judgedLabels()).as("labels of this process").isEqualTo(10);
      time.tick();
      time.tick();
      assertThat(router.counts().judgedLabels()).as("each label once").isEqualTo(ANSWERS);
      assertThat(router.counts().unmatchedLabels()).isZero();
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      time.tick();
      assertThat(time.isIdle("labels")).as("nobody waits for labels any more").isTrue();
    }
  }

  @Test
  void of_another_jvm_take_a_wrong_candidate_back() {
    String url = TestDatabases.postgresUrl();
    try (Workspace serving = open(url);
        DeploymentRouter<Integer, Double> router = router(serving)) {
      Rollout rollout = rollout(router);
      for (int i = 0; i < ANSWERS; i++) {
        assertThat(router.predict(i)).isPositive();
      }
      serving.predictions().flush();
      try (Running labeller = CrashHarness.of(Labeller.class, url).start()) {
        assertThat(labeller.line()).hasValue(ANSWERS + " labels");
      }
      assertThat(router.counts().judgedLabels()).isZero();
      time.tick();
      assertThat(router.counts().judgedLabels()).isEqualTo(ANSWERS);
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    }
  }

  /** Reads what was predicted, and says that each departure was late. */
  static final class Labeller {
    private Labeller() {}

    public static void main(String[] arguments) {
      try (Workspace workspace = open(arguments[0])) {
        List<Label> labels = new ArrayList<>();
        for (Row prediction : workspace.predictions().query().model("delay").list()) {
          labels.add(Label.of(prediction.getString("id"), NOON, 1));
        }
        workspace.labels().add("nightly", labels);
        System.out.println(labels.size() + " labels");
      }
    }
  }

  private DeploymentRouter<Integer, Double> router(Workspace workspace) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(Candidate.of("delay", 1, (Integer i) -> 0.8))
        .score(Double::doubleValue)
        .time(time)
        .executor(Runnable::run)
        .open();
  }

  private static Rollout rollout(DeploymentRouter<Integer, Double> router) {
    return router
        .canary(Candidate.of("delay", 2, i -> 0.1))
        .share(50)
        .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)))
        .start();
  }

  private static Workspace open(String url) {
    return Workspace.builder()
        .database(Database.over(TestDatabases.postgresDataSource(url)))
        .artifactStore(ArtifactStore.inMemory())
        .adoptContents()
        .open();
  }

  private static Workspace open(Database database, ArtifactStore artifacts, String project) {
    return Workspace.builder().database(database).artifactStore(artifacts).project(project).open();
  }
}
