package dev.mlops.registry;

import dev.mlops.storage.Database;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes and reads aliases: where they stand, and every move. */
final class AliasRecords {

  private final Database database;
  private final String project;

  AliasRecords(Database database, String project) {
    this.database = database;
    this.project = project;
  }

  /** Locks a model until the transaction ends. */
  Optional<ModelKey> lock(Session session, String model) {
    return session.lock(
        "SELECT id, name, last_version FROM mlops_models WHERE project = ? AND name = ?",
        row ->
            new ModelKey(
                row.number("id"), row.text("name"), Math.toIntExact(row.number("last_version"))),
        project,
        model);
  }

  boolean exists(String model) {
    return database.read(session -> key(session, model).isPresent());
  }

  Optional<Integer> current(String model, String alias) {
    return database.read(
        session -> key(session, model).flatMap(key -> current(session, key, alias)));
  }

  private Optional<ModelKey> key(Session session, String model) {
    return session.first(
        "SELECT id, name, last_version FROM mlops_models WHERE project = ? AND name = ?",
        row ->
            new ModelKey(
                row.number("id"), row.text("name"), Math.toIntExact(row.number("last_version"))),
        project,
        model);
  }

  static Optional<Integer> current(Session session, ModelKey model, String alias) {
    return session.first(
        "SELECT version FROM mlops_model_aliases WHERE model = ? AND name = ? AND version IS NOT NULL",
        row -> Math.toIntExact(row.number("version")),
        model.id(),
        alias);
  }

  static List<String> at(Session session, ModelKey model, int version) {
    return session
        .list(
            "SELECT name FROM mlops_model_aliases WHERE model = ? AND version = ?",
            row -> row.text("name"),
            model.id(),
            version)
        .stream()
        .sorted()
        .toList();
  }

  List<String> at(String model, int version) {
    return database.read(
        session -> key(session, model).map(key -> at(session, key, version)).orElse(List.of()));
  }

  List<String> names(String model) {
    return database
        .read(
            session ->
                session.list(
                    "SELECT a.name FROM mlops_model_aliases a JOIN mlops_models m ON m.id = a.model"
                        + " WHERE m.project = ? AND m.name = ? AND a.version IS NOT NULL",
                    row -> row.text("name"),
                    project,
                    model))
        .stream()
        .sorted()
        .toList();
  }

  List<AliasChange> history(String model, String alias) {
    return database.read(
        session ->
            session.list(
                "SELECT l.* FROM mlops_model_alias_log l JOIN mlops_models m ON m.id = l.model"
                    + " WHERE m.project = ? AND m.name = ? AND l.alias = ? ORDER BY l.id",
                row -> change(row, model),
                project,
                model,
                alias));
  }

  /** Writes a move; a clock that went back does not put it before the move that it follows. */
  static AliasChange append(Session session, ModelKey model, AliasChange wanted) {
    AliasChange change = notBefore(wanted, last(session, model, wanted.alias()));
    session.update(
        "INSERT INTO mlops_model_alias_log (model, alias, from_version, to_version, moved_at, moved_by, reason)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?)",
        model.id(),
        change.alias(),
        change.from(),
        change.to(),
        change.time(),
        change.by(),
        change.reason());
    stand(session, model, change);
    return change;
  }

  private static void stand(Session session, ModelKey model, AliasChange change) {
    int changed =
        session.update(
            "UPDATE mlops_model_aliases SET version = ? WHERE model = ? AND name = ?",
            change.to(),
            model.id(),
            change.alias());
    if (changed == 0) {
      session.update(
          "INSERT INTO mlops_model_aliases (model, name, version) VALUES (?, ?, ?)",
          model.id(),
          change.alias(),
          change.to());
    }
  }

  private static @Nullable Instant last(Session session, ModelKey model, String alias) {
    return session
        .first(
            "SELECT moved_at FROM mlops_model_alias_log WHERE model = ? AND alias = ? ORDER BY id DESC",
            row -> row.instant("moved_at"),
            model.id(),
            alias)
        .orElse(null);
  }

  private static AliasChange notBefore(AliasChange change, @Nullable Instant last) {
    return last == null || !change.time().isBefore(last)
        ? change
        : new AliasChange(
            change.model(),
            change.alias(),
            change.from(),
            change.to(),
            last,
            change.by(),
            change.reason());
  }

  private static AliasChange change(ResultRow row, String model) {
    return new AliasChange(
        model,
        row.text("alias"),
        version(row, "from_version"),
        version(row, "to_version"),
        row.instant("moved_at"),
        row.text("moved_by"),
        row.text("reason"));
  }

  private static @Nullable Integer version(ResultRow row, String column) {
    Long number = row.numberOrNull(column);
    return number == null ? null : Integer.valueOf(Math.toIntExact(number));
  }

  /** A model's key in the database, its name and the number of its newest version. */
  record ModelKey(long id, String name, int lastVersion) {}
}
