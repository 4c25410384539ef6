package dev.mlops.study;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.storage.Database;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Studies and their trials in the database; every method is one transaction. */
final class StudyRecords {
  /** How often a trial is given before it is left alone: it may be what kills its processes. */
  static final int ATTEMPTS = 3;

  private final Database database;
  private final String project;
  private final StudyTerms terms;

  StudyRecords(Workspace workspace, StudyTerms terms) {
    this.database = workspace.database();
    this.project = workspace.project();
    this.terms = terms;
    database.migrate("study", Study.class);
  }

  /** A study's key in the database and the run that its trials are nested in, if it has one. */
  record Stored(long id, @Nullable String run) {}

  /** An attempt that this process has taken. */
  record Claim(long id, long number, int attempt, Map<String, Object> params) {}

  /** An attempt, its key in the database, and the lease of the process that works on it. */
  private record Row(long id, long lease, TrialView view) {}

  /** A running attempt. */
  record Open(long id, long lease, @Nullable String run) {}

  /** How an attempt ended. */
  record Ending(TrialState state, Map<String, Double> metrics) {}

  Optional<Stored> find() {
    return database.read(this::find).map(this::checked);
  }

  private Optional<Found> find(Session session) {
    return session.first(
        "SELECT id, terms, run FROM mlops_study WHERE project = ? AND name = ?",
        row -> new Found(new Stored(row.number("id"), row.textOrNull("run")), row.text("terms")),
        project,
        terms.name());
  }

  private record Found(Stored study, String terms) {}

  private Stored checked(Found found) {
    String[] before = found.terms.split("\n", -1);
    List<String> now = terms.lines();
    for (int line = 0; line < now.size(); line++) {
      String was = line < before.length ? before[line] : "nothing";
      if (!now.get(line).equals(was)) {
        throw new ConflictException(
            "study '"
                + terms.name()
                + "' was begun with "
                + was
                + " and not with "
                + now.get(line)
                + "; say what it was begun with, or give the new one another name");
      }
    }
    return found.study;
  }

  /** The study, which is stored if it was not; of several processes one does. */
  Stored create() {
    try {
      return find().orElseGet(() -> new Stored(insert(), null));
    } catch (ConflictException anotherWasFaster) {
      return find().orElseThrow(() -> anotherWasFaster);
    }
  }

  private long insert() {
    return database.transaction(
        session ->
            session.insert(
                "INSERT INTO mlops_study (project, name, terms) VALUES (?, ?, ?)",
                project,
                terms.name(),
                String.join("\n", terms.lines())));
  }

  /** Gives a study its run; false if another process has given it one. */
  boolean adopt(Stored study, String run) {
    return database.transaction(
            session ->
                session.update(
                    "UPDATE mlops_study SET run = ? WHERE id = ? AND run IS NULL", run, study.id()))
        == 1;
  }

  /**
   * Takes the next attempt: of a trial whose process died, else of a new one.
   *
   * @param most how many trials there may be; null for no limit
   * @return empty if there is nothing to do now
   */
  Optional<Claim> claim(Stored study, long lease, @Nullable Long most) {
    return database.transaction(
        session -> {
          session.lock("SELECT id FROM mlops_study WHERE id = ?", row -> true, study.id());
          List<TrialView> trials = last(rows(session, study));
          return again(trials)
              .or(() -> fresh(trials, most))
              .map(next -> insert(session, study, lease, next));
        });
  }

  private static Optional<TrialView> again(List<TrialView> trials) {
    return trials.stream()
        .filter(trial -> trial.state() == TrialState.LOST && trial.attempt() < ATTEMPTS)
        .findFirst()
        .map(lost -> begun(lost.number(), lost.attempt() + 1, lost.params()));
  }

  private Optional<TrialView> fresh(List<TrialView> trials, @Nullable Long most) {
    long number = trials.size() + 1L;
    if (most != null && number > most) {
      return Optional.empty();
    }
    List<TrialView> measured = Ranking.of(terms, trials).ranked();
    Sampler.Known known =
        new Sampler.Known(
            measured,
            trials.stream().filter(trial -> trial.state() != TrialState.FINISHED).toList());
    return terms
        .sampler()
        .strategy()
        .next(terms.space(), number, terms.random(number), known)
        .map(params -> begun(number, 1, params));
  }

  private static TrialView begun(long number, int attempt, Map<String, Object> params) {
    return new TrialView(number, attempt, TrialState.RUNNING, params, Map.of(), null);
  }

  private static Claim insert(Session session, Stored study, long lease, TrialView next) {
    long id =
        session.insert(
            "INSERT INTO mlops_study_trial (study, number, attempt, state, lease) VALUES (?, ?, ?, ?, ?)",
            study.id(),
            next.number(),
            next.attempt(),
            next.state(),
            lease);
    List<@Nullable Object[]> rows = new ArrayList<>();
    next.params()
        .forEach((name, value) -> rows.add(new @Nullable Object[] {id, name, value.toString()}));
    session.batch("INSERT INTO mlops_study_param (trial, name, as_text) VALUES (?, ?, ?)", rows);
    return new Claim(id, next.number(), next.attempt(), next.params());
  }

  /** Says which run records an attempt. */
  void began(Claim claim, String run) {
    database.transaction(
        session ->
            session.update("UPDATE mlops_study_trial SET run = ? WHERE id = ?", run, claim.id()));
  }

  /** Ends an attempt; false if this process was taken for dead meanwhile. */
  boolean end(long trial, Ending ending) {
    return database.transaction(session -> end(session, trial, ending));
  }

  @CanIgnoreReturnValue
  static boolean end(Session session, long trial, Ending ending) {
    int changed =
        session.update(
            "UPDATE mlops_study_trial SET state = ? WHERE id = ? AND state = ?",
            ending.state(),
            trial,
            TrialState.RUNNING);
    if (changed == 1) {
      List<@Nullable Object[]> rows = new ArrayList<>();
      ending
          .metrics()
          .forEach((name, value) -> rows.add(new @Nullable Object[] {trial, name, value}));
      session.batch(
          "INSERT INTO mlops_study_metric (trial, name, measured) VALUES (?, ?, ?)", rows);
    }
    return changed == 1;
  }

  List<Open> open(Stored study) {
    return database.read(
        session ->
            rows(session, study).stream()
                .filter(row -> row.view.state() == TrialState.RUNNING)
                .map(row -> new Open(row.id, row.lease, row.view.run()))
                .toList());
  }

  /** All attempts, in the order of trial and attempt. */
  List<TrialView> attempts(Stored study) {
    return database.read(session -> rows(session, study)).stream().map(Row::view).toList();
  }

  /** The last attempt of each trial. */
  static List<TrialView> lastOf(List<TrialView> attempts) {
    Map<Long, TrialView> last = new LinkedHashMap<>();
    attempts.forEach(view -> last.put(view.number(), view));
    return List.copyOf(last.values());
  }

  private static List<TrialView> last(List<Row> rows) {
    return lastOf(rows.stream().map(Row::view).toList());
  }

  private List<Row> rows(Session session, Stored study) {
    Map<Long, Map<String, Object>> params = new HashMap<>();
    session.each(
        "SELECT p.trial, p.name, p.as_text FROM mlops_study_param p"
            + " JOIN mlops_study_trial t ON t.id = p.trial WHERE t.study = ?",
        row ->
            params
                .computeIfAbsent(row.number("trial"), trial -> new HashMap<>())
                .put(row.text("name"), value(row)),
        study.id());
    Map<Long, Map<String, Double>> metrics = new HashMap<>();
    session.each(
        "SELECT m.trial, m.name, m.measured FROM mlops_study_metric m"
            + " JOIN mlops_study_trial t ON t.id = m.trial WHERE t.study = ?",
        row ->
            metrics
                .computeIfAbsent(row.number("trial"), trial -> new HashMap<>())
                .put(row.text("name"), row.real("measured")),
        study.id());
    return session.list(
        "SELECT id, number, attempt, state, lease, run FROM mlops_study_trial WHERE study = ?"
            + " ORDER BY number, attempt",
        row -> row(row, params, metrics),
        study.id());
  }

  private Object value(ResultRow row) {
    return terms.space().param(row.text("name")).parsed(row.text("as_text"));
  }

  private Row row(
      ResultRow row,
      Map<Long, Map<String, Object>> params,
      Map<Long, Map<String, Double>> metrics) {
    long id = row.number("id");
    return new Row(
        id,
        row.number("lease"),
        new TrialView(
                row.number("number"),
                (int) row.number("attempt"),
                row.parsed("state", TrialState::valueOf),
                params.getOrDefault(id, Map.of()),
                metrics.getOrDefault(id, Map.of()),
                row.textOrNull("run"))
            .ordered(terms.space()));
  }
}
