package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Artifacts;
import dev.mlops.storage.Database;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database and an artifact store belong together, and nothing is deleted where they do not. */
class WorkspaceIdentityTest {
  private static final ArtifactPath PATH = ArtifactPath.of("model.onnx");

  @TempDir Path directory;

  private final TestClock clock = TestClock.at(Instant.parse("2001-03-04T12:00:00Z"));

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String unknownContents(ArtifactStore store, Database database) {
    return unknownContents(store.toString(), database.toString());
  }

  private static String unknownContents(String store, String database) {
    return store
        + " has contents, but "
        + database
        + " is not the one that names them, as it is new or another one: if that was lost, restore it from its backup; if the store"
        + " is another workspace's, choose another one; to take the contents over, as garbage until they"
        + " are named, open the workspace with adoptContents()";
  }

  /** What holds on every pair of a database and a store. */
  abstract class Everywhere {
    private final List<AutoCloseable> open = new ArrayList<>();
    private ArtifactStore store;
    private Database database;
    private Artifacts artifacts;
    private Artifact model;

    abstract Database freshDatabase(String name);

    abstract ArtifactStore freshStore(String name);

    <T extends AutoCloseable> T opened(T part) {
      open.add(part);
      return part;
    }

    @BeforeEach
    void open() {
      store = opened(freshStore("store"));
      database = opened(freshDatabase("mine"));
      artifacts = Artifacts.of(database, store, clock);
      model = artifacts.write("model/1", PATH, bytes("weights"));
    }

    @AfterEach
    void close() throws Exception {
      for (AutoCloseable part : open) {
        part.close();
      }
    }

    private Database another() {
      return opened(freshDatabase("another"));
    }

    private String read(Artifacts artifacts) throws IOException {
      try (InputStream in = artifacts.open(model)) {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
      }
    }

    @Test
    void they_open_together_again_and_again() throws IOException {
      for (int i = 0; i < 3; i++) {
        assertThat(read(Artifacts.of(database, store, clock))).isEqualTo("weights");
      }
      try (Stream<Digest> all = store.list()) {
        assertThat(all).hasSize(2);
      }
    }

    @Test
    void a_new_database_over_contents_is_refused_and_deletes_nothing() throws IOException {
      Database another = another();
      for (int attempt = 0; attempt < 2; attempt++) {
        assertThatThrownBy(() -> Artifacts.of(another, store, clock))
            .isInstanceOf(StorageException.class)
            .hasMessage(unknownContents(store, another));
      }
      assertThat(read(artifacts)).isEqualTo("weights");
    }

    @Test
    void a_database_whose_contents_are_elsewhere_is_refused() {
      ArtifactStore empty = opened(freshStore("empty"));
      assertThatThrownBy(() -> Artifacts.of(database, empty, clock))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              database
                  + " names contents, but "
                  + empty
                  + " is not the store that has them: give the workspace its own store, or restore that;"
                  + " to go on without the contents, open it with adoptContents()");
      Artifacts adopting = Artifacts.adopting(database, empty, clock);
      assertThat(adopting.get("model/1", PATH)).isEqualTo(model);
      assertThatThrownBy(() -> adopting.open(model)).isInstanceOf(NotFoundException.class);
    }

    @Test
    void a_database_without_contents_takes_any_empty_store_and_no_full_one() {
      Database another = another();
      Artifacts.of(another, opened(freshStore("first")), clock);
      Artifacts.of(another, opened(freshStore("second")), clock)
          .write("model/1", PATH, bytes("weights"));
      Database third = opened(freshDatabase("third"));
      Artifacts.of(third, opened(freshStore("of the third")), clock);
      assertThatThrownBy(() -> Artifacts.of(third, store, clock))
          .isInstanceOf(StorageException.class)
          .hasMessage(unknownContents(store, third));
    }

    @Test
    void contents_are_adopted_on_demand_and_the_other_database_is_refused_then() {
      Database another = another();
      Artifacts taken = Artifacts.adopting(another, store, clock);
      clock.advance(Duration.ofDays(1));
      assertThatThrownBy(() -> taken.collectGarbage(Duration.ofHours(1)))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("1 of 1 content in " + store + " has no name in " + another);
      assertThatThrownBy(() -> artifacts.collectGarbage(Duration.ofHours(1)))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              store
                  + " is no longer the store of "
                  + database
                  + ": another workspace has taken it over, or its files were replaced; nothing was"
                  + " deleted");
      assertThatThrownBy(() -> Artifacts.of(database, store, clock))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith(database + " names contents, but " + store);
      assertThat(taken.collectGarbage(Duration.ofHours(1), 1).contents()).isEqualTo(1);
      Artifacts.of(another, store, clock).write("model/1", PATH, bytes("weights"));
    }

    @Test
    void the_identity_of_another_database_in_the_store_stops_a_collection() throws IOException {
      ArtifactStore other = opened(freshStore("other"));
      Artifacts.of(another(), other, clock);
      copyAll(other, store);
      clock.advance(Duration.ofDays(1));
      assertThatThrownBy(() -> artifacts.collectGarbage(Duration.ofHours(1), 1))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              store
                  + " is used by another database than "
                  + database
                  + ", whose contents would be garbage here; nothing was deleted. Give each its own"
                  + " store");
    }

    private static void copyAll(ArtifactStore from, ArtifactStore to) throws IOException {
      try (Stream<Digest> all = from.list()) {
        for (Digest digest : all.toList()) {
          try (InputStream in = from.read(digest)) {
            to.write(in);
          }
        }
      }
    }

    @Test
    void many_openings_of_a_new_database_agree() {
      Database another = another();
      ArtifactStore empty = opened(freshStore("empty"));
      Runnable opening = () -> Artifacts.of(another, empty, clock);
      Together.run(opening, opening, opening, opening);
      try (Stream<Digest> all = empty.list()) {
        assertThat(all).hasSize(1);
      }
    }
  }

  @Nested
  class In_memory extends Everywhere {
    @Override
    Database freshDatabase(String name) {
      return TestDatabases.h2InMemory();
    }

    @Override
    ArtifactStore freshStore(String name) {
      return ArtifactStore.inMemory(clock);
    }
  }

  @Nested
  class In_files extends Everywhere {
    @Override
    Database freshDatabase(String name) {
      return Database.h2(directory.resolve(name));
    }

    @Override
    ArtifactStore freshStore(String name) {
      return ArtifactStore.files(directory.resolve(name), clock);
    }
  }

  @Nested
  class On_postgres_with_the_store_of_a_stranger extends Everywhere {
    @Override
    Database freshDatabase(String name) {
      return TestDatabases.postgres();
    }

    @Override
    ArtifactStore freshStore(String name) {
      return FaultyArtifactStore.over(ArtifactStore.files(directory.resolve(name), clock));
    }
  }

  @Nested
  class A_directory {
    @Test
    void whose_database_is_lost_is_refused_and_opens_again_with_the_database() throws IOException {
      Path file = directory.resolve("truth.mv.db");
      Artifact model;
      try (Workspace workspace = Workspace.open(directory)) {
        model = workspace.artifacts().write("model/1", PATH, bytes("weights"));
      }
      byte[] backup = Files.readAllBytes(file);
      for (boolean isEmptyFile : new boolean[] {false, true}) {
        Files.delete(file);
        if (isEmptyFile) {
          Files.createFile(file);
        }
        assertThatThrownBy(() -> Workspace.open(directory))
            .isInstanceOf(StorageException.class)
            .hasMessage(
                unknownContents(
                    "artifact store '" + directory.resolve("artifacts") + "'",
                    "database '" + directory.resolve("truth") + "'"));
        assertThat(file.toFile().length()).isZero();
        assertThat(Files.exists(file)).isEqualTo(isEmptyFile);
        Files.write(file, backup);
        try (Workspace workspace = Workspace.open(directory)) {
          assertThat(workspace.artifacts().get("model/1", PATH)).isEqualTo(model);
        }
      }
    }

    @Test
    void whose_database_is_lost_for_good_can_be_adopted() throws IOException {
      try (Workspace workspace = Workspace.open(directory)) {
        workspace.artifacts().write("model/1", PATH, bytes("weights"));
      }
      Files.delete(directory.resolve("truth.mv.db"));
      try (Workspace workspace = Workspace.builder().directory(directory).adoptContents().open()) {
        assertThat(workspace.artifacts().find("model/1", PATH)).isEmpty();
      }
      Workspace.open(directory).close();
    }

    @Test
    void shared_by_two_projects_of_one_database_is_one_workspace() {
      try (Database database = TestDatabases.h2InMemory();
          ArtifactStore store = ArtifactStore.files(directory.resolve("shared"))) {
        for (String project : List.of("a", "b")) {
          try (Workspace workspace =
              Workspace.builder().database(database).artifactStore(store).project(project).open()) {
            workspace.artifacts().write("model/" + project, PATH, bytes(project));
            assertThat(workspace.artifacts().collectGarbage(Duration.ZERO).contents()).isZero();
          }
        }
      }
    }
  }
}
