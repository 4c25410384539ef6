package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each part of a run that has ended is changed behind its back, and named. */
class SealedRunsTest {

  @TempDir private Path directory;
  private Workspace workspace;
  private ExperimentTracker tracker;
  private RunView run;

  @BeforeEach
  void record() {
    workspace = Workspace.builder().directory(directory).open();
    tracker = ExperimentTracker.of(workspace);
    run =
        tracker
            .experiment("delays")
            .run(
                "gbm",
                open -> {
                  open.param("depth", 6);
                  open.param("rate", 0.1);
                  open.input("training", "flights", Digest.of("flights".getBytes(UTF_8)));
                  open.metric("auc", 0.8);
                  for (int step = 0; step < 2_000; step++) {
                    open.metric("loss", step, 1.0 / (1 + step));
                  }
                  open.artifact("report.txt", "late by the hour".getBytes(UTF_8));
                });
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private List<String> changesAfter(String sql, Object... arguments) {
    int rows = workspace.database().transaction(session -> session.update(sql, arguments));
    assertThat(rows).as(sql).isEqualTo(1);
    RunCheck check = tracker.verify(run.id());
    assertThat(check.isSealed()).isTrue();
    assertThat(check.intact()).isFalse();
    return check.changes();
  }

  @Test
  void areIntactUntilSomethingIsChanged() {
    RunCheck check = tracker.verify(run.id());
    assertThat(check.intact()).isTrue();
    assertThat(check)
        .hasToString("run " + run.id() + " is what it was when it ended, " + check.seal());
    assertThat(workspace.journal().events().about("run", run.id()).list())
        .anySatisfy(event -> assertThat(event.toString()).contains("seal"));
  }

  @Test
  void mayGetTagsAndANoteLater() {
    int rows =
        workspace
            .database()
            .transaction(session -> session.update("UPDATE mlops_runs SET note = 'good'"));
    assertThat(rows).isEqualTo(1);
    assertThat(tracker.verify(run.id()).intact()).isTrue();
  }

  @Test
  void nameAParam() {
    assertThat(changesAfter("UPDATE mlops_run_params SET as_text = '7' WHERE name = 'depth'"))
        .containsExactly("param depth is another than it was");
  }

  @Test
  void nameAParamThatIsGoneAndOneThatWasAdded() {
    assertThat(changesAfter("UPDATE mlops_run_params SET name = 'leaves' WHERE name = 'depth'"))
        .containsExactly("param leaves was added", "one param is gone");
  }

  @Test
  void nameAnInput() {
    assertThat(
            changesAfter(
                "UPDATE mlops_run_inputs SET digest = ?", Digest.of("other".getBytes(UTF_8))))
        .containsExactly("input training/flights is another than it was");
  }

  @Test
  void nameAMetricOfWhichOneBitWasTurned() {
    byte[] packed =
        workspace
            .database()
            .read(
                session ->
                    session
                        .first(
                            "SELECT packed FROM mlops_metric_segments WHERE position = 1",
                            row -> row.bytes("packed"))
                        .orElseThrow());
    packed[packed.length / 2] ^= 1;
    assertThat(
            changesAfter("UPDATE mlops_metric_segments SET packed = ? WHERE position = 1", packed))
        .containsExactly("metric loss is another than it was");
  }

  @Test
  void nameAMetricWhoseBestPointIsAnother() {
    assertThat(changesAfter("UPDATE mlops_run_metrics SET latest_real = 0.9 WHERE name = 'auc'"))
        .containsExactly("metric auc is another than it was");
  }

  @Test
  void nameTheOutcomeAndTheEnvironment() {
    assertThat(changesAfter("UPDATE mlops_runs SET status = 'FAILED'"))
        .containsExactly("the outcome is another than it was");
    assertThat(changesAfter("UPDATE mlops_environments SET json = '{\"version\":1}'"))
        .containsExactly(
            "the outcome is another than it was", "the environment is another than it was");
  }

  @Test
  void nameAnArtifactWhoseBytesAreOthers() throws Exception {
    Path file;
    try (Stream<Path> files = Files.walk(directory)) {
      file =
          files
              .filter(Files::isRegularFile)
              .filter(SealedRunsTest::isTheReport)
              .findFirst()
              .orElseThrow();
    }
    assertThat(file.toFile().setWritable(true)).isTrue();
    Files.writeString(file, "late by the year");
    RunCheck check = tracker.verify(run.id());
    assertThat(check.changes()).singleElement().asString().startsWith("artifact report.txt: ");
  }

  private static boolean isTheReport(Path file) {
    try {
      return Files.size(file) == 16 && Files.readString(file).equals("late by the hour");
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void nameASealThatWasExchanged() {
    assertThat(
            changesAfter(
                "UPDATE mlops_run_seals SET digest = ?", Digest.of("other".getBytes(UTF_8))))
        .containsExactly("the seal is not that of the run");
  }

  @Test
  void areThoseThatHaveEndedOnly() {
    Experiment delays = tracker.experiment("delays");
    try (Run open = delays.start("open")) {
      assertThat(tracker.verify(open.id()))
          .hasToString("run " + open.id() + " was never sealed, so nothing is known of it");
      open.succeed();
      assertThat(tracker.verify(open.id()).intact()).isTrue();
    }
    try (Run again = tracker.resume(run.id())) {
      assertThat(tracker.verify(run.id()).isSealed()).isFalse();
      again.metric("late", 1);
      again.succeed();
    }
    assertThat(tracker.verify(run.id()).intact()).isTrue();
  }

  @Test
  void mustExist() {
    assertThatThrownBy(() -> tracker.verify("none"))
        .isInstanceOf(NotFoundException.class)
        .hasMessageStartingWith("no run 'none' in project 'default'; ");
  }
}
