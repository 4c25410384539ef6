package dev.mlops.storage;

import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

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
  private final StoreBond bond;

  GarbageCollector(Database database, ArtifactStore store, StoreBond bond) {
    this.database = database;
    this.store = store;
    this.bond = bond;
  }

  GarbageReport collect(Instant cutoff, double mostShare) {
    requireBond();
    List<Digest> stored = stored();
    Set<Digest> named = digests("SELECT DISTINCT digest FROM mlops_artifact");
    Set<Digest> young = digests("SELECT digest FROM mlops_blob WHERE staged >= ?", cutoff);
    List<Digest> unnamed = stored.stream().filter(digest -> !named.contains(digest)).toList();
    List<Digest> old = unnamed.stream().filter(digest -> !young.contains(digest)).toList();
    old.forEach(this::refuseStranger);
    refuseTooMany(old.size(), stored.size(), mostShare);
    GarbageReport report = delete(unnamed, cutoff);
    store.deleteUnfinished(cutoff);
    return report;
  }

  private GarbageReport delete(List<Digest> unnamed, Instant cutoff) {
    int deleted = 0;
    long bytes = 0;
    for (Digest digest : unnamed) {
      long size = store.size(digest).orElse(0);
      if (delete(digest, cutoff)) {
        deleted++;
        bytes += size;
      }
    }
    return new GarbageReport(deleted, bytes, unnamed.size() - deleted);
  }

  private void requireBond() {
    if (!bond.isThere()) {
      throw new StorageException(
          store
              + " is no longer the store of "
              + database
              + ": another workspace has taken it over, or its files were replaced; nothing was deleted");
    }
  }

  private void refuseStranger(Digest digest) {
    if (bond.isStranger(digest)) {
      throw new StorageException(
          store
              + " is used by another database than "
              + database
              + ", whose contents would be garbage here; nothing was deleted. Give each its own store");
    }
  }

  private void refuseTooMany(int garbage, int all, double mostShare) {
    if (garbage > mostShare * all) {
      throw new StorageException(
          String.format(
              Locale.ROOT,
              "%d of %s in %s %s no name in %s, and deleting them is more than the share"
                  + " of %s that may go at once; nothing was deleted. If the database is the right one"
                  + " and no old copy of it, allow more: collectGarbage(olderThan, 1)",
              garbage,
              Plural.of(all, "content"),
              store,
              Plural.words(garbage, "has", "have"),
              database,
              Exactly.number(mostShare)));
    }
  }

  private Set<Digest> digests(String sql, @Nullable Object... arguments) {
    return database.read(
        session -> new HashSet<>(session.list(sql, row -> row.digest("digest"), arguments)));
  }

  private List<Digest> stored() {
    try (Stream<Digest> all = store.list()) {
      return all.filter(digest -> !bond.is(digest)).toList();
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
    return session.lock(
        "SELECT staged FROM mlops_blob WHERE digest = ?", row -> row.instant("staged"), digest);
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
