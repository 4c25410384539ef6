package dev.mlops.journal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Elements;
import dev.mlops.storage.Database;
import dev.mlops.storage.Names;
import dev.mlops.storage.Session;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The memory of a project: events that are appended and never changed, each holding the hash of the
 * one before.
 *
 * <p>Each project of a database has a chain of its own, whose ids count up without a gap. Appending
 * locks the head of the project's chain until the transaction ends, so those who append to one
 * project wait for each other, in whichever process: append last in a transaction. In return the
 * order of the ids is the order of the commits: who has seen an event will never see an earlier one
 * appear. A transaction that holds the lock and then sends nothing for half a minute, as when its
 * process is paused, is ended by PostgreSQL. Safe for use by many threads and processes.
 */
public final class Journal {
  /** The kind of the events that {@link #seal()} appends. */
  static final String SEALED = "journal.sealed";

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
   * Opens the journal of a project, which begins with its first opening.
   *
   * @param database keeps the events; the caller still closes it
   * @param clock dates them
   * @param project whose events they are
   * @param actor of an entry that names none
   * @return the journal
   */
  public static Journal of(Database database, Clock clock, String project, Actor actor) {
    Objects.requireNonNull(database, "database");
    Names.checked("project", project);
    database.migrate("core", Database.class);
    Journal journal = new Journal(database, clock, project, actor);
    journal.begin();
    return journal;
  }

  /** Another may begin it at the same time, and then it has begun. */
  private void begin() {
    if (database.read(session -> EventTable.find(session, project)).isEmpty()) {
      try {
        database.transaction(session -> EventTable.begin(session, project));
      } catch (ConflictException begun) {
        var unused = database.read(session -> EventTable.head(session, project));
      }
    }
  }

  /**
   * Returns the same journal under another actor.
   *
   * @param other of an entry that names none
   * @return the journal
   */
  public Journal actingAs(Actor other) {
    Objects.requireNonNull(other, "other");
    return new Journal(database, clock, project, other);
  }

  /**
   * Appends an event in a transaction of its own.
   *
   * @param entry what happened
   * @return the event, durable
   * @throws dev.mlops.error.StorageException if the database fails
   * @throws IllegalArgumentException if its cause is an event of another project
   */
  @CanIgnoreReturnValue
  public Event append(Entry entry) {
    Objects.requireNonNull(entry, "entry");
    return database.transaction(session -> append(session, entry));
  }

  /**
   * Appends an event that commits or vanishes with the caller's transaction.
   *
   * @param session the caller's transaction
   * @param entry what happened
   * @return the event
   * @throws dev.mlops.error.StorageException if the database fails
   * @throws IllegalArgumentException if its cause is an event of another project
   */
  @CanIgnoreReturnValue
  public Event append(Session session, Entry entry) {
    Objects.requireNonNull(session, "session");
    Objects.requireNonNull(entry, "entry");
    return append(session, EventTable.locked(session, project), entry);
  }

  /**
   * Appends events that commit or vanish with the caller's transaction, one after the other; faster
   * than one by one.
   *
   * @param session the caller's transaction
   * @param entries what happened, in order; nothing is appended if there are none
   * @return the events, in order; unmodifiable
   * @throws dev.mlops.error.StorageException if the database fails
   * @throws IllegalArgumentException if the cause of one is an event of another project
   */
  @CanIgnoreReturnValue
  public List<Event> append(Session session, List<Entry> entries) {
    Objects.requireNonNull(session, "session");
    List<Entry> all = Elements.copy(entries, "entries");
    return all.isEmpty() ? List.of() : append(session, EventTable.locked(session, project), all);
  }

  @CanIgnoreReturnValue
  private Event append(Session session, Head head, Entry entry) {
    return append(session, head, List.of(entry)).get(0);
  }

  @CanIgnoreReturnValue
  private List<Event> append(Session session, Head head, List<Entry> entries) {
    List<Event> events = new ArrayList<>(entries.size());
    Head last = head;
    for (Entry entry : entries) {
      Instant now = clock.instant().truncatedTo(ChronoUnit.MICROS);
      Event event = entry.after(last, now, project, actor);
      events.add(event);
      last = last.after(event);
    }
    EventTable.insert(session, last, events);
    return List.copyOf(events);
  }

  /**
   * Asks for the events of this project.
   *
   * @return a query of all of them
   */
  public EventQuery events() {
    return EventQuery.all(database, project);
  }

  /**
   * Asks for the events of another project.
   *
   * @param other a project of the same database
   * @return a query of all of them; it finds none if there is no such project
   */
  public EventQuery events(String other) {
    return EventQuery.all(database, Objects.requireNonNull(other, "other"));
  }

  /**
   * Lists the projects of the database.
   *
   * @return those whose journal was opened, by name
   */
  public List<String> projects() {
    return database.read(EventTable::projects);
  }

  /**
   * Looks for an event of this project.
   *
   * @param id of the event
   * @return the event, or empty if there is none
   */
  public Optional<Event> find(long id) {
    return database.read(
        session ->
            EventTable.range(session, EventTable.head(session, project).chain(), id, id).stream()
                .findFirst());
  }

  /**
   * Returns how far the project has come.
   *
   * @return the id of its last event; 0 if there is none
   */
  public long position() {
    return database.read(session -> EventTable.head(session, project)).event();
  }

  /**
   * Returns the hash of the last event, which names the project's whole history up to now.
   *
   * @return the hash; 64 zeros if there are no events
   */
  public Digest head() {
    return database.read(session -> EventTable.head(session, project)).hash();
  }

  /**
   * Seals the history up to now: appends an event {@code journal.sealed} that names the id and the
   * hash of the event before it, in the details {@code event} and {@code hash}.
   *
   * <p>Events up to a sealed one may one day be removed, to make room: {@link #verify()} then
   * begins with the hash that was sealed. Events that vanish without that are missed.
   *
   * @return the event that seals
   * @throws IllegalStateException if there is nothing to seal
   */
  public Event seal() {
    return database.transaction(
        session -> {
          Head head = EventTable.locked(session, project);
          if (head.event() == 0) {
            throw new IllegalStateException(
                "the journal of project '" + project + "' has no events to seal");
          }
          return append(session, head, sealing(head.event(), head.hash()));
        });
  }

  static Entry sealing(long event, Digest hash) {
    return Entry.of(SEALED).detail("event", String.valueOf(event)).detail("hash", hash.toString());
  }

  /**
   * Reads the journal of this project and computes every hash again.
   *
   * @return intact, or the first event that is not as it was written
   */
  public Verification verify() {
    return database.read(session -> Verifier.verify(session, project));
  }

  /**
   * Reads the journals of all projects of the database and computes every hash again.
   *
   * @return what was found, by project
   */
  public SortedMap<String, Verification> verifyAll() {
    Map<String, Verification> found =
        database.read(
            session -> {
              Map<String, Verification> all = new TreeMap<>();
              for (String each : EventTable.projects(session)) {
                all.put(each, Verifier.verify(session, each));
              }
              return all;
            });
    return java.util.Collections.unmodifiableSortedMap(new TreeMap<>(found));
  }

  @Override
  public String toString() {
    return "journal of project '" + project + "', " + database;
  }
}
