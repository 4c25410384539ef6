package dev.mlops.storage;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.error.FileFailure;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Bytes in a map. */
final class InMemoryArtifactStore implements ArtifactStore {
  private final Map<Digest, Content> contents = new ConcurrentHashMap<>();
  private final Clock clock;
  private volatile boolean closed;

  InMemoryArtifactStore(Clock clock) {
    this.clock = clock;
  }

  @Override
  public Digest write(InputStream bytes) {
    requireNonNull(bytes, "bytes");
    refuseIfClosed();
    byte[] all = readAll(bytes);
    Digest digest = Digest.of(all);
    contents.put(digest, new Content(all, clock.instant()));
    return digest;
  }

  @Override
  public InputStream read(Digest digest) {
    requireNonNull(digest, "digest");
    refuseIfClosed();
    Content content = contents.get(digest);
    if (content == null) {
      throw new NotFoundException("no content " + digest + " in this store");
    }
    return new ByteArrayInputStream(content.bytes());
  }

  @Override
  public Optional<Path> local(Digest digest) {
    requireNonNull(digest, "digest");
    refuseIfClosed();
    return Optional.empty();
  }

  @Override
  public OptionalLong size(Digest digest) {
    requireNonNull(digest, "digest");
    refuseIfClosed();
    Content content = contents.get(digest);
    return content == null ? OptionalLong.empty() : OptionalLong.of(content.bytes().length);
  }

  @Override
  public Stream<Digest> list() {
    refuseIfClosed();
    return List.copyOf(contents.keySet()).stream();
  }

  @Override
  public boolean delete(Digest digest, Instant writtenBefore) {
    requireNonNull(digest, "digest");
    requireNonNull(writtenBefore, "writtenBefore");
    refuseIfClosed();
    Content content = contents.get(digest);
    return content != null
        && content.time().isBefore(writtenBefore)
        && contents.remove(digest, content);
  }

  @Override
  public int deleteUnfinished(Instant writtenBefore) {
    requireNonNull(writtenBefore, "writtenBefore");
    refuseIfClosed();
    return 0;
  }

  @Override
  public void close() {
    closed = true;
  }

  @Override
  public String toString() {
    return "artifact store in memory";
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException(this + " is closed; open it again");
    }
  }

  private static byte[] readAll(InputStream bytes) {
    try {
      return bytes.readAllBytes();
    } catch (IOException e) {
      throw new StorageException("cannot read the bytes to keep: " + FileFailure.reason(e), e);
    }
  }

  // A class and not a record: a content is removed by its identity, so that one written again
  // stays.
  private static final class Content {
    private final byte[] bytes;
    private final Instant time;

    Content(byte[] bytes, Instant time) {
      this.bytes = bytes;
      this.time = time;
    }

    byte[] bytes() {
      return bytes;
    }

    Instant time() {
      return time;
    }
  }
}
