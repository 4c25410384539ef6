package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.InvalidInputException;
import dev.mlops.report.Chart;
import dev.mlops.report.LineChart;
import dev.mlops.report.Report;
import dev.mlops.storage.Artifact;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;

/** Charts and reports as artifacts of a run. */
class DrawingArtifactsTest {

  private static final Chart AUC = LineChart.of("AUC").line("gbm", 0.5, 0.75, 0.8125);
  private static final Report ERRORS = Report.of("Errors").chart(AUC);

  @Test
  void are_the_documents_that_they_draw() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      RunView run =
          tracker
              .experiment("delays")
              .run(
                  "gbm",
                  open -> {
                    open.artifact("plots/auc.svg", AUC);
                    open.artifact("ERRORS.HTML", ERRORS);
                  });
      assertThat(tracker.artifacts(run.id()))
          .extracting(artifact -> artifact.path().value())
          .containsExactly("ERRORS.HTML", "plots/auc.svg");
      assertThat(text(workspace, tracker.artifacts(run.id()).get(0))).isEqualTo(ERRORS.html());
      assertThat(text(workspace, tracker.artifacts(run.id()).get(1))).isEqualTo(AUC.svg());
    }
  }

  private static String text(Workspace workspace, Artifact artifact) throws IOException {
    try (InputStream bytes = workspace.artifacts().open(artifact)) {
      return new String(bytes.readAllBytes(), UTF_8);
    }
  }

  @Test
  void are_refused_under_a_name_that_says_something_else() {
    try (Workspace workspace = Workspace.inMemory();
        Run run = ExperimentTracker.of(workspace).experiment("delays").start("gbm")) {
      assertThatThrownBy(() -> run.artifact("auc.png", AUC))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("artifact 'auc.png' is a chart, which is SVG; end its path with .svg");
      assertThatThrownBy(() -> run.artifact("errors", ERRORS))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("artifact 'errors' is a report, which is HTML; end its path with .html");
    }
  }
}
