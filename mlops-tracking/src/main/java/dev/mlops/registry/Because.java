package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import org.jspecify.annotations.Nullable;

/**
 * Why something is done, and, where that is not the workspace's own actor, by whom, and what led to
 * it.
 *
 * @param reason one sentence for people
 * @param actor who does it, or null for the workspace's actor
 * @param cause the journal's event that led to it, or null
 */
public record Because(String reason, @Nullable Actor actor, @Nullable Event cause) {

  /**
   * Checks the reason.
   *
   * @param reason one sentence for people
   * @param actor who does it, or null for the workspace's actor
   * @param cause the journal's event that led to it, or null
   */
  public Because {
    requireNonNull(reason, "reason");
    if (reason.isBlank()) {
      throw new IllegalArgumentException("reason must not be blank");
    }
    if (reason.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("reason must not hold the NUL character");
    }
    if (!UTF_8.newEncoder().canEncode(reason)) {
      throw new IllegalArgumentException(
          "reason must not hold half a surrogate pair, which is no character");
    }
  }

  /**
   * Gives a reason.
   *
   * @param reason one sentence for people
   * @return the reason
   */
  public static Because because(String reason) {
    return new Because(reason, null, null);
  }

  /**
   * Says who does it.
   *
   * @param who the actor, in place of the workspace's
   * @return the same reason with that actor
   */
  public Because by(Actor who) {
    return new Because(reason, requireNonNull(who, "who"), cause);
  }

  /**
   * Says what led to it.
   *
   * @param event an event of the journal
   * @return the same reason with that cause
   */
  public Because after(Event event) {
    return new Because(reason, actor, requireNonNull(event, "event"));
  }
}
