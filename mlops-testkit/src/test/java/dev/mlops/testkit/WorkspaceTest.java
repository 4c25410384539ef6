package dev.mlops.testkit;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness.Outcome;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  @TempDir Path directory;

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void keeps_everything_when_it_is_opened_again() throws IOException {
    try (Workspace workspace = Workspace.open(directory)) {
      workspace.artifacts().write("run/1", ArtifactPath.of("model.onnx"), bytes("weights"));
      workspace.journal().append(Entry.of("model.registered").detail("name", "flights"));
      workspace
          .predictions()
          .log(PredictionRecord.builder().id("a").model("flights").version(1).time(NOON).build());
    }
    try (Workspace workspace = Workspace.open(directory)) {
      Artifact artifact = workspace.artifacts().get("run/1", ArtifactPath.of("model.onnx"));
      try (InputStream read = workspace.artifacts().open(artifact)) {
        assertThat(read.readAllBytes()).asString(StandardCharsets.UTF_8).isEqualTo("weights");
      }
      assertThat(workspace.journal().find(1).orElseThrow().details())
          .containsEntry("name", "flights");
      assertThat(workspace.journal().verify().isIntact()).isTrue();
      assertThat(workspace.predictions().query().list().rowCount()).isEqualTo(1);
    }
  }

  @Test
  void in_memory_is_fresh_each_time() {
    try (Workspace first = Workspace.inMemory();
        Workspace second = Workspace.inMemory()) {
      first.journal().append(Entry.of("first"));
      assertThat(second.journal().find(1)).isEmpty();
    }
  }

  @Test
  void closes_first_what_was_handed_to_it_and_the_rest_even_if_that_fails() {
    List<String> closed = new ArrayList<>();
    Workspace workspace = Workspace.open(directory);
    workspace.onClose(
        () -> {
          workspace.journal().append(Entry.of("last.words"));
          closed.add("writes");
        });
    workspace.onClose(
        () -> {
          throw new OutOfMemoryError("planted");
        });
    workspace.onClose(() -> closed.add("taken back")).run();
    workspace.onClose(() -> closed.add("newest"));
    assertThatThrownBy(workspace::close)
        .isInstanceOf(StorageException.class)
        .hasMessage("cannot close the workspace: planted");
    assertThat(closed).containsExactly("newest", "writes");
    workspace.close();
    try (Workspace again = Workspace.open(directory)) {
      assertThat(again.journal().find(1).orElseThrow().kind()).isEqualTo("last.words");
    }
  }

  @Test
  void has_what_its_builder_was_given() {
    TestClock clock = TestClock.at(NOON);
    Actor ada = Actor.human("ada", "engineer");
    try (Workspace workspace =
        Workspace.builder().clock(clock).project("flights").actor(ada).open()) {
      assertThat(workspace.clock()).isSameAs(clock);
      assertThat(workspace.project()).isEqualTo("flights");
      assertThat(workspace.actor()).isEqualTo(ada);
      assertThat(workspace.journal().append(Entry.of("a")).project()).isEqualTo("flights");
      assertThat(workspace.journal().append(Entry.of("a")).actor()).isEqualTo(ada);
      assertThat(workspace.journal().append(Entry.of("a")).time()).isEqualTo(NOON);
      assertThat(workspace.artifacts().write("run/1", ArtifactPath.of("a"), bytes("x")).time())
          .isEqualTo(NOON);
    }
  }

  @Test
  void has_defaults() {
    try (Workspace workspace = Workspace.inMemory()) {
      assertThat(workspace.project()).isEqualTo("default");
      assertThat(workspace.actor()).isEqualTo(Actor.system());
    }
  }

  @Test
  void refuses_an_option_given_twice() {
    assertThatThrownBy(() -> Workspace.builder().project("a").project("b"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("the option 'project' is set already, to a");
  }

  @Nested
  class Opening {
    @Test
    void twice_in_one_process_is_refused() {
      try (Workspace open = Workspace.open(directory)) {
        assertThat(open.journal().find(1)).isEmpty();
        Path same = directory.resolve(".");
        assertThatThrownBy(() -> Workspace.open(same))
            .isInstanceOf(ConflictException.class)
            .hasMessage(
                "database '"
                    + same.resolve("truth")
                    + "' is open in this process already; hand the open one on, or close it first");
      }
      Workspace.open(directory).close();
    }

    @Test
    void in_a_second_process_is_refused() {
      try (Workspace open = Workspace.open(directory)) {
        open.journal().append(Entry.of("a"));
        Outcome second = CrashHarness.of(Opener.class, directory.toString()).run();
        assertThat(second.acknowledged())
            .containsExactly(
                "ConflictException: database '"
                    + directory.resolve("truth")
                    + "' is open in another process; close it there, or share a PostgreSQL database");
      }
      assertThat(CrashHarness.of(Opener.class, directory.toString()).run().acknowledged())
          .containsExactly("opened");
    }

    @Test
    void leaves_no_files_but_the_database_and_the_artifacts() throws IOException {
      Workspace.open(directory).close();
      Workspace.open(directory).close();
      try (Stream<Path> files = Files.list(directory)) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder("artifacts", "truth.mv.db");
      }
    }

    @Test
    void says_nothing_where_nobody_listens_to_slf4j() {
      String silent =
          Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
              .filter(entry -> !entry.contains("slf4j-simple"))
              .collect(joining(File.pathSeparator));
      Outcome outcome = CrashHarness.of(Opener.class, directory.toString()).classPath(silent).run();
      assertThat(outcome.acknowledged()).containsExactly("opened");
      assertThat(outcome.errors().lines()).allMatch(line -> line.startsWith("SLF4J"));
    }

    @Test
    void refuses_a_database_and_a_store_of_which_one_would_be_forgotten() {
      try (Database database = TestDatabases.h2InMemory()) {
        assertThatThrownBy(() -> Workspace.builder().database(database).open())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith(
                "a workspace with a database and no artifact store would keep its contents in memory")
            .hasMessageContaining("choose artifactStore(...) or directory(...) too");
      }
      try (ArtifactStore store = ArtifactStore.inMemory()) {
        assertThatThrownBy(() -> Workspace.builder().artifactStore(store).open())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageStartingWith(
                "a workspace with an artifact store and no database would keep the names of its")
            .hasMessageContaining("choose database(...) or directory(...) too");
      }
    }

    @Test
    void names_its_project_and_its_database() {
      try (Workspace workspace = Workspace.builder().project("churn").open()) {
        assertThat(workspace).hasToString("workspace of project 'churn', database in memory");
      }
    }

    @Test
    void takes_nothing_in_once_it_is_closed() {
      Workspace workspace = Workspace.inMemory();
      workspace.close();
      assertThatThrownBy(() -> workspace.onClose(() -> {}))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the workspace is closed");
    }

    @Test
    void logs_nothing_at_the_level_info_when_all_is_well() {
      Outcome outcome = CrashHarness.of(Opener.class, directory.toString()).run();
      assertThat(outcome.acknowledged()).containsExactly("opened");
      assertThat(outcome.errors()).isEmpty();
    }

    @Test
    void what_a_newer_release_wrote_is_refused_and_leaves_nothing_open() {
      Workspace.open(directory).close();
      try (Database database = Database.h2(directory.resolve("truth"))) {
        database.transaction(
            session ->
                session.update(
                    "INSERT INTO \"mlops_core_history\" (\"installed_rank\", \"version\", \"description\", \"type\","
                        + " \"script\", \"checksum\", \"installed_by\", \"execution_time\", \"success\")"
                        + " VALUES (99, '9999', 'future', 'SQL', 'V9999__future.sql', 1, 'me', 1, TRUE)"));
      }
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> Workspace.open(directory))
            .isInstanceOf(NewerFormException.class)
            .hasMessage(
                "cannot read the tables of 'core': form 9999 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
      }
    }

    @Test
    void where_a_file_is_in_the_way_names_the_path() throws IOException {
      Path file = Files.writeString(directory.resolve("occupied"), "");
      assertThatThrownBy(() -> Workspace.open(file))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "cannot open a workspace in '" + file + "': it is a file, and a directory is needed");
    }

    @Test
    void a_damaged_database_names_the_file() throws IOException {
      Files.writeString(
          directory.resolve("truth.mv.db"),
          "this is no database, it is a text of some length\n".repeat(999));
      assertThatThrownBy(() -> Workspace.open(directory))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith(
              "the file '"
                  + directory.resolve("truth.mv.db")
                  + "' is damaged; put back a copy of that file (files of the artifact store are not"
                  + " affected)")
          .hasCauseInstanceOf(SQLException.class);
    }
  }

  @Nested
  class Closing {
    @Test
    void twice_is_fine() {
      Workspace workspace = Workspace.open(directory);
      workspace.close();
      workspace.close();
    }

    @Test
    void ends_all_use() {
      Workspace workspace = Workspace.open(directory);
      workspace.close();
      assertThatThrownBy(() -> workspace.journal().append(Entry.of("late")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("database '" + directory.resolve("truth") + "' is closed; open it again");
      assertThatThrownBy(
              () -> workspace.artifacts().write("run/1", ArtifactPath.of("a"), bytes("x")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "artifact store '" + directory.resolve("artifacts") + "' is closed; open it again");
    }

    @Test
    void leaves_open_what_it_was_given() {
      try (Database database = TestDatabases.h2InMemory()) {
        Workspace.builder()
            .database(database)
            .artifactStore(ArtifactStore.inMemory())
            .open()
            .close();
        assertThat(database.query("SELECT 1 AS one").rowCount()).isEqualTo(1);
      }
    }
  }

  /** A second process. */
  static final class Opener {
    private Opener() {}

    public static void main(String[] arguments) {
      try {
        Workspace.open(Path.of(arguments[0])).close();
        System.out.println("opened");
      } catch (ConflictException e) {
        System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      }
    }
  }
}
