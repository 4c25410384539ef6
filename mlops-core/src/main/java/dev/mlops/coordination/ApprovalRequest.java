package dev.mlops.coordination;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.journal.ObjectKey;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is to be approved, by whom; immutable, each method returns a changed copy.
 *
 * @param about the thing that it is about
 * @param asked what is to be done with it, such as {@code promote}
 * @param quorum how many different actors must approve, 1 to 100
 * @param roles the roles of whom each of them must have one; empty if anybody may approve
 * @param within how long after the question it may be approved
 */
public record ApprovalRequest(
    ObjectKey about, String asked, int quorum, Set<String> roles, Duration within) {
  private static final int LARGEST = 100;
  private static final Duration LONGEST = Duration.ofDays(36_500);

  /**
   * Checks the parts.
   *
   * @param about the thing that it is about
   * @param asked what is to be done with it, such as {@code promote}
   * @param quorum how many different actors must approve, 1 to 100
   * @param roles the roles of whom each of them must have one; empty if anybody may approve
   * @param within how long after the question it may be approved
   * @throws IllegalArgumentException if the name is not allowed or a number is out of range
   */
  public ApprovalRequest {
    Objects.requireNonNull(asked, "asked");
    Objects.requireNonNull(roles, "roles");
    Objects.requireNonNull(within, "within");
    Objects.requireNonNull(about, "about");
    Names.checked("approval", asked);
    if (quorum < 1 || quorum > LARGEST) {
      throw new IllegalArgumentException("the quorum is 1 to 100 actors: " + quorum);
    }
    if (within.isNegative() || within.isZero() || within.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "an approval is possible for more than no time and at most 36,500 days: "
              + Exactly.duration(within));
    }
    within = within.truncatedTo(ChronoUnit.MICROS);
    List<String> each = Elements.copy(roles, "roles");
    each.forEach(role -> Names.checked("role", role));
    roles = Collections.unmodifiableSet(new TreeSet<>(each));
  }

  /**
   * Asks for the approval of one actor in whatever role, within seven days.
   *
   * @param asked what is to be done, such as {@code promote}
   * @param about the thing to do it with
   * @return the request
   */
  public static ApprovalRequest of(String asked, ObjectKey about) {
    Objects.requireNonNull(asked, "asked");
    return new ApprovalRequest(about, asked, 1, Set.of(), Duration.ofDays(7));
  }

  /**
   * Says how many must approve.
   *
   * @param actors how many different ones, 1 to 100; 1 if not said
   * @return a changed copy
   */
  public ApprovalRequest quorum(int actors) {
    return new ApprovalRequest(about, asked, actors, roles, within);
  }

  /**
   * Says who may vote.
   *
   * @param allowed one of these roles; anybody if not said
   * @return a changed copy
   */
  public ApprovalRequest roles(String... allowed) {
    Set<String> anyOf = new LinkedHashSet<>(Elements.copy(allowed, "allowed"));
    return new ApprovalRequest(about, asked, quorum, anyOf, within);
  }

  /**
   * Says how long it may be approved.
   *
   * @param time from the question on; seven days if not said
   * @return a changed copy
   */
  public ApprovalRequest within(Duration time) {
    Objects.requireNonNull(time, "time");
    return new ApprovalRequest(about, asked, quorum, roles, time);
  }

  /** Says what is asked, such as {@code promote of model flights, 1 approval within 7 days}. */
  @Override
  public String toString() {
    return asked
        + " of "
        + about
        + ", "
        + Plural.of(quorum, "approval")
        + (roles.isEmpty() ? "" : " of " + String.join(" or ", roles))
        + " within "
        + Exactly.duration(within);
  }
}
