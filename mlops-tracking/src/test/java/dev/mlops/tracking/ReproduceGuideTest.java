package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.environment.Environment;
import dev.mlops.testkit.GuidePage;
import dev.mlops.tracking.compare.Rerun;
import dev.mlops.tracking.compare.RerunResult;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReproduceGuideTest {

  private static double train(String seed) {
    return seed.equals("42") ? 0.81 : 0;
  }

  @Test
  void the_page_works() {
    Dataset flights =
        Dataset.builder(Schema.of(Field.of("delay", DataType.INT64))).row(12L).build();
    try (Workspace workspace = Workspace.inMemory()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      Experiment delays = tracker.experiment("flight-delay");
      // guide:begin
      RunView gbm =
          delays.run(
              "gbm-7",
              run -> {
                run.param("seed", 42);
                run.input("training", flights);
                run.metric("auc", 0.81);
              });

      List<Environment.Difference> differences = gbm.diff(Environment.capture());

      RunCheck check = tracker.verify(gbm.id()); // intact, changed, or never sealed

      RerunResult result =
          Rerun.of(tracker, gbm.id())
              .input("training", flights) // refused if it is another data set
              .tolerance(1e-9) // of metrics; without it, only the same bits are the same
              .run((run, original) -> run.metric("auc", train(original.param("seed"))));
      // guide:end
      assertThat(result.outcome()).isEqualTo(RerunResult.Outcome.SAME);
      // Which code this is isn't known where it was unpacked from an archive.
      assertThat(differences)
          .extracting(Environment.Difference::part)
          .isSubsetOf("changes", "commit");
      assertThat(check.intact()).isTrue();
      RunView bare = tracker.withoutEnvironment().experiment("flight-delay").run("bare", run -> {});
      assertThat(bare.environment()).isNull();
      assertThatThrownBy(() -> bare.diff(Environment.capture()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "it was not said where run 'bare' ran; a tracker says it by itself unless it is taken withoutEnvironment()");
      try (Run outer = delays.start("outer")) {
        assertThat(outer.nested("fold", run -> {}).environment()).isEqualTo(gbm.environment());
        outer.succeed();
      }
    }
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/reproduce.md"),
        Path.of("src/test/java/dev/mlops/tracking/ReproduceGuideTest.java"));
  }
}
