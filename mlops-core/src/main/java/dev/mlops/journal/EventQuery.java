package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.error.Once;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Spliterator;
import java.util.Spliterators.AbstractSpliterator;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * A question for the events of one project. Each option gives a new query, and can be set once;
 * nothing is read before {@link #list()}, {@link #first()}, {@link #count()} or {@link #stream()}.
 * Events come oldest first, and all of them unless {@link #limit} is set. Immutable and safe for
 * use by many threads.
 *
 * <p>A query by {@link #kind}, {@link #about} or {@link #subject} reads the events it finds,
 * however many others are between them. One by time also reads their times in an index.
 *
 * <pre>{@code
 * journal.events().kind("model.").about("model", "flights").limit(10).list();
 * }</pre>
 */
public final class EventQuery {
  private static final int PAGE = 1_000;

  private final Database database;
  private final String project;
  private final Selection selection;
  private final int limit;

  private EventQuery(Database database, String project, Selection selection, int limit) {
    this.database = database;
    this.project = project;
    this.selection = selection;
    this.limit = limit;
  }

  static EventQuery all(Database database, String project) {
    return new EventQuery(database, project, Selection.ALL, 0);
  }

  /**
   * Narrows by what happened.
   *
   * @param prefix a kind or the beginning of one, such as {@code model.}
   * @return the narrower query
   * @throws IllegalStateException if this was set before
   */
  public EventQuery kind(String prefix) {
    Once.refuse("kind", selection.kind());
    Objects.requireNonNull(prefix, "prefix");
    return with(
        new Selection(
            prefix,
            selection.about(),
            selection.subject(),
            selection.from(),
            selection.to(),
            selection.after()));
  }

  /**
   * Narrows by the thing that it happened to.
   *
   * @param object the thing
   * @return the narrower query
   * @throws IllegalStateException if this was set before
   */
  public EventQuery about(ObjectKey object) {
    Once.refuse("about", selection.about());
    Objects.requireNonNull(object, "object");
    return with(
        new Selection(
            selection.kind(),
            object,
            selection.subject(),
            selection.from(),
            selection.to(),
            selection.after()));
  }

  /**
   * Narrows by the thing that it happened to.
   *
   * @param objectKind what sort of thing, such as {@code model}
   * @param objectName its name
   * @return the narrower query
   * @throws IllegalStateException if this was set before
   */
  public EventQuery about(String objectKind, String objectName) {
    Objects.requireNonNull(objectKind, "objectKind");
    Objects.requireNonNull(objectName, "objectName");
    return about(ObjectKey.of(objectKind, objectName));
  }

  /**
   * Narrows by a content that it is about.
   *
   * @param digest of the content
   * @return the narrower query
   * @throws IllegalStateException if this was set before
   */
  public EventQuery subject(Digest digest) {
    Once.refuse("subject", selection.subject());
    Objects.requireNonNull(digest, "digest");
    return with(
        new Selection(
            selection.kind(),
            selection.about(),
            digest,
            selection.from(),
            selection.to(),
            selection.after()));
  }

  /**
   * Narrows by the time.
   *
   * @param earliest included; parts of a microsecond are cut off
   * @return the narrower query
   * @throws IllegalStateException if this was set before
   */
  public EventQuery from(Instant earliest) {
    Once.refuse("from", selection.from());
    Objects.requireNonNull(earliest, "earliest");
    return with(
        new Selection(
            selection.kind(),
            selection.about(),
            selection.subject(),
            earliest.truncatedTo(ChronoUnit.MICROS),
            selection.to(),
            selection.after()));
  }

  /**
   * Narrows by the time.
   *
   * @param latest excluded; parts of a microsecond are cut off
   * @return the narrower query
   * @throws IllegalStateException if this was set before
   */
  public EventQuery to(Instant latest) {
    Once.refuse("to", selection.to());
    Objects.requireNonNull(latest, "latest");
    return with(
        new Selection(
            selection.kind(),
            selection.about(),
            selection.subject(),
            selection.from(),
            latest.truncatedTo(ChronoUnit.MICROS),
            selection.after()));
  }

  /**
   * Begins behind an event.
   *
   * @param id of the last event seen; 0 to begin with the first
   * @return the narrower query
   * @throws IllegalArgumentException if it is negative
   * @throws IllegalStateException if this was set before
   */
  public EventQuery after(long id) {
    Once.refuse("after", selection.after() == 0 ? null : selection.after());
    if (id < 0) {
      throw new IllegalArgumentException("after must not be negative: " + id);
    }
    return with(
        new Selection(
            selection.kind(),
            selection.about(),
            selection.subject(),
            selection.from(),
            selection.to(),
            id));
  }

  /**
   * Stops after some events; the default is no limit.
   *
   * @param most at least 1
   * @return the limited query
   * @throws IllegalArgumentException if it is below 1
   * @throws IllegalStateException if this was set before
   */
  public EventQuery limit(int most) {
    Once.refuse("limit", limit == 0 ? null : limit);
    if (most < 1) {
      throw new IllegalArgumentException("limit must be at least 1: " + most);
    }
    return new EventQuery(database, project, selection, most);
  }

  private EventQuery with(Selection narrower) {
    return new EventQuery(database, project, narrower, limit);
  }

  /**
   * Reads the events.
   *
   * @return them, oldest first; unmodifiable, empty if there are none
   */
  public List<Event> list() {
    return read(limit == 0 ? Integer.MAX_VALUE : limit);
  }

  /**
   * Reads the oldest of the events.
   *
   * @return it, or empty if there is none
   */
  public Optional<Event> first() {
    return read(1).stream().findFirst();
  }

  private List<Event> read(int most) {
    return database.read(
        session ->
            EventTable.find(session, project)
                .map(head -> search(session, head, 0, head.event()).read(most))
                .map(List::copyOf)
                .orElse(List.of()));
  }

  private EventSearch search(Session session, Head head, long after, long end) {
    return new EventSearch(session, project, head, selection, after, end);
  }

  /**
   * Counts the events, whatever the limit.
   *
   * @return how many there are
   */
  public long count() {
    return database.read(
        session ->
            EventTable.find(session, project)
                .map(head -> selection.condition(head.chain()))
                .flatMap(
                    condition ->
                        session.first(
                            "SELECT COUNT(*) AS events FROM mlops_event WHERE " + condition.sql(),
                            row -> row.number("events"),
                            condition.arguments()))
                .orElse(0L));
  }

  /**
   * Streams the events that are there now, some thousands in memory at a time. Each page is a
   * transaction of its own, so the stream needs no closing, and must not be read inside a
   * transaction of this thread.
   *
   * @return the events, oldest first; sequential
   */
  public Stream<Event> stream() {
    long end =
        database.read(session -> EventTable.find(session, project).map(Head::event).orElse(0L));
    Stream<Event> events = StreamSupport.stream(new Pages(end), false);
    return limit == 0 ? events : events.limit(limit);
  }

  private final class Pages extends AbstractSpliterator<Event> {
    private final long end;
    private final Deque<Event> page = new ArrayDeque<>();
    private long after;
    private boolean over;

    private Pages(long end) {
      super(Long.MAX_VALUE, Spliterator.ORDERED | Spliterator.NONNULL | Spliterator.IMMUTABLE);
      this.end = end;
      this.over = end == 0;
    }

    @Override
    public boolean tryAdvance(Consumer<? super Event> action) {
      if (page.isEmpty() && !over) {
        read();
      }
      Event next = page.poll();
      if (next == null) {
        return false;
      }
      action.accept(next);
      return true;
    }

    private void read() {
      List<Event> next =
          database.read(
              session -> search(session, EventTable.head(session, project), after, end).read(PAGE));
      over = next.size() < PAGE;
      page.addAll(next);
      if (!next.isEmpty()) {
        after = next.get(next.size() - 1).id();
      }
    }
  }

  @Override
  public String toString() {
    return "events of project '"
        + project
        + "'"
        + selection.words()
        + (limit == 0 ? "" : ", limit " + limit);
  }
}
