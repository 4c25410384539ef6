package dev.mlops.predictions;

import dev.mlops.labels.Label;
import dev.mlops.labels.NumberLabel;
import dev.mlops.labels.TextLabel;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Labels as rows, each holding from its time until another one corrects it.
 *
 * <p>So the label known before a time {@code t} is the one row with {@code time < t <= until}. A
 * row also has the time and model of its prediction, so that the labels of a stretch of predictions
 * are found without their ids; while the prediction is not logged both are null.
 */
final class LabelTable {
  static final long FOREVER = Long.MAX_VALUE;
  private static final int IDS_AT_ONCE = 1_000;

  private LabelTable() {}

  /**
   * What was known of a prediction.
   *
   * @param time from which it was known, in microseconds
   * @param number null for a text
   * @param text null for a number
   */
  record Known(long time, @Nullable Double number, @Nullable String text) {
    Object value() {
      return number != null ? number : String.valueOf(text);
    }
  }

  static Known known(Label label, long micros) {
    return label instanceof NumberLabel number
        ? new Known(micros, number.value() + 0.0, null)
        : new Known(micros, null, ((TextLabel) label).value());
  }

  static Known known(ResultRow row) {
    return new Known(row.number("time"), row.realOrNull("number"), row.textOrNull("text"));
  }

  /**
   * Reads the labels of predictions made in a stretch of time, both ends included.
   *
   * @param before labels of this time or later are not seen
   */
  static Map<String, Known> read(Session session, String project, long from, long to, long before) {
    Map<String, Known> labels = new HashMap<>();
    session.each(
        "SELECT prediction_id, since AS time, number, text FROM mlops_label WHERE project = ? AND predicted >= ? AND predicted <= ?"
            + " AND time < ? AND until >= ?",
        row -> labels.put(row.text("prediction_id"), known(row)),
        project,
        from,
        to,
        before,
        before);
    return labels;
  }

  /** Joins labels that came first with the predictions that come now. */
  static void attach(Session session, String project, List<ReadRecord> records) {
    boolean waiting =
        session
            .first(
                "SELECT prediction_id FROM mlops_label WHERE project = ? AND predicted IS NULL LIMIT 1",
                row -> row.text("prediction_id"),
                project)
            .isPresent();
    if (!waiting) {
      return;
    }
    Set<String> awaited = new HashSet<>();
    eachSome(
        records.stream().map(ReadRecord::id).toList(),
        ids ->
            session.each(
                "SELECT prediction_id FROM "
                    + wanted(ids)
                    + " JOIN mlops_label ON prediction_id = wanted.id WHERE project = ? AND predicted IS NULL",
                row -> awaited.add(row.text("prediction_id")),
                arguments(ids, project)));
    List<@Nullable Object[]> places = new ArrayList<>();
    for (ReadRecord read : records) {
      if (awaited.contains(read.id())) {
        places.add(new Object[] {read.micros(), read.record().model(), project, read.id()});
      }
    }
    for (String table : List.of("mlops_label", "mlops_label_entry")) {
      session.batch(
          "UPDATE "
              + table
              + " SET predicted = ?, model = ? WHERE project = ? AND prediction_id = ?",
          places);
    }
  }

  /** Hands on a part of the ids at a time, as many as a statement may have. */
  static void eachSome(List<String> ids, Consumer<List<String>> work) {
    for (int from = 0; from < ids.size(); from += IDS_AT_ONCE) {
      work.accept(ids.subList(from, Math.min(from + IDS_AT_ONCE, ids.size())));
    }
  }

  /**
   * Returns ids as a table to join with. H2 looks each of them up in an index that way; for a list
   * behind IN it would compare every label of the project with every id.
   */
  static String wanted(List<String> ids) {
    return "(VALUES "
        + String.join(", ", Collections.nCopies(ids.size(), "(CAST(? AS VARCHAR))"))
        + ") AS wanted (id)";
  }

  static @Nullable Object[] arguments(List<String> ids, String project) {
    List<@Nullable Object> arguments = new ArrayList<>(ids);
    arguments.add(project);
    return arguments.toArray();
  }
}
