package dev.mlops.storage;

import dev.mlops.data.Digest;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds and deletes bytes that no artifact names.
 *
 * <p>Two kinds: contents that were registered but are named by no row (any more), and contents that
 * a crash left in the store before they were registered. The first kind is forgotten in a
 * transaction that holds the lock which every linker takes: a linker that comes later finds nothing
 * registered and fails cleanly, one that came earlier is seen. Only then the store is asked to
 * delete, and it refuses if the content was written anew after the cutoff.
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
      if (forget(digest, cutoff) && store.delete(digest, cutoff)) {
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

  private boolean forget(Digest digest, Instant cutoff) {
    return database.transaction(session -> forget(session, digest, cutoff));
  }

  private static boolean forget(Session session, Digest digest, Instant cutoff) {
    var staged =
        session.first(
            "SELECT staged FROM mlops_blob WHERE digest = ? FOR UPDATE",
            row -> row.instant("staged"),
            digest);
    if (staged.isEmpty()) {
      return true;
    }
    if (!staged.get().isBefore(cutoff) || isNamed(session, digest)) {
      return false;
    }
    session.update("DELETE FROM mlops_blob WHERE digest = ?", digest);
    return true;
  }

  private static boolean isNamed(Session session, Digest digest) {
    return session
        .first("SELECT path FROM mlops_artifact WHERE digest = ?", row -> row.text("path"), digest)
        .isPresent();
  }
}
