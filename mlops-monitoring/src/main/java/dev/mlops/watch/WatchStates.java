package dev.mlops.watch;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Entry;
import dev.mlops.monitoring.ModelMonitor;
import dev.mlops.storage.Session;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What fires, kept in the database: of all watches and processes that see the same change at once,
 * one makes it.
 *
 * <p>A state belongs to project, model, version, variant, rule, kind of alert, and the kind of
 * windows.
 */
final class WatchStates {
  private static final String OURS =
      "project = ? AND model = ? AND version = ? AND variant = ? AND windows = ?";

  private final Workspace workspace;
  private final String model;
  private final String version;
  private final String variant;

  WatchStates(ModelMonitor monitor) {
    this.workspace = monitor.workspace();
    this.model = monitor.model();
    // Neither can be blank where it is given.
    this.version = monitor.version().orElse("");
    this.variant = monitor.variant().orElse("");
    workspace.database().migrate("watch", ModelWatch.class);
  }

  /** Names a state of this model. */
  record Key(String rule, Alert.Kind kind) {}

  /** Returns since when each state fires that does. */
  Map<Key, Instant> firing(String windows) {
    List<Map.Entry<Key, Instant>> rows =
        workspace
            .database()
            .read(
                session ->
                    session.list(
                        "SELECT rule, kind, since FROM mlops_watch WHERE " + OURS + " AND firing",
                        row ->
                            Map.entry(
                                new Key(row.text("rule"), row.parsed("kind", Alert.Kind::valueOf)),
                                row.instant("since")),
                        workspace.project(),
                        model,
                        version,
                        variant,
                        windows));
    return rows.stream().collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /**
   * Makes a change unless it was made already, and journals it in the same transaction.
   *
   * @return whether this call made it
   */
  boolean change(Key key, String windows, boolean firing, Instant now, Entry entry) {
    ensure(key, windows);
    return workspace
        .database()
        .transaction(
            session -> {
              boolean made = update(session, key, windows, firing, now) == 1;
              if (made) {
                workspace.journal().append(session, entry);
              }
              return made;
            });
  }

  private int update(Session session, Key key, String windows, boolean firing, Instant now) {
    return session.update(
        "UPDATE mlops_watch SET firing = ?, since = ? WHERE id = ? AND firing = ?",
        firing,
        now,
        id(key, windows),
        !firing);
  }

  /** Makes the row in a transaction of its own; another process may have been quicker. */
  private void ensure(Key key, String windows) {
    Digest id = id(key, windows);
    Optional<Boolean> found =
        workspace
            .database()
            .read(
                session ->
                    session.first("SELECT firing FROM mlops_watch WHERE id = ?", row -> true, id));
    if (found.isPresent()) {
      return;
    }
    try {
      workspace.database().transaction(session -> insert(session, id, key, windows));
    } catch (ConflictException e) {
      // Another process has made it in between.
    }
  }

  private int insert(Session session, Digest id, Key key, String windows) {
    return session.update(
        "INSERT INTO mlops_watch (id, project, model, version, variant, windows, rule, kind,"
            + " firing) VALUES (?, ?, ?, ?, ?, ?, ?, ?, FALSE)",
        id,
        workspace.project(),
        model,
        version,
        variant,
        windows,
        key.rule(),
        key.kind());
  }

  /** No text holds a NUL, so between two of them it tells where one ends. */
  private Digest id(Key key, String windows) {
    String identity =
        String.join(
            "\0",
            workspace.project(),
            model,
            version,
            variant,
            windows,
            key.rule(),
            key.kind().name());
    return Digest.of(identity.getBytes(StandardCharsets.UTF_8));
  }
}
