package dev.mlops.coordination;

import dev.mlops.error.ConflictException;
import dev.mlops.error.Plural;
import dev.mlops.journal.Actor;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Who may vote, and what votes decide. */
final class VotingRules {
  private VotingRules() {}

  /** Throws unless an actor may vote now. */
  static void check(Approval approval, Actor actor, boolean approves) {
    String what = subject(approval);
    if (!(approval instanceof Approval.Pending)) {
      throw new ConflictException(what + " is decided: " + outcome(approval));
    }
    approval.votes().stream()
        .filter(vote -> isSame(vote.actor(), actor))
        .findFirst()
        .ifPresent(
            vote -> {
              throw new ConflictException(
                  "'" + actor.id() + "' has voted on " + what + " already: one actor counts once");
            });
    if (approves && isSame(approval.asker(), actor)) {
      throw new ConflictException(
          "'" + actor.id() + "' has asked for " + what + " and cannot approve it too");
    }
    if (!approval.request().roles().isEmpty()
        && (actor.role() == null || !approval.request().roles().contains(actor.role()))) {
      throw new ConflictException(
          "'"
              + actor.id()
              + "' votes on "
              + what
              + (actor.role() == null ? " in no role" : " as '" + actor.role() + "'")
              + "; allowed are "
              + approval.request().roles());
    }
  }

  static Approval same(Approval open, ApprovalRequest request) {
    if (!open.request().equals(request)) {
      throw new ConflictException(
          subject(open) + " is being asked already, with other terms: " + open.request());
    }
    return open;
  }

  static void refuseIfOpen(Optional<Approval> latest) {
    latest
        .filter(Approval.Pending.class::isInstance)
        .ifPresent(
            open -> {
              throw new ConflictException(subject(open) + " is being asked already");
            });
  }

  private static String subject(Approval approval) {
    return "request "
        + approval.id()
        + " to "
        + approval.request().asked()
        + " "
        + approval.request().about();
  }

  private static String outcome(Approval approval) {
    return approval instanceof Approval.Refused refused ? refused.sentence() : "approved";
  }

  private static boolean isSame(Actor one, Actor other) {
    return one.kind() == other.kind() && one.id().equals(other.id());
  }

  /** Judges a request by its votes, which came in time. */
  static Approval judged(
      long id,
      ApprovalRequest request,
      Actor asker,
      Instant expires,
      List<Vote> votes,
      Instant now) {
    Optional<Vote> against = votes.stream().filter(vote -> !vote.approves()).findFirst();
    if (against.isPresent()) {
      Vote vote = against.get();
      return new Approval.Refused(
          id,
          request,
          asker,
          expires,
          votes,
          "'" + vote.actor().id() + "' refused: " + vote.reason());
    }
    int missing = request.quorum() - votes.size();
    if (missing <= 0) {
      return new Approval.Approved(id, request, asker, expires, votes);
    }
    return now.isBefore(expires)
        ? new Approval.Pending(id, request, asker, expires, votes, missing)
        : new Approval.Refused(
            id,
            request,
            asker,
            expires,
            votes,
            "expired at "
                + expires
                + " with "
                + Plural.grouped(votes.size())
                + " of "
                + Plural.of(request.quorum(), "approval"));
  }
}
