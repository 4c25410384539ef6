package dev.mlops.coordination;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.journal.Event;
import dev.mlops.journal.EventQuery;
import dev.mlops.storage.Database;
import dev.mlops.storage.Names;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a process hears what others have done in its project: aliases that moved, rollouts that
 * changed, features that were ingested, runs that ended are all events of the journal.
 *
 * <p>A position is the id of the last event that was seen. Events of a project commit in the order
 * of their ids, so nothing ever appears behind a position. Immutable and safe for use by many
 * threads.
 *
 * <pre>{@code
 * Following following = Feed.of(workspace).kind("alias.").follow(position, Duration.ofSeconds(1), event -> reload());
 * }</pre>
 */
public final class Feed {
  private static final Logger LOG = LoggerFactory.getLogger(Feed.class);
  private static final int PAGE = 500;
  private static final Duration SHORTEST_IDLE = Duration.ofMillis(100);
  private static final String POSITION =
      "SELECT position FROM mlops_feed_position WHERE project = ? AND reader = ?";

  private final Workspace workspace;
  private final @Nullable String kind;
  private final Repeater repeater;

  private Feed(Workspace workspace, @Nullable String kind, Repeater repeater) {
    this.workspace = workspace;
    this.kind = kind;
    this.repeater = repeater;
  }

  /**
   * Opens the feed of a workspace's project.
   *
   * @param workspace whose journal it reads
   * @return the feed of all events
   */
  public static Feed of(Workspace workspace) {
    return of(workspace, Repeater::onThread);
  }

  static Feed of(Workspace workspace, Repeater repeater) {
    return new Feed(Objects.requireNonNull(workspace, "workspace"), null, repeater);
  }

  /**
   * Narrows the feed by what happened.
   *
   * @param prefix a kind of event or the beginning of one, such as {@code alias.}
   * @return the narrower feed
   * @throws IllegalStateException if this was set before
   */
  public Feed kind(String prefix) {
    Once.refuse("kind", kind);
    return new Feed(workspace, Objects.requireNonNull(prefix, "prefix"), repeater);
  }

  /**
   * Returns the position of now.
   *
   * @return the id of the project's last event; 0 if there is none
   */
  public long position() {
    return workspace.journal().position();
  }

  /**
   * Reads what is behind a position.
   *
   * @param position the last event seen; 0 for all
   * @return the events, oldest first
   */
  public List<Event> after(long position) {
    return query(position).list();
  }

  /**
   * Reads a page of what is behind a position.
   *
   * @param position the last event seen; 0 for all
   * @param most the most events to return, at least 1
   * @return the events, oldest first
   */
  public List<Event> after(long position, int most) {
    return query(position).limit(most).list();
  }

  private EventQuery query(long position) {
    EventQuery query = workspace.journal().events();
    EventQuery narrowed = kind == null ? query : query.kind(kind);
    return narrowed.after(position);
  }

  /**
   * Follows the feed on a thread of its own, until it or the workspace is closed.
   *
   * <p>Each event is given to the listener at least once, in order: an event for which the listener
   * throws is given to it again after the interval. The position is kept in memory.
   *
   * @param position the last event seen: {@link #position()} to hear only what is new
   * @param interval between two looks at the database, at least a millisecond
   * @param listener is called by that thread
   * @return what it does and has done; to be closed by the caller
   */
  public Following follow(long position, Duration interval, Consumer<? super Event> listener) {
    Objects.requireNonNull(interval, "interval");
    Objects.requireNonNull(listener, "listener");
    if (interval.toMillis() < 1) {
      throw new IllegalArgumentException(
          "the interval must be at least a millisecond: " + Exactly.duration(interval));
    }
    Following following = new Following(at -> after(at, PAGE), listener, position);
    return following.begin(
        workspace, repeater, "mlops-feed" + (kind == null ? "" : "-" + kind), interval);
  }

  /**
   * Handles what is new for a reader, each event exactly once, whichever and however many processes
   * call this: the work and the reader's position are one transaction. Others wait for it, so
   * PostgreSQL ends the transaction when the work sends nothing for five seconds; {@link
   * #once(String, Duration, BiConsumer)} gives work more time that computes for longer.
   *
   * @param reader names the position, which is kept in the database; a new reader begins with the
   *     project's first event
   * @param work writes with the session, and has no other effect
   * @return how many events this call has handled
   * @throws RuntimeException what the work throws; that event is handled by the next call
   */
  @CanIgnoreReturnValue
  public long once(String reader, BiConsumer<? super Session, ? super Event> work) {
    return once(reader, Leases.BRIEF, work);
  }

  /**
   * Handles what is new for a reader, each event exactly once, as {@link #once(String, BiConsumer)}
   * does, with a limit of its own for the time in which the work sends nothing to the database.
   *
   * @param reader names the position, which is kept in the database; a new reader begins with the
   *     project's first event
   * @param idle for how long others wait behind a process that is paused in the work: longer than
   *     the work ever computes between two statements, 100 milliseconds to {@link Session#IDLE}
   * @param work writes with the session, and has no other effect
   * @return how many events this call has handled
   * @throws IllegalArgumentException if the limit is out of range
   * @throws RuntimeException what the work throws; that event is handled by the next call
   */
  @CanIgnoreReturnValue
  public long once(String reader, Duration idle, BiConsumer<? super Session, ? super Event> work) {
    Objects.requireNonNull(idle, "idle");
    Objects.requireNonNull(work, "work");
    Names.checked("reader", reader);
    if (idle.compareTo(SHORTEST_IDLE) < 0 || idle.compareTo(Session.IDLE) > 0) {
      throw new IllegalArgumentException(
          "work may stand still for "
              + Exactly.duration(SHORTEST_IDLE)
              + " to "
              + Exactly.duration(Session.IDLE)
              + " inside its transaction, not for "
              + Exactly.duration(idle));
    }
    begin(reader);
    long handled = 0;
    for (List<Event> page = after(position(reader), PAGE);
        !page.isEmpty();
        page = after(position(reader), PAGE)) {
      for (Event event : page) {
        handled += once(reader, event, idle, work) ? 1 : 0;
      }
    }
    return handled;
  }

  @CanIgnoreReturnValue
  private boolean once(
      String reader, Event event, Duration idle, BiConsumer<? super Session, ? super Event> work) {
    return database()
        .transaction(
            session -> {
              long position =
                  session
                      .lock(
                          idle,
                          POSITION,
                          row -> row.number("position"),
                          workspace.project(),
                          reader)
                      .orElseThrow();
              if (position >= event.id()) {
                return false;
              }
              work.accept(session, event);
              session.update(
                  "UPDATE mlops_feed_position SET position = ? WHERE project = ? AND reader = ?",
                  event.id(),
                  workspace.project(),
                  reader);
              return true;
            });
  }

  private void begin(String reader) {
    if (position(reader) == 0) {
      try {
        database().transaction(session -> begin(session, reader));
      } catch (ConflictException e) {
        LOG.debug("another process has begun reader '{}'", reader, e);
      }
    }
  }

  /** Inserts a reader's position unless there is one; anyone who inserts it meanwhile waits. */
  boolean begin(Session session, String reader) {
    return session
            .lock(Leases.BRIEF, POSITION, row -> true, workspace.project(), reader)
            .orElse(false)
        || session.update(
                "INSERT INTO mlops_feed_position (project, reader, position) VALUES (?, ?, 0)",
                workspace.project(),
                reader)
            == 1;
  }

  /**
   * Returns how far a reader has come.
   *
   * @param reader as named in {@link #once}
   * @return the last event that it has handled; 0 if none
   */
  public long position(String reader) {
    Objects.requireNonNull(reader, "reader");
    return database()
        .read(
            session ->
                session
                    .first(POSITION, row -> row.number("position"), workspace.project(), reader)
                    .orElse(0L));
  }

  private Database database() {
    return workspace.database();
  }

  @Override
  public String toString() {
    return "feed of project '"
        + workspace.project()
        + "'"
        + (kind == null ? "" : ", kinds that begin with '" + kind + "'");
  }
}
