package dev.mlops.coordination;

import dev.mlops.journal.Actor;
import java.time.Instant;
import java.util.List;

/** Where a request for approval stands, with its evidence: who has said what, and why. */
public sealed interface Approval {

  /**
   * Returns the number of the request.
   *
   * @return the id of the journal's event with which it was asked
   */
  long id();

  /**
   * Returns what was asked for.
   *
   * @return the request
   */
  ApprovalRequest request();

  /**
   * Returns who asked.
   *
   * @return the actor
   */
  Actor asker();

  /**
   * Returns until when it may be approved.
   *
   * @return the time, excluded, by the workspace's clock
   */
  Instant expires();

  /**
   * Returns what was said.
   *
   * @return the votes, oldest first; each actor has one
   */
  List<Vote> votes();

  /**
   * Nobody has refused, and more must approve.
   *
   * @param missing how many
   */
  record Pending(
      long id, ApprovalRequest request, Actor asker, Instant expires, List<Vote> votes, int missing)
      implements Approval {}

  /** As many as were asked for have approved, in time. */
  record Approved(long id, ApprovalRequest request, Actor asker, Instant expires, List<Vote> votes)
      implements Approval {}

  /**
   * One has refused, or too few have approved in time.
   *
   * @param sentence which of the two, in words
   */
  record Refused(
      long id,
      ApprovalRequest request,
      Actor asker,
      Instant expires,
      List<Vote> votes,
      String sentence)
      implements Approval {}
}
