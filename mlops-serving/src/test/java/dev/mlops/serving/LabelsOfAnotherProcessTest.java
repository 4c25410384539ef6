package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.rollout.RolloutState;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Running;
import dev.mlops.testkit.TestDatabases;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/** One JVM serves, another knows the truth, and both have one PostgreSQL. */
class LabelsOfAnotherProcessTest {

  private static final int ANSWERS = 400;

  private final String url = TestDatabases.postgresUrl();

  private static Workspace workspace(String url) {
    PGSimpleDataSource source = new PGSimpleDataSource();
    source.setUrl(url);
    return Workspace.builder()
        .database(Database.over(source))
        .artifactStore(ArtifactStore.inMemory(Clock.systemUTC()))
        .adoptContents()
        .open();
  }

  @Test
  void take_a_wrong_candidate_back() {
    try (Workspace serving = workspace(url);
        DeploymentRouter<Integer, Double> router =
            DeploymentRouter.builder(serving, "departures")
                .live(Candidate.of("delay", 1, (Integer i) -> 0.8))
                .score(Double::doubleValue)
                .open()) {
      Rollout rollout =
          router
              .canary(Candidate.of("delay", 2, i -> 0.1))
              .share(50)
              .guard(Guard.labelErrors((score, label) -> (score > 0.5) != (label > 0.5)))
              .start();
      for (int i = 0; i < ANSWERS; i++) {
        assertThat(router.predict(i)).isPositive();
      }
      serving.predictions().flush();
      try (Running labeller = CrashHarness.of(Labeller.class, url).start()) {
        assertThat(labeller.line()).hasValue(ANSWERS + " labels");
      }
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> router.counts().judgedLabels() == ANSWERS);
      assertThat(rollout.state()).isInstanceOf(RolloutState.RolledBack.class);
    }
  }

  /** Reads what was predicted, and says that each departure was late. */
  static final class Labeller {
    private Labeller() {}

    public static void main(String[] arguments) {
      try (Workspace workspace = workspace(arguments[0])) {
        List<Label> labels = new ArrayList<>();
        workspace
            .predictions()
            .query()
            .model("delay")
            .pages()
            .forEach(
                page -> {
                  for (int row = 0; row < page.rowCount(); row++) {
                    labels.add(Label.of(page.row(row).getString("id"), Instant.now(), 1));
                  }
                });
        workspace.labels().add("nightly", labels);
        System.out.println(labels.size() + " labels");
      }
    }
  }
}
