package dev.mlops.scoring;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;

/** Scores a run in a process of its own, and prints each batch that its listener has seen. */
final class ScoringProgram {
  static final int BATCHES = 40;
  static final int ROWS = 25;

  private ScoringProgram() {}

  /** With a directory: scores to the end. With a URL: stops in the middle, holding the run. */
  public static void main(String[] arguments) {
    if (arguments.length == 1) {
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        print(scoring(workspace).listener(ScoringProgram::print).score("monday", input()));
      }
    } else {
      Database database = Database.over(TestDatabases.postgresDataSource(arguments[0]));
      ArtifactStore store = ArtifactStore.files(Path.of(arguments[1]));
      Workspace workspace = Workspace.builder().database(database).artifactStore(store).open();
      scoring(workspace)
          .lease(Duration.ofSeconds(1))
          .listener(ScoringProgram::stopInTheMiddle)
          .score("monday", input());
    }
  }

  /** Its answers differ from one call to the next, as those of a model that sums in parallel. */
  static BatchScoring scoring(Workspace workspace) {
    return BatchScoringTests.with(workspace, BatchScoringTests.model(ScoringProgram::about));
  }

  private static Column about(Dataset features) {
    double[] answers = new double[features.rowCount()];
    Arrays.setAll(answers, row -> ThreadLocalRandom.current().nextDouble());
    return Column.doubles(answers);
  }

  static Batches input() {
    List<Dataset> batches = new ArrayList<>();
    for (int batch = 0; batch < BATCHES; batch++) {
      batches.add(BatchScoringTests.rows(batch * ROWS, (batch + 1) * ROWS));
    }
    return Batches.of(BatchScoringTests.SCHEMA, batches);
  }

  private static void print(Object line) {
    System.out.println(line);
    System.out.flush();
  }

  private static void stopInTheMiddle(ScoredBatch batch) {
    print(batch);
    if (batch.number() == BATCHES / 2) {
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
