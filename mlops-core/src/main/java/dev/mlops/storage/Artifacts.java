package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Digest;
import dev.mlops.error.Ages;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Named bytes under one commit protocol: first the bytes into the store, then a row in a
 * transaction, and only the row makes them visible.
 *
 * <p>So a crash leaves garbage at worst, never a name without its bytes. Safe for use by many
 * threads and processes.
 */
public final class Artifacts {
  /** Each failed attempt is another writer's success, so few are enough. */
  private static final int MOST_ATTEMPTS = 50;

  private static final int LONGEST_OWNER = 500;
  private static final String SELECT =
      "SELECT a.owner, a.path, a.digest, b.size, a.written FROM mlops_artifact a"
          + " JOIN mlops_blob b ON b.digest = a.digest WHERE a.owner = ?";

  private final Database database;
  private final ArtifactStore store;
  private final Clock clock;
  private final GarbageCollector collector;

  private static final double HALF = 0.5;

  private Artifacts(Database database, ArtifactStore store, Clock clock, StoreBond bond) {
    this.database = database;
    this.store = store;
    this.clock = clock;
    this.collector = new GarbageCollector(database, store, bond);
  }

  /**
   * Opens the artifacts of a database and a store, which the caller still closes.
   *
   * <p>The two belong together from the first opening on: the store then has a content of a hundred
   * bytes with the identity of the database.
   *
   * @param database keeps the names
   * @param store keeps the bytes
   * @param clock dates them
   * @return the artifacts
   * @throws StorageException if the store has contents that the database has never known, or lacks
   *     those that it names: one of the two was lost, or belongs to another workspace
   */
  public static Artifacts of(Database database, ArtifactStore store, Clock clock) {
    Objects.requireNonNull(database, "database");
    return open(database, store, clock, false);
  }

  /**
   * Opens the artifacts of a database and a store that do not belong together, and ties them.
   *
   * <p>Contents of the store that the database does not name are garbage then, and artifacts whose
   * contents the store lacks cannot be read. Another database that had the store is refused from
   * now on.
   *
   * @param database keeps the names
   * @param store keeps the bytes
   * @param clock dates them
   * @return the artifacts
   */
  public static Artifacts adopting(Database database, ArtifactStore store, Clock clock) {
    Objects.requireNonNull(database, "database");
    return open(database, store, clock, true);
  }

  private static Artifacts open(
      Database database, ArtifactStore store, Clock clock, boolean adopt) {
    Objects.requireNonNull(store, "store");
    Objects.requireNonNull(clock, "clock");
    database.migrate("core", Database.class);
    return new Artifacts(database, store, clock, StoreBond.of(database, store, adopt));
  }

  /**
   * Makes bytes durable but not yet visible; {@link #link} shows them.
   *
   * <p>Not to be called inside a transaction of the same thread.
   *
   * @param bytes read to their end and left open
   * @return their digest
   * @throws StorageException if they cannot be kept
   */
  public Digest stage(InputStream bytes) {
    Objects.requireNonNull(bytes, "bytes");
    CountingInputStream counted = new CountingInputStream(bytes);
    Digest digest = store.write(counted);
    registerAmongOthers(digest, counted.count());
    return digest;
  }

  /**
   * Another writer may register the same content between our looking and our inserting, and a
   * collector may take it away again before we look once more.
   */
  private void registerAmongOthers(Digest digest, long size) {
    for (int attempt = 1; ; attempt++) {
      try {
        register(digest, size);
        return;
      } catch (ConflictException another) {
        if (attempt == MOST_ATTEMPTS) {
          throw another;
        }
      }
    }
  }

  private void register(Digest digest, long size) {
    Instant now = clock.instant();
    database.transaction(
        session ->
            session.update(
                        "UPDATE mlops_blob SET size = ?, staged = ? WHERE digest = ?",
                        size,
                        now,
                        digest)
                    > 0
                || session.update(
                        "INSERT INTO mlops_blob (digest, size, staged) VALUES (?, ?, ?)",
                        digest,
                        size,
                        now)
                    > 0);
  }

  /**
   * Names staged bytes; they are visible once the caller's transaction commits.
   *
   * @param session the caller's transaction
   * @param owner what they belong to
   * @param path their name within the owner
   * @param digest of staged bytes
   * @return the artifact
   * @throws ConflictException if the owner has that path already
   * @throws NotFoundException if the bytes were never staged, or staged so long ago that they were
   *     collected
   */
  @CanIgnoreReturnValue
  public Artifact link(Session session, String owner, ArtifactPath path, Digest digest) {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(digest, "digest");
    Names.checked("owner", owner, LONGEST_OWNER);
    long size = lock(session, digest);
    Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
    requireFree(session, owner, path);
    session.update(
        "INSERT INTO mlops_artifact (owner, path, digest, written) VALUES (?, ?, ?, ?)",
        owner,
        path.value(),
        digest,
        now);
    return new Artifact(owner, path, digest, size, now);
  }

  // The lock keeps the garbage collector off until the caller's transaction ends.
  private long lock(Session session, Digest digest) {
    return session
        .lock("SELECT size FROM mlops_blob WHERE digest = ?", row -> row.number("size"), digest)
        .filter(size -> store.size(digest).isPresent())
        .orElseThrow(
            () ->
                new NotFoundException(
                    "no staged bytes "
                        + digest
                        + "; they were collected or never staged, so stage them again"));
  }

  private static void requireFree(Session session, String owner, ArtifactPath path) {
    find(session, owner, path)
        .ifPresent(
            there -> {
              throw new ConflictException(
                  "'"
                      + owner
                      + "' has the artifact '"
                      + path
                      + "' already, as "
                      + there.digest()
                      + "; artifacts are never overwritten");
            });
  }

  /**
   * Stages bytes and links them in one transaction.
   *
   * @param owner what they belong to
   * @param path their name within the owner
   * @param bytes read to their end and left open
   * @return the artifact, visible and durable
   * @throws ConflictException if the owner has that path already
   * @throws StorageException if the bytes cannot be kept
   */
  @CanIgnoreReturnValue
  public Artifact write(String owner, ArtifactPath path, InputStream bytes) {
    Names.checked("owner", owner, LONGEST_OWNER);
    Objects.requireNonNull(path, "path");
    Digest digest = stage(bytes);
    return database.transaction(session -> link(session, owner, path, digest));
  }

  /**
   * Returns an artifact.
   *
   * @param owner what it belongs to
   * @param path its name within the owner
   * @return the artifact
   * @throws NotFoundException if there is none, naming what the owner has
   */
  public Artifact get(String owner, ArtifactPath path) {
    return find(owner, path)
        .orElseThrow(
            () ->
                NotFoundException.among(
                    "no artifact '" + path + "' of '" + owner + "'",
                    list(owner).stream().map(Artifact::path).toList()));
  }

  /**
   * Looks for an artifact.
   *
   * @param owner what it belongs to
   * @param path its name within the owner
   * @return the artifact, or empty if there is none
   */
  public Optional<Artifact> find(String owner, ArtifactPath path) {
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(path, "path");
    return database.read(session -> find(session, owner, path));
  }

  private static Optional<Artifact> find(Session session, String owner, ArtifactPath path) {
    return session.first(SELECT + " AND a.path = ?", Artifacts::artifact, owner, path.value());
  }

  /**
   * Lists the artifacts of an owner by path.
   *
   * @param owner what they belong to
   * @return the artifacts, unmodifiable; empty if there are none
   */
  public List<Artifact> list(String owner) {
    Objects.requireNonNull(owner, "owner");
    List<Artifact> found =
        database.read(session -> session.list(SELECT, Artifacts::artifact, owner));
    // Sorted here, since databases disagree on the order of texts.
    return found.stream().sorted((a, b) -> a.path().compareTo(b.path())).toList();
  }

  /**
   * Opens the bytes of an artifact, to be closed by the caller; they are checked against the digest
   * as they pass.
   *
   * @param artifact what to read
   * @return the bytes
   * @throws NotFoundException if they are gone
   * @throws StorageException if they cannot be read, or at their end if they were altered
   */
  public InputStream open(Artifact artifact) {
    Objects.requireNonNull(artifact, "artifact");
    return store.read(artifact.digest());
  }

  /**
   * Finds the file that holds an artifact's bytes, for those who map it into memory. Its bytes are
   * not compared with their digest, as {@link #open} does.
   *
   * @param artifact the artifact
   * @return the file, or empty if the store has none on this machine
   * @throws StorageException if the store fails
   */
  public Optional<Path> local(Artifact artifact) {
    Objects.requireNonNull(artifact, "artifact");
    return store.local(artifact.digest());
  }

  /**
   * Takes a name away; its bytes become garbage unless another name has them.
   *
   * @param session the caller's transaction
   * @param owner what it belongs to
   * @param path its name within the owner
   * @throws NotFoundException if there is none
   */
  public void unlink(Session session, String owner, ArtifactPath path) {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(owner, "owner");
    Objects.requireNonNull(path, "path");
    if (session.update(
            "DELETE FROM mlops_artifact WHERE owner = ? AND path = ?", owner, path.value())
        == 0) {
      throw new NotFoundException("no artifact '" + path + "' of '" + owner + "'");
    }
  }

  /**
   * Deletes bytes that no artifact names, if they are at most half of all contents; the rules are
   * those of {@link #collectGarbage(Duration, double)}.
   *
   * @param olderThan the grace: what was staged more recently stays, as its writer may be about to
   *     link it
   * @return what was freed
   * @throws StorageException if it is more than half, if the store is not the database's own, or if
   *     either fails
   * @throws IllegalArgumentException if the grace is negative or above 36,500 days
   */
  @CanIgnoreReturnValue
  public GarbageReport collectGarbage(Duration olderThan) {
    return collectGarbage(olderThan, HALF);
  }

  /**
   * Deletes bytes that no artifact names, left by crashes and unlinked artifacts; live bytes never,
   * whatever else runs.
   *
   * <p>That most contents have no name is a sign that the database is an old copy, so nothing is
   * deleted then unless the caller allows it.
   *
   * @param olderThan the grace: what was staged more recently stays, as its writer may be about to
   *     link it
   * @param mostShare the greatest share of all contents that may be deleted, from 0 to 1
   * @return what was freed
   * @throws StorageException if it is more than that share, if the store is not the database's own,
   *     or if either fails; run it again then
   * @throws IllegalArgumentException if the grace is negative or above 36,500 days or the share is
   *     not from 0 to 1
   */
  @CanIgnoreReturnValue
  public GarbageReport collectGarbage(Duration olderThan, double mostShare) {
    Ages.checked(olderThan);
    if (!(mostShare >= 0 && mostShare <= 1)) {
      throw new IllegalArgumentException(
          "mostShare must be from 0 to 1: " + Exactly.number(mostShare));
    }
    return collector.collect(clock.instant().minus(olderThan), mostShare);
  }

  /** Says whose these are: {@code artifacts of database 'ml/truth'}. */
  @Override
  public String toString() {
    return "artifacts of " + database;
  }

  private static Artifact artifact(ResultRow row) {
    return new Artifact(
        row.text("owner"),
        row.parsed("path", ArtifactPath::of),
        row.digest("digest"),
        row.number("size"),
        row.instant("written"));
  }
}
