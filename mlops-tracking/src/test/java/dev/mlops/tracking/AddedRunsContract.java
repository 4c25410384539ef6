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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that another tracker recorded are added as they were, whole or not at all. */
abstract class AddedRunsContract {

  private static final String ID = "0123456789abcdef0123456789abcdef";
  private static final String PARENT = "ffffffffffffffffffffffffffffffff";
  private static final Instant START = Instant.parse("2001-03-01T10:00:00.123Z");
  private static final ExperimentView DELAYS =
      new ExperimentView(
          "delays", START, START.plusSeconds(5), null, "late or not", Map.of("team", "risk"));
  private static final Map<String, List<MetricPoint>> POINTS =
      Map.of(
          "loss",
          List.of(
              new MetricPoint(3, START, Double.NaN),
              new MetricPoint(-1, START.plusMillis(1), 0.5),
              new MetricPoint(4, START, Double.POSITIVE_INFINITY)),
          "auc",
          List.of(new MetricPoint(0, START, 0.81)));

  @TempDir Path directory;

  private Workspace workspace;
  private ExperimentTracker tracker;

  /** Opens an empty workspace. */
  abstract Workspace open();

  @BeforeEach
  void openTracker() {
    workspace = open();
    tracker = ExperimentTracker.of(workspace);
  }

  @AfterEach
  void close() {
    workspace.close();
  }

  private static RunView view(String id, RunStatus status, Instant end) {
    return new RunView(
        id,
        "delays",
        PARENT,
        "gbm-7",
        status,
        START,
        end,
        START.plusSeconds(9),
        Map.of("depth", "6", "empty", ""),
        Map.of(),
        Map.of("team", "risk"),
        List.of(new RunView.Input("training", "flights", Digest.of("data".getBytes(UTF_8)))),
        null,
        new RunView.Failure("java.lang.Error", null, "trace"),
        "the best so far");
  }

  private static RunView view() {
    return view(ID, RunStatus.FAILED, START.plusSeconds(7));
  }

  @Test
  void aRunIsAddedAsItWas() throws IOException {
    Path report = Files.writeString(directory.resolve("report.txt"), "late");
    assertThat(tracker.add(DELAYS)).isTrue();
    assertThat(tracker.add(view(), POINTS, Map.of("notes/report.txt", report))).isTrue();
    RunView run = tracker.get(ID);
    assertThat(run).usingRecursiveComparison().ignoringFields("metrics").isEqualTo(view());
    assertThat(run.metric("loss")).isPositive().isInfinite();
    assertThat(run.summary("loss").count()).isEqualTo(3);
    assertThat(run.summary("loss").first().step()).isEqualTo(-1);
    assertThat(tracker.history(ID, "loss").rowCount()).isEqualTo(3);
    assertThat(tracker.history(ID, "auc").row(0).getInstant("time")).isEqualTo(START);
    assertThat(tracker.artifacts(ID)).hasSize(1);
    assertThat(tracker.artifacts(ID).get(0).digest()).isEqualTo(Digest.of("late".getBytes(UTF_8)));
    assertThat(tracker.verify(ID).isSealed()).isTrue();
    assertThat(tracker.verify(ID).changes()).isEmpty();
    assertThat(tracker.experiment("delays").get()).isEqualTo(DELAYS);
    assertThat(workspace.journal().events().about("run", ID).list())
        .singleElement()
        .satisfies(event -> assertThat(event.kind()).isEqualTo("run.imported"));
  }

  @Test
  void whatIsThereIsNotAddedAgain() {
    assertThat(tracker.add(DELAYS)).isTrue();
    assertThat(tracker.add(DELAYS)).isFalse();
    assertThat(tracker.add(view(), POINTS, Map.of())).isTrue();
    assertThat(tracker.add(view(), Map.of(), Map.of())).isFalse();
    assertThat(tracker.get(ID).metrics()).hasSize(2);
  }

  @Test
  void aRunIsFoundAndMayBeOneOfADeletedExperiment() {
    ExperimentView deleted =
        new ExperimentView("delays", START, START, START.plusSeconds(5), null, Map.of());
    assertThat(tracker.add(deleted)).isTrue();
    assertThat(tracker.add(view(), POINTS, Map.of())).isTrue();
    assertThat(tracker.runs().where("metrics.auc > 0.8").withNested().withDeleted().list())
        .extracting(RunView::id)
        .containsExactly(ID);
  }

  @Test
  void whatIsRefusedLeavesNothing() {
    assertThatThrownBy(() -> tracker.add(view(), POINTS, Map.of()))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no experiment 'delays' in project 'default'; there is none yet");
    assertThat(tracker.add(DELAYS)).isTrue();
    Path none = directory.resolve("none.txt");
    assertThatThrownBy(() -> tracker.add(view(), POINTS, Map.of("none.txt", none)))
        .isInstanceOf(NotFoundException.class)
        .hasMessageContaining("none.txt");
    assertThatThrownBy(() -> tracker.add(view(ID, RunStatus.RUNNING, START), POINTS, Map.of()))
        .hasMessage("run " + ID + " has not ended; only a run that has ended is added");
    assertThatThrownBy(() -> tracker.add(view("ABC", RunStatus.KILLED, START), POINTS, Map.of()))
        .hasMessage("a run's id has 32 hexadecimal digits in lower case: 'ABC'");
    assertThatThrownBy(() -> tracker.add(view(), Map.of("loss", List.of()), Map.of()))
        .hasMessage("metric 'loss' has no point");
    assertThat(tracker.find(ID)).isEmpty();
  }
}
