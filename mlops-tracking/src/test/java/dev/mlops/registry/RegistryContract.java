package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.models.ResolvedModel;
import dev.mlops.registry.onnx.OnnxEngine;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.Together;
import dev.mlops.tracking.ExperimentTracker;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What the registry promises, on whatever database. */
abstract class RegistryContract {

  private static final Instant START = Instant.parse("2001-01-01T00:00:00Z");

  private final TestClock clock = TestClock.at(START);
  private final ArtifactStore store = ArtifactStore.inMemory(clock);
  private Database database;
  private Workspace workspace;
  private ModelRegistry registry;
  private RegisteredModel flights;

  abstract Database open();

  @BeforeEach
  void openRegistry() {
    database = open();
    workspace = workspace("default");
    registry = ModelRegistry.of(workspace);
    flights = registry.model("flights");
  }

  private Workspace workspace(String project) {
    return Workspace.builder()
        .database(database)
        .artifactStore(store)
        .clock(clock)
        .project(project)
        .open();
  }

  @AfterEach
  void close() {
    workspace.close();
    database.close();
  }

  private ModelVersion register() {
    return flights.register(TinyOnnx.candidate().build());
  }

  private String run() {
    return ExperimentTracker.of(workspace).experiment("delays").run("gbm", run -> {}).id();
  }

  private static List<Integer> numbers(List<ModelVersion> versions) {
    return versions.stream().map(ModelVersion::number).toList();
  }

  @Nested
  class Models {

    /** By code points, as Java compares texts: capitals first, whatever language a database has. */
    @Test
    void and_aliases_are_listed_in_the_same_order_on_every_database() {
      for (String name : List.of("b", "B", "a", "_x", "A", "a b")) {
        registry.model(name).register(TinyOnnx.candidate().build());
      }
      register();
      for (String name : List.of("b", "B", "a", "_x", "A")) {
        flights.alias(name).moveTo(1, Expect.none(), because("a test"));
      }
      assertThat(registry.list())
          .extracting(RegisteredModel::name)
          .containsExactly("A", "B", "_x", "a", "a b", "b", "flights");
      assertThat(flights.aliases())
          .extracting(Alias::name)
          .containsExactly("A", "B", "_x", "a", "b");
    }

    @Test
    void exist_from_their_first_version_on() {
      assertThat(registry.list()).isEmpty();
      assertThat(registry.find("flights")).isEmpty();
      assertThatThrownBy(() -> registry.get("flights"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no model 'flights' in project 'default'; there is none yet");
      register();
      assertThat(registry.list()).containsExactly(flights);
      assertThat(registry.get("flights")).isEqualTo(flights);
      assertThatThrownBy(() -> registry.get("flihgts"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no model 'flihgts' in project 'default'; found: [flights]");
    }

    @Test
    void of_another_project_stay_apart() {
      register();
      ModelRegistry other = ModelRegistry.of(workspace("other"));
      assertThat(other.list()).isEmpty();
      assertThat(other.model("flights").register(TinyOnnx.candidate().build()).number())
          .isEqualTo(1);
    }

    @Test
    void have_names_that_fit_into_paths() {
      assertThat(registry.model("Vérspätung 2001_a-b.c").name()).isEqualTo("Vérspätung 2001_a-b.c");
      for (String bad :
          List.of(
              "", ".", "..", "a/b", "a\\b", "a@b", "a:b", "a%2fb", " a", "a".repeat(201), "a\0")) {
        assertThatIllegalArgumentException().isThrownBy(() -> registry.model(bad));
      }
      assertThatIllegalArgumentException()
          .isThrownBy(() -> registry.model("../x"))
          .withMessage(
              "model name must be 1 to 200 letters, digits, spaces and . _ -, and not begin with a dot or a space: '../x'");
    }
  }

  @Nested
  class Versions {

    @Test
    void keep_what_was_registered() {
      Environment here = Environment.capture();
      Digest data = Digest.of("rows".getBytes(UTF_8));
      String run = run();
      ModelVersion version =
          flights.register(
              TinyOnnx.candidate()
                  .golden(TinyOnnx.golden())
                  .run(run)
                  .data(data)
                  .description("linear")
                  .tag("team", "blue")
                  .environment(here)
                  .build());
      ModelVersion read = flights.get(1);
      assertThat(read).isEqualTo(version);
      assertThat(read.model()).isEqualTo("flights");
      assertThat(read.bytes("model.onnx")).isEqualTo(TinyOnnx.bytes());
      assertThat(read.format()).isEqualTo("onnx");
      assertThat(read.digest()).isEqualTo(Digest.of(TinyOnnx.bytes()));
      assertThat(read.resolve().files().paths()).containsExactly("model.onnx");
      assertThatThrownBy(() -> read.bytes("model.pb"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no file 'model.pb' in model 'flights' version 1; found: [MLmodel, environment.json,"
                  + " golden.arrow, model.onnx, signature.json]");
      assertThat(read.run()).contains(run);
      assertThat(read.data()).contains(data);
      assertThat(read.description()).contains("linear");
      assertThat(read.tags()).isEqualTo(Map.of("team", "blue"));
      assertThat(read.registered()).isEqualTo(START);
      assertThat(read.by()).isEqualTo("mlops");
      assertThat(read.signature()).isEqualTo(TinyOnnx.SIGNATURE);
      assertThat(read.environment()).contains(here);
      assertThat(read.golden().orElseThrow().tolerance()).isEqualTo(1e-6);
      assertThat(read.golden().orElseThrow().replay(TinyOnnx.MODEL))
          .isEqualTo(new GoldenCheck.Same(3, 1e-6, 0));
      assertThat(read.files())
          .extracting(file -> file.path().value())
          .containsExactly(
              "MLmodel", "environment.json", "golden.arrow", "model.onnx", "signature.json");
    }

    @Test
    void are_numbered_without_a_gap_by_16_threads_at_once() {
      Together.run(16, thread -> IntStream.range(0, 4).forEach(i -> register()));
      assertThat(numbers(flights.list()))
          .isEqualTo(IntStream.rangeClosed(1, 64).map(i -> 65 - i).boxed().toList());
      assertThat(flights.findLatest().orElseThrow().number()).isEqualTo(64);
      assertThat(workspace.journal().events().kind("model.registered").list()).hasSize(64);
    }

    @Test
    void leave_no_gap_after_a_refusal() {
      register();
      String known = run();
      assertThatThrownBy(() -> flights.register(TinyOnnx.candidate().run("no such run").build()))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no run 'no such run' in project 'default'; its newest are ['gbm' " + known + "]");
      assertThat(register().number()).isEqualTo(2);
    }

    @Test
    void answer_as_the_trained_model_did_or_are_refused() {
      ModelPackage candidate = TinyOnnx.candidate().golden(TinyOnnx.golden()).build();
      OnnxEngine swapped =
          (model, rows) -> TinyOnnx.ENGINE.answer(model, rows.select("wind", "distance"));
      assertThatThrownBy(() -> flights.register(golden(OnnxFormat.runBy(swapped))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the model does not answer as the trained one did: row 0 {distance=100.0, wind=1.0}:"
                  + " expected {delay=51.0} but the model answered {delay=-196.5} (tolerance 0.000001)."
                  + " The usual reasons are columns in another order than the model's, and a"
                  + " preparation that was not exported");
      OnnxEngine wide = (model, rows) -> TinyOnnx.output(2, new float[6]);
      assertThatThrownBy(() -> flights.register(golden(OnnxFormat.runBy(wide))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the model does not answer as its signature says: the model answered [delay VECTOR(2)];"
                  + " its outputs are [delay FLOAT32]");
      assertThatThrownBy(() -> flights.register(golden(OnnxFormat.withoutEngine())))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the ONNX format has no engine to ask the model; make it by"
                  + " OnnxFormat.runBy(OnnxModel::answer), or by another engine");
      assertThat(registry.find("flights")).isEmpty();
      assertThat(flights.register(candidate).number()).isEqualTo(1);
    }

    private ModelPackage golden(ModelFormat format) {
      return ModelPackage.builder(format, TinyOnnx.bytes(), TinyOnnx.SIGNATURE)
          .golden(TinyOnnx.golden())
          .build();
    }

    @Test
    void that_do_not_exist_are_named() {
      register();
      register();
      assertThatThrownBy(() -> flights.get(7))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no version 7 of model 'flights' in project 'default'; found: [2, 1]");
      assertThat(flights.find(7)).isEmpty();
      RegisteredModel ghost = registry.model("ghost");
      assertThat(ghost.find(1)).isEmpty();
      assertThat(ghost.findLatest()).isEmpty();
      String none = "no model 'ghost' in project 'default'; found: [flights]";
      assertThatThrownBy(ghost::list).isInstanceOf(NotFoundException.class).hasMessage(none);
      assertThatThrownBy(() -> ghost.get(1)).isInstanceOf(NotFoundException.class).hasMessage(none);
      assertThatThrownBy(() -> registry.alias("ghost", "champion").get())
          .isInstanceOf(NotFoundException.class)
          .hasMessage(none);
    }

    @Test
    void are_in_the_journal() {
      String run = run();
      ModelVersion version =
          flights.register(TinyOnnx.candidate().run(run).golden(TinyOnnx.golden()).build());
      Event event = workspace.journal().events().kind("model").list().get(0);
      assertThat(event.kind()).isEqualTo("model.registered");
      assertThat(event.subjects()).isEqualTo(Map.of("model", version.digest()));
      assertThat(event.details())
          .isEqualTo(
              Map.of(
                  "name",
                  "flights",
                  "version",
                  "1",
                  "format",
                  "onnx",
                  "run",
                  run,
                  "golden",
                  "3 rows, largest difference 0, tolerance 0.000001",
                  "parity",
                  "none"));
      Actor nightly = Actor.ci("nightly");
      ModelVersion second =
          flights.register(
              TinyOnnx.candidate().build(), because("monthly retraining").by(nightly).after(event));
      assertThat(second.by()).isEqualTo("nightly");
      Event other = workspace.journal().events().kind("model").list().get(1);
      assertThat(other.details())
          .containsEntry("golden", "none")
          .containsEntry("reason", "monthly retraining");
      assertThat(other.actor()).isEqualTo(nightly);
      assertThat(other.cause()).isEqualTo(event.id());
    }

    @Test
    void give_their_bytes_as_a_stream_that_is_checked() throws IOException {
      try (var bytes = register().open("model.onnx")) {
        assertThat(bytes.readAllBytes()).isEqualTo(TinyOnnx.bytes());
      }
    }
  }

  @Nested
  class Changes {

    @Test
    void of_tags_and_description_are_kept_and_told() {
      ModelVersion old =
          flights.register(TinyOnnx.candidate().tag("team", "blue").description("linear").build());
      Actor ann = Actor.human("ann", "reviewer");
      ModelVersion now =
          old.tag("team", "red", because("moved").by(ann))
              .tag("reviewed", "yes", because("audit"))
              .describe("linear, two columns", because("clearer"));
      assertThat(now.tags()).isEqualTo(Map.of("team", "red", "reviewed", "yes"));
      assertThat(now.description()).contains("linear, two columns");
      assertThat(flights.get(1).tags()).isEqualTo(now.tags());
      assertThat(flights.get(1).description()).isEqualTo(now.description());
      assertThat(old.tags()).isEqualTo(Map.of("team", "blue"));
      assertThat(old.untag("team", because("no team")).tags()).isEqualTo(Map.of("reviewed", "yes"));
      List<Event> events = workspace.journal().events().kind("model").list();
      assertThat(events)
          .extracting(Event::kind)
          .containsExactly(
              "model.registered",
              "model.tagged",
              "model.tagged",
              "model.described",
              "model.untagged");
      assertThat(events.get(1).actor()).isEqualTo(ann);
      assertThat(events.get(1).details())
          .containsEntry("tag", "team")
          .containsEntry("text", "red")
          .containsEntry("before", "blue")
          .containsEntry("reason", "moved");
      assertThat(events.get(2).details()).doesNotContainKey("before");
      assertThat(events.get(3).details()).containsEntry("before", "linear");
      assertThat(events.get(4).details()).containsEntry("before", "red");
    }

    @Test
    void of_what_is_not_there_are_refused() {
      ModelVersion version = register().tag("team", "blue", because("ours"));
      assertThatThrownBy(() -> version.untag("taem", because("a test")))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no tag 'taem' of model 'flights' version 1 in project 'default'; found: [team]");
      register();
      version.delete(because("a test"));
      String gone = "no version 1 of model 'flights' in project 'default'; found: [2]";
      assertThatThrownBy(() -> version.tag("team", "red", because("a test"))).hasMessage(gone);
      assertThatThrownBy(() -> version.untag("team", because("a test"))).hasMessage(gone);
      assertThatThrownBy(() -> version.describe("late", because("a test"))).hasMessage(gone);
      assertThat(flights.get(1).tags()).isEqualTo(Map.of("team", "blue"));
      assertThat(flights.get(1).description()).isEmpty();
      assertThat(workspace.journal().events().kind("model.tagged").list()).hasSize(1);
    }

    @Test
    void of_one_version_by_16_threads_lose_no_tag() {
      ModelVersion version = register();
      Together.run(
          16,
          thread -> {
            version.tag("of " + thread, "own", because("a test"));
            version.tag("shared", "by " + thread, because("a test"));
          });
      assertThat(flights.get(1).tags()).hasSize(17);
      assertThat(workspace.journal().events().kind("model.tagged").list()).hasSize(32);
    }
  }

  @Nested
  class Lineage {

    @Test
    void goes_from_data_to_versions_and_aliases() {
      Digest data = Digest.of("rows".getBytes(UTF_8));
      Digest other = Digest.of("other rows".getBytes(UTF_8));
      RegisteredModel trains = registry.model("Trains");
      ModelVersion first = flights.register(TinyOnnx.candidate().data(data).build());
      flights.register(TinyOnnx.candidate().data(other).build());
      register();
      ModelVersion fourth = flights.register(TinyOnnx.candidate().data(data).build());
      ModelVersion train = trains.register(TinyOnnx.candidate().data(data).build());
      flights.alias("champion").moveTo(4, Expect.none(), because("a test"));
      flights.alias("Best").moveTo(4, Expect.none(), because("a test"));
      first.delete(because("a test"));
      assertThat(registry.trainedOn(data)).containsExactly(train, first, fourth);
      assertThat(fourth.aliases()).extracting(Alias::name).containsExactly("Best", "champion");
      assertThat(train.aliases()).isEmpty();
      assertThat(registry.trainedOn(Digest.of("unknown".getBytes(UTF_8)))).isEmpty();
      assertThat(ModelRegistry.of(workspace("other")).trainedOn(data)).isEmpty();
    }
  }

  @Nested
  class Aliases {

    private Alias champion;

    @BeforeEach
    void registerThree() {
      IntStream.range(0, 3).forEach(i -> register());
      champion = flights.alias("champion");
    }

    private AliasMove move(int version, Expect expected) {
      return champion.tryMoveTo(version, expected, because("auc +0.4"));
    }

    @Test
    void move_when_they_stand_where_expected() {
      assertThat(champion.find()).isEmpty();
      assertThatThrownBy(champion::get)
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "alias 'champion' of model 'flights' in project 'default' stands at no version; there is none yet");
      AliasChange first =
          new AliasChange("flights", "champion", null, 1, START, "mlops", "auc +0.4");
      assertThat(move(1, Expect.none())).isEqualTo(new AliasMove.Moved(first));
      assertThat(move(2, Expect.version(1))).isInstanceOf(AliasMove.Moved.class);
      assertThat(move(3, Expect.any())).isInstanceOf(AliasMove.Moved.class);
      assertThat(champion.get().number()).isEqualTo(3);
      assertThat(flights.aliases()).extracting(Alias::name).containsExactly("champion");
    }

    @Test
    void do_not_move_when_they_stand_elsewhere() {
      move(1, Expect.none());
      AliasMove second = move(2, Expect.none());
      assertThat(second).isEqualTo(new AliasMove.Conflict("champion", Expect.none(), 1));
      assertThat(second)
          .hasToString("alias 'champion' was expected at no version but stands at version 1");
      assertThat(move(3, Expect.version(2)))
          .hasToString("alias 'champion' was expected at version 2 but stands at version 1");
      assertThatThrownBy(() -> champion.moveTo(3, Expect.version(2), because("auc +0.4")))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "alias 'champion' was expected at version 2 but stands at version 1 of model 'flights';"
                  + " nothing was changed");
      assertThatThrownBy(() -> champion.clear(Expect.none(), because("withdrawn")))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "alias 'champion' was expected at no version but stands at version 1 of model 'flights';"
                  + " nothing was changed");
      assertThat(champion.history()).hasSize(1);
      assertThat(workspace.journal().events().kind("alias").list()).hasSize(1);
    }

    @Test
    void move_once_when_16_threads_expect_the_same() {
      move(1, Expect.none());
      AtomicInteger moved = new AtomicInteger();
      Together.run(
          16,
          thread -> {
            if (move(2 + thread % 2, Expect.version(1)) instanceof AliasMove.Moved) {
              moved.incrementAndGet();
            }
          });
      assertThat(moved).hasValue(1);
      assertThat(champion.history()).hasSize(2);
    }

    @Test
    void first_set_by_16_threads_at_once_are_set_once() {
      AtomicInteger moved = new AtomicInteger();
      Together.run(
          16,
          thread -> {
            if (move(1, Expect.none()) instanceof AliasMove.Moved) {
              moved.incrementAndGet();
            }
          });
      assertThat(moved).hasValue(1);
    }

    @Test
    void remember_where_they_stood() {
      move(1, Expect.none());
      clock.advance(Duration.ofDays(7));
      move(2, Expect.version(1));
      clock.advance(Duration.ofDays(7));
      champion.clear(Expect.version(2), because("withdrawn"));
      assertThat(champion.asOf(START.minusSeconds(1))).isEmpty();
      assertThat(champion.asOf(START)).map(ModelVersion::number).contains(1);
      assertThat(champion.asOf(START.plus(Duration.ofDays(7)).minusNanos(1000)))
          .map(ModelVersion::number)
          .contains(1);
      assertThat(champion.asOf(START.plus(Duration.ofDays(13))))
          .map(ModelVersion::number)
          .contains(2);
      assertThat(champion.asOf(START.plus(Duration.ofDays(15)))).isEmpty();
      assertThat(champion.find()).isEmpty();
      assertThat(champion.history())
          .extracting(AliasChange::reason)
          .containsExactly("auc +0.4", "auc +0.4", "withdrawn");
      assertThat(move(3, Expect.none())).isInstanceOf(AliasMove.Moved.class);
    }

    @Test
    void are_sources_that_keep_to_the_version_where_they_stood() {
      move(2, Expect.none());
      ResolvedModel resolved = registry.alias("flights", "champion").resolve();
      move(3, Expect.any());
      assertThat(resolved.name()).isEqualTo("flights");
      assertThat(resolved.version()).isEqualTo(2);
      assertThat(resolved.digest()).isEqualTo(flights.get(2).digest());
      assertThat(resolved.files().first().bytes()).isEqualTo(TinyOnnx.bytes());
      assertThat(champion.resolve().version()).isEqualTo(3);
      assertThat(flights.get(3).resolve().digest()).isEqualTo(champion.resolve().digest());
      champion.clear(Expect.version(3), because("withdrawn"));
      assertThatThrownBy(champion::resolve).isInstanceOf(NotFoundException.class);
      assertThat(resolved.files().first().bytes()).isEqualTo(TinyOnnx.bytes());
    }

    @Test
    void keep_the_order_of_moves_when_the_clock_goes_back() {
      move(1, Expect.any());
      clock.advance(Duration.ofHours(-1));
      move(2, Expect.any());
      assertThat(champion.history()).extracting(AliasChange::time).containsExactly(START, START);
      assertThat(champion.asOf(START)).map(ModelVersion::number).contains(2);
    }

    @Test
    void say_who_moved_them_and_what_led_to_it() {
      Event cause = workspace.journal().events().kind("model.registered").list().get(0);
      champion.moveTo(
          1, Expect.none(), because("approved").by(Actor.human("ada", "owner")).after(cause));
      assertThat(champion.history().get(0).by()).isEqualTo("ada");
      Event event = workspace.journal().events().kind("alias.moved").list().get(0);
      assertThat(event.actor()).isEqualTo(Actor.human("ada", "owner"));
      assertThat(event.cause()).isEqualTo(cause.id());
      assertThat(event.details())
          .isEqualTo(
              Map.of(
                  "name",
                  "flights",
                  "alias",
                  "champion",
                  "from",
                  "none",
                  "to",
                  "1",
                  "reason",
                  "approved"));
    }

    @Test
    void stand_only_at_versions_that_exist() {
      assertThatThrownBy(() -> move(9, Expect.any()))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no version 9 of model 'flights' in project 'default'; found: [3, 2, 1]");
      assertThatThrownBy(
              () -> registry.model("ghost").alias("champion").moveTo(1, Expect.any(), because("x")))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no model 'ghost' in project 'default'; found: [flights]");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> Expect.version(0))
          .withMessage("version must be at least 1: 0");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> because(" "))
          .withMessage("reason must not be blank");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> because("a\uD800"))
          .withMessage("reason must not hold half a surrogate pair, which is no character");
    }
  }

  @Nested
  class Deletion {

    @Test
    void keeps_the_number_and_takes_the_files() {
      register();
      ModelVersion second = register();
      second.delete(because("leaks the label"));
      assertThat(numbers(flights.list())).containsExactly(1);
      assertThat(register().number()).isEqualTo(3);
      assertThat(flights.get(2).deleted()).contains(START);
      assertThat(flights.get(2).files()).isEmpty();
      assertThatThrownBy(() -> second.bytes("model.onnx"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("the files of model 'flights' version 2 were deleted");
      assertThatThrownBy(() -> second.delete(because("again")))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no version 2 of model 'flights' in project 'default'; found: [3, 1]");
      assertThat(flights.get(1).bytes("model.onnx")).isEqualTo(TinyOnnx.bytes());
    }

    @Test
    void of_a_version_that_serves_is_refused_unless_forced() {
      ModelVersion first = register();
      Alias champion = flights.alias("champion");
      champion.moveTo(1, Expect.none(), because("first"));
      assertThatThrownBy(() -> first.delete(because("cleaning")))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "model 'flights' version 1 serves as [champion]; move the aliases first, or use deleteWithAliases(...)");
      assertThat(first.files()).isNotEmpty();
      first.deleteWithAliases(because("leaks the label"));
      assertThat(champion.find()).isEmpty();
      assertThat(champion.asOf(START)).isEqualTo(Optional.empty());
      assertThat(champion.history()).hasSize(2);
      assertThat(workspace.journal().events().list())
          .extracting(Event::kind)
          .containsExactly("model.registered", "alias.moved", "alias.moved", "model.deleted");
    }
  }
}
