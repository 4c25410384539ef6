package dev.mlops.journal;

import dev.mlops.data.Digest;
import dev.mlops.storage.Names;
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
  private final @Nullable String project;
  private final @Nullable Actor actor;
  private final @Nullable Long cause;
  private final String outcome;
  private final Map<String, Digest> subjects;
  private final Map<String, String> details;

  private Entry(
      String kind,
      @Nullable String project,
      @Nullable Actor actor,
      @Nullable Long cause,
      String outcome,
      Map<String, Digest> subjects,
      Map<String, String> details) {
    this.kind = kind;
    this.project = project;
    this.actor = actor;
    this.cause = cause;
    this.outcome = outcome;
    this.subjects = Event.sorted(subjects);
    this.details = Event.sorted(details);
  }

  /**
   * Begins an entry whose outcome is {@code ok}.
   *
   * @param kind what happened: lower-case words parted by dots, such as {@code model.registered}
   * @return the entry
   * @throws IllegalArgumentException if the kind is of another form
   */
  public static Entry of(String kind) {
    if (!KIND.matcher(kind).matches()) {
      throw new IllegalArgumentException(
          "an event's kind is lower-case words parted by dots, such as model.registered: '"
              + kind
              + "'");
    }
    return new Entry(kind, null, null, null, "ok", Map.of(), Map.of());
  }

  /**
   * Says where it happened.
   *
   * @param project default: the journal's own
   * @return a changed copy
   */
  public Entry project(String project) {
    return new Entry(
        kind, Names.checked("project", project), actor, cause, outcome, subjects, details);
  }

  /**
   * Says who did it.
   *
   * @param actor default: the journal's own
   * @return a changed copy
   */
  public Entry actor(Actor actor) {
    return new Entry(
        kind, project, Objects.requireNonNull(actor, "actor"), cause, outcome, subjects, details);
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
    return new Entry(
        kind,
        project,
        actor,
        cause,
        outcome,
        with(subjects, "subject", key("subject", role), digest),
        details);
  }

  /**
   * Says which event led to it.
   *
   * @param event the earlier event
   * @return a changed copy
   */
  public Entry cause(Event event) {
    return new Entry(kind, project, actor, event.id(), outcome, subjects, details);
  }

  /**
   * Says how it ended.
   *
   * @param outcome default: {@code ok}
   * @return a changed copy
   */
  public Entry outcome(String outcome) {
    return new Entry(
        kind, project, actor, cause, Names.checkedText("outcome", outcome), subjects, details);
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
    return new Entry(
        kind,
        project,
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
  Event after(Head head, java.time.Instant time, String defaultProject, Actor defaultActor) {
    Event unsealed =
        new Event(
            head.event() + 1,
            time,
            project == null ? defaultProject : project,
            kind,
            subjects,
            actor == null ? defaultActor : actor,
            cause,
            outcome,
            details,
            head.hash(),
            head.hash());
    return Chain.seal(unsealed);
  }

  private static <V> Map<String, V> with(Map<String, V> map, String what, String name, V value) {
    Map<String, V> copy = new TreeMap<>(map);
    V before = copy.putIfAbsent(name, Objects.requireNonNull(value, what));
    if (before != null) {
      throw new IllegalStateException(
          "the " + what + " '" + name + "' is set already, to " + before);
    }
    return copy;
  }
}
