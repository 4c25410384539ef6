package dev.mlops.storage;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Digest;
import dev.mlops.error.FileFailure;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Bytes in files: {@code content/ab/cdef...} by digest, {@code incoming/} while they arrive, {@code
 * condemned/} while they are deleted.
 *
 * <p>A writer fills a file under {@code incoming}, syncs it, and renames it over whatever has that
 * digest; so a content is whole or absent, and one written again has a young file. A collector
 * renames an old file to a name of its own under {@code condemned}, and only then looks at its age
 * once more: if a writer's young file was what it caught, it renames it back. In between a reader
 * finds it under {@code condemned}. A collector killed half-way leaves the file there, and the next
 * to open the store renames it back, made young. So whatever the interleaving, no young content is
 * lost.
 */
final class FileArtifactStore implements ArtifactStore {
  private static final Pattern SHARD = Pattern.compile("[0-9a-f]{2}");
  private static final Pattern REST = Pattern.compile("[0-9a-f]{62}");
  private static final int HEX = 64;

  private final Path contents;
  private final Path incoming;
  private final Path condemned;
  private final Clock clock;
  private final FileAccess access;
  private volatile boolean closed;

  FileArtifactStore(Path directory, Clock clock, FileAccess access) {
    this.contents = directory.resolve("content");
    this.incoming = directory.resolve("incoming");
    this.condemned = directory.resolve("condemned");
    this.clock = clock;
    this.access = access;
    attempt("open", directory, this::prepare);
  }

  private boolean prepare() throws IOException {
    DurableFiles.createDirectory(contents, access);
    DurableFiles.createDirectory(incoming, access);
    DurableFiles.createDirectory(condemned, access);
    for (Path file : files(condemned)) {
      restore(file);
    }
    return true;
  }

  @Override
  public Digest write(InputStream bytes) {
    requireNonNull(bytes, "bytes");
    refuseIfClosed();
    Path temporary = incoming.resolve(UUID.randomUUID().toString());
    return attempt("write", temporary, () -> keep(bytes, temporary));
  }

  private Digest keep(InputStream bytes, Path temporary) throws IOException {
    try (TemporaryFile file = new TemporaryFile(temporary)) {
      Digest digest = DurableFiles.copy(bytes, file.path(), access);
      place(file.path(), digest);
      return digest;
    }
  }

  private void place(Path file, Digest digest) throws IOException {
    Path place = place(digest);
    DurableFiles.createDirectory(shard(digest), access);
    Files.setLastModifiedTime(file, FileTime.from(clock.instant()));
    DurableFiles.move(file, place);
  }

  @Override
  public InputStream read(Digest digest) {
    requireNonNull(digest, "digest");
    refuseIfClosed();
    Path place = place(digest);
    InputStream bytes =
        attempt("read", place, () -> find(digest, Files::newInputStream))
            .orElseThrow(
                () ->
                    new NotFoundException(
                        "no content "
                            + digest
                            + " in "
                            + contents
                            + "; write the same bytes again, or put back a copy of the file"));
    return new VerifyingInputStream(bytes, digest, place.toString());
  }

  // What a collector has under condemned is gone or back in a moment, and its file elsewhere.
  @Override
  public Optional<Path> local(Digest digest) {
    requireNonNull(digest, "digest");
    refuseIfClosed();
    return attempt("find", place(digest), () -> find(place(digest), Path::toRealPath));
  }

  @Override
  public OptionalLong size(Digest digest) {
    requireNonNull(digest, "digest");
    refuseIfClosed();
    return attempt("read", place(digest), () -> find(digest, Files::size))
        .map(OptionalLong::of)
        .orElseGet(OptionalLong::empty);
  }

  // A content on its way to being restored is under condemned, and may be back by the time one
  // looks there.
  private <T> Optional<T> find(Digest digest, FileUse<T> use) throws IOException {
    Optional<T> found = find(place(digest), use);
    if (found.isPresent()) {
      return found;
    }
    for (Path file : files(condemned)) {
      Optional<T> doomed =
          digest.equals(digestOfCondemned(file)) ? find(file, use) : Optional.empty();
      if (doomed.isPresent()) {
        return doomed;
      }
    }
    return find(place(digest), use);
  }

  private static <T> Optional<T> find(Path file, FileUse<T> use) throws IOException {
    try {
      return Optional.of(use.of(file));
    } catch (NoSuchFileException absent) {
      return Optional.empty();
    }
  }

  @Override
  public Stream<Digest> list() {
    refuseIfClosed();
    return attempt("list", contents, () -> files(contents)).stream()
        .filter(shard -> SHARD.matcher(name(shard)).matches())
        .flatMap(FileArtifactStore::digestsOf);
  }

  private static Stream<Digest> digestsOf(Path shard) {
    return attempt("list", shard, () -> files(shard)).stream()
        .map(FileArtifactStore::name)
        .filter(rest -> REST.matcher(rest).matches())
        .map(rest -> new Digest(name(shard) + rest));
  }

  @Override
  public boolean delete(Digest digest, Instant writtenBefore) {
    requireNonNull(digest, "digest");
    requireNonNull(writtenBefore, "writtenBefore");
    refuseIfClosed();
    Path place = place(digest);
    return attempt(
        "delete", place, () -> isOld(place, writtenBefore) && condemn(digest, writtenBefore));
  }

  private boolean condemn(Digest digest, Instant writtenBefore) throws IOException {
    Path doomed = condemned.resolve(digest.hex() + "-" + UUID.randomUUID());
    try {
      DurableFiles.move(place(digest), doomed);
    } catch (NoSuchFileException another) {
      return false;
    }
    if (isOld(doomed, writtenBefore)) {
      DurableFiles.delete(doomed);
      return true;
    }
    restore(doomed);
    return false;
  }

  private void restore(Path doomed) throws IOException {
    try {
      place(doomed, digestOfCondemned(doomed));
    } catch (NoSuchFileException another) {
      // Another process that opened the store has restored it.
      return;
    }
  }

  private static boolean isOld(Path file, Instant writtenBefore) throws IOException {
    return find(file, Files::getLastModifiedTime)
        .filter(time -> time.toInstant().isBefore(writtenBefore))
        .isPresent();
  }

  @Override
  public int deleteUnfinished(Instant writtenBefore) {
    requireNonNull(writtenBefore, "writtenBefore");
    refuseIfClosed();
    return attempt("clean", incoming, () -> clean(writtenBefore));
  }

  private int clean(Instant writtenBefore) throws IOException {
    int deleted = 0;
    for (Path file : files(incoming)) {
      deleted += isOld(file, writtenBefore) && Files.deleteIfExists(file) ? 1 : 0;
    }
    return deleted;
  }

  @Override
  public void close() {
    closed = true;
  }

  private Path place(Digest digest) {
    return shard(digest).resolve(digest.hex().substring(2));
  }

  private Path shard(Digest digest) {
    return contents.resolve(digest.hex().substring(0, 2));
  }

  private static Digest digestOfCondemned(Path file) {
    return new Digest(name(file).substring(0, HEX));
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  private static List<Path> files(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  @Override
  public String toString() {
    return "artifact store '" + contents.getParent() + "'";
  }

  private void refuseIfClosed() {
    if (closed) {
      throw new IllegalStateException(this + " is closed; open it again");
    }
  }

  @CanIgnoreReturnValue
  private static <T> T attempt(String verb, Path path, FileWork<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new StorageException("cannot " + verb + " " + path + ": " + FileFailure.reason(e), e);
    }
  }

  private interface FileWork<T> {
    T run() throws IOException;
  }

  private interface FileUse<T> {
    T of(Path file) throws IOException;
  }
}
