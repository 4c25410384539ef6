package dev.mlops.storage;

import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.ConflictException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds and deletes bytes that no artifact names.
 *
 * <p>Each content has a row, made when it is staged. Who links it locks the row and looks whether
 * the bytes are there; who collects it locks the row, looks whether it has a name, and deletes the
 * bytes while it holds the lock. A content without a row, left by a crash or still on its way, gets
 * one for that moment, which keeps its stager out. So a linker that comes later finds no row or no
 * bytes and fails cleanly, and one that came earlier is seen, however short the grace.
 */
final class GarbageCollector {
  private final Database database;
  private final ArtifactStore store;

  GarbageCollector(Database database, ArtifactStore store) {
    this.database = database;
    this.store = store;
  }

  GarbageReport collect(Instant cutoff) {
    int deleted = 0;
    long bytes = 0;
    int kept = 0;
    Set<Digest> live = live();
    for (Digest digest : stored()) {
      if (live.contains(digest)) {
        continue;
      }
      long size = store.size(digest).orElse(0);
      if (delete(digest, cutoff)) {
        deleted++;
        bytes += size;
      } else {
        kept++;
      }
    }
    store.deleteUnfinished(cutoff);
    return new GarbageReport(deleted, bytes, kept);
  }

  private Set<Digest> live() {
    return database.read(
        session ->
            new HashSet<>(
                session.list(
                    "SELECT DISTINCT digest FROM mlops_artifact", row -> row.digest("digest"))));
  }

  private List<Digest> stored() {
    try (Stream<Digest> all = store.list()) {
      return all.toList();
    }
  }

  private boolean delete(Digest digest, Instant cutoff) {
    try {
      return database.transaction(session -> delete(session, digest, cutoff));
    } catch (ConflictException stagedJustNow) {
      return false;
    }
  }

  private boolean delete(Session session, Digest digest, Instant cutoff) {
    Instant staged = lock(session, digest).orElseGet(() -> insert(session, digest));
    if (!staged.isBefore(cutoff) || isNamed(session, digest)) {
      return false;
    }
    session.update("DELETE FROM mlops_blob WHERE digest = ?", digest);
    return store.delete(digest, cutoff);
  }

  private static Optional<Instant> lock(Session session, Digest digest) {
    return session.first(
        "SELECT staged FROM mlops_blob WHERE digest = ? FOR UPDATE",
        row -> row.instant("staged"),
        digest);
  }

  private static Instant insert(Session session, Digest digest) {
    Instant never = Micros.instant(Long.MIN_VALUE);
    session.update("INSERT INTO mlops_blob (digest, size, staged) VALUES (?, 0, ?)", digest, never);
    return never;
  }

  private static boolean isNamed(Session session, Digest digest) {
    return session
        .first("SELECT path FROM mlops_artifact WHERE digest = ?", row -> row.text("path"), digest)
        .isPresent();
  }
}
