package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Finds the events of a selection, oldest first, and reads no row of others where an index knows
 * better.
 *
 * <p>The databases' planners may take the chain's own order for the cheapest way to the first n
 * events of a rare kind, and read everything in between. So the rows are asked for from one index
 * whose order they have: that of the object, else of the content, else of each kind in turn, else
 * of the chain. What the index does not decide is decided on the events themselves. Times may go
 * back in a chain, as clocks do: a few events of the wanted time are asked for from the index of
 * times, and of many the least and the greatest number bound the search. The ids of rows grow with
 * the numbers of a chain, since both are drawn under its lock.
 */
final class EventSearch {
  private static final int PAGE = 1_000;
  private static final int LEAST = 64;
  private static final int FEW = 5_000;

  private final Session session;
  private final String project;
  private final Selection selection;
  private final long chain;
  private final Span span;

  /**
   * Prepares a search.
   *
   * @param after events up to this number are not looked at
   * @param end events beyond this number are not looked at
   */
  EventSearch(
      Session session, String project, Head head, Selection selection, long after, long end) {
    this.session = session;
    this.project = project;
    this.selection = selection;
    this.chain = head.chain();
    this.span = times().within(Math.max(after, selection.after()), end);
  }

  private Span times() {
    if (!selection.hasTime()) {
      return new Span(0, Long.MAX_VALUE, Long.MAX_VALUE);
    }
    Selection.Condition times = selection.timeCondition(chain);
    return session
        .first(
            // Without the count PostgreSQL would look for the least number along the chain.
            "SELECT MIN(number) AS least, MAX(number) AS greatest, COUNT(*) AS events FROM mlops_event WHERE "
                + times.sql(),
            row ->
                row.number("events") == 0
                    ? new Span(0, 0, 0)
                    : new Span(
                        row.number("least") - 1, row.number("greatest"), row.number("events")),
            times.arguments())
        .orElseThrow();
  }

  /** Numbers of events: greater than one, and at most another; and how many are of the time. */
  private record Span(long after, long last, long events) {
    Span within(long otherAfter, long otherLast) {
      return new Span(Math.max(after, otherAfter), Math.min(last, otherLast), events);
    }

    Span after(Place place) {
      return new Span(Math.max(after, place.number()), last, events);
    }
  }

  /** Where an event is: the id of its row, and its number in its chain. */
  private record Place(long id, long number) {
    static Place of(ResultRow row) {
      return new Place(row.number("id"), row.number("number"));
    }
  }

  /** Returns up to so many events; fewer only if there are no more. */
  List<Event> read(int count) {
    if (span.after() >= span.last()) {
      return List.of();
    }
    if (selection.subject() != null) {
      return ofSubject(selection.subject(), count);
    }
    boolean byTime = selection.kind() == null && selection.about() == null;
    return byTime && span.events() <= FEW ? ofTime(count) : inOrder(count);
  }

  private List<Event> ofTime(int count) {
    Selection.Condition times = selection.timeCondition(chain);
    List<Place> places =
        session.list(
            "SELECT id, number FROM mlops_event WHERE " + times.sql(),
            Place::of,
            times.arguments());
    List<Event> found = new ArrayList<>();
    take(
        places.stream()
            .filter(place -> place.number() > span.after())
            .sorted(Comparator.comparing(Place::number))
            .limit(count)
            .map(Place::id)
            .toList(),
        count,
        found);
    return found;
  }

  private List<Event> inOrder(int count) {
    List<Event> found = new ArrayList<>();
    Span rest = span;
    while (found.size() < count) {
      int wanted = count - found.size();
      int page = isExact() ? Math.min(PAGE, wanted) : page(wanted);
      List<Place> places = places(rest, page);
      take(places.stream().map(Place::id).toList(), count, found);
      if (places.size() < page) {
        return found;
      }
      rest = rest.after(places.get(places.size() - 1));
    }
    return found;
  }

  private List<Event> ofSubject(Digest digest, int count) {
    List<Event> found = new ArrayList<>();
    long after = idOf(span.after());
    while (found.size() < count) {
      int page = page(count - found.size());
      List<Long> ids =
          session.list(
              "SELECT DISTINCT digest, event FROM mlops_event_subject"
                  + " WHERE digest = ? AND event > ? ORDER BY digest, event LIMIT ?",
              row -> row.number("event"),
              digest,
              after,
              page);
      take(ids, count, found);
      if (ids.size() < page) {
        return found;
      }
      after = ids.get(ids.size() - 1);
    }
    return found;
  }

  private long idOf(long number) {
    return session
        .first(
            "SELECT id FROM mlops_event WHERE chain = ? AND number = ?",
            row -> row.number("id"),
            chain,
            number)
        .orElse(0L);
  }

  private void take(List<Long> ids, int count, List<Event> found) {
    EventTable.get(session, ids).stream()
        .filter(event -> event.project().equals(project))
        .filter(event -> event.id() > span.after() && event.id() <= span.last())
        .filter(selection::wants)
        .limit(count - found.size())
        .forEach(found::add);
  }

  /** Some of the rows that are looked at may not be wanted. */
  private static int page(int wanted) {
    return Math.max(LEAST, Math.min(PAGE, wanted));
  }

  /** Tells whether the index alone decides which events are wanted. */
  private boolean isExact() {
    return !selection.hasTime() && (selection.kind() == null || selection.about() == null);
  }

  private List<Place> places(Span rest, int count) {
    if (selection.about() != null) {
      return places(
          "object_kind = ? AND object_name = ?",
          "object_kind, object_name, ",
          rest,
          count,
          selection.about().kind(),
          selection.about().name());
    }
    return selection.kind() == null
        ? places("TRUE", "", rest, count)
        : ofKinds(selection.kind(), rest, count);
  }

  private List<Place> ofKinds(String prefix, Span rest, int count) {
    List<Place> places = new ArrayList<>();
    for (String kind : kinds(prefix)) {
      places.addAll(places("kind = ?", "kind, ", rest, count, kind));
    }
    return places.stream().sorted(Comparator.comparing(Place::number)).limit(count).toList();
  }

  /** Jumps from kind to kind in the index: a chain has some dozens of them. */
  private List<String> kinds(String prefix) {
    List<String> kinds = new ArrayList<>();
    Optional<String> next = firstKind(prefix, prefix);
    while (next.isPresent()) {
      kinds.add(next.get());
      // Not "kind > ?", for which H2 reads all events of the kind before.
      next = firstKind(next.get() + Selection.LEAST, prefix);
    }
    return kinds;
  }

  private Optional<String> firstKind(String least, String prefix) {
    return session.first(
        "SELECT kind FROM mlops_event WHERE chain = ? AND kind >= ? AND kind < ? ORDER BY chain, kind LIMIT 1",
        row -> row.text("kind"),
        chain,
        least,
        Selection.beyond(prefix));
  }

  private List<Place> places(
      String condition, String order, Span rest, int count, Object... values) {
    List<Object> arguments = new ArrayList<>(List.of(chain));
    arguments.addAll(List.of(values));
    arguments.addAll(List.of(rest.after(), rest.last(), count));
    return session.list(
        "SELECT id, number FROM mlops_event WHERE chain = ? AND "
            + condition
            + " AND number > ? AND number <= ? ORDER BY chain, "
            + order
            + "number LIMIT ?",
        Place::of,
        arguments.toArray());
  }
}
