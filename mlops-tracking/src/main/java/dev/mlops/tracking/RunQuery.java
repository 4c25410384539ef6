package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.mlops.data.Dataset;
import dev.mlops.error.Elements;
import dev.mlops.error.Once;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A question for runs. Each option gives a new query, and can be set once; nothing is read before
 * {@link #list()}, {@link #stream()}, {@link #first()}, {@link #count()} or {@link #table()}.
 * Immutable and safe for use by many threads.
 *
 * <pre>{@code
 * tracker.runs()
 *     .experiments(delays)
 *     .where(metric("auc").atLeast(0.7).and(param("depth").anyOf(6, 8)))
 *     .orderBy(metric("auc").descending())
 *     .limit(10)
 *     .list();
 * }</pre>
 */
public final class RunQuery {
  private static final int PAGE = 500;

  private final RunReader reader;
  private final List<Experiment> experiments;
  private final @Nullable String parent;
  private final boolean nested;
  private final @Nullable RunFilter filter;
  private final List<RunOrder> orders;
  private final int limit;

  private RunQuery(
      RunReader reader,
      List<Experiment> experiments,
      @Nullable String parent,
      boolean nested,
      @Nullable RunFilter filter,
      List<RunOrder> orders,
      int limit) {
    this.reader = reader;
    this.experiments = experiments;
    this.parent = parent;
    this.nested = nested;
    this.filter = filter;
    this.orders = orders;
    this.limit = limit;
  }

  static RunQuery all(RunReader reader) {
    return new RunQuery(reader, List.of(), null, false, null, List.of(), 0);
  }

  /**
   * Names a metric, to compare or order by its latest value.
   *
   * @param name the metric's name
   * @return the field
   */
  public static MetricField metric(String name) {
    requireNonNull(name, "name");
    return new MetricField(name, "latest");
  }

  /**
   * Names a param, to compare or order by.
   *
   * @param name the param's name
   * @return the field
   */
  public static TextField param(String name) {
    requireNonNull(name, "name");
    return new TextField("param", "mlops_run_params", name);
  }

  /**
   * Names a tag, to compare or order by.
   *
   * @param name the tag's name
   * @return the field
   */
  public static TextField tag(String name) {
    requireNonNull(name, "name");
    return new TextField("tag", "mlops_run_tags", name);
  }

  /**
   * Asks where a run stands.
   *
   * @param status the status
   * @return holds where the run has it
   */
  public static RunFilter status(RunStatus status) {
    return new RunFilter(
        "(r.status = ?)", List.of(requireNonNull(status, "status").name()), "status is " + status);
  }

  /**
   * Asks for a run's name.
   *
   * @param name the name, exactly
   * @return holds where the run was started with it
   */
  public static RunFilter named(String name) {
    return new RunFilter(
        "(r.name = ?)", List.of(requireNonNull(name, "name")), "name is '" + name + "'");
  }

  /**
   * Restricts the query to experiments; the default is every experiment of the project.
   *
   * @param wanted at least one
   * @return the restricted query
   * @throws dev.mlops.error.NotFoundException if one of them does not exist
   * @throws IllegalStateException if this was set before
   */
  public RunQuery experiments(Experiment... wanted) {
    Once.refuse("experiments", experiments.isEmpty() ? null : experiments);
    if (wanted.length == 0) {
      throw new IllegalArgumentException("experiments() needs at least one experiment");
    }
    // Looked up now, as the query itself runs inside a transaction.
    for (Experiment experiment : wanted) {
      var unused = experiment.id();
    }
    return new RunQuery(reader, List.of(wanted), parent, nested, filter, orders, limit);
  }

  /**
   * Lets the query find nested runs too; the default is only runs that are not nested, so that the
   * best run of an experiment is not a fold of a worse one.
   *
   * @return the wider query
   * @throws IllegalStateException if this was set before, or {@link #under}
   */
  public RunQuery withNested() {
    refuseIfNested("withNested()");
    return new RunQuery(reader, experiments, null, true, filter, orders, limit);
  }

  /**
   * Restricts the query to the runs nested directly in one.
   *
   * @param run the id of the run above
   * @return the restricted query
   * @throws IllegalStateException if this was set before, or {@link #withNested}
   */
  public RunQuery under(String run) {
    refuseIfNested("under()");
    return new RunQuery(
        reader, experiments, requireNonNull(run, "run"), true, filter, orders, limit);
  }

  private void refuseIfNested(String option) {
    if (nested) {
      throw new IllegalStateException(
          option
              + " says of nested runs what another option says: "
              + (parent == null ? "withNested()" : "under('" + parent + "')"));
    }
  }

  /**
   * Restricts the query to runs that fulfil a condition; the default is none. Several conditions
   * are joined by {@code and(...)} or {@code or(...)}.
   *
   * @param condition the condition
   * @return the restricted query
   * @throws IllegalStateException if this was set before
   */
  public RunQuery where(RunFilter condition) {
    Once.refuse("where", filter);
    return new RunQuery(
        reader, experiments, parent, nested, requireNonNull(condition, "condition"), orders, limit);
  }

  /**
   * Orders the runs; the default, and what decides among equals, is the newest start first.
   *
   * @param order at least one order; a later one decides among equals of those before
   * @return the ordered query
   * @throws IllegalStateException if this was set before
   */
  public RunQuery orderBy(RunOrder... order) {
    List<RunOrder> each = Elements.copy(order, "order");
    Once.refuse("orderBy", orders.isEmpty() ? null : orders);
    if (each.isEmpty()) {
      throw new IllegalArgumentException("orderBy() needs at least one order");
    }
    return new RunQuery(reader, experiments, parent, nested, filter, each, limit);
  }

  /**
   * Stops after some runs; the default is no limit.
   *
   * @param runs at least 1
   * @return the limited query
   * @throws IllegalStateException if this was set before
   */
  public RunQuery limit(int runs) {
    Once.refuse("limit", limit > 0 ? limit : null);
    if (runs < 1) {
      throw new IllegalArgumentException("limit must be at least 1: " + runs);
    }
    return new RunQuery(reader, experiments, parent, nested, filter, orders, runs);
  }

  /**
   * Reads the runs.
   *
   * @return them in the order of the query; unmodifiable, empty if there are none
   */
  public List<RunView> list() {
    return reader.read(session -> RunReader.views(session, keys(session)));
  }

  /**
   * Streams the runs that are there now, some hundreds in memory at a time. Each page is a
   * transaction of its own, so the stream needs no closing, and a run is told as it is when its
   * page is read.
   *
   * @return the runs in the order of the query; sequential
   */
  public Stream<RunView> stream() {
    List<Long> keys = reader.read(this::keys);
    return IntStream.iterate(0, from -> from < keys.size(), from -> from + PAGE)
        .mapToObj(from -> keys.subList(from, Math.min(keys.size(), from + PAGE)))
        .flatMap(page -> reader.read(session -> RunReader.views(session, page)).stream());
  }

  /**
   * Reads the first run.
   *
   * @return it, or empty if there is none
   */
  public Optional<RunView> first() {
    return new RunQuery(reader, experiments, parent, nested, filter, orders, 1)
        .list().stream().findFirst();
  }

  /**
   * Counts the runs, whatever the limit.
   *
   * @return how many there are
   */
  public long count() {
    List<@Nullable Object> arguments = new ArrayList<>();
    String sql = "SELECT COUNT(*) AS runs" + from() + conditions(arguments);
    return reader.read(
        session ->
            session.first(sql, row -> row.number("runs"), arguments.toArray()).orElseThrow());
  }

  /**
   * Reads the runs as a table to compare them: a row per run, with {@code run, experiment, name,
   * status, start, end}, then {@code param.<name>} as text and {@code metric.<name>} as the latest
   * number, for each that any of the runs has.
   *
   * @return the table, in the order of the query
   */
  public Dataset table() {
    return RunTable.of(list());
  }

  private List<Long> keys(Session session) {
    List<@Nullable Object> arguments = new ArrayList<>();
    StringBuilder sql = new StringBuilder("SELECT r.id").append(from());
    for (int i = 0; i < orders.size(); i++) {
      sql.append(orders.get(i).join(i));
      arguments.add(orders.get(i).name());
    }
    sql.append(conditions(arguments)).append(" ORDER BY ");
    for (int i = 0; i < orders.size(); i++) {
      sql.append(orders.get(i).sql(i)).append(", ");
      arguments.add(Double.POSITIVE_INFINITY);
    }
    sql.append("r.started_at DESC, r.id DESC");
    if (limit > 0) {
      sql.append(" LIMIT ?");
      arguments.add(limit);
    }
    return session.list(sql.toString(), row -> row.number("id"), arguments.toArray());
  }

  private static String from() {
    return " FROM mlops_runs r JOIN mlops_experiments e ON e.id = r.experiment";
  }

  private String conditions(List<@Nullable Object> arguments) {
    StringBuilder sql = new StringBuilder(" WHERE e.project = ?");
    arguments.add(reader.project());
    if (!experiments.isEmpty()) {
      sql.append(
          experiments.stream()
              .map(one -> "?")
              .collect(joining(", ", " AND r.experiment IN (", ")")));
      experiments.forEach(one -> arguments.add(one.id()));
    }
    if (parent != null) {
      sql.append(" AND r.parent = ?");
      arguments.add(parent);
    } else if (!nested) {
      sql.append(" AND r.parent IS NULL");
    }
    if (filter != null) {
      sql.append(" AND ").append(filter.sql());
      arguments.addAll(filter.arguments());
    }
    return sql.toString();
  }

  @Override
  public String toString() {
    return "runs"
        + (experiments.isEmpty() ? "" : " of " + experiments)
        + (parent == null ? nested ? ", nested too" : "" : " under " + parent)
        + (filter == null ? "" : " where " + filter)
        + (orders.isEmpty() ? "" : ", by " + orders)
        + (limit == 0 ? "" : ", limit " + limit);
  }
}
