package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Session;
import java.util.List;
import java.util.Optional;

/** Walks the chain of a project page by page, and stops at the first event that does not fit. */
final class Verifier {
  private static final int PAGE = 1_000;

  private final Session session;
  private final String project;
  private final Head head;
  private long last;
  private Digest lastHash;
  private boolean sealed;

  /** Verifies the chain of a project, whose head may be what was damaged. */
  static Verification verify(Session session, String project) {
    try {
      return new Verifier(session, project).verify();
    } catch (StorageException unreadable) {
      if (!EventTable.isUnreadable(unreadable)) {
        throw unreadable;
      }
      long last = EventTable.lastNumber(session, project);
      return new Verification.Broken(
          last, "the head of the journal cannot be read: " + unreadable.getMessage());
    }
  }

  private Verifier(Session session, String project) {
    this.session = session;
    this.project = project;
    // Events appended from now on are not looked at.
    this.head = EventTable.head(session, project);
    this.last = head.pruned();
    this.lastHash = head.prunedHash();
    this.sealed = head.pruned() == 0;
  }

  private Verification verify() {
    Optional<Verification> broken = Optional.empty();
    while (broken.isEmpty() && last < head.event()) {
      broken = walk(Math.min(PAGE, head.event() - last));
    }
    return broken.or(this::outside).or(this::unsealed).orElseGet(this::compare);
  }

  private Optional<Verification> walk(long count) {
    List<Event> page;
    try {
      page = EventTable.range(session, head.chain(), last + 1, last + count);
    } catch (StorageException unreadable) {
      if (!EventTable.isUnreadable(unreadable)) {
        throw unreadable;
      }
      // One by one, to find the event that it is.
      return count > 1 ? walk(1) : broken("it cannot be read: " + unreadable.getMessage());
    }
    if (page.isEmpty()) {
      return broken("it is missing");
    }
    return page.stream().map(this::step).flatMap(Optional::stream).findFirst();
  }

  private Optional<Verification> step(Event event) {
    if (event.id() != last + 1) {
      return broken("it is missing");
    }
    if (!event.project().equals(project)) {
      return broken("it is of project '" + event.project() + "'");
    }
    if (!event.previous().equals(lastHash)) {
      return broken("it does not follow the event before");
    }
    return hash(event);
  }

  private Optional<Verification> hash(Event event) {
    try {
      if (!Chain.hash(event).equals(event.hash())) {
        return broken("its content does not have its hash");
      }
    } catch (NewerFormException | InvalidInputException otherForm) {
      return broken(String.valueOf(otherForm.getMessage()));
    }
    sealed |= seals(event);
    last = event.id();
    lastHash = event.hash();
    return Optional.empty();
  }

  private boolean seals(Event event) {
    return event.kind().equals(Journal.SEALED)
        && String.valueOf(head.pruned()).equals(event.details().get("event"))
        && head.prunedHash().toString().equals(event.details().get("hash"));
  }

  private Optional<Verification> unsealed() {
    return sealed
        ? Optional.empty()
        : Optional.of(
            new Verification.Broken(
                head.pruned(), "it and all before it were removed, and no later event seals it"));
  }

  private Optional<Verification> outside() {
    return session
        .first(
            "SELECT MIN(number) AS number FROM mlops_event WHERE chain = ? AND (number <= ? OR number > (SELECT event FROM mlops_journal_head WHERE id = ?))",
            row -> Optional.ofNullable(row.numberOrNull("number")),
            head.chain(),
            head.pruned(),
            head.chain())
        .flatMap(id -> id)
        .map(id -> new Verification.Broken(id, "it is " + where(id) + " of the journal"));
  }

  private String where(long id) {
    return id <= head.pruned() ? "before the beginning" : "beyond the head";
  }

  private Verification compare() {
    return lastHash.equals(head.hash())
        ? new Verification.Intact(head.event() - head.pruned(), head.hash())
        : new Verification.Broken(head.event(), "the head of the journal has another hash");
  }

  private Optional<Verification> broken(String reason) {
    return Optional.of(new Verification.Broken(last + 1, reason));
  }
}
