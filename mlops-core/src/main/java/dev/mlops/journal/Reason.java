package dev.mlops.journal;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Why something is done, and, where that is not the workspace's own actor, by whom, and what led to
 * it. Whatever a person or a rule decides takes one:
 *
 * <pre>{@code
 * champion.moveTo(7, Expect.version(6), because("auc +0.4").by(ann));
 * rollout.rollback(because("wrong model").by(ann));
 * }</pre>
 *
 * @param text one sentence for people
 * @param actor who does it, or null for the workspace's actor
 * @param cause the journal's event that led to it, or null
 */
public record Reason(String text, @Nullable Actor actor, @Nullable Event cause) {

  /**
   * Checks the text.
   *
   * @param text one sentence for people
   * @param actor who does it, or null for the workspace's actor
   * @param cause the journal's event that led to it, or null
   */
  public Reason {
    requireNonNull(text, "text");
    requireNonNull(text, "reason");
    if (text.isBlank()) {
      throw new IllegalArgumentException("reason must not be blank");
    }
    if (text.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("reason must not hold the NUL character");
    }
    if (!UTF_8.newEncoder().canEncode(text)) {
      throw new IllegalArgumentException(
          "reason must not hold half a surrogate pair, which is no character");
    }
  }

  /**
   * Gives a reason.
   *
   * @param text one sentence for people
   * @return the reason
   */
  public static Reason because(String text) {
    requireNonNull(text, "text");
    return new Reason(text, null, null);
  }

  /**
   * Says who does it.
   *
   * @param who the actor, in place of the workspace's
   * @return the same reason with that actor
   */
  public Reason by(Actor who) {
    return new Reason(text, requireNonNull(who, "who"), cause);
  }

  /**
   * Says what led to it.
   *
   * @param event an event of the journal
   * @return the same reason with that cause
   */
  public Reason after(Event event) {
    return new Reason(text, actor, requireNonNull(event, "event"));
  }

  /**
   * Returns who does it.
   *
   * @param otherwise the actor where none was said, usually the workspace's
   * @return the actor
   */
  public Actor actorOr(Actor otherwise) {
    requireNonNull(otherwise, "otherwise");
    return actor == null ? otherwise : actor;
  }

  /**
   * Writes the reason into an entry.
   *
   * @param entry an entry for the journal, with an actor
   * @return the entry with the detail {@code reason}, and with the actor and cause of this reason
   *     where it has them
   */
  public Entry addTo(Entry entry) {
    requireNonNull(entry, "entry");
    Entry said = entry.detail("reason", text);
    said = actor == null ? said : said.actor(actor);
    return cause == null ? said : said.cause(cause);
  }
}
