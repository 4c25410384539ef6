package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * The memory of a workspace: events that are appended and never changed, each holding the hash of
 * the one before.
 *
 * <p>There is one chain a database, for all its projects; ids count up without a gap. Appending
 * locks the head of the chain until the transaction ends, so appenders wait for each other, in
 * whichever process: append last in a transaction. Safe for use by many threads and processes.
 */
public final class Journal {
  private final Database database;
  private final Clock clock;
  private final String project;
  private final Actor actor;

  private Journal(Database database, Clock clock, String project, Actor actor) {
    this.database = database;
    this.clock = Objects.requireNonNull(clock, "clock");
    this.project = Objects.requireNonNull(project, "project");
    this.actor = Objects.requireNonNull(actor, "actor");
  }

  /**
   * Opens the journal of a database, which the caller still closes.
   *
   * @param database keeps the events
   * @param clock dates them
   * @param project of an entry that names none
   * @param actor of an entry that names none
   * @return the journal
   */
  public static Journal in(Database database, Clock clock, String project, Actor actor) {
    database.migrate("core", Database.class);
    return new Journal(database, clock, project, actor);
  }

  /**
   * Appends an event in a transaction of its own.
   *
   * @param entry what happened
   * @return the event, durable
   * @throws dev.mlops.error.StorageException if the database fails
   */
  public Event append(Entry entry) {
    return database.transaction(session -> append(session, entry));
  }

  /**
   * Appends an event that commits or vanishes with the caller's transaction.
   *
   * @param session the caller's transaction
   * @param entry what happened
   * @return the event
   * @throws dev.mlops.error.StorageException if the database fails
   */
  public Event append(Session session, Entry entry) {
    Head head = EventTable.head(session, true);
    Event event = entry.after(head, clock.instant().truncatedTo(ChronoUnit.MICROS), project, actor);
    EventTable.insert(session, event);
    return event;
  }

  /**
   * Reads a page of events, oldest first.
   *
   * @param query which events
   * @return the events, unmodifiable; empty if there are none
   */
  public List<Event> list(EventQuery query) {
    return database.read(session -> EventTable.list(session, query));
  }

  /**
   * Looks for an event.
   *
   * @param id of the event
   * @return the event, or empty if there is none
   */
  public Optional<Event> find(long id) {
    return list(EventQuery.all().after(id - 1).limit(1)).stream()
        .filter(event -> event.id() == id)
        .findFirst();
  }

  /**
   * Reads the whole journal and computes every hash again.
   *
   * @return intact, or the first event that is not as it was written
   */
  public Verification verify() {
    return database.read(session -> new Verifier(session).verify());
  }

  /**
   * Returns the hash of the last event, which names the whole history up to now.
   *
   * @return the hash; 64 zeros if there are no events
   */
  public Digest head() {
    return database.read(session -> EventTable.head(session, false)).hash();
  }
}
