package dev.mlops.tracking;

import dev.mlops.environment.Environment;
import dev.mlops.error.NotFoundException;
import dev.mlops.storage.Database;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads runs of one project. */
final class RunReader {

  private static final int CHUNK = 500;
  private static final int NAMED = 3;
  private static final long CACHED_BYTES = 64L << 20;

  private final Database database;
  private final String project;
  private final DeadRuns dead;
  private final Runnable settle;
  private final ColumnCache columns = new ColumnCache(CACHED_BYTES);
  private final RunPacker packer;
  private final EnvironmentRecords environments;

  /**
   * Reads runs.
   *
   * @param settle stores what the runs of this process were told
   */
  RunReader(
      Database database,
      String project,
      DeadRuns dead,
      Runnable settle,
      RunPacker packer,
      EnvironmentRecords environments) {
    this.database = database;
    this.project = project;
    this.dead = dead;
    this.settle = settle;
    this.packer = packer;
    this.environments = environments;
  }

  /** Reads, after what was told was stored and what nobody records any more was marked. */
  <T> T read(Function<Session, T> reading) {
    settle.run();
    dead.find();
    return database.read(reading);
  }

  String project() {
    return project;
  }

  /** Searches runs of this project, after what nobody records any more was marked. */
  <T> T search(
      List<Long> experiments,
      @Nullable String parent,
      boolean nested,
      RunSearch.Trash trash,
      BiFunction<RunSearch, Session, T> searching) {
    RunSearch.Scope scope = new RunSearch.Scope(project, experiments, parent, nested, trash);
    AtomicInteger loose = new AtomicInteger();
    T found =
        read(
            session -> {
              RunSearch search = new RunSearch(session, columns, scope);
              T answer = searching.apply(search, session);
              loose.set(search.loose());
              return answer;
            });
    packer.readLoose(loose.get());
    return found;
  }

  RunView get(String uid) {
    return find(uid).orElseThrow(() -> noRun(uid));
  }

  private NotFoundException noRun(String uid) {
    List<String> newest =
        database.read(
            session ->
                session.list(
                    "SELECT r.uid, r.name FROM mlops_runs r JOIN mlops_experiments e ON e.id = r.experiment"
                        + " WHERE e.project = ? ORDER BY r.started_at DESC, r.id DESC LIMIT ?",
                    row -> "'" + row.text("name") + "' " + row.text("uid"),
                    project,
                    NAMED));
    return new NotFoundException(
        "no run '"
            + uid
            + "' in project '"
            + project
            + "'; "
            + (newest.isEmpty() ? "it has none" : "its newest are " + newest));
  }

  Optional<RunView> find(String uid) {
    return read(session -> key(session, uid).map(key -> views(session, List.of(key)).get(0)));
  }

  /** Returns a run's key in the database. */
  long key(String uid) {
    return read(session -> key(session, uid)).orElseThrow(() -> noRun(uid));
  }

  private Optional<Long> key(Session session, String uid) {
    return session.first(
        "SELECT r.id FROM mlops_runs r JOIN mlops_experiments e ON e.id = r.experiment WHERE r.uid = ? AND e.project = ?",
        row -> row.number("id"),
        uid,
        project);
  }

  Points history(String uid, String metric) {
    RunView run = get(uid);
    if (!run.metrics().containsKey(metric)) {
      throw NotFoundException.among(
          "no metric '" + metric + "' in run '" + run.name() + "'", run.metrics().keySet());
    }
    return database.read(
        session -> MetricRecords.points(session, key(session, uid).orElseThrow(), metric));
  }

  /**
   * Reads runs by their keys, in the order of the keys, with a handful of statements for each 500
   * runs. A run that was removed since its key was found is left out.
   */
  List<RunView> views(Session session, List<Long> keys) {
    List<RunView> views = new ArrayList<>(keys.size());
    for (int from = 0; from < keys.size(); from += CHUNK) {
      views.addAll(chunk(session, keys.subList(from, Math.min(keys.size(), from + CHUNK))));
    }
    return Collections.unmodifiableList(views);
  }

  private List<RunView> chunk(Session session, List<Long> keys) {
    Map<Long, RunDetails> details = RunCards.details(session, keys);
    Map<Long, Environment> where = environments(session, keys);
    Map<Long, RunView> views = new HashMap<>();
    session.each(
        "SELECT r.*, e.name AS experiment_name, COALESCE(r.deleted_at, e.deleted_at) AS gone_at FROM mlops_runs r JOIN mlops_experiments e ON e.id = r.experiment"
            + " WHERE "
            + Keys.in("r.id", keys),
        row -> {
          long key = row.number("id");
          views.put(key, view(row, Objects.requireNonNull(details.get(key)), where));
        });
    return keys.stream().map(views::get).filter(Objects::nonNull).toList();
  }

  private Map<Long, Environment> environments(Session session, List<Long> keys) {
    List<@Nullable Long> ids =
        session.list(
            "SELECT DISTINCT r.environment FROM mlops_runs r WHERE " + Keys.in("r.id", keys),
            row -> row.numberOrNull("environment"));
    return environments.read(session, ids);
  }

  static List<RunView.Input> inputs(Session session, long run) {
    return session.list(
        "SELECT * FROM mlops_run_inputs WHERE run = ? ORDER BY id", RunDetails::input, run);
  }

  private static RunView view(ResultRow row, RunDetails details, Map<Long, Environment> where) {
    Long environment = row.numberOrNull("environment");
    return new RunView(
        row.text("uid"),
        row.text("experiment_name"),
        row.textOrNull("parent"),
        row.text("name"),
        row.parsed("status", RunStatus::valueOf),
        row.instant("started_at"),
        row.instantOrNull("ended_at"),
        row.instantOrNull("gone_at"),
        details.params(),
        details.metrics(),
        details.tags(),
        details.inputs(),
        environment == null ? null : where.get(environment),
        failure(row),
        row.textOrNull("note"));
  }

  static RunView.@Nullable Failure failure(ResultRow row) {
    String type = row.textOrNull("failure_type");
    return type == null
        ? null
        : new RunView.Failure(type, row.textOrNull("failure_message"), row.text("failure_trace"));
  }
}
