package dev.mlops.tracking;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Names;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Writes and reads experiments; every method is one transaction. */
final class ExperimentRecords {

  private static final long FRESH_NANOS = Duration.ofSeconds(1).toNanos();

  private final Workspace workspace;
  private final Map<String, Known> known = new ConcurrentHashMap<>();

  ExperimentRecords(Workspace workspace) {
    this.workspace = workspace;
  }

  /** The key of an experiment that takes runs, and when it was looked up. */
  private record Known(RunRecords.ExperimentKey key, long since) {}

  /**
   * Returns the key of an experiment that takes runs, and creates it if there is none. Another
   * process may delete or rename it, so what was looked up holds for a second.
   */
  RunRecords.ExperimentKey open(String name) {
    Known before = known.get(name);
    return before != null && System.nanoTime() - before.since() < FRESH_NANOS
        ? before.key()
        : create(name);
  }

  /** Returns the key of an experiment that takes runs, which is looked up, or created. */
  @CanIgnoreReturnValue
  RunRecords.ExperimentKey create(String name) {
    long now = System.nanoTime();
    Stored stored = find(name).orElseGet(() -> createOrFind(name));
    if (stored.view().deleted() != null) {
      throw deleted(name);
    }
    known.put(name, new Known(stored.key(), now));
    return stored.key();
  }

  private static ConflictException deleted(String name) {
    return new ConflictException(
        "experiment '"
            + name
            + "' is deleted, and its name stays its own; restore() it, or take another name");
  }

  /**
   * Refuses runs that began after their experiment was deleted, which another process may have done
   * since its key was looked up. One that began before is deleted with it, and stored.
   */
  static void refuseIfDeleted(Session session, List<RunRecords.Begun> runs) {
    Map<Long, Optional<Instant>> deletions = new HashMap<>();
    for (RunRecords.Begun run : runs) {
      long experiment = run.experiment().id();
      deletions
          .computeIfAbsent(experiment, id -> deletion(session, id))
          .filter(deletion -> !run.start().isBefore(deletion))
          .ifPresent(
              deletion -> {
                throw deleted(run.experiment().name());
              });
    }
  }

  private static Optional<Instant> deletion(Session session, long experiment) {
    return session.first(
        "SELECT deleted_at FROM mlops_experiments WHERE id = ? AND deleted_at IS NOT NULL",
        row -> row.instant("deleted_at"),
        experiment);
  }

  RunRecords.ExperimentKey key(String name) {
    return get(name).key();
  }

  ExperimentView view(String name) {
    return get(name).view();
  }

  private Stored get(String name) {
    return find(name)
        .orElseThrow(
            () ->
                NotFoundException.among(
                    "no experiment '" + name + "' in project '" + workspace.project() + "'",
                    names(false)));
  }

  boolean exists(String name) {
    return find(name).isPresent();
  }

  /** An experiment as it is stored. */
  private record Stored(RunRecords.ExperimentKey key, ExperimentView view) {}

  /** Another thread or process may be first; then its experiment is the one. */
  private Stored createOrFind(String name) {
    try {
      workspace
          .database()
          .transaction(
              session ->
                  session.insert(
                      "INSERT INTO mlops_experiments (project, name, created_at, changed_at) VALUES (?, ?, ?, ?)",
                      workspace.project(),
                      name,
                      now(),
                      now()));
      return find(name).orElseThrow();
    } catch (ConflictException created) {
      return find(name).orElseThrow(() -> created);
    }
  }

  /**
   * Writes an experiment as it is given, unless there is one of its name: then it returns false.
   */
  boolean add(ExperimentView experiment) {
    if (exists(experiment.name())) {
      return false;
    }
    try {
      return workspace.database().transaction(session -> insert(session, experiment));
    } catch (ConflictException created) {
      if (exists(experiment.name())) {
        return false;
      }
      throw created;
    }
  }

  private boolean insert(Session session, ExperimentView experiment) {
    long id =
        session.insert(
            "INSERT INTO mlops_experiments (project, name, created_at, changed_at, deleted_at, note)"
                + " VALUES (?, ?, ?, ?, ?, ?)",
            workspace.project(),
            experiment.name(),
            experiment.created(),
            experiment.changed(),
            experiment.deleted(),
            experiment.note());
    List<@Nullable Object[]> tags = new ArrayList<>();
    experiment.tags().forEach((tag, text) -> tags.add(new Object[] {id, tag, text}));
    session.batch(
        "INSERT INTO mlops_experiment_tags (experiment, name, as_text) VALUES (?, ?, ?)", tags);
    workspace.journal().append(session, entry("experiment.imported", experiment.name()));
    return true;
  }

  private Optional<Stored> find(String name) {
    return workspace
        .database()
        .read(
            session ->
                session.first(
                    "SELECT * FROM mlops_experiments WHERE project = ? AND name = ?",
                    row -> stored(session, row),
                    workspace.project(),
                    name));
  }

  private static Stored stored(Session session, ResultRow row) {
    long id = row.number("id");
    Map<String, String> tags = new TreeMap<>();
    session.each(
        "SELECT name, as_text FROM mlops_experiment_tags WHERE experiment = ?",
        tag -> tags.put(tag.text("name"), tag.text("as_text")),
        id);
    return new Stored(
        new RunRecords.ExperimentKey(id, row.text("name")),
        new ExperimentView(
            row.text("name"),
            row.instant("created_at"),
            row.instant("changed_at"),
            row.instantOrNull("deleted_at"),
            row.textOrNull("note"),
            tags));
  }

  /** Returns the names, in their order. */
  List<String> names(boolean deleted) {
    List<String> names =
        workspace
            .database()
            .read(
                session ->
                    session.list(
                        "SELECT name FROM mlops_experiments WHERE project = ? AND deleted_at IS "
                            + (deleted ? "NOT NULL" : "NULL"),
                        row -> row.text("name"),
                        workspace.project()));
    return names.stream().sorted().toList();
  }

  void rename(String name, String newName) {
    Names.checked("experiment", newName);
    long id = key(name).id();
    try {
      changed(
          id,
          entry("experiment.renamed", newName).detail("was", name),
          session ->
              session.update("UPDATE mlops_experiments SET name = ? WHERE id = ?", newName, id));
    } catch (ConflictException taken) {
      boolean isDeleted = find(newName).filter(other -> other.view().deleted() != null).isPresent();
      throw new ConflictException(
          "experiment '"
              + name
              + "' cannot become '"
              + newName
              + "', as there is one of that name"
              + (isDeleted ? ", which is deleted; restore and rename it first" : ""),
          taken);
    }
  }

  void tag(String name, String tag, String text) {
    long id = key(name).id();
    changed(
        id,
        null,
        session -> {
          session.update(
              "DELETE FROM mlops_experiment_tags WHERE experiment = ? AND name = ?", id, tag);
          session.update(
              "INSERT INTO mlops_experiment_tags (experiment, name, as_text) VALUES (?, ?, ?)",
              id,
              tag,
              text);
        });
  }

  void untag(String name, String tag) {
    Stored stored = get(name);
    changed(
        stored.key().id(),
        null,
        session -> {
          int removed =
              session.update(
                  "DELETE FROM mlops_experiment_tags WHERE experiment = ? AND name = ?",
                  stored.key().id(),
                  tag);
          if (removed == 0) {
            throw NotFoundException.among(
                "no tag '" + tag + "' of experiment '" + name + "'", stored.view().tags().keySet());
          }
        });
  }

  void note(String name, String text) {
    long id = key(name).id();
    changed(
        id,
        null,
        session -> session.update("UPDATE mlops_experiments SET note = ? WHERE id = ?", text, id));
  }

  /** Deletes or restores; done again, it changes nothing. */
  void delete(String name, boolean deleted) {
    Stored stored = get(name);
    if ((stored.view().deleted() != null) != deleted) {
      long id = stored.key().id();
      changed(
          id,
          entry(deleted ? "experiment.deleted" : "experiment.restored", name),
          session ->
              session.update(
                  "UPDATE mlops_experiments SET deleted_at = ? WHERE id = ?",
                  deleted ? now() : null,
                  id));
    }
  }

  /** What is done to an experiment inside a transaction. */
  private interface Change {
    void make(Session session);
  }

  private void changed(long id, @Nullable Entry entry, Change change) {
    workspace
        .database()
        .transaction(
            session -> {
              session.lock("SELECT id FROM mlops_experiments WHERE id = ?", row -> true, id);
              change.make(session);
              session.update("UPDATE mlops_experiments SET changed_at = ? WHERE id = ?", now(), id);
              if (entry != null) {
                workspace.journal().append(session, entry);
              }
              return true;
            });
    known.clear();
  }

  private Entry entry(String kind, String name) {
    return Entry.of(kind).about("experiment", name).actor(workspace.actor());
  }

  private Instant now() {
    return workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }
}
