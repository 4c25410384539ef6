package dev.mlops.architecture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.design.ProjectDesign;
import dev.mlops.environment.Environment;
import dev.mlops.error.NewerFormException;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.store.Checkpoint;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.Window;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Verification;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.profile.Profile;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.rollout.Certificate;
import dev.mlops.stats.Histogram;
import dev.mlops.storage.Database;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a newer release has written is refused in one way, whatever it is: the number of its form is
 * raised here in each thing that carries one.
 */
class NewerFormsTest {
  private static final Path ROOT = Path.of("..");
  private static final Pattern NUMBER =
      Pattern.compile("static final (?:byte|int|long) (?:FORM|VERSION) = ");

  /** These are written for others, and read by no release. */
  private static final Set<String> ONLY_WRITTEN = Set.of("DriftJson", "QualityJson");

  /** What their numbers stand for is checked by another class of the same package. */
  private static final Map<String, String> READERS = Map.of("CertificateText", "CertificateJson");

  @TempDir private Path place;

  private static void isRefused(String what, ThrowingCallable read) {
    assertThatThrownBy(read)
        .isInstanceOf(NewerFormException.class)
        .hasMessage("cannot read " + what + sentence());
  }

  private static String sentence() {
    return ": form 2 is newer than form 1, the highest that this release knows;"
        + " use the release that wrote it, or a later one";
  }

  private static void update(Workspace workspace, String sql, Object... values) {
    workspace
        .database()
        .transaction(session -> assertThat(session.update(sql, values)).isPositive());
  }

  private static String golden(String file, String before, String after) throws IOException {
    String text = Files.readString(ROOT.resolve(file));
    assertThat(text).contains(before);
    return text.replaceFirst(Pattern.quote(before), after);
  }

  @Test
  void tables() {
    Workspace.open(place).close();
    try (Database database = Database.h2(place.resolve("truth"))) {
      database.transaction(
          session ->
              session.update(
                  "UPDATE \"mlops_core_history\" SET \"version\" = '2' WHERE \"version\" = '1'"));
    }
    isRefused("the tables of 'core'", () -> Workspace.open(place));
  }

  @Test
  void journals_and_events() {
    try (Workspace workspace = Workspace.inMemory()) {
      workspace.journal().append(Entry.of("a"));
      update(workspace, "UPDATE mlops_event SET version = 2");
      assertThat(workspace.journal().verify())
          .isInstanceOfSatisfying(
              Verification.Broken.class,
              broken -> assertThat(broken.reason()).isEqualTo("cannot read event 1" + sentence()));
      update(workspace, "UPDATE mlops_journal_head SET version = 2");
      isRefused(
          "the journal of project 'default'", () -> workspace.journal().append(Entry.of("b")));
    }
  }

  @Test
  void segments_of_predictions() {
    try (Workspace workspace = Workspace.inMemory()) {
      workspace
          .predictions()
          .log(
              PredictionRecord.builder()
                  .id("p")
                  .model("flights")
                  .version(1)
                  .time(Instant.EPOCH)
                  .score(1)
                  .build());
      workspace.predictions().flush();
      byte[] packed =
          workspace
              .database()
              .read(
                  session ->
                      session.first(
                          "SELECT packed FROM mlops_prediction_part WHERE part = 0",
                          row -> row.bytes("packed")))
              .orElseThrow();
      packed[4] = 2;
      update(workspace, "UPDATE mlops_prediction_part SET packed = ? WHERE part = 0", packed);
      isRefused(
          "segment 1 of the prediction log",
          () -> workspace.predictions().query().model("flights").list());
    }
  }

  @Test
  void segments_of_metric_points_and_environments_of_runs() {
    try (Workspace workspace = Workspace.inMemory()) {
      ExperimentTracker tracker = ExperimentTracker.of(workspace);
      RunView run =
          tracker
              .experiment("delays")
              .run(
                  "one",
                  open -> {
                    open.environment(Environment.capture());
                    open.metric("auc", 1, 0.7);
                    open.metric("auc", 2, 0.8); // One point has no segment.
                  });
      update(workspace, "UPDATE mlops_metric_segments SET packed = ?", new byte[] {2, 0});
      isRefused("a metric segment", () -> tracker.history(run.id(), "auc"));
      String environment = Environment.capture().toJson().replace("n\":1,", "n\":2,");
      isRefused("the JSON of an environment", () -> Environment.fromJson(environment));
      update(workspace, "UPDATE mlops_environments SET json = ?", environment);
      ExperimentTracker another = ExperimentTracker.of(workspace); // The first has read it.
      isRefused("the JSON of an environment", () -> another.get(run.id()));
    }
  }

  @Test
  void definitions_and_segments_of_features() {
    EventSource flights = EventSource.of("flights").eventTime("at").knownAt("at");
    FeatureService service =
        FeatureService.of(
            "delay",
            EventView.of("origin", Entity.of("airport", "origin"), flights)
                .over(Window.hours(1))
                .count());
    Dataset rows =
        Dataset.builder(
                Schema.of(Field.of("at", DataType.INSTANT), Field.of("origin", DataType.STRING)))
            .row(Instant.EPOCH, "ORD")
            .build();
    try (Workspace workspace = Workspace.inMemory()) {
      FeatureStore store = FeatureStore.open(workspace);
      store.register(service);
      store.ingest(flights, rows);
      update(workspace, "UPDATE mlops_feature_segment SET form = 2");
      isRefused(
          "segment 1 of source 'flights'",
          () -> store.trainingSet(service).labels(rows, "at").build());
      for (String kind : List.of("source", "view", "service")) {
        update(
            workspace,
            "UPDATE mlops_feature_definition SET definition ="
                + " REPLACE(definition, '\"form\":1', '\"form\":2') WHERE kind = ?",
            kind);
        isRefused("a feature " + kind, store::definitions);
        update(
            workspace,
            "UPDATE mlops_feature_definition SET definition ="
                + " REPLACE(definition, '\"form\":2', '\"form\":1') WHERE kind = ?",
            kind);
      }
    }
  }

  @Test
  void checkpoints_of_features() {
    EventView view =
        EventView.of(
                "origin",
                Entity.of("airport", "origin"),
                EventSource.of("flights").eventTime("at").knownAt("at"))
            .over(Window.hours(1))
            .count();
    try (TimelineStore timelines = TimelineStore.inMemory();
        TimelineStore others = TimelineStore.inMemory()) {
      Dataset none =
          Dataset.empty(
              Schema.of(Field.of("at", DataType.INSTANT), Field.of("origin", DataType.STRING)));
      timelines.apply(
          view, new Segment("flights", 1, 0, false, 0, none.digest(), () -> Batches.of(none)));
      Checkpoint made = timelines.checkpoint(view).orElseThrow();
      Checkpoint newer =
          new Checkpoint(1, made.state().replace("\"form\":1", "\"form\":2"), made.rows());
      isRefused("the checkpoint of view 'origin'", () -> others.restore(view, newer));
    }
  }

  @Test
  void packages_of_models() throws IOException {
    Path kept = ROOT.resolve("mlops-tracking/src/test/resources/dev/mlops/registry");
    for (String file : List.of("signature.json", "environment.json", "MLmodel")) {
      Path copy = Files.createDirectory(place.resolve("with-newer-" + file)).toRealPath();
      try (Stream<Path> files = Files.list(kept.resolve("package-version-1"))) {
        for (Path each : (Iterable<Path>) files::iterator) {
          Files.copy(each, copy.resolve(each.getFileName()));
        }
      }
      boolean yaml = file.equals("MLmodel");
      String text = Files.readString(copy.resolve(file));
      String newer =
          yaml
              ? text.replace("    version: 1\n", "    version: 2\n")
              : text.replace("\"version\":1", "\"version\":2");
      assertThat(newer).isNotEqualTo(text);
      Files.writeString(copy.resolve(file), newer);
      String what =
          switch (file) {
            case "MLmodel" -> "the flavor mlops_java of MLmodel of '" + copy + "'";
            case "signature.json" -> "'signature.json'";
            default -> "the JSON of an environment";
          };
      isRefused(what, () -> ModelPackage.read(copy, OnnxFormat.withoutEngine()));
    }
  }

  @Test
  void what_is_written_as_text_or_bytes() throws IOException {
    String certificate =
        golden(
            "mlops-serving/src/test/resources/dev/mlops/serving/certificate-1.json",
            "certificate-1\"",
            "certificate-2\"");
    isRefused("the rollout certificate", () -> Certificate.fromJson(certificate));
    String profile =
        golden("mlops-quality/src/test/resources/profile-1.json", "profile\":1", "profile\":2");
    isRefused("the profile", () -> Profile.fromJson(profile));
    String design =
        golden(
            "mlops-design/src/test/resources/dev/mlops/design/design-1.yaml",
            "design: 1",
            "design: 2");
    isRefused("design line 1, column 9", () -> ProjectDesign.parse(design));
    byte[] histogram = Histogram.of(1).toBytes();
    histogram[0] = 2;
    isRefused("the histogram", () -> Histogram.fromBytes(histogram));
  }

  /** A class with a number of a form that it, or its reader, lets pass unasked. */
  private static boolean isUnasked(String name, String source, Map<String, String> sources) {
    String reader = sources.getOrDefault(READERS.getOrDefault(name, ""), "");
    return NUMBER.matcher(source).find()
        && !ONLY_WRITTEN.contains(name)
        && !source.contains("NewerFormException.requireKnown(")
        && !reader.contains("NewerFormException.requireKnown(");
  }

  @Test
  void every_class_that_numbers_a_form_asks_before_it_reads() throws IOException {
    Map<String, String> sources = new TreeMap<>();
    try (Stream<Path> files = Files.walk(ROOT)) {
      for (Path file : (Iterable<Path>) files.filter(NewerFormsTest::isOurs)::iterator) {
        sources.put(file.getFileName().toString().replace(".java", ""), Files.readString(file));
      }
    }
    Set<String> numbered = new TreeSet<>();
    Set<String> unasked = new TreeSet<>();
    sources.forEach(
        (name, source) -> {
          if (NUMBER.matcher(source).find()) {
            numbered.add(name);
          }
          if (isUnasked(name, source, sources)) {
            unasked.add(name);
          }
        });
    assertThat(numbered).hasSizeGreaterThan(12).containsAll(ONLY_WRITTEN);
    assertThat(unasked).isEmpty();
  }

  @Test
  void a_class_that_does_not_ask_is_found() {
    assertThat(isUnasked("A", "private static final int FORM = 1;", Map.of())).isTrue();
  }

  private static boolean isOurs(Path file) {
    String path = file.toString();
    return path.endsWith(".java") && path.contains("src/main/java") && path.contains("mlops-");
  }
}
