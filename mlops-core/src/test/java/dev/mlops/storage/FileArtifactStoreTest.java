package dev.mlops.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileArtifactStoreTest {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");
  private static final Digest WEIGHTS = Digest.of("weights".getBytes(StandardCharsets.UTF_8));

  @TempDir Path directory;
  private ArtifactStore store;

  @BeforeEach
  void open() {
    store = ArtifactStore.files(directory, Clock.fixed(NOON, ZoneOffset.UTC));
  }

  private Digest write(String text) {
    return store.write(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private Path place(Digest digest) {
    return directory
        .resolve("content")
        .resolve(digest.hex().substring(0, 2))
        .resolve(digest.hex().substring(2));
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(Files::isRegularFile).toList();
    }
  }

  @Test
  void keeps_a_content_in_one_file_named_by_its_digest() throws IOException {
    write("weights");
    assertThat(files(directory)).containsExactly(place(WEIGHTS));
    assertThat(Files.getLastModifiedTime(place(WEIGHTS))).isEqualTo(FileTime.from(NOON));
  }

  @Test
  void gives_the_file_of_a_content_to_those_who_map_it() throws IOException {
    assertThat(store.local(WEIGHTS)).isEmpty();
    write("weights");
    assertThat(store.local(WEIGHTS)).contains(place(WEIGHTS).toRealPath());
  }

  @Test
  void lists_no_strangers() throws IOException {
    write("weights");
    Files.writeString(directory.resolve("content").resolve("README"), "hello");
    Files.writeString(place(WEIGHTS).resolveSibling("note.txt"), "hello");
    try (Stream<Digest> all = store.list()) {
      assertThat(all).containsExactly(WEIGHTS);
    }
  }

  @Test
  void tells_the_first_failure_when_the_half_written_file_cannot_be_deleted_either() {
    InputStream failing =
        new InputStream() {
          @Override
          public int read() throws IOException {
            return read(new byte[1], 0, 1);
          }

          @Override
          public int read(byte[] buffer, int from, int length) throws IOException {
            Path half = files(directory.resolve("incoming")).get(0);
            Files.delete(half);
            Files.createDirectories(half.resolve("in the way"));
            throw new IOException("no space left");
          }
        };
    assertThatThrownBy(() -> store.write(failing))
        .isInstanceOf(StorageException.class)
        .hasMessageEndingWith(": no space left");
  }

  @Nested
  class Altered_bytes {
    private void readAll() throws IOException {
      try (InputStream bytes = store.read(WEIGHTS)) {
        bytes.readAllBytes();
      }
    }

    @Test
    void are_found_at_the_end() throws IOException {
      write("weights");
      Files.writeString(place(WEIGHTS), "Weights");
      assertThatThrownBy(this::readAll)
          .isInstanceOf(StorageException.class)
          .hasMessage(
              place(WEIGHTS)
                  + " holds other bytes than its name says: expected "
                  + WEIGHTS
                  + " but found "
                  + Digest.of("Weights".getBytes(StandardCharsets.UTF_8))
                  + "; put back a copy of it");
    }

    @Test
    void are_found_when_some_are_missing() throws IOException {
      write("weights");
      Files.writeString(place(WEIGHTS), "weight");
      assertThatThrownBy(this::readAll).isInstanceOf(StorageException.class);
    }

    @Test
    void are_healed_by_writing_them_again() throws IOException {
      write("weights");
      Files.writeString(place(WEIGHTS), "Weights");
      write("weights");
      readAll();
    }
  }

  @Nested
  class After_a_crash {
    @Test
    void an_unfinished_file_is_not_visible_and_is_cleaned_away() throws IOException {
      Path unfinished = Files.writeString(directory.resolve("incoming").resolve("half"), "weig");
      Files.setLastModifiedTime(unfinished, FileTime.from(NOON.minusSeconds(10)));
      try (Stream<Digest> all = store.list()) {
        assertThat(all).isEmpty();
      }
      assertThat(store.deleteUnfinished(NOON.minusSeconds(10))).isZero();
      assertThat(store.deleteUnfinished(NOON)).isEqualTo(1);
      assertThat(unfinished).doesNotExist();
    }

    @Test
    void a_content_that_was_about_to_be_deleted_is_readable_and_comes_back_young()
        throws IOException {
      write("weights");
      Path condemned = directory.resolve("condemned").resolve(WEIGHTS.hex() + "-0001");
      Files.move(place(WEIGHTS), condemned);
      Files.setLastModifiedTime(condemned, FileTime.from(NOON.minusSeconds(10)));
      assertThat(store.size(WEIGHTS)).hasValue(7);
      open();
      assertThat(place(WEIGHTS)).hasContent("weights");
      assertThat(condemned).doesNotExist();
      assertThat(store.delete(WEIGHTS, NOON)).isFalse();
    }
  }

  @Nested
  class A_disk_error_names_the_path_and_the_cause {
    @Test
    void when_opening() throws IOException {
      Path file = Files.writeString(directory.resolve("occupied"), "");
      assertThatThrownBy(() -> ArtifactStore.files(file))
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("cannot open " + file + ": ")
          .hasCauseInstanceOf(FileSystemException.class);
    }

    @Test
    void when_writing() throws IOException {
      Files.delete(directory.resolve("incoming"));
      assertThatThrownBy(() -> write("weights"))
          .isInstanceOf(StorageException.class)
          .hasMessageMatching(
              "cannot write .*/incoming/[0-9a-f-]{36}: there is no such file or directory")
          .hasCauseInstanceOf(FileSystemException.class);
    }

    @Test
    void when_placing_and_leaves_no_leftover() throws IOException {
      Files.writeString(
          directory.resolve("content").resolve(WEIGHTS.hex().substring(0, 2)), "in the way");
      assertThatThrownBy(() -> write("weights")).isInstanceOf(StorageException.class);
      assertThat(directory.resolve("incoming")).isEmptyDirectory();
    }

    @Test
    void when_reading() throws IOException {
      Files.createDirectories(place(WEIGHTS));
      assertThatThrownBy(() -> store.read(WEIGHTS).readAllBytes())
          .isInstanceOf(IOException.class)
          .hasMessage("Is a directory");
    }

    @Test
    void when_listing() throws IOException {
      Files.delete(directory.resolve("content"));
      assertThatThrownBy(() -> store.list())
          .isInstanceOf(StorageException.class)
          .hasMessageStartingWith("cannot list " + directory.resolve("content") + ": ")
          .hasCauseInstanceOf(FileSystemException.class);
    }
  }
}
