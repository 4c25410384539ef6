package dev.mlops.journal;

import dev.mlops.storage.Session;
import java.util.List;
import java.util.Optional;

/** Walks the chain page by page, and stops at the first event that does not fit. */
final class Verifier {
  private static final int PAGE = 1_000;

  private final Session session;
  private Head last = Head.EMPTY;

  Verifier(Session session) {
    this.session = session;
  }

  Verification verify() {
    // Events appended from now on are not looked at.
    Head end = EventTable.head(session, false);
    Optional<Verification> broken = Optional.empty();
    while (broken.isEmpty() && last.event() < end.event()) {
      broken = walk(Math.min(PAGE, end.event() - last.event()));
    }
    return broken.or(this::beyondTheHead).orElseGet(() -> compare(end));
  }

  private Optional<Verification> walk(long count) {
    List<Event> page;
    try {
      page = page(count);
    } catch (IllegalArgumentException | IllegalStateException unreadable) {
      // One by one, to find the event that it is.
      return count > 1 ? walk(1) : broken("it cannot be read: " + unreadable.getMessage());
    }
    if (page.isEmpty()) {
      return broken("it is missing");
    }
    return page.stream().map(this::step).flatMap(Optional::stream).findFirst();
  }

  private List<Event> page(long count) {
    return EventTable.list(session, EventQuery.all().after(last.event()).limit((int) count));
  }

  private Optional<Verification> step(Event event) {
    if (event.id() != last.event() + 1) {
      return broken("it is missing");
    }
    if (!event.previous().equals(last.hash())) {
      return broken("it does not follow the event before");
    }
    if (!Chain.hash(event).equals(event.hash())) {
      return broken("its content does not have its hash");
    }
    last = new Head(event.id(), event.hash());
    return Optional.empty();
  }

  private Optional<Verification> beyondTheHead() {
    return session
        .first(
            "SELECT MIN(id) AS id FROM mlops_event WHERE id > (SELECT event FROM mlops_journal_head WHERE id = 1)",
            row -> Optional.ofNullable(row.numberOrNull("id")))
        .flatMap(id -> id)
        .map(id -> new Verification.Broken(id, "it is beyond the head of the journal"));
  }

  private Verification compare(Head end) {
    return last.equals(end)
        ? new Verification.Intact(end.event(), end.hash())
        : new Verification.Broken(end.event(), "the head of the journal has another hash");
  }

  private Optional<Verification> broken(String reason) {
    return Optional.of(new Verification.Broken(last.event() + 1, reason));
  }
}
