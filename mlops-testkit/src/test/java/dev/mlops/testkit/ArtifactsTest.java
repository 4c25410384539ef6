package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Artifacts;
import dev.mlops.storage.Database;
import dev.mlops.storage.GarbageReport;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactsTest {
  private static final ArtifactPath PATH = ArtifactPath.of("model.onnx");

  @TempDir static Path directory;

  private final TestClock clock = TestClock.at(Instant.parse("2001-03-04T12:00:00Z"));

  /** What holds on every pair of a database and a store. */
  abstract class Everywhere {
    private final Database database = database();
    private final ArtifactStore store = store();
    private final Artifacts artifacts = Artifacts.of(database, store, clock);

    abstract Database database();

    abstract ArtifactStore store();

    @AfterEach
    void close() {
      store.close();
      database.close();
    }

    private InputStream bytes(String text) {
      return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    private GarbageReport collectAll(Duration olderThan) {
      return artifacts.collectGarbage(olderThan, 1);
    }

    private String read(Artifact artifact) {
      try (InputStream bytes = artifacts.open(artifact)) {
        return new String(bytes.readAllBytes(), StandardCharsets.UTF_8);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    private void unlink(String owner) {
      database.transaction(
          session -> {
            artifacts.unlink(session, owner, PATH);
            return true;
          });
    }

    @Test
    void come_back_as_they_were_written() {
      Artifact artifact = artifacts.write("run/1", PATH, bytes("weights"));
      assertThat(artifact)
          .isEqualTo(new Artifact("run/1", PATH, artifact.digest(), 7, clock.instant()));
      assertThat(artifacts.get("run/1", PATH)).isEqualTo(artifact);
      assertThat(read(artifact)).isEqualTo("weights");
    }

    @Test
    void are_listed_by_path_and_owner() {
      artifacts.write("run/1", ArtifactPath.of("b"), bytes("1"));
      artifacts.write("run/1", ArtifactPath.of("Z"), bytes("2"));
      artifacts.write("run/1", ArtifactPath.of("a/é"), bytes("3"));
      artifacts.write("run/12", PATH, bytes("4"));
      assertThat(artifacts.list("run/1"))
          .extracting(a -> a.path().value())
          .containsExactly("Z", "a/é", "b");
      assertThat(artifacts.list("run")).isEmpty();
    }

    @Test
    void nobody_wrote_are_not_found_and_the_message_says_what_is() {
      artifacts.write("run/1", ArtifactPath.of("other"), bytes("1"));
      assertThat(artifacts.find("run/1", PATH)).isEmpty();
      assertThatThrownBy(() -> artifacts.get("run/1", PATH))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no artifact 'model.onnx' of 'run/1'; found: [other]");
    }

    @Test
    void are_never_overwritten() {
      Artifact first = artifacts.write("run/1", PATH, bytes("first"));
      assertThatThrownBy(() -> artifacts.write("run/1", PATH, bytes("second")))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "'run/1' has the artifact 'model.onnx' already, as "
                  + first.digest()
                  + "; artifacts are never overwritten");
      assertThat(read(artifacts.get("run/1", PATH))).isEqualTo("first");
    }

    @Test
    void are_visible_only_once_their_transaction_commits() {
      Digest digest = artifacts.stage(bytes("staged"));
      assertThatThrownBy(
              () ->
                  database.transaction(
                      session -> {
                        artifacts.link(session, "run/1", PATH, digest);
                        throw new IllegalArgumentException("changed my mind");
                      }))
          .hasMessage("changed my mind");
      assertThat(artifacts.list("run/1")).isEmpty();
      database.transaction(session -> artifacts.link(session, "run/1", PATH, digest));
      assertThat(read(artifacts.get("run/1", PATH))).isEqualTo("staged");
    }

    @Test
    void cannot_be_linked_without_their_bytes() {
      Digest ghost = Digest.of(new byte[] {1});
      assertThatThrownBy(
              () -> database.transaction(session -> artifacts.link(session, "run/1", PATH, ghost)))
          .isInstanceOf(NotFoundException.class)
          .hasMessage(
              "no staged bytes "
                  + ghost
                  + "; they were collected or never staged, so stage them again");
    }

    @Test
    void of_one_content_are_garbage_only_when_all_names_are_gone() {
      artifacts.write("run/1", PATH, bytes("same"));
      Artifact second = artifacts.write("run/2", PATH, bytes("same"));
      clock.advance(Duration.ofDays(1));
      unlink("run/1");
      assertThat(collectAll(Duration.ofHours(1))).isEqualTo(new GarbageReport(0, 0, 0));
      assertThat(read(second)).isEqualTo("same");
      unlink("run/2");
      assertThat(collectAll(Duration.ofHours(1))).isEqualTo(new GarbageReport(1, 4, 0));
      assertThat(store.size(second.digest())).isEmpty();
      assertThatThrownBy(() -> unlink("run/2"))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no artifact 'model.onnx' of 'run/2'");
    }

    @Test
    void that_are_staged_have_a_grace() {
      Digest digest = artifacts.stage(bytes("staged"));
      clock.advance(Duration.ofMinutes(59));
      assertThat(collectAll(Duration.ofHours(1))).isEqualTo(new GarbageReport(0, 0, 1));
      artifacts.stage(bytes("staged"));
      clock.advance(Duration.ofMinutes(59));
      assertThat(collectAll(Duration.ofHours(1))).isEqualTo(new GarbageReport(0, 0, 1));
      clock.advance(Duration.ofMinutes(2));
      assertThat(collectAll(Duration.ofHours(1))).isEqualTo(new GarbageReport(1, 6, 0));
      assertThatThrownBy(
              () -> database.transaction(session -> artifacts.link(session, "run/1", PATH, digest)))
          .isInstanceOf(NotFoundException.class);
    }

    @Test
    void left_by_a_crash_before_they_were_registered_are_garbage() {
      Digest digest = store.write(bytes("orphan"));
      clock.advance(Duration.ofHours(2));
      assertThat(collectAll(Duration.ofHours(1))).isEqualTo(new GarbageReport(1, 6, 0));
      assertThat(store.size(digest)).isEmpty();
    }

    @Test
    void refuse_a_negative_grace() {
      assertThatThrownBy(() -> artifacts.collectGarbage(Duration.ofSeconds(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("olderThan must not be negative: -1 second");
    }

    @Test
    void refuse_a_share_that_is_none() {
      for (double share : new double[] {-0.1, 1.1, Double.NaN}) {
        assertThatThrownBy(() -> artifacts.collectGarbage(Duration.ZERO, share))
            .isInstanceOf(IllegalArgumentException.class)
            .hasMessage("mostShare must be from 0 to 1: " + share);
      }
    }

    @Test
    void of_which_more_than_half_are_garbage_stay_unless_that_is_allowed() {
      artifacts.write("run/1", PATH, bytes("kept"));
      artifacts.write("run/2", PATH, bytes("garbage"));
      artifacts.write("run/3", PATH, bytes("garbage too"));
      unlink("run/2");
      unlink("run/3");
      clock.advance(Duration.ofDays(1));
      assertThatThrownBy(() -> artifacts.collectGarbage(Duration.ofHours(1)))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "2 of 3 contents in "
                  + store
                  + " have no name in "
                  + database
                  + ", and deleting them is more than the share of 0.5 that may go at once; nothing was"
                  + " deleted. If the database is the right one and no old copy of it, allow more:"
                  + " collectGarbage(olderThan, 1)");
      artifacts.write("run/4", PATH, bytes("one more"));
      assertThat(artifacts.collectGarbage(Duration.ofHours(1)))
          .isEqualTo(new GarbageReport(2, 18, 0));
    }

    @Test
    void of_two_writers_under_one_name_are_those_of_the_first() {
      AtomicInteger conflicts = new AtomicInteger();
      Runnable writer =
          () ->
              IntStream.range(0, 30)
                  .forEach(
                      i -> {
                        try {
                          artifacts.write("run/" + i, PATH, bytes("same " + i));
                        } catch (ConflictException second) {
                          conflicts.incrementAndGet();
                        }
                      });
      Together.run(writer, writer);
      assertThat(conflicts).hasValue(30);
      assertThat(read(artifacts.get("run/7", PATH))).isEqualTo("same 7");
    }

    // Everything is old enough to be collected at once, and three contents are written, named, read
    // and forgotten over
    // and over while two collectors run. Without a grace a writer may be told to stage again, but
    // what has a name is there.
    @Test
    void that_have_a_name_are_never_collected() {
      AtomicBoolean done = new AtomicBoolean();
      AtomicInteger writing = new AtomicInteger(2);
      Together.run(
          () -> writeAndForget("left", writing, done),
          () -> writeAndForget("right", writing, done),
          () -> collectUntil(done),
          () -> collectUntil(done));
    }

    private void writeAndForget(String owner, AtomicInteger writing, AtomicBoolean done) {
      Random random = new Random(owner.length());
      try {
        for (int i = 0; i < 100; i++) {
          String text = "content " + random.nextInt(3);
          Artifact artifact = writePersistently(owner, text);
          clock.advance(Duration.ofSeconds(1));
          assertThat(read(artifact)).isEqualTo(text);
          unlink(owner);
        }
      } finally {
        done.set(writing.decrementAndGet() == 0);
      }
    }

    private Artifact writePersistently(String owner, String text) {
      for (int attempt = 0; attempt < 1_000; attempt++) {
        try {
          return artifacts.write(owner, PATH, bytes(text));
        } catch (NotFoundException collectedMeanwhile) {
          assertThat(collectedMeanwhile).hasMessageContaining("stage them again");
        }
      }
      throw new AssertionError("never came to a name");
    }

    private void collectUntil(AtomicBoolean done) {
      while (!done.get()) {
        collectAll(Duration.ZERO);
      }
    }
  }

  @Nested
  class In_memory extends Everywhere {
    @Override
    Database database() {
      return TestDatabases.h2InMemory();
    }

    @Override
    ArtifactStore store() {
      return ArtifactStore.inMemory(clock);
    }
  }

  @Nested
  class In_h2_and_files extends Everywhere {
    @Override
    Database database() {
      return TestDatabases.h2(directory.resolve("h2-" + System.identityHashCode(this)));
    }

    @Override
    ArtifactStore store() {
      return ArtifactStore.files(
          directory.resolve("files-" + System.identityHashCode(this)), clock);
    }
  }

  @Nested
  class In_postgresql_and_files extends Everywhere {
    private static final DataSource SOURCE = TestDatabases.postgresPool();

    @Override
    Database database() {
      return TestDatabases.emptied(SOURCE);
    }

    @Override
    ArtifactStore store() {
      return ArtifactStore.files(directory.resolve("pg-" + System.identityHashCode(this)), clock);
    }
  }
}
