package dev.mlops.coordination;

import dev.mlops.data.Micros;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.journal.ObjectKey;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Requests for approval and their votes as rows. */
final class ApprovalTable {
  private static final String SELECT = "SELECT * FROM mlops_approval WHERE project = ?";

  private final String project;

  ApprovalTable(String project) {
    this.project = project;
  }

  void insert(Session session, Event event, ApprovalRequest request, String reason) {
    session.update(
        "INSERT INTO mlops_approval (project, id, asked, object_kind, object_name, quorum, roles, reason,"
            + " actor_kind, actor_id, actor_role, time, expires) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        project,
        event.id(),
        request.asked(),
        request.about().kind(),
        request.about().name(),
        request.quorum(),
        String.join("\n", request.roles()),
        reason,
        event.actor().kind(),
        event.actor().id(),
        event.actor().role(),
        event.time(),
        event.time().plus(request.within()));
  }

  void insert(Session session, long id, Vote vote) {
    session.update(
        "INSERT INTO mlops_approval_vote (project, approval, actor_kind, actor_id, actor_role, approves, reason, time)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        project,
        id,
        vote.actor().kind(),
        vote.actor().id(),
        vote.actor().role(),
        vote.approves(),
        vote.reason(),
        vote.time());
  }

  /** Votes on one request come one by one. */
  void lock(Session session, long id) {
    session.lock(
        "SELECT id FROM mlops_approval WHERE project = ? AND id = ?", row -> true, project, id);
  }

  Optional<Approval> find(Session session, long id, Instant now) {
    return session
        .first(SELECT + " AND id = ?", Row::of, project, id)
        .map(row -> judged(session, row, now));
  }

  Optional<Approval> latest(Session session, String asked, ObjectKey about, Instant now) {
    return session
        .first(
            SELECT
                + " AND object_kind = ? AND object_name = ? AND asked = ? ORDER BY id DESC LIMIT 1",
            Row::of,
            project,
            about.kind(),
            about.name(),
            asked)
        .map(row -> judged(session, row, now));
  }

  List<Approval> list(Session session, ObjectKey about, Instant now) {
    return session
        .list(
            SELECT + " AND object_kind = ? AND object_name = ? ORDER BY id",
            Row::of,
            project,
            about.kind(),
            about.name())
        .stream()
        .map(row -> judged(session, row, now))
        .toList();
  }

  private Approval judged(Session session, Row row, Instant now) {
    List<Vote> votes =
        session.list(
            "SELECT * FROM mlops_approval_vote WHERE project = ? AND approval = ?"
                + " ORDER BY time, actor_kind, actor_id",
            ApprovalTable::vote,
            project,
            row.id());
    return VotingRules.judged(row.id(), row.request(), row.asker(), row.expires(), votes, now);
  }

  private static Vote vote(ResultRow row) {
    return new Vote(actor(row), row.flag("approves"), row.text("reason"), row.instant("time"));
  }

  private static Actor actor(ResultRow row) {
    return new Actor(
        row.parsed("actor_kind", Actor.Kind::valueOf),
        row.text("actor_id"),
        row.textOrNull("actor_role"));
  }

  /** A request without its votes. */
  private record Row(long id, ApprovalRequest request, Actor asker, Instant expires) {
    static Row of(ResultRow row) {
      String roles = row.text("roles");
      ApprovalRequest request =
          new ApprovalRequest(
              ObjectKey.of(row.text("object_kind"), row.text("object_name")),
              row.text("asked"),
              Math.toIntExact(row.number("quorum")),
              roles.isEmpty() ? Set.of() : Set.of(roles.split("\n", -1)),
              Duration.of(row.number("expires") - row.number("time"), ChronoUnit.MICROS));
      return new Row(row.number("id"), request, actor(row), Micros.instant(row.number("expires")));
    }
  }
}
