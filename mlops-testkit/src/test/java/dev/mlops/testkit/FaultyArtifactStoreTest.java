package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.error.StorageException;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.testkit.FaultyArtifactStore.Call;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class FaultyArtifactStoreTest {
  private final FaultyArtifactStore store = FaultyArtifactStore.over(ArtifactStore.inMemory());

  /** A store in which nothing fails is like any other. */
  @Nested
  class Unharmed extends ArtifactStoreContract {
    @Override
    protected ArtifactStore open(Clock clock) {
      return FaultyArtifactStore.over(ArtifactStore.inMemory(clock));
    }

    @Override
    protected boolean durable() {
      return false;
    }
  }

  private static StorageException gone() {
    return new StorageException("the bucket is gone");
  }

  private Digest write(int value) {
    return store.write(new ByteArrayInputStream(new byte[] {(byte) value}));
  }

  private int count() {
    try (var all = store.list()) {
      return (int) all.count();
    }
  }

  @Test
  void fails_the_nth_call_from_now() {
    write(0);
    store.failNth(Call.WRITE, 2, FaultyArtifactStoreTest::gone);
    write(1);
    assertThatThrownBy(() -> write(2)).hasMessage("the bucket is gone");
    write(3);
    assertThat(count()).isEqualTo(3);
    assertThat(store.calls(Call.WRITE)).isEqualTo(4);
  }

  @Test
  void fails_the_next_calls() {
    store.failNext(Call.WRITE, 2, FaultyArtifactStoreTest::gone);
    assertThatThrownBy(() -> write(1)).isInstanceOf(StorageException.class);
    assertThatThrownBy(() -> write(2)).isInstanceOf(StorageException.class);
    write(3);
    assertThat(count()).isEqualTo(1);
  }

  @Test
  void fails_each_verb_until_it_is_healed() {
    Digest digest = write(1);
    List<Runnable> verbs =
        List.of(
            () -> write(2),
            () -> store.read(digest),
            () -> store.size(digest),
            () -> store.list(),
            () -> store.delete(digest, Instant.MAX),
            () -> store.deleteUnfinished(Instant.MAX));
    for (Call call :
        List.of(Call.WRITE, Call.READ, Call.SIZE, Call.LIST, Call.DELETE, Call.DELETE_UNFINISHED)) {
      store.failUntilHealed(call, FaultyArtifactStoreTest::gone);
    }
    verbs.forEach(verb -> assertThatThrownBy(verb::run).hasMessage("the bucket is gone"));
    verbs.forEach(verb -> assertThatThrownBy(verb::run).hasMessage("the bucket is gone"));
    store.heal();
    verbs.forEach(Runnable::run);
  }

  @Test
  void breaks_a_stream_in_the_middle() throws IOException {
    Digest digest = store.write(new ByteArrayInputStream(new byte[1_000]));
    store.failNth(Call.STREAM, 2, () -> new IOException("connection reset"));
    try (InputStream bytes = store.read(digest)) {
      assertThat(bytes.read(new byte[100])).isEqualTo(100);
      assertThatThrownBy(() -> bytes.read())
          .isInstanceOf(IOException.class)
          .hasMessage("connection reset");
    }
  }

  @Test
  void closes_even_when_closing_fails() {
    store.failNext(Call.CLOSE, 1, () -> new OutOfMemoryError("Java heap space"));
    assertThatThrownBy(store::close).isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(() -> write(1)).isInstanceOf(IllegalStateException.class);
  }
}
