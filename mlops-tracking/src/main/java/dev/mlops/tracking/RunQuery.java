package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.Elements;
import dev.mlops.error.Once;
import dev.mlops.storage.PageToken;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A question for runs. Each option gives a new query, and can be set once; nothing is read before
 * {@link #list()}, {@link #page(int)}, {@link #stream()}, {@link #first()}, {@link #count()} or
 * {@link #table()}. Immutable and safe for use by many threads.
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
  private static final int LARGEST_PAGE = 50_000;

  private final RunReader reader;
  private final List<Experiment> experiments;
  private final @Nullable String parent;
  private final boolean nested;
  private final RunSearch.Trash trash;
  private final @Nullable RunFilter filter;
  private final List<RunOrder> orders;
  private final int limit;

  private RunQuery(
      RunReader reader,
      List<Experiment> experiments,
      @Nullable String parent,
      boolean nested,
      RunSearch.Trash trash,
      @Nullable RunFilter filter,
      List<RunOrder> orders,
      int limit) {
    this.reader = reader;
    this.experiments = experiments;
    this.parent = parent;
    this.nested = nested;
    this.trash = trash;
    this.filter = filter;
    this.orders = orders;
    this.limit = limit;
  }

  static RunQuery all(RunReader reader) {
    return new RunQuery(
        reader, List.of(), null, false, RunSearch.Trash.LEFT_OUT, null, List.of(), 0);
  }

  /**
   * Names a metric, to compare or order by its latest value.
   *
   * @param name the metric's name
   * @return the field
   */
  public static MetricField metric(String name) {
    requireNonNull(name, "name");
    return new MetricField(name, Condition.MetricValue.LATEST);
  }

  /**
   * Names a param, to compare or order by.
   *
   * @param name the param's name
   * @return the field
   */
  public static TextField param(String name) {
    requireNonNull(name, "name");
    return new TextField(Condition.Source.PARAM, name);
  }

  /**
   * Names a tag, to compare or order by.
   *
   * @param name the tag's name
   * @return the field
   */
  public static TextField tag(String name) {
    requireNonNull(name, "name");
    return new TextField(Condition.Source.TAG, name);
  }

  /**
   * Asks where a run stands.
   *
   * @param status the status
   * @return holds where the run has it
   */
  public static RunFilter status(RunStatus status) {
    requireNonNull(status, "status");
    return attribute(Condition.Attribute.STATUS, status.name(), "status is " + status);
  }

  /**
   * Asks for a run's name.
   *
   * @param name the name, exactly
   * @return holds where the run was started with it
   */
  public static RunFilter named(String name) {
    requireNonNull(name, "name");
    return attribute(Condition.Attribute.NAME, name, "name is '" + name + "'");
  }

  private static RunFilter attribute(Condition.Attribute attribute, String text, String words) {
    return new RunFilter(
        new Condition.OnRun(attribute, new Condition.TextTest.Among(List.of(text), List.of())),
        words);
  }

  /**
   * Asks when a run was started.
   *
   * @param time the earliest
   * @return holds where the run was started then or later
   */
  public static RunFilter startedFrom(Instant time) {
    return started(Condition.Sign.AT_LEAST, requireNonNull(time, "time"), "started from ");
  }

  /**
   * Asks when a run was started.
   *
   * @param time the first that is too late
   * @return holds where the run was started earlier
   */
  public static RunFilter startedBefore(Instant time) {
    return started(Condition.Sign.BELOW, requireNonNull(time, "time"), "started before ");
  }

  private static RunFilter started(Condition.Sign sign, Instant time, String words) {
    long floor = Micros.floor(time);
    long ceiling = Micros.instant(floor).isBefore(time) ? floor + 1 : floor;
    return new RunFilter(new Condition.OnTime(Condition.Moment.START, sign, ceiling), words + time);
  }

  /**
   * Asks for the data that a run has read.
   *
   * @param digest of a data set
   * @return holds where it is one of the run's inputs, in any role
   */
  public static RunFilter withInput(Digest digest) {
    requireNonNull(digest, "digest");
    return new RunFilter(
        new Condition.OnInput(
            Condition.InputPart.DIGEST,
            new Condition.TextTest.Among(List.of(digest.toString()), List.of())),
        "input is " + digest.brief());
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
    return new RunQuery(reader, List.of(wanted), parent, nested, trash, filter, orders, limit);
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
    return new RunQuery(reader, experiments, null, true, trash, filter, orders, limit);
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
        reader, experiments, requireNonNull(run, "run"), true, trash, filter, orders, limit);
  }

  /**
   * Lets the query find deleted runs too, and those of deleted experiments; the default leaves them
   * out.
   *
   * @return the wider query
   * @throws IllegalStateException if this was set before, or {@link #deleted}
   */
  public RunQuery withDeleted() {
    return trash("withDeleted()", RunSearch.Trash.TOO);
  }

  /**
   * Restricts the query to deleted runs, and those of deleted experiments.
   *
   * @return the restricted query
   * @throws IllegalStateException if this was set before, or {@link #withDeleted}
   */
  public RunQuery deleted() {
    return trash("deleted()", RunSearch.Trash.ONLY);
  }

  private RunQuery trash(String option, RunSearch.Trash wanted) {
    if (trash != RunSearch.Trash.LEFT_OUT) {
      throw new IllegalStateException(
          option
              + " says of deleted runs what another option says: "
              + (trash == RunSearch.Trash.TOO ? "withDeleted()" : "deleted()"));
    }
    return new RunQuery(reader, experiments, parent, nested, wanted, filter, orders, limit);
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
        reader,
        experiments,
        parent,
        nested,
        trash,
        requireNonNull(condition, "condition"),
        orders,
        limit);
  }

  /**
   * Restricts the query by a condition in MLflow's words: {@link RunFilter#parse}.
   *
   * @param filter such as {@code metrics.auc > 0.7 and params.model = 'gbm'}
   * @return the restricted query
   * @throws IllegalArgumentException if it is no filter, with the place and the reason
   * @throws IllegalStateException if a condition was set before
   */
  public RunQuery where(String filter) {
    return where(RunFilter.parse(filter));
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
    return new RunQuery(reader, experiments, parent, nested, trash, filter, each, limit);
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
    return new RunQuery(reader, experiments, parent, nested, trash, filter, orders, runs);
  }

  /**
   * Reads the runs.
   *
   * @return them in the order of the query; unmodifiable, empty if there are none
   */
  public List<RunView> list() {
    return search(
        (search, session) -> reader.views(session, search.keys(condition(), orders, limit)));
  }

  /**
   * Reads the first runs of many, to read the next of them by {@link #page(int, String)}.
   *
   * @param size how many runs at most, from 1 to 50,000
   * @return the first page
   * @throws IllegalStateException if the query has a limit
   */
  public RunPage page(int size) {
    return pageBehind(size, null);
  }

  /**
   * Reads the next runs. A page begins behind the place of the last run of the page before, and not
   * after a count of runs: so while others record, change and delete, no run that stays where it is
   * in the order is left out or returned twice. A run that is recorded meanwhile is on a later page
   * if its place is there. What a run is ordered by may change while it is being recorded; it is
   * where its place is when a page is read.
   *
   * @param size how many runs at most, from 1 to 50,000; other than that of the page before if you
   *     like
   * @param token {@link RunPage#next} of a page of the same query
   * @return the next page
   * @throws IllegalArgumentException if the token is damaged, or of another query
   * @throws IllegalStateException if the query has a limit
   */
  public RunPage page(int size, String token) {
    return pageBehind(size, requireNonNull(token, "token"));
  }

  private RunPage pageBehind(int size, @Nullable String token) {
    if (size < 1 || size > LARGEST_PAGE) {
      throw new IllegalArgumentException(
          "size of a page must be from 1 to " + LARGEST_PAGE + ": " + size);
    }
    if (limit > 0) {
      throw new IllegalStateException(
          "a query with limit " + limit + " has no pages; leave out limit(), or take list()");
    }
    String asked = exactly();
    RunPlace after = token == null ? null : RunPlace.read(PageToken.place(asked, token));
    return search(
        (search, session) -> {
          List<RunPlace> found = search.places(condition(), orders, size + 1, after);
          List<RunPlace> places = found.subList(0, Math.min(size, found.size()));
          return new RunPage(
              reader.views(session, places.stream().map(RunPlace::id).toList()),
              found.size() > size
                  ? Optional.of(PageToken.of(asked, places.get(size - 1).written()))
                  : Optional.empty());
        });
  }

  /** Says what is asked, and in which order, so that no other query says the same. */
  private String exactly() {
    return Stream.of(
            reader.project(),
            experiments.stream().map(Experiment::id).sorted().toList(),
            parent,
            nested,
            trash,
            condition(),
            orders.stream().map(RunOrder::exactly).toList())
        .map(String::valueOf)
        .collect(joining("\n"));
  }

  /**
   * Streams the runs that are there now, some hundreds in memory at a time. Each page is a
   * transaction of its own, so the stream needs no closing, and a run is told as it is when its
   * page is read.
   *
   * @return the runs in the order of the query; sequential
   */
  public Stream<RunView> stream() {
    List<Long> keys = search((search, session) -> search.keys(condition(), orders, limit));
    return IntStream.iterate(0, from -> from < keys.size(), from -> from + PAGE)
        .mapToObj(from -> keys.subList(from, Math.min(keys.size(), from + PAGE)))
        .flatMap(page -> reader.read(session -> reader.views(session, page)).stream());
  }

  /**
   * Reads the first run.
   *
   * @return it, or empty if there is none
   */
  public Optional<RunView> first() {
    return new RunQuery(reader, experiments, parent, nested, trash, filter, orders, 1)
        .list().stream().findFirst();
  }

  /**
   * Counts the runs, whatever the limit.
   *
   * @return how many there are
   */
  public long count() {
    return search((search, session) -> search.count(condition()));
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

  private <T> T search(BiFunction<RunSearch, Session, T> searching) {
    List<Long> keys = experiments.stream().map(Experiment::id).toList();
    return reader.search(keys, parent, nested, trash, searching);
  }

  private @Nullable Condition condition() {
    return filter == null ? null : filter.condition();
  }

  @Override
  public String toString() {
    return "runs"
        + (experiments.isEmpty() ? "" : " of " + experiments)
        + (parent == null ? nested ? ", nested too" : "" : " under " + parent)
        + switch (trash) {
          case LEFT_OUT -> "";
          case TOO -> ", deleted too";
          case ONLY -> ", deleted";
        }
        + (filter == null ? "" : " where " + filter)
        + (orders.isEmpty() ? "" : ", by " + orders)
        + (limit == 0 ? "" : ", limit " + limit);
  }
}
