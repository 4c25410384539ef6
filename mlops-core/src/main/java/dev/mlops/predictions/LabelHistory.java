package dev.mlops.predictions;

import dev.mlops.predictions.LabelTable.Known;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What was known of some predictions and when, and what more labels change in it. */
final class LabelHistory {
  /** What a label is to those before it. */
  enum Kind {
    FIRST,
    REPEATED,
    CORRECTED;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** A prediction's time and model. */
  record Predicted(long micros, String model) {}

  private final String project;
  private final Map<String, NavigableMap<Long, Known>> labels = new HashMap<>();
  private final Map<String, Predicted> predicted = new HashMap<>();

  private final Map<Key, Holding> stored = new HashMap<>();

  private record Key(String id, long time) {}

  /**
   * What is stored of a label.
   *
   * @param until the time of the next label
   * @param since the time from which labels have said the same without a break
   */
  private record Holding(Known known, long until, long since) {}

  private LabelHistory(String project) {
    this.project = project;
  }

  static LabelHistory read(Session session, String project, List<String> ids) {
    LabelHistory history = new LabelHistory(project);
    LabelTable.eachSome(
        ids,
        some ->
            session.each(
                select(some),
                row -> {
                  String id = row.text("prediction_id");
                  Known known = LabelTable.known(row);
                  history.of(id).put(known.time(), known);
                  history.stored.put(
                      new Key(id, known.time()),
                      new Holding(known, row.number("until"), row.number("since")));
                  Long micros = row.numberOrNull("predicted");
                  if (micros != null) {
                    history.predicted.put(id, new Predicted(micros, row.text("model")));
                  }
                },
                LabelTable.arguments(some, project)));
    return history;
  }

  /** Returns the query for the labels of some predictions; its last argument is the project. */
  static String select(List<String> ids) {
    return "SELECT prediction_id, time, until, since, number, text, predicted, model FROM "
        + LabelTable.wanted(ids)
        + " JOIN mlops_label ON prediction_id = wanted.id WHERE project = ?";
  }

  private NavigableMap<Long, Known> of(String id) {
    return labels.computeIfAbsent(id, absent -> new TreeMap<>());
  }

  boolean isPredicted(String id) {
    return predicted.containsKey(id);
  }

  void predicted(String id, Predicted place) {
    predicted.put(id, place);
  }

  @Nullable Predicted predictedOrNull(String id) {
    return predicted.get(id);
  }

  /**
   * Takes a label in. One that says what was known before is kept too: if later a label comes for a
   * time in between, this one still holds behind it.
   */
  Kind add(String id, Known label) {
    NavigableMap<Long, Known> history = of(id);
    Kind kind = kind(history, label);
    history.put(label.time(), label);
    return kind;
  }

  private static Kind kind(NavigableMap<Long, Known> history, Known label) {
    if (history.isEmpty()) {
      return Kind.FIRST;
    }
    Map.Entry<Long, Known> before = history.floorEntry(label.time());
    boolean known = before != null && before.getValue().value().equals(label.value());
    return known || history.lastEntry().getValue().value().equals(label.value())
        ? Kind.REPEATED
        : Kind.CORRECTED;
  }

  void write(Session session) {
    List<@Nullable Object[]> inserted = new ArrayList<>();
    List<@Nullable Object[]> updated = new ArrayList<>();
    labels.forEach((id, history) -> collect(id, history, inserted, updated));
    session.batch(
        "INSERT INTO mlops_label (until, since, number, text, predicted, model, project, prediction_id, time)"
            + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        inserted);
    session.batch(
        "UPDATE mlops_label SET until = ?, since = ?, number = ?, text = ?, predicted = ?, model = ?"
            + " WHERE project = ? AND prediction_id = ? AND time = ?",
        updated);
  }

  private void collect(
      String id,
      NavigableMap<Long, Known> history,
      List<@Nullable Object[]> inserted,
      List<@Nullable Object[]> updated) {
    long since = 0;
    Known before = null;
    for (Known known : history.values()) {
      since = before != null && before.value().equals(known.value()) ? since : known.time();
      before = known;
      Long next = history.higherKey(known.time());
      Holding now = new Holding(known, next == null ? LabelTable.FOREVER : next, since);
      Holding then = stored.get(new Key(id, known.time()));
      if (!now.equals(then)) {
        (then == null ? inserted : updated).add(row(id, now));
      }
    }
  }

  private @Nullable Object[] row(String id, Holding holding) {
    Predicted place = predicted.get(id);
    return new @Nullable Object[] {
      holding.until,
      holding.since,
      holding.known.number(),
      holding.known.text(),
      place == null ? null : place.micros(),
      place == null ? null : place.model(),
      project,
      id,
      holding.known.time()
    };
  }
}
