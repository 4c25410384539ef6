package dev.mlops.journal;

import dev.mlops.storage.Names;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who did something.
 *
 * @param kind what sort of actor
 * @param id the actor's name, such as a login or a schedule
 * @param role in which role, such as {@code data scientist}, or null
 */
public record Actor(Kind kind, String id, @Nullable String role) {
  private static final int LONGEST = 500;

  /** The sorts of actors. */
  public enum Kind {
    /** A person. */
    HUMAN,
    /** A clock. */
    SCHEDULE,
    /** A rule that watches for something. */
    TRIGGER,
    /** A build server. */
    CI,
    /** The library itself. */
    SYSTEM
  }

  /**
   * Checks the actor.
   *
   * @param kind what sort of actor
   * @param id the actor's name, such as a login or a schedule
   * @param role in which role, such as {@code data scientist}, or null
   * @throws IllegalArgumentException if the id or the role is blank, has more than 500 characters,
   *     or one that no database keeps
   */
  public Actor {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(kind, "kind");
    Names.checked("actor", id, LONGEST);
    if (role != null) {
      Names.checked("role", role, LONGEST);
    }
  }

  /**
   * Returns the library itself.
   *
   * @return the actor {@code mlops}
   */
  public static Actor system() {
    return new Actor(Kind.SYSTEM, "mlops", null);
  }

  /**
   * Returns a person.
   *
   * @param id a login or name
   * @param role such as {@code data scientist}
   * @return the actor
   */
  public static Actor human(String id, String role) {
    Objects.requireNonNull(id, "id");
    return new Actor(Kind.HUMAN, id, Objects.requireNonNull(role, "role"));
  }

  /**
   * Returns a clock.
   *
   * @param id the schedule's name
   * @return the actor
   */
  public static Actor schedule(String id) {
    Objects.requireNonNull(id, "id");
    return new Actor(Kind.SCHEDULE, id, null);
  }

  /**
   * Returns a rule that watches for something.
   *
   * @param id the rule's name
   * @return the actor
   */
  public static Actor trigger(String id) {
    Objects.requireNonNull(id, "id");
    return new Actor(Kind.TRIGGER, id, null);
  }

  /**
   * Returns a build server.
   *
   * @param id the build's name
   * @return the actor
   */
  public static Actor ci(String id) {
    Objects.requireNonNull(id, "id");
    return new Actor(Kind.CI, id, null);
  }
}
