package dev.mlops.journal;

import static java.util.stream.Collectors.joining;

import dev.mlops.data.Digest;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Events and the heads of their chains as rows. */
final class EventTable {
  private static final int CHUNK = 500;
  private static final String HEAD = "SELECT * FROM mlops_journal_head WHERE project = ?";

  private EventTable() {}

  /** Begins the chain of a project; another may be faster, which is a conflict. */
  static int begin(Session session, String project) {
    return session.update(
        "INSERT INTO mlops_journal_head (project, version, pruned, pruned_hash, event, hash) VALUES (?, ?, 0, ?, 0, ?)",
        project,
        Chain.VERSION,
        Head.NONE,
        Head.NONE);
  }

  static Head locked(Session session, String project) {
    return session
        .lock(HEAD, EventTable::head, project)
        .orElseThrow(() -> new IllegalStateException(lost(project)));
  }

  static Head head(Session session, String project) {
    return find(session, project).orElseThrow(() -> new IllegalStateException(lost(project)));
  }

  static Optional<Head> find(Session session, String project) {
    return session.first(HEAD, EventTable::head, project);
  }

  /** Whether a value in a row is not what was stored, and not that the database fails. */
  static boolean isUnreadable(StorageException failure) {
    return failure.getCause() instanceof RuntimeException;
  }

  /** The number of the last event that has a row; 0 if there is none. */
  static long lastNumber(Session session, String project) {
    return session
        .first(
            "SELECT COALESCE(MAX(number), 0) AS last FROM mlops_event WHERE project = ?",
            row -> row.number("last"),
            project)
        .orElse(0L);
  }

  private static String lost(String project) {
    return "the journal of project '" + project + "' has lost its head row";
  }

  private static Head head(ResultRow row) {
    NewerFormException.requireKnown(
        "the journal of project '" + row.text("project") + "'",
        row.number("version"),
        Chain.VERSION);
    return new Head(
        row.number("id"),
        row.number("pruned"),
        row.digest("pruned_hash"),
        row.number("event"),
        row.digest("hash"));
  }

  static List<String> projects(Session session) {
    return session.list(
        "SELECT project FROM mlops_journal_head ORDER BY project", row -> row.text("project"));
  }

  /** Inserts events, the last of which the head names. */
  static void insert(Session session, Head head, List<Event> events) {
    List<Long> ids =
        session.insertAll(
            "INSERT INTO mlops_event (chain, number, version, time, project, kind, object_kind, object_name,"
                + " actor_kind, actor_id, actor_role, cause, outcome, previous, hash)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            events.stream().map(event -> cells(head.chain(), event)).toList());
    session.batch(
        "INSERT INTO mlops_event_subject (event, name, digest) VALUES (?, ?, ?)",
        rows(ids, events, Event::subjects));
    session.batch(
        "INSERT INTO mlops_event_detail (event, name, text) VALUES (?, ?, ?)",
        rows(ids, events, Event::details));
    session.update(
        "UPDATE mlops_journal_head SET event = ?, hash = ? WHERE id = ?",
        head.event(),
        head.hash(),
        head.chain());
  }

  private static @Nullable Object[] cells(long chain, Event event) {
    ObjectKey about = event.about();
    return new @Nullable Object[] {
      chain,
      event.id(),
      event.version(),
      event.time(),
      event.project(),
      event.kind(),
      about == null ? null : about.kind(),
      about == null ? null : about.name(),
      event.actor().kind(),
      event.actor().id(),
      event.actor().role(),
      event.cause(),
      event.outcome(),
      event.previous(),
      event.hash()
    };
  }

  private static List<@Nullable Object[]> rows(
      List<Long> ids, List<Event> events, Function<Event, Map<String, ?>> map) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    for (int i = 0; i < ids.size(); i++) {
      Long id = ids.get(i);
      map.apply(events.get(i)).forEach((name, value) -> rows.add(new Object[] {id, name, value}));
    }
    return rows;
  }

  /** Reads the events whose numbers lie between two, both included. */
  static List<Event> range(Session session, long chain, long first, long last) {
    return read(
        session, "chain = ? AND number BETWEEN ? AND ?", "chain, number", chain, first, last);
  }

  /** Reads events by the ids of their rows, in rising order; reads no row of another event. */
  static List<Event> get(Session session, List<Long> ids) {
    List<Event> events = new ArrayList<>(ids.size());
    for (List<Long> chunk : chunks(ids)) {
      events.addAll(read(session, "id IN " + marks(chunk), "id", chunk.toArray()));
    }
    return Collections.unmodifiableList(events);
  }

  private static List<List<Long>> chunks(List<Long> ids) {
    List<List<Long>> chunks = new ArrayList<>();
    for (int from = 0; from < ids.size(); from += CHUNK) {
      chunks.add(ids.subList(from, Math.min(ids.size(), from + CHUNK)));
    }
    return chunks;
  }

  private static String marks(List<Long> ids) {
    return ids.stream().map(id -> "?").collect(joining(", ", "(", ")"));
  }

  private static List<Event> read(
      Session session, String which, String order, Object... arguments) {
    List<Unfilled> events =
        session.list(
            "SELECT * FROM mlops_event WHERE " + which + " ORDER BY " + order,
            Unfilled::of,
            arguments);
    Map<Long, Map<String, Digest>> subjects = new HashMap<>();
    Map<Long, Map<String, String>> details = new HashMap<>();
    for (List<Long> chunk : chunks(events.stream().map(Unfilled::id).toList())) {
      named(session, "mlops_event_subject", chunk, row -> row.digest("digest"), subjects);
      named(session, "mlops_event_detail", chunk, row -> row.text("text"), details);
    }
    return events.stream().map(event -> event.fill(subjects, details)).toList();
  }

  private static <V> void named(
      Session session,
      String table,
      List<Long> ids,
      Function<ResultRow, V> value,
      Map<Long, Map<String, V>> byEvent) {
    session.each(
        "SELECT * FROM " + table + " WHERE event IN " + marks(ids),
        row ->
            byEvent
                .computeIfAbsent(row.number("event"), id -> new TreeMap<>())
                .put(row.text("name"), value.apply(row)),
        ids.toArray());
  }

  /** An event whose maps are not read yet, and the id of its row. */
  private record Unfilled(long id, Event event) {
    static Unfilled of(ResultRow row) {
      try {
        return read(row);
      } catch (IllegalArgumentException | ArithmeticException | IllegalStateException e) {
        throw new StorageException(
            "event %d of project '%s' is not what was stored; the database is damaged, or was changed by others"
                .formatted(row.number("number"), row.textOrNull("project")),
            e);
      }
    }

    private static Unfilled read(ResultRow row) {
      String objectKind = row.textOrNull("object_kind");
      Event event =
          new Event(
              Math.toIntExact(row.number("version")),
              row.number("number"),
              row.instant("time"),
              row.text("project"),
              row.text("kind"),
              objectKind == null ? null : new ObjectKey(objectKind, row.text("object_name")),
              Map.of(),
              new Actor(
                  row.parsed("actor_kind", Actor.Kind::valueOf),
                  row.text("actor_id"),
                  row.textOrNull("actor_role")),
              row.numberOrNull("cause"),
              row.text("outcome"),
              Map.of(),
              row.digest("previous"),
              row.digest("hash"));
      return new Unfilled(row.number("id"), event);
    }

    Event fill(Map<Long, Map<String, Digest>> subjects, Map<Long, Map<String, String>> details) {
      return new Event(
          event.version(),
          event.id(),
          event.time(),
          event.project(),
          event.kind(),
          event.about(),
          subjects.getOrDefault(id, Map.of()),
          event.actor(),
          event.cause(),
          event.outcome(),
          details.getOrDefault(id, Map.of()),
          event.previous(),
          event.hash());
    }
  }
}
