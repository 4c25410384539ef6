package dev.mlops.mlflow;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.mlops.Workspace;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunStatus;
import dev.mlops.tracking.RunView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What MLflow 3.17 wrote and says of it ({@code interop/mlflow_store.py}) is what is here. */
class MlflowStoreTest {

  static final Path FILES = Path.of("src/test/resources/dev/mlops/mlflow/file-store");
  private static final String OPEN_RUNS =
      "runs that have not ended in MLflow; withOpenRuns() takes them as KILLED";

  @TempDir Path directory;

  private static List<JsonNode> expected() throws IOException {
    List<JsonNode> runs = new ArrayList<>();
    new ObjectMapper().readTree(FILES.resolve("expected.json").toFile()).forEach(runs::add);
    assertThat(runs).hasSize(8);
    return runs;
  }

  private static JsonNode expected(String name) throws IOException {
    return expected().stream()
        .filter(run -> run.get("name").asText().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private Path copied() throws IOException {
    Path store = directory.resolve("mlruns");
    try (Stream<Path> files = Files.walk(FILES.resolve("store"))) {
      for (Path file : files.toList()) {
        Files.copy(file, store.resolve(FILES.resolve("store").relativize(file).toString()));
      }
    }
    return store;
  }

  private static Path run(Path store, String id) throws IOException {
    try (Stream<Path> all = Files.walk(store, 2)) {
      return all.filter(path -> path.endsWith(id)).findFirst().orElseThrow();
    }
  }

  @Test
  void every_field_of_every_run_is_what_mlflow_says() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      ImportReport report = MlflowStore.open(FILES.resolve("store")).importInto(workspace);
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      assertThat(report.changed()).isEmpty();
      assertThat(report.left())
          .extracting(ImportReport.Left::kind, ImportReport.Left::count)
          .containsExactlyInAnyOrder(tuple(OPEN_RUNS, 1L), tuple("registered models", 1L));
      assertThat(report.added()).hasSize(7);
      for (JsonNode run : expected()) {
        if (!run.get("status").asText().equals("RUNNING")) {
          assertSame(tracker, run);
        }
      }
      assertThat(tracker.experiment("delays").get().note()).isEqualTo("late or not");
      assertThat(tracker.experiment("delays").get().tags()).isEqualTo(Map.of("team", "risk"));
      assertThat(tracker.deletedExperiments()).hasSize(1);
      assertThat(workspace.journal().verify().toString()).isNotEmpty();
    }
  }

  private static void assertSame(ExperimentTracker tracker, JsonNode run) {
    RunView view = tracker.get(run.get("id").asText());
    assertThat(view.experiment()).isEqualTo(run.get("experiment").asText());
    assertThat(view.name()).isEqualTo(run.get("name").asText());
    assertThat(view.status()).isEqualTo(RunStatus.valueOf(run.get("status").asText()));
    assertThat(view.start().toEpochMilli()).isEqualTo(run.get("start").asLong());
    assertThat(view.end()).isEqualTo(Instant.ofEpochMilli(run.get("end").asLong()));
    assertThat(view.deleted() != null).isEqualTo(run.get("deleted").asBoolean());
    assertThat(view.params()).isEqualTo(texts(run.get("params")));
    assertThat(tags(view)).isEqualTo(texts(run.get("tags")));
    assertThat(view.metrics().keySet()).isEqualTo(points(run).keySet());
    points(run)
        .forEach(
            (name, points) ->
                assertThat(history(tracker, view, name))
                    .containsExactlyInAnyOrderElementsOf(points));
    assertThat(view.inputs()).hasSize(run.get("inputs").size());
    assertThat(tracker.verify(view.id()).isSealed()).isTrue();
    assertThat(tracker.verify(view.id()).changes()).isEmpty();
  }

  /** The tags as MLflow has them: three of them have a place of their own here. */
  private static Map<String, String> tags(RunView view) {
    Map<String, String> tags = new TreeMap<>(view.tags());
    tags.keySet().removeIf(name -> name.startsWith(StoreImport.INPUT));
    tags.put(StoreImport.NAME, view.name());
    if (view.parent() != null) {
      tags.put(StoreImport.PARENT, view.parent());
    }
    if (view.note() != null) {
      tags.put(StoreImport.NOTE, view.note());
    }
    return tags;
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new TreeMap<>();
    node.properties().forEach(field -> texts.put(field.getKey(), field.getValue().asText()));
    return texts;
  }

  private static Map<String, List<String>> points(JsonNode run) {
    Map<String, List<String>> points = new TreeMap<>();
    run.get("metrics")
        .properties()
        .forEach(
            metric -> {
              List<String> each = new ArrayList<>();
              metric
                  .getValue()
                  .forEach(
                      point ->
                          each.add(
                              point.get(0).asLong()
                                  + " "
                                  + point.get(1).asLong()
                                  + " "
                                  + number(point.get(2).asText())));
              points.put(metric.getKey(), each);
            });
    return points;
  }

  private static double number(String text) {
    return switch (text) {
      case "nan" -> Double.NaN;
      case "inf" -> Double.POSITIVE_INFINITY;
      case "-inf" -> Double.NEGATIVE_INFINITY;
      default -> Double.parseDouble(text);
    };
  }

  private static List<String> history(ExperimentTracker tracker, RunView view, String name) {
    List<String> points = new ArrayList<>();
    for (Row row : tracker.history(view.id(), name)) {
      points.add(
          row.getLong("step")
              + " "
              + row.getInstant("time").toEpochMilli()
              + " "
              + row.getDouble("value"));
    }
    return points;
  }

  @Test
  void inputs_and_artifacts_are_kept() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      MlflowStore.open(FILES.resolve("store")).importInto(workspace);
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      RunView run = tracker.get(expected("gbm-7").get("id").asText());
      assertThat(run.note()).isEqualTo("the best so far");
      assertThat(run.inputs()).hasSize(1);
      assertThat(run.inputs().get(0).role()).isEqualTo("training");
      assertThat(run.inputs().get(0).name()).isEqualTo("flights");
      JsonNode kept = new ObjectMapper().readTree(run.tags().get("mlflow.input.0"));
      JsonNode input = expected("gbm-7").get("inputs").get(0);
      for (String part : List.of("name", "digest", "source", "source_type", "schema", "profile")) {
        assertThat(kept.get("dataset").get(part)).isEqualTo(input.get(part));
      }
      assertThat(kept.get("tags")).isEqualTo(input.get("tags"));
      assertThat(tracker.artifacts(run.id()))
          .extracting(artifact -> artifact.path().value())
          .containsExactly("empty.txt", "notes/report.txt");
      try (InputStream bytes = workspace.artifacts().open(tracker.artifacts(run.id()).get(1))) {
        assertThat(bytes).hasBinaryContent("late by the hour".getBytes(UTF_8));
      }
      assertThat(tracker.runs().under(run.id()).list()).hasSize(2);
    }
  }

  @Test
  void a_second_import_adds_nothing() {
    try (Workspace workspace = Workspace.inMemory()) {
      MlflowStore store = MlflowStore.open(FILES.resolve("store"));
      ImportReport first = store.importInto(workspace);
      long events = workspace.journal().events().list().size();
      ImportReport second = store.importInto(workspace);
      assertThat(second.added()).isEmpty();
      assertThat(second.changed()).isEmpty();
      assertThat(second.unchanged()).isEqualTo(first.added());
      assertThat(workspace.journal().events().list()).hasSize((int) events);
      assertThat(second)
          .hasToString(
              "0 runs added, 7 here already, 0 different here, 2 kinds of things left out");
      assertThat(second.isComplete()).isFalse();
    }
  }

  @Test
  void what_changed_in_the_store_is_told_and_not_overwritten() throws IOException {
    Path store = copied();
    String id = expected("gbm-7").get("id").asText();
    try (Workspace workspace = Workspace.inMemory()) {
      MlflowStore.open(store).importInto(workspace);
      Files.writeString(run(store, id).resolve("params/depth"), "7");
      Files.writeString(run(store, id).resolve("tags/new"), "tag");
      Files.writeString(run(store, id).resolve("metrics/loss"), "9000 0.5 9\n");
      Files.writeString(run(store, id).resolve("artifacts/more.txt"), "more");
      ImportReport report = MlflowStore.open(store).importInto(workspace);
      assertThat(report.added()).isEmpty();
      assertThat(report.changed()).hasSize(1);
      assertThat(report.changed().get(0).what()).isEqualTo("run " + id);
      assertThat(report.changed().get(0).differences())
          .hasSize(4)
          .startsWith(
              "param 'depth' is '7' in the store and '6' here",
              "tag 'new' is 'tag' in the store and absent here",
              "metric 'loss' has 1 point in the store and 7 others here");
      assertThat(report.changed().get(0).differences().get(3))
          .startsWith("artifact 'more.txt' is ");
      assertThat(ExperimentTracker.of(workspace).get(id).param("depth")).isEqualTo("6");
    }
  }

  @Test
  void an_open_run_is_taken_as_killed_when_it_is_asked_for() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      MlflowStore.open(FILES.resolve("store")).withOpenRuns().importInto(workspace);
      RunView open = ExperimentTracker.of(workspace).get(expected("open").get("id").asText());
      assertThat(open.status()).isEqualTo(RunStatus.KILLED);
      assertThat(open.end()).isEqualTo(open.start());
    }
  }

  @Test
  void an_id_that_is_a_number_to_yaml_stays_a_text() throws IOException {
    Path store = copied();
    String id = expected("gbm-7").get("id").asText();
    Path meta = run(store, id).resolve("meta.yaml");
    String digits = "1234567890123456789012345678e123";
    Files.writeString(meta, Files.readString(meta).replace("run_id: " + id, "run_id: " + digits));
    try (Workspace workspace = Workspace.inMemory()) {
      assertThat(MlflowStore.open(store).importInto(workspace).added()).contains(digits);
    }
  }

  @Test
  void nothing_is_read_outside_of_the_store() throws IOException {
    Path store = copied();
    Path run = run(store, expected("gbm-7").get("id").asText());
    Path secret = Files.writeString(directory.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(run.resolve("artifacts/link.txt"), secret);
    Files.createSymbolicLink(run.resolve("params/link"), secret);
    Files.createSymbolicLink(run.resolve("tags/link"), secret);
    Files.createSymbolicLink(run.resolve("metrics/link"), secret);
    Files.createSymbolicLink(run.resolveSibling("link"), run);
    Files.createSymbolicLink(store.resolve("link"), run.getParent());
    Path input;
    try (Stream<Path> inputs = Files.list(run.resolve("inputs"))) {
      input = inputs.findFirst().orElseThrow().resolve("meta.yaml");
    }
    try (Workspace workspace = Workspace.inMemory()) {
      ImportReport report = MlflowStore.open(store).importInto(workspace);
      assertThat(report.left())
          .extracting(ImportReport.Left::kind)
          .contains(
              "artifacts that are links",
              "params that are links",
              "tags that are links",
              "metrics that are links",
              "runs that are links",
              "experiments that are links");
      RunView view = ExperimentTracker.of(workspace).get(String.valueOf(run.getFileName()));
      assertThat(view.params()).doesNotContainKey("link");
    }
    Files.writeString(
        input, Files.readString(input).replaceAll("source_id: .*", "source_id: ../../secret"));
    try (Workspace workspace = Workspace.inMemory()) {
      MlflowStore open = MlflowStore.open(store);
      assertThatThrownBy(() -> open.importInto(workspace))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("'" + input + "' names the data set '../../secret', which is no id");
    }
  }

  @Test
  void what_points_and_models_say_beside_is_counted() throws IOException {
    Path store = copied();
    Path run = run(store, expected("gbm-7").get("id").asText());
    Files.writeString(run.resolve("metrics/loss"), "1000 0.5 9 flights 1234abcd\n");
    Path output = Files.createDirectories(run.resolve("outputs/m-1"));
    Files.writeString(output.resolve("meta.yaml"), "source_type: RUN_OUTPUT\n");
    Path input = Files.createDirectories(run.resolve("inputs/m-2"));
    Files.writeString(input.resolve("meta.yaml"), "source_type: MODEL\n");
    try (Workspace workspace = Workspace.inMemory()) {
      assertThat(MlflowStore.open(store).importInto(workspace).left())
          .extracting(ImportReport.Left::kind, ImportReport.Left::count)
          .contains(
              tuple("runs with points that name a data set; the points are kept without it", 1L),
              tuple("logged models that a run read or made", 2L));
      RunView view = ExperimentTracker.of(workspace).get(String.valueOf(run.getFileName()));
      assertThat(view.summary("loss").latest().step()).isEqualTo(9);
    }
  }

  @Test
  void artifacts_that_lie_elsewhere_are_counted() throws IOException {
    Path store = copied();
    Path run = run(store, expected("failed").get("id").asText());
    Path elsewhere = Files.createDirectories(directory.resolve("elsewhere"));
    Path meta = run.resolve("meta.yaml");
    String before = Files.readString(meta);
    for (String uri : List.of("s3://bucket/artifacts", elsewhere.toUri().toString(), "file:a")) {
      Files.writeString(meta, before.replaceAll("artifact_uri: .*", "artifact_uri: " + uri));
      try (Workspace workspace = Workspace.inMemory()) {
        boolean isCounted = !uri.startsWith("file:///");
        assertThat(isCounted(store, workspace)).as(uri).isEqualTo(isCounted);
      }
    }
    Files.writeString(meta, before.replaceAll("artifact_uri: .*", "artifact_uri: " + elsewhere));
    Files.writeString(elsewhere.resolve("report.txt"), "late");
    try (Workspace workspace = Workspace.inMemory()) {
      assertThat(isCounted(store, workspace)).isTrue();
    }
  }

  private static boolean isCounted(Path store, Workspace workspace) {
    return MlflowStore.open(store).importInto(workspace).left().stream()
        .anyMatch(left -> left.kind().equals("runs whose artifacts lie outside of the store"));
  }

  @Test
  void a_directory_without_experiments_is_refused() throws IOException {
    Path file = Files.writeString(directory.resolve("mlflow.db"), "SQLite");
    assertThatThrownBy(() -> MlflowStore.open(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "'"
                + file
                + "' is a file; what is read is a file store of MLflow, a directory such as mlruns");
    assertThatThrownBy(() -> MlflowStore.open(directory.resolve("none")))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "no directory '" + directory.resolve("none") + "' to read a file store of MLflow from");
    assertThatThrownBy(() -> MlflowStore.open(directory))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "'"
                + directory
                + "' holds no experiment of MLflow: no directory in it has a meta.yaml; give the one that MLflow calls mlruns");
  }
}
