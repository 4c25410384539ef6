package dev.mlops.predictions;

import dev.mlops.storage.Session;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Labels as rows, each holding from its time until another one revises it.
 *
 * <p>So the label known before a time {@code t} is the one row with {@code time < t <= until}, and
 * a read needs no search for the latest.
 */
final class LabelTable {
  static final long FOREVER = Long.MAX_VALUE;

  private LabelTable() {}

  /** Keeps labels, and returns how many contradicted an earlier one. */
  static int add(Session session, List<Label> labels) {
    // Writers of labels go one by one, since each reads what it revises.
    session.first(
        "SELECT id FROM mlops_label_gate WHERE id = 1 FOR UPDATE", row -> row.number("id"));
    Map<String, NavigableMap<Instant, Double>> histories = histories(session, labels);
    Changes changes = new Changes();
    for (Label label : labels) {
      changes.apply(
          label, histories.computeIfAbsent(label.predictionId(), absent -> new TreeMap<>()));
    }
    changes.write(session);
    return changes.revised;
  }

  private static Map<String, NavigableMap<Instant, Double>> histories(
      Session session, List<Label> labels) {
    Map<String, NavigableMap<Instant, Double>> histories = new HashMap<>();
    String places = String.join(", ", Collections.nCopies(labels.size(), "?"));
    session.each(
        "SELECT prediction_id, time, label FROM mlops_label WHERE prediction_id IN ("
            + places
            + ")",
        row ->
            histories
                .computeIfAbsent(row.text("prediction_id"), absent -> new TreeMap<>())
                .put(row.instant("time"), row.real("label")),
        labels.stream().map(Label::predictionId).toArray());
    return histories;
  }

  /**
   * What has to be written; the last change of a row wins, so that rows can be written in any
   * order.
   */
  private static final class Changes {
    private final Map<Key, @Nullable Object[]> inserted = new HashMap<>();
    private final Map<Key, @Nullable Object[]> updated = new HashMap<>();
    int revised;

    void apply(Label label, NavigableMap<Instant, Double> history) {
      Instant time = label.time();
      Map.Entry<Instant, Double> before = history.floorEntry(time);
      if (before != null && before.getValue() == label.value()) {
        return;
      }
      revised += history.isEmpty() ? 0 : 1;
      boolean replaces = history.put(time, label.value()) != null;
      Instant next = history.higherKey(time);
      keep(
          label.predictionId(),
          time,
          label.value(),
          next == null ? (Object) FOREVER : next,
          !replaces);
      if (before != null && !before.getKey().equals(time)) {
        keep(label.predictionId(), before.getKey(), before.getValue(), time, false);
      }
    }

    private void keep(String id, Instant time, double value, Object until, boolean fresh) {
      Key key = new Key(id, time);
      if (fresh || inserted.containsKey(key)) {
        inserted.put(key, new @Nullable Object[] {value, until, id, time});
      } else {
        updated.put(key, new @Nullable Object[] {value, until, id, time});
      }
    }

    void write(Session session) {
      session.batch(
          "INSERT INTO mlops_label (label, until, prediction_id, time) VALUES (?, ?, ?, ?)",
          new ArrayList<>(inserted.values()));
      session.batch(
          "UPDATE mlops_label SET label = ?, until = ? WHERE prediction_id = ? AND time = ?",
          new ArrayList<>(updated.values()));
    }
  }

  private record Key(String id, Instant time) {}
}
