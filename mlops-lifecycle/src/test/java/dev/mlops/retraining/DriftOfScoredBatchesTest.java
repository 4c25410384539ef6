package dev.mlops.retraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.drift.DriftDetector;
import dev.mlops.drift.DriftMonitor;
import dev.mlops.error.MlopsException;
import dev.mlops.profile.Profile;
import dev.mlops.scoring.BatchScoring;
import dev.mlops.scoring.ScoringRun;
import dev.mlops.serving.Candidate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** A drift monitor that listens to a scoring looks at each batch once, in any number of calls. */
class DriftOfScoredBatchesTest {
  private static final int ROWS = 2_000;
  private static final Schema FLIGHTS =
      Schema.of(
          Field.of("flight", DataType.STRING),
          Field.of("traffic", DataType.FLOAT64),
          Field.of("wind", DataType.FLOAT64));

  /** Two batches as in training, then three with twice the wind. */
  private static final Batches NIGHT =
      Batches.of(FLIGHTS, List.of(day(1, 1), day(2, 1), day(3, 2), day(4, 2), day(5, 2)));

  private final DriftDetector detector =
      DriftDetector.reference(Profile.of(day(0, 1).select("traffic", "wind"))).build();
  private final List<String> seen = new ArrayList<>();
  private boolean isAway;

  private static Dataset day(int day, double wind) {
    SplittableRandom chance = new SplittableRandom(day);
    Dataset.Builder rows = Dataset.builder(FLIGHTS);
    for (int i = 0; i < ROWS; i++) {
      rows.row("UA %d-%d".formatted(day, i), chance.nextDouble(), wind * chance.nextDouble());
    }
    return rows.build();
  }

  private Column answer(Dataset rows) {
    if (isAway) {
      throw new IllegalStateException("the model is away");
    }
    return rows.column("wind");
  }

  private BatchScoring scoring(Workspace workspace) {
    return BatchScoring.of(workspace, "nightly", Candidate.of("delay", 8, this::answer))
        .features("traffic", "wind")
        .id("flight")
        .output(Field.of("late", DataType.FLOAT64))
        .withoutLog();
  }

  private ScoringRun scoreWatched(Workspace workspace, Batches rows) {
    DriftMonitor monitor = detector.confirming(2, 3);
    seen.clear();
    return scoring(workspace)
        .listener(
            batch -> seen.add(batch.number() + " " + monitor.observe(batch.features()).confirmed()))
        .score("monday", rows);
  }

  @Test
  void is_confirmed_at_the_second_batch_that_drifts() {
    try (Workspace workspace = Workspace.inMemory()) {
      ScoringRun run = scoreWatched(workspace, NIGHT);
      assertThat(run.report().rows()).isEqualTo(5 * ROWS);
      assertThat(seen).containsExactly("0 []", "1 []", "2 []", "3 [wind]", "4 [wind]");
    }
  }

  @Test
  void is_confirmed_at_the_same_batch_if_the_run_was_interrupted() {
    try (Workspace workspace = Workspace.inMemory()) {
      BatchScoring failing = scoring(workspace).listener(awayAfter(2));
      assertThatThrownBy(() -> failing.score("monday", NIGHT))
          .isInstanceOf(MlopsException.class)
          .hasMessageContaining("the model is away");
      isAway = false;
      ScoringRun run = scoreWatched(workspace, NIGHT);
      assertThat(run.report().earlierBatches()).isEqualTo(3);
      assertThat(seen).containsExactly("0 []", "1 []", "2 []", "3 [wind]", "4 [wind]");
    }
  }

  private Consumer<Object> awayAfter(int batch) {
    List<Object> told = new ArrayList<>();
    return scored -> {
      told.add(scored);
      isAway = told.size() > batch;
    };
  }
}
