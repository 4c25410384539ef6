package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.rollout.RolloutState;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * A router's label guards hear of labels that another process adds to the same database; a second
 * workspace of the project stands for that process.
 */
class LabelsOfOthersTest {
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
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(serving, "departures")
                .live(Candidate.of("delay", 1, (Integer i) -> 0.8))
                .score(Double::doubleValue)
                .time(time)
                .executor(Runnable::run)
                .open()) {
      Rollout rollout =
          router
              .canary(Candidate.of("delay", 2, i -> 0.1))
              .share(50)
              .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)))
              .start();
      List<Label> labels = new ArrayList<>();
      for (int i = 0; i < 400; i++) {
        labels.add(Label.of(router.answer(i).id(), NOON, 1));
      }
      strange.labels().add("may", labels);
      time.tick();
      assertThat(router.counts().judgedLabels()).as("labels of another project").isZero();
      labelling.labels().add("may", labels.subList(10, 400));
      serving.labels().add("june", labels.subList(0, 10));
      assertThat(router.counts().judgedLabels()).as("labels of this process").isEqualTo(10);
      time.tick();
      time.tick();
      assertThat(router.counts().judgedLabels()).as("each label once").isEqualTo(400);
      assertThat(router.counts().unmatchedLabels()).isZero();
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
      time.tick();
      assertThat(time.isIdle()).as("nobody waits for labels any more").isTrue();
    }
  }

  private static Workspace open(Database database, ArtifactStore artifacts, String project) {
    return Workspace.builder().database(database).artifactStore(artifacts).project(project).open();
  }
}
