package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An event before it is appended; immutable, each method returns a changed copy.
 *
 * <pre>{@code
 * journal.append(Entry.of("model.registered").subject("model", digest).detail("name", "flights"));
 * }</pre>
 */
public final class Entry {
  private static final Pattern KIND = Pattern.compile("[a-z0-9_-]+(\\.[a-z0-9_-]+)*");

  private final String kind;
  private final @Nullable ObjectKey about;
  private final @Nullable Actor actor;
  private final @Nullable Event cause;
  private final String outcome;
  private final Map<String, Digest> subjects;
  private final Map<String, String> details;

  private Entry(
      String kind,
      @Nullable ObjectKey about,
      @Nullable Actor actor,
      @Nullable Event cause,
      String outcome,
      Map<String, Digest> subjects,
      Map<String, String> details) {
    this.kind = kind;
    this.about = about;
    this.actor = actor;
    this.cause = cause;
    this.outcome = outcome;
    this.subjects = Event.sorted(subjects);
    this.details = Event.sorted(details);
  }

  /**
   * Begins an entry whose outcome is {@code ok}.
   *
   * @param kind what happened: lower-case words joined by dots, such as {@code model.registered}
   * @return the entry
   * @throws IllegalArgumentException if the kind is of another form, or has more than 250
   *     characters
   */
  public static Entry of(String kind) {
    Objects.requireNonNull(kind, "kind");
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "an event's kind is lower-case words joined by dots, such as model.registered: '"
              + Names.shown(kind)
              + "'");
    }
    Names.checked("event kind", kind);
    return new Entry(kind, null, null, null, "ok", Map.of(), Map.of());
  }

  /**
   * Names the thing that it happens to, so that {@link EventQuery#about} finds it.
   *
   * @param object such as {@code ObjectKey.of("model", "flights")}
   * @return a changed copy
   * @throws IllegalStateException if a thing is named already
   */
  public Entry about(ObjectKey object) {
    Once.refuse("about", about);
    return new Entry(
        kind, Objects.requireNonNull(object, "object"), actor, cause, outcome, subjects, details);
  }

  /**
   * Names the thing that it happens to, so that {@link EventQuery#about} finds it.
   *
   * @param objectKind what sort of thing, such as {@code model}
   * @param objectName its name, such as {@code flights}
   * @return a changed copy
   * @throws IllegalStateException if a thing is named already
   * @throws IllegalArgumentException if kind or name is of a form that is not allowed
   */
  public Entry about(String objectKind, String objectName) {
    Objects.requireNonNull(objectKind, "objectKind");
    Objects.requireNonNull(objectName, "objectName");
    return about(ObjectKey.of(objectKind, objectName));
  }

  /**
   * Says who did it.
   *
   * @param actor default: the journal's own
   * @return a changed copy
   */
  public Entry actor(Actor actor) {
    return new Entry(
        kind, about, Objects.requireNonNull(actor, "actor"), cause, outcome, subjects, details);
  }

  /**
   * Names a content it is about.
   *
   * @param role of the content, such as {@code model}
   * @param digest of the content
   * @return a changed copy
   * @throws IllegalStateException if the role is taken
   */
  public Entry subject(String role, Digest digest) {
    Objects.requireNonNull(role, "role");
    Objects.requireNonNull(digest, "digest");
    return new Entry(
        kind,
        about,
        actor,
        cause,
        outcome,
        with(subjects, "subject", key("subject", role), digest),
        details);
  }

  /**
   * Says which event led to it.
   *
   * @param event the earlier event, of the same project
   * @return a changed copy
   */
  public Entry cause(Event event) {
    Objects.requireNonNull(event, "event");
    return new Entry(kind, about, actor, event, outcome, subjects, details);
  }

  /**
   * Says how it ended.
   *
   * @param outcome default: {@code ok}
   * @return a changed copy
   */
  public Entry outcome(String outcome) {
    return new Entry(
        kind, about, actor, cause, Names.checkedText("outcome", outcome), subjects, details);
  }

  /**
   * Adds a text.
   *
   * @param name of the detail
   * @param text up to 1,048,576 characters
   * @return a changed copy
   * @throws IllegalStateException if the name is taken
   * @throws IllegalArgumentException if no database keeps the name or the text
   */
  public Entry detail(String name, String text) {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(text, "text");
    return new Entry(
        kind,
        about,
        actor,
        cause,
        outcome,
        subjects,
        with(
            details,
            "detail",
            key("detail", name),
            Names.checkedText("detail '" + name + "'", text)));
  }

  /** What is named in an event may have any name that databases keep. */
  private static String key(String what, String name) {
    Names.flaw(name, Names.LONGEST)
        .ifPresent(
            flaw -> {
              throw new IllegalArgumentException(
                  "the name of the " + what + " '" + Names.shown(name) + "' " + flaw);
            });
    return name;
  }

  String kind() {
    return kind;
  }

  /** Turns into the event that follows a given one. */
  Event after(Head head, Instant time, String project, Actor defaultActor) {
    if (cause != null && !cause.project().equals(project)) {
      throw new IllegalArgumentException(
          "the cause of an event of project '"
              + project
              + "' cannot be event "
              + cause.id()
              + " of project '"
              + cause.project()
              + "': each project has a chain of its own. Name the other event in a detail");
    }
    Event unsealed =
        new Event(
            Chain.VERSION,
            head.event() + 1,
            time,
            project,
            kind,
            about,
            subjects,
            actor == null ? defaultActor : actor,
            cause == null ? null : cause.id(),
            outcome,
            details,
            head.hash(),
            head.hash());
    return Chain.seal(unsealed);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String what, String name, V value) {
    Map<String, V> copy = new TreeMap<>(map);
    V before = copy.putIfAbsent(name, Objects.requireNonNull(value, what));
    Once.refuse(what, name, before);
    return copy;
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder(kind).append(" (").append(outcome).append(")");
    if (about != null) {
      text.append(" about ").append(about);
    }
    if (actor != null) {
      text.append(" by ").append(actor);
    }
    if (cause != null) {
      text.append(" after event ").append(cause.id());
    }
    if (!subjects.isEmpty()) {
      text.append(" ").append(subjects);
    }
    return details.isEmpty() ? text.toString() : text.append(" ").append(details).toString();
  }
}
