package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mlops.data.Digest;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.storage.Database;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Environments as rows: one for all runs of a process, so that a run costs a number. */
final class EnvironmentRecords {

  private static final int KEPT = 200;

  private final Database database;
  private final Map<Environment, Row> rows = new ConcurrentHashMap<>();
  private final Map<Long, Environment> known = new ConcurrentHashMap<>();

  EnvironmentRecords(Database database) {
    this.database = database;
  }

  /** An environment's key, and its text. */
  record Row(long id, String json) {}

  /** Returns the row of an environment, which is written if it is new. */
  Row row(Environment environment) {
    Row kept = rows.get(environment);
    if (kept != null) {
      return kept;
    }
    String json = environment.toJson();
    String digest = Digest.of(json.getBytes(UTF_8)).toString();
    Row row = new Row(find(digest).orElseGet(() -> insert(digest, json)), json);
    if (rows.size() >= KEPT) {
      rows.clear();
    }
    rows.put(environment, row);
    return row;
  }

  /** Another process may be first; then its row is the one. */
  private long insert(String digest, String json) {
    try {
      return database.transaction(
          session ->
              session.insert(
                  "INSERT INTO mlops_environments (digest, json) VALUES (?, ?)", digest, json));
    } catch (ConflictException taken) {
      return find(digest).orElseThrow(() -> taken);
    }
  }

  private Optional<Long> find(String digest) {
    return database.read(
        session ->
            session.first(
                "SELECT id FROM mlops_environments WHERE digest = ?",
                row -> row.number("id"),
                digest));
  }

  /** Returns environments by their keys. */
  Map<Long, Environment> read(Session session, Collection<@Nullable Long> wanted) {
    Map<Long, Environment> read = new HashMap<>();
    List<Long> missing =
        wanted.stream().filter(id -> id != null && !known.containsKey(id)).distinct().toList();
    if (!missing.isEmpty()) {
      session.each(
          "SELECT id, json FROM mlops_environments WHERE " + Keys.in("id", missing),
          row -> read.put(row.number("id"), environment(row)));
      if (known.size() + read.size() > KEPT) {
        known.clear();
      }
      known.putAll(read);
    }
    for (Long id : wanted) {
      Environment kept = id == null ? null : known.get(id);
      if (kept != null) {
        read.put(id, kept);
      }
    }
    return read;
  }

  private static Environment environment(ResultRow row) {
    return row.parsed("json", Environment::fromJson);
  }
}
