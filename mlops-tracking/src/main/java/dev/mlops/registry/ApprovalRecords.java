package dev.mlops.registry;

import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Reason;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.List;

/** Writes and reads approvals, inside a session. One that was withdrawn stays as a row. */
final class ApprovalRecords {

  private ApprovalRecords() {}

  /** Returns who approves, if it is a person in a role. */
  static Actor approver(Reason reason, Actor otherwise) {
    Actor actor = reason.actorOr(otherwise);
    if (actor.kind() != Actor.Kind.HUMAN || actor.role() == null) {
      throw new IllegalArgumentException(
          "an approval is given by a person in a role, such as because(\"...\").by(Actor.human(\"ada\", \"risk owner\")), and not by "
              + actor.kind()
              + " '"
              + actor.id()
              + "'");
    }
    return actor;
  }

  /** Lists those that were not withdrawn, oldest first. */
  static List<ModelApproval> standing(Session session, long version) {
    return session.list(
        "SELECT * FROM mlops_model_approvals WHERE model_version = ? AND withdrawn_at IS NULL ORDER BY id",
        row ->
            new ModelApproval(
                row.text("given_as"),
                row.text("given_by"),
                row.instant("given_at"),
                row.text("reason")),
        version);
  }

  static void add(Session session, VersionRow version, Actor by, Instant now, Reason reason) {
    if (has(session, version, by)) {
      throw new ConflictException(
          words(version) + " is approved by '" + by.id() + "' as " + by.role() + " already");
    }
    session.update(
        "INSERT INTO mlops_model_approvals (model_version, given_as, given_by, given_at, reason)"
            + " VALUES (?, ?, ?, ?, ?)",
        version.id(),
        by.role(),
        by.id(),
        now,
        reason.text());
  }

  private static boolean has(Session session, VersionRow version, Actor by) {
    return standing(session, version.id()).stream()
        .anyMatch(one -> one.by().equals(by.id()) && one.role().equals(by.role()));
  }

  static void withdraw(Session session, VersionRow version, Actor by, Instant now) {
    int changed =
        session.update(
            "UPDATE mlops_model_approvals SET withdrawn_at = ? WHERE model_version = ? AND given_as = ?"
                + " AND given_by = ? AND withdrawn_at IS NULL",
            now,
            version.id(),
            by.role(),
            by.id());
    if (changed == 0) {
      throw NotFoundException.among(
          words(version) + " has no approval by '" + by.id() + "' as " + by.role(),
          standing(session, version.id()).stream()
              .map(one -> one.by() + " as " + one.role())
              .toList());
    }
  }

  /** An approval that was seen may be withdrawn before the alias moves. */
  static void requireAll(Session session, VersionRow version, List<String> roles) {
    List<String> standing =
        standing(session, version.id()).stream().map(ModelApproval::role).toList();
    for (String role : roles) {
      if (!standing.contains(role)) {
        throw new ConflictException(
            "the approval of "
                + words(version)
                + " by "
                + role
                + " was withdrawn while it was looked at; nothing was changed");
      }
    }
  }

  private static String words(VersionRow version) {
    return "model '" + version.model() + "' version " + version.number();
  }
}
