package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.ArtifactStore;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ArtifactStore} does alike. A backend's test extends this class and opens its
 * store.
 */
@SuppressWarnings("CheckReturnValue") // A contract calls a method for what it does to others.
public abstract class ArtifactStoreContract {
  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  private final TestClock clock = TestClock.at(NOON);
  private ArtifactStore store;

  /** Makes the contract for one test; JUnit calls this. */
  protected ArtifactStoreContract() {}

  /**
   * Opens the store under test: empty at the first call of a test, and at later ones the same again
   * if it is durable, empty again if not.
   *
   * @param clock dates the contents
   * @return the store; the contract closes it
   */
  protected abstract ArtifactStore open(Clock clock);

  /**
   * Tells whether the store outlives its closing.
   *
   * @return true by default
   */
  protected boolean durable() {
    return true;
  }

  @BeforeEach
  void openStore() {
    store = open(clock);
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private Digest write(byte[] bytes) {
    return store.write(new ByteArrayInputStream(bytes));
  }

  private Digest write(String text) {
    return write(text.getBytes(StandardCharsets.UTF_8));
  }

  private byte[] read(Digest digest) {
    try (InputStream bytes = store.read(digest)) {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private List<Digest> list() {
    try (Stream<Digest> all = store.list()) {
      return all.toList();
    }
  }

  @Nested
  class A_content {
    @Test
    void comes_back_under_its_digest() {
      Digest digest = write("weights");
      assertThat(digest).isEqualTo(Digest.of("weights".getBytes(StandardCharsets.UTF_8)));
      assertThat(read(digest)).asString(StandardCharsets.UTF_8).isEqualTo("weights");
      assertThat(store.size(digest)).hasValue(7);
    }

    @Test
    void may_be_empty() {
      Digest digest = write("");
      assertThat(read(digest)).isEmpty();
      assertThat(store.size(digest)).hasValue(0);
    }

    @Test
    void may_be_of_many_megabytes() {
      byte[] bytes = new byte[10_000_019];
      IntStream.range(0, bytes.length).forEach(i -> bytes[i] = (byte) ((i * 31) >> 7));
      assertThat(Digest.of(read(write(bytes)))).isEqualTo(Digest.of(bytes));
    }

    @Test
    void that_is_in_a_local_file_is_the_whole_file() throws IOException {
      Optional<Path> file = store.local(write("weights"));
      if (file.isPresent()) {
        assertThat(file.get()).isRegularFile().hasContent("weights");
      }
      assertThat(store.local(Digest.of(new byte[] {1, 2, 3}))).isEmpty();
    }

    @Test
    void given_twice_is_kept_once() {
      assertThat(write("same")).isEqualTo(write("same"));
      assertThat(list()).hasSize(1);
    }

    @Test
    void can_be_read_in_small_steps_and_skipped_over() throws IOException {
      try (InputStream bytes = store.read(write("0123456789"))) {
        assertThat(bytes.read()).isEqualTo('0');
        bytes.skipNBytes(7);
        assertThat(bytes.readNBytes(5)).asString(StandardCharsets.UTF_8).isEqualTo("89");
        assertThat(bytes.read()).isEqualTo(-1);
      }
    }

    @Test
    void nobody_wrote_is_not_found() {
      Digest ghost = Digest.of(new byte[] {1, 2, 3});
      assertThatThrownBy(() -> read(ghost)).isInstanceOf(NotFoundException.class);
      assertThat(store.size(ghost)).isEmpty();
      assertThat(store.delete(ghost, Instant.MAX)).isFalse();
    }

    @Test
    void whose_stream_breaks_leaves_nothing() {
      InputStream broken =
          new SequenceInputStream(new ByteArrayInputStream(new byte[100_000]), new Broken());
      assertThatThrownBy(() -> store.write(broken))
          .isInstanceOf(StorageException.class)
          .hasRootCauseInstanceOf(IOException.class);
      assertThat(list()).isEmpty();
    }
  }

  @Nested
  class The_list {
    @Test
    void of_a_fresh_store_is_empty() {
      assertThat(list()).isEmpty();
    }

    @Test
    void names_every_content_once() {
      List<Digest> written =
          IntStream.range(0, 1_000).mapToObj(i -> write("content " + i)).toList();
      assertThat(list()).containsExactlyInAnyOrderElementsOf(written);
    }
  }

  @Nested
  class Deleting {
    @Test
    void takes_what_is_older() {
      Digest digest = write("old");
      assertThat(store.delete(digest, NOON.plusSeconds(1))).isTrue();
      assertThat(list()).isEmpty();
      assertThat(store.delete(digest, NOON.plusSeconds(1))).isFalse();
    }

    @Test
    void leaves_what_was_written_at_that_time_or_later() {
      Digest digest = write("young");
      assertThat(store.delete(digest, NOON)).isFalse();
      assertThat(read(digest)).hasSize(5);
    }

    @Test
    void leaves_what_was_written_again() {
      Digest digest = write("revived");
      clock.advance(Duration.ofHours(2));
      write("revived");
      assertThat(store.delete(digest, NOON.plusSeconds(3_600))).isFalse();
      assertThat(read(digest)).hasSize(7);
    }

    @Test
    void takes_what_is_old_at_the_edge_of_the_clock() {
      clock.set(Instant.EPOCH);
      Digest digest = write("ancient");
      assertThat(store.delete(digest, Instant.EPOCH)).isFalse();
      assertThat(store.delete(digest, Instant.EPOCH.plusSeconds(1))).isTrue();
    }

    @Test
    void never_takes_what_a_writer_has_just_written() {
      AtomicBoolean done = new AtomicBoolean();
      Together.run(
          () -> {
            try {
              IntStream.range(0, 300).forEach(i -> writeAndRead());
            } finally {
              done.set(true);
            }
          },
          () -> deleteUntil(done),
          () -> deleteUntil(done));
    }

    // The time stands still between two steps, so what is written in a step is never older than its
    // now.
    private void writeAndRead() {
      clock.advance(Duration.ofSeconds(1));
      Digest digest = write("contended");
      assertThat(store.size(digest)).hasValue(9);
      assertThat(read(digest)).hasSize(9);
      assertThat(store.size(digest)).hasValue(9);
    }

    private void deleteUntil(AtomicBoolean done) {
      Digest digest = Digest.of("contended".getBytes(StandardCharsets.UTF_8));
      while (!done.get()) {
        store.delete(digest, clock.instant());
      }
    }

    @Test
    void finds_no_leftovers_where_no_writer_was_killed() {
      write("whole");
      assertThat(store.deleteUnfinished(NOON.plusSeconds(1))).isZero();
      assertThat(list()).hasSize(1);
    }
  }

  @Nested
  class Two_writers {
    @Test
    void of_one_content_agree() {
      Runnable writer =
          () -> IntStream.range(0, 50).forEach(i -> assertThat(read(write("shared"))).hasSize(6));
      Together.run(writer, writer, writer);
      assertThat(list()).hasSize(1);
    }

    @Test
    void of_many_contents_lose_none() {
      Together.run(
          () -> IntStream.range(0, 100).forEach(i -> write("left " + i)),
          () -> IntStream.range(0, 100).forEach(i -> write("right " + i)));
      assertThat(list()).hasSize(200);
    }
  }

  @Nested
  class Closing {
    @Test
    void twice_is_fine() {
      store.close();
      store.close();
    }

    @Test
    void ends_all_use() {
      Digest digest = write("gone");
      store.close();
      for (Runnable use :
          List.<Runnable>of(
              () -> write("late"),
              () -> store.read(digest),
              () -> store.local(digest),
              () -> store.size(digest),
              () -> store.list(),
              () -> store.delete(digest, Instant.MAX),
              () -> store.deleteUnfinished(Instant.MAX))) {
        assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
      }
    }

    @Test
    void keeps_the_contents_if_the_store_is_durable_and_none_if_not() {
      Digest digest = write("kept");
      store.close();
      store = open(clock);
      if (durable()) {
        assertThat(list()).containsExactly(digest);
        assertThat(read(digest)).hasSize(4);
      } else {
        assertThat(list()).isEmpty();
      }
    }
  }

  private static final class Broken extends InputStream {
    @Override
    public int read() throws IOException {
      throw new IOException("the cable was pulled");
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return read();
    }
  }
}
