package dev.mlops.journal;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Digest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which events of a chain are wanted.
 *
 * @param kind what happened begins with this, or null for all
 * @param about the thing it happened to, or null
 * @param subject a content it is about, or null
 * @param from the earliest time, included, or null
 * @param to the latest time, excluded, or null
 * @param after only events of a greater id
 */
record Selection(
    @Nullable String kind,
    @Nullable ObjectKey about,
    @Nullable Digest subject,
    @Nullable Instant from,
    @Nullable Instant to,
    long after) {
  static final Selection ALL = new Selection(null, null, null, null, null, 0);

  /** Less than whatever may follow in a kind. */
  static final String LEAST = " ";

  /** Greater than whatever may follow in a kind, and than nothing else that a kind may hold. */
  private static final String BEYOND = "~";

  /** Says what is asked for, as the end of a sentence. */
  String words() {
    return (kind == null ? "" : ", kinds that begin with '" + kind + "'")
        + (about == null ? "" : ", about " + about)
        + (subject == null ? "" : ", of content " + subject)
        + (from == null ? "" : ", from " + from)
        + (to == null ? "" : ", before " + to)
        + (after == 0 ? "" : ", after event " + after);
  }

  boolean hasTime() {
    return from != null || to != null;
  }

  boolean wants(Event event) {
    return (kind == null || event.kind().startsWith(kind))
        && (about == null || about.equals(event.about()))
        && (subject == null || event.subjects().containsValue(subject))
        && (from == null || !event.time().isBefore(from))
        && (to == null || event.time().isBefore(to));
  }

  /** Returns the condition in SQL, on the columns of an event. */
  Condition condition(long chain) {
    Condition condition = new Condition().and("chain = ?", chain).and("number > ?", after);
    if (kind != null) {
      condition.and("kind >= ?", kind).and("kind < ?", beyond(kind));
    }
    if (about != null) {
      condition.and("object_kind = ?", about.kind()).and("object_name = ?", about.name());
    }
    if (subject != null) {
      condition.and("id IN (SELECT event FROM mlops_event_subject WHERE digest = ?)", subject);
    }
    return times(condition);
  }

  private Condition times(Condition condition) {
    if (from != null) {
      condition.and("time >= ?", from);
    }
    if (to != null) {
      condition.and("time < ?", to);
    }
    return condition;
  }

  /** Returns the condition on the chain and the time alone. */
  Condition timeCondition(long chain) {
    return times(new Condition().and("chain = ?", chain));
  }

  static String beyond(String prefix) {
    return prefix + BEYOND;
  }

  /** Conditions joined by AND, with their arguments; grows. */
  static final class Condition {
    private final List<String> texts = new ArrayList<>();
    private final List<Object> arguments = new ArrayList<>();

    @CanIgnoreReturnValue
    Condition and(String text, Object... values) {
      texts.add(text);
      arguments.addAll(List.of(values));
      return this;
    }

    String sql() {
      return String.join(" AND ", texts);
    }

    Object[] arguments() {
      return arguments.toArray();
    }
  }
}
