package dev.mlops.features.view;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.features.timeline.Spans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Where events come from, and when they count: a feed of flights, of payments, of measurements.
 * Rows are ingested for a source once, and every view of it takes from them the columns it needs,
 * those that are added later too.
 *
 * <pre>{@code
 * EventSource flights = EventSource.of("flights").eventTime("departure").knownAt("landed");
 * }</pre>
 *
 * <p>Immutable: every method that adds returns a new source.
 */
public final class EventSource {

  private final String name;
  private final @Nullable String eventTime;
  private final @Nullable String knownAt;
  private final @Nullable Duration knownAfter;
  private final @Nullable String eventId;
  private final @Nullable List<Field> columns;

  private EventSource(
      String name,
      @Nullable String eventTime,
      @Nullable String knownAt,
      @Nullable Duration knownAfter,
      @Nullable String eventId,
      @Nullable List<Field> columns) {
    this.name = name;
    this.eventTime = eventTime;
    this.knownAt = knownAt;
    this.knownAfter = knownAfter;
    this.eventId = eventId;
    this.columns = columns;
  }

  /**
   * Starts the definition of a source, which needs an {@link #eventTime}.
   *
   * @param name the source's name: letters, digits, {@code _} and {@code -}
   * @return the source
   * @throws IllegalArgumentException if the name has other characters
   */
  public static EventSource of(String name) {
    return new EventSource(Names.check("source", name), null, null, null, null, null);
  }

  /**
   * Names the column with the time at which a row happened. Required.
   *
   * @param column an INSTANT column without nulls
   * @return a source that has it
   * @throws IllegalStateException if it is already set
   */
  public EventSource eventTime(String column) {
    Once.refuse("eventTime", eventTime);
    Names.checkColumn(column);
    return new EventSource(name, column, knownAt, knownAfter, eventId, columns);
  }

  /**
   * Names the column with the time from which a row was known. The default is the time of ingestion
   * by the workspace's clock.
   *
   * @param column an INSTANT column without nulls
   * @return a source that has it
   * @throws IllegalStateException if {@code knownAt} or {@code knownAfter} is already set
   */
  public EventSource knownAt(String column) {
    checkKnownOnce();
    Names.checkColumn(column);
    return new EventSource(name, eventTime, column, null, eventId, columns);
  }

  /**
   * States that every row is known a fixed time after it happened.
   *
   * @param delay zero or longer, at most 100,000 days
   * @return a source that has it
   * @throws IllegalStateException if {@code knownAt} or {@code knownAfter} is already set
   */
  public EventSource knownAfter(Duration delay) {
    Objects.requireNonNull(delay, "delay");
    checkKnownOnce();
    if (!delay.isZero()) {
      Spans.checkSpan("knownAfter", delay);
    }
    return new EventSource(name, eventTime, null, delay, eventId, columns);
  }

  /**
   * Names the column with the id of the event that a row speaks of. A row whose id came before is
   * another version of that event, not another event: at any time the version counts that became
   * known last, whatever entity and event time the others have. Without ids every row is an event.
   *
   * @param column a STRING or INT64 column without nulls and empty texts
   * @return a source whose events can be corrected
   * @throws IllegalStateException if it is already set
   */
  public EventSource eventId(String column) {
    Once.refuse("eventId", eventId);
    Names.checkColumn(column);
    return new EventSource(name, eventTime, knownAt, knownAfter, column, columns);
  }

  /**
   * States which columns rows have beside the times: others are not kept, and rows that lack one
   * are refused. By default every column that comes is kept, for views that are yet to be thought
   * of.
   *
   * @param columns names and types, at least one
   * @return a source that has them
   * @throws IllegalStateException if they are already set
   * @throws IllegalArgumentException if there is none, or one name occurs twice
   */
  public EventSource columns(Field... columns) {
    List<Field> each = Elements.copy(columns, "columns");
    Once.refuse("columns", this.columns);
    if (each.isEmpty()) {
      throw new IllegalArgumentException("source '" + name + "' must have at least one column");
    }
    Names.checkDistinct("column", each.stream().map(Field::name).toList());
    return new EventSource(name, eventTime, knownAt, knownAfter, eventId, each);
  }

  /**
   * Returns the source's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  /**
   * Returns the digest of the definition.
   *
   * @return the SHA-256 of the canonical text
   * @throws IllegalStateException if there is no event time
   */
  public Digest digest() {
    return Definition.of(this).digest();
  }

  /**
   * Looks at rows that are to be ingested.
   *
   * @param rows the rows
   * @param views the views of this source that will read them
   * @return the columns that are kept
   * @throws dev.mlops.error.InvalidInputException if a column is missing, has another type, or has
   *     nulls where none may be; the message names every such column, and the view that wants it
   */
  public Dataset check(Dataset rows, List<View> views) {
    RowCheck check = new RowCheck(rows);
    require(check);
    views.forEach(view -> view.require(check));
    check.throwMisfits("rows do not fit source '" + name + "'");
    return rows.select(kept(rows).toArray(String[]::new));
  }

  private void require(RowCheck check) {
    timeColumns().forEach(column -> check.require(null, Field.of(column, DataType.INSTANT)));
    if (eventId != null) {
      check.requireId(eventId);
    }
    if (columns != null) {
      columns.forEach(column -> check.require(null, column));
    }
  }

  private List<String> kept(Dataset rows) {
    if (columns == null) {
      return rows.schema().names();
    }
    List<String> kept = new ArrayList<>(timeColumns());
    if (eventId != null && !kept.contains(eventId)) {
      kept.add(eventId);
    }
    columns.stream().map(Field::name).filter(column -> !kept.contains(column)).forEach(kept::add);
    return kept;
  }

  private List<String> timeColumns() {
    String happened = requireEventTime();
    return knownAt == null || knownAt.equals(happened)
        ? List.of(happened)
        : List.of(happened, knownAt);
  }

  @CanIgnoreReturnValue
  String requireEventTime() {
    if (eventTime == null) {
      throw new IllegalStateException(
          "source '" + name + "' has no event time; name the column with eventTime(...)");
    }
    return eventTime;
  }

  @Nullable String knownAt() {
    return knownAt;
  }

  @Nullable Duration knownAfter() {
    return knownAfter;
  }

  /** The column with the id of the event; null where every row is an event. */
  @Nullable String eventId() {
    return eventId;
  }

  /** The declared columns; null where every column is kept. */
  @Nullable List<Field> columns() {
    return columns;
  }

  String known(Function<Duration, String> wording) {
    if (knownAt != null) {
      return "column " + knownAt;
    }
    return knownAfter == null ? "at ingestion" : "event time + " + wording.apply(knownAfter);
  }

  private void checkKnownOnce() {
    Once.refuse("known", knownAt);
    Once.refuse("known", knownAfter);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof EventSource source
        && name.equals(source.name)
        && Objects.equals(eventTime, source.eventTime)
        && Objects.equals(knownAt, source.knownAt)
        && Objects.equals(knownAfter, source.knownAfter)
        && Objects.equals(eventId, source.eventId)
        && Objects.equals(columns, source.columns);
  }

  @Override
  public int hashCode() {
    return Objects.hash(name, eventTime, knownAt, knownAfter, eventId, columns);
  }

  @Override
  public String toString() {
    return "source "
        + name
        + ": happened at "
        + eventTime
        + ", known "
        + known(Exactly::duration)
        + (eventId == null ? "" : ", identified by " + eventId);
  }
}
