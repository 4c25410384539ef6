package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Events as rows. */
final class EventTable {
  private EventTable() {}

  static Head head(Session session, boolean lock) {
    String sql =
        "SELECT event, hash FROM mlops_journal_head WHERE id = 1" + (lock ? " FOR UPDATE" : "");
    return session
        .first(sql, row -> new Head(row.number("event"), row.digest("hash")))
        .orElseThrow(() -> new IllegalStateException("the journal has lost its head row"));
  }

  static void insert(Session session, Event event) {
    session.update(
        "INSERT INTO mlops_event (id, time, project, kind, actor_kind, actor_id, actor_role, cause, outcome, previous, hash)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        event.id(),
        event.time(),
        event.project(),
        event.kind(),
        event.actor().kind(),
        event.actor().id(),
        event.actor().role(),
        event.cause(),
        event.outcome(),
        event.previous(),
        event.hash());
    session.batch(
        "INSERT INTO mlops_event_subject (event, name, digest) VALUES (?, ?, ?)",
        rows(event.id(), event.subjects()));
    session.batch(
        "INSERT INTO mlops_event_detail (event, name, text) VALUES (?, ?, ?)",
        rows(event.id(), event.details()));
    session.update(
        "UPDATE mlops_journal_head SET event = ?, hash = ? WHERE id = 1", event.id(), event.hash());
  }

  private static List<@Nullable Object[]> rows(long event, Map<String, ?> map) {
    List<@Nullable Object[]> rows = new ArrayList<>();
    map.forEach((name, value) -> rows.add(new Object[] {event, name, value}));
    return rows;
  }

  static List<Event> list(Session session, EventQuery query) {
    List<Object> arguments = new ArrayList<>();
    String sql =
        "SELECT * FROM mlops_event WHERE "
            + where(query, arguments)
            + " ORDER BY id LIMIT "
            + query.limit();
    List<Unfilled> events = session.list(sql, Unfilled::of, arguments.toArray());
    return fill(session, events);
  }

  private static String where(EventQuery query, List<Object> arguments) {
    List<String> conditions = new ArrayList<>();
    add(conditions, arguments, "id > ?", query.after());
    add(conditions, arguments, "kind LIKE ? ESCAPE '!'", prefix(query.kind()));
    add(conditions, arguments, "project = ?", query.project());
    add(conditions, arguments, "time >= ?", query.from());
    add(conditions, arguments, "time < ?", query.to());
    add(
        conditions,
        arguments,
        "id IN (SELECT event FROM mlops_event_subject WHERE digest = ?)",
        query.subject());
    return String.join(" AND ", conditions);
  }

  private static @Nullable String prefix(@Nullable String kind) {
    return kind == null ? null : kind.replaceAll("[!%_]", "!$0") + '%';
  }

  private static void add(
      List<String> conditions,
      List<Object> arguments,
      String condition,
      @Nullable Object argument) {
    if (argument != null) {
      conditions.add(condition);
      arguments.add(argument);
    }
  }

  private static List<Event> fill(Session session, List<Unfilled> events) {
    if (events.isEmpty()) {
      return List.of();
    }
    long first = events.get(0).id();
    long last = events.get(events.size() - 1).id();
    var subjects = named(session, "mlops_event_subject", row -> row.digest("digest"), first, last);
    var details = named(session, "mlops_event_detail", row -> row.text("text"), first, last);
    return events.stream().map(event -> event.fill(subjects, details)).toList();
  }

  private static <V> Map<Long, Map<String, V>> named(
      Session session, String table, Function<ResultRow, V> value, long first, long last) {
    Map<Long, Map<String, V>> byEvent = new HashMap<>();
    session.each(
        "SELECT * FROM " + table + " WHERE event BETWEEN ? AND ?",
        row ->
            byEvent
                .computeIfAbsent(row.number("event"), id -> new TreeMap<>())
                .put(row.text("name"), value.apply(row)),
        first,
        last);
    return byEvent;
  }

  /** An event whose maps are not read yet. */
  private record Unfilled(long id, Event event) {
    static Unfilled of(ResultRow row) {
      Event event =
          new Event(
              row.number("id"),
              row.instant("time"),
              row.text("project"),
              row.text("kind"),
              Map.of(),
              new Actor(
                  Actor.Kind.valueOf(row.text("actor_kind")),
                  row.text("actor_id"),
                  row.textOrNull("actor_role")),
              row.numberOrNull("cause"),
              row.text("outcome"),
              Map.of(),
              row.digest("previous"),
              row.digest("hash"));
      return new Unfilled(event.id(), event);
    }

    Event fill(Map<Long, Map<String, Digest>> subjects, Map<Long, Map<String, String>> details) {
      return new Event(
          id,
          event.time(),
          event.project(),
          event.kind(),
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
