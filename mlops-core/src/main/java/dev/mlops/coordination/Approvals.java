package dev.mlops.coordination;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.NotFoundException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.journal.ObjectKey;
import dev.mlops.journal.Reason;
import dev.mlops.storage.Session;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Questions that people must answer before something is done with a thing: who may answer, how many
 * must, and until when.
 *
 * <p>One actor has one vote, whatever the role; who has asked cannot approve. One refusal refuses.
 * Questions, votes and decisions are events about the thing. Immutable and safe for use by many
 * threads and processes.
 *
 * <pre>{@code
 * Approval asked = approvals.ask(ApprovalRequest.of("promote", model).quorum(2).roles("owner", "risk"), because("auc +0.4"));
 * approvals.approve(asked.id(), because("looked at the report").by(ada));
 * }</pre>
 */
public final class Approvals {
  private final Workspace workspace;
  private final ApprovalTable table;

  private Approvals(Workspace workspace) {
    this.workspace = workspace;
    this.table = new ApprovalTable(workspace.project());
  }

  /**
   * Opens the approvals of a workspace's project.
   *
   * @param workspace where they are kept
   * @return the approvals
   */
  public static Approvals of(Workspace workspace) {
    return new Approvals(Objects.requireNonNull(workspace, "workspace"));
  }

  /**
   * Asks for approval. While the same is being asked about the same thing, that question is
   * returned, so asking may be repeated.
   *
   * @param request what is to be approved
   * @param reason why, and who asks if it is not the workspace's actor
   * @return where it stands
   * @throws ConflictException if the same is being asked with another quorum, other roles, or
   *     another time
   */
  public Approval ask(ApprovalRequest request, Reason reason) {
    Objects.requireNonNull(reason, "reason");
    Objects.requireNonNull(request, "request");
    return open(request).orElseGet(() -> begin(request, reason));
  }

  private Optional<Approval> open(ApprovalRequest request) {
    return find(request.asked(), request.about())
        .filter(Approval.Pending.class::isInstance)
        .map(open -> VotingRules.same(open, request));
  }

  /** Another may ask at the same time: the event locks the chain, and who comes second sees it. */
  private Approval begin(ApprovalRequest request, Reason reason) {
    try {
      return workspace
          .database()
          .transaction(
              session -> {
                Event event =
                    workspace.journal().append(session, entry("approval.asked", request, reason));
                VotingRules.refuseIfOpen(
                    table.latest(session, request.asked(), request.about(), now()));
                table.insert(session, event, request, reason.text());
                return get(session, event.id());
              });
    } catch (ConflictException asked) {
      return open(request).orElseThrow(() -> asked);
    }
  }

  /**
   * Approves.
   *
   * @param id of the request
   * @param reason why, and who approves if it is not the workspace's actor
   * @return where the request stands now
   * @throws NotFoundException if there is no such request
   * @throws ConflictException if it is decided or has expired, or the actor has voted, has asked
   *     for it, or has none of the roles
   */
  @CanIgnoreReturnValue
  public Approval approve(long id, Reason reason) {
    Objects.requireNonNull(reason, "reason");
    return vote(id, true, reason);
  }

  /**
   * Refuses.
   *
   * @param id of the request
   * @param reason why, and who refuses if it is not the workspace's actor
   * @return where the request stands now
   * @throws NotFoundException if there is no such request
   * @throws ConflictException if it is decided or has expired, or the actor has voted or has none
   *     of the roles
   */
  public Approval refuse(long id, Reason reason) {
    Objects.requireNonNull(reason, "reason");
    return vote(id, false, reason);
  }

  private Approval vote(long id, boolean approves, Reason reason) {
    Actor actor = reason.actorOr(workspace.actor());
    return workspace
        .database()
        .transaction(
            session -> {
              table.lock(session, id);
              Approval before = get(session, id);
              VotingRules.check(before, actor, approves);
              table.insert(session, id, new Vote(actor, approves, reason.text(), now()));
              Approval after = get(session, id);
              append(session, "approval.voted", after, approves ? "approves" : "refuses", reason);
              if (!(after instanceof Approval.Pending)) {
                append(session, "approval.decided", after, decision(after), reason);
              }
              return after;
            });
  }

  private static String decision(Approval approval) {
    return approval instanceof Approval.Approved ? "approved" : "refused";
  }

  private void append(
      Session session, String kind, Approval approval, String outcome, Reason reason) {
    workspace
        .journal()
        .append(
            session,
            entry(kind, approval.request(), reason)
                .outcome(outcome)
                .detail("request", String.valueOf(approval.id())));
  }

  private Entry entry(String kind, ApprovalRequest request, Reason reason) {
    return reason.addTo(
        Entry.of(kind)
            .about(request.about())
            .actor(workspace.actor())
            .detail("asked", request.asked())
            .detail("quorum", String.valueOf(request.quorum()))
            .detail("roles", String.join(", ", request.roles()))
            .detail("within", request.within().toString()));
  }

  /**
   * Reads a request.
   *
   * @param id of the request
   * @return where it stands now
   * @throws NotFoundException if there is none
   */
  public Approval get(long id) {
    return workspace.database().read(session -> get(session, id));
  }

  private Approval get(Session session, long id) {
    return table
        .find(session, id, now())
        .orElseThrow(
            () ->
                new NotFoundException(
                    "no request for approval "
                        + id
                        + " in project '"
                        + workspace.project()
                        + "'; find(asked, about) looks for one"));
  }

  /**
   * Looks for the newest request.
   *
   * @param asked what was asked for, such as {@code promote}
   * @param about the thing
   * @return where it stands now; empty if nobody has asked
   */
  public Optional<Approval> find(String asked, ObjectKey about) {
    Objects.requireNonNull(asked, "asked");
    Objects.requireNonNull(about, "about");
    return workspace.database().read(session -> table.latest(session, asked, about, now()));
  }

  /**
   * Lists the requests about a thing.
   *
   * @param about the thing
   * @return where each stands now, oldest first
   */
  public List<Approval> list(ObjectKey about) {
    Objects.requireNonNull(about, "about");
    return workspace.database().read(session -> table.list(session, about, now()));
  }

  private Instant now() {
    return workspace.clock().instant().truncatedTo(ChronoUnit.MICROS);
  }

  @Override
  public String toString() {
    return "approvals of project '" + workspace.project() + "'";
  }
}
