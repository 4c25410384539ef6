package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.predictions.Label;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes the truth as it becomes known, joins it with the predictions, and keeps account of what
 * came in.
 *
 * <pre>{@code
 * FeedbackLoop feedback = FeedbackLoop.in(workspace).model("flights");
 * feedback.label(List.of(new Label(predictionId, landedAt, 1)));
 * }</pre>
 *
 * <p>Safe for use by many threads.
 */
public final class FeedbackLoop {
  private final Workspace workspace;
  private final String model;
  private final Duration labelDeadline;

  private FeedbackLoop(Options options, String model) {
    this.workspace = options.workspace;
    this.model = Names.checked("model", model);
    this.labelDeadline =
        options.labelDeadline == null ? Duration.ofDays(30) : options.labelDeadline;
    workspace.database().migrate("monitoring", FeedbackLoop.class);
  }

  /**
   * Starts with a workspace, in whose prediction log labels are joined.
   *
   * @param workspace the workspace; stays the caller's to close
   * @return options, the last of which is the model
   */
  public static Options in(Workspace workspace) {
    return new Options(requireNonNull(workspace, "workspace"));
  }

  /**
   * Takes labels, durable on return.
   *
   * <p>If this fails, take them again: a label that was taken already is then counted as a
   * duplicate and changes nothing.
   *
   * @param labels any number of labels of this model's predictions, logged already or yet to come
   * @throws dev.mlops.error.StorageException if they cannot be kept; none or some of them are
   */
  public void label(List<Label> labels) {
    workspace.predictions().label(labels);
    workspace
        .database()
        .transaction(
            session -> {
              session.batch(
                  "INSERT INTO mlops_label_receipt (project, model, prediction_id, time, label) VALUES (?, ?, ?, ?, ?)",
                  labels.stream().map(this::receipt).toList());
              return labels.size();
            });
  }

  static Duration notNegative(Duration deadline) {
    if (requireNonNull(deadline, "deadline").isNegative()) {
      throw new IllegalArgumentException("labelDeadline must not be negative: " + deadline);
    }
    return deadline;
  }

  private @Nullable Object[] receipt(Label label) {
    return new @Nullable Object[] {
      workspace.project(), model, label.predictionId(), label.time(), label.value()
    };
  }

  /**
   * Counts the labels that came in.
   *
   * @param window the time in which they became known
   * @return what became of them
   */
  public LabelCounts counts(TimeWindow window) {
    List<Receipt> receipts = receipts(window);
    Map<String, Instant> predicted = predicted(receipts, window);
    Tally tally = new Tally();
    receipts.forEach(receipt -> tally.add(receipt, predicted.get(receipt.id)));
    return tally.counts(receipts.size());
  }

  /**
   * A label as it came in.
   *
   * @param before the label of the same prediction that came in last before it, or null
   */
  private record Receipt(String id, Instant time, double label, @Nullable Double before) {}

  private List<Receipt> receipts(TimeWindow window) {
    return workspace
        .database()
        .read(
            session ->
                session.list(
                    "SELECT r.prediction_id, r.time, r.label, (SELECT e.label FROM mlops_label_receipt e WHERE e.id ="
                        + " (SELECT MAX(x.id) FROM mlops_label_receipt x WHERE x.project = r.project AND x.model = r.model"
                        + " AND x.prediction_id = r.prediction_id AND x.id < r.id)) AS before_label"
                        + " FROM mlops_label_receipt r WHERE r.project = ? AND r.model = ? AND r.time >= ? AND r.time < ?"
                        + " ORDER BY r.id",
                    row ->
                        new Receipt(
                            row.text("prediction_id"),
                            row.instant("time"),
                            row.real("label"),
                            row.realOrNull("before_label")),
                    workspace.project(),
                    model,
                    window.from(),
                    window.to()));
  }

  /** When the labelled predictions were made; those that are not in the log are not in the map. */
  private Map<String, Instant> predicted(List<Receipt> receipts, TimeWindow window) {
    Set<String> wanted = new HashSet<>();
    receipts.forEach(receipt -> wanted.add(receipt.id));
    Map<String, Instant> found = new HashMap<>();
    workspace.predictions().flush();
    Instant usual = window.from().minus(labelDeadline);
    collect(wanted, found, () -> query().from(usual).to(window.to()));
    if (!wanted.isEmpty()) {
      collect(wanted, found, () -> query().to(usual));
    }
    if (!wanted.isEmpty()) {
      collect(wanted, found, () -> query().from(window.to()));
    }
    return found;
  }

  private PredictionQuery.Builder query() {
    return PredictionQuery.builder().model(model);
  }

  private void collect(
      Set<String> wanted, Map<String, Instant> found, Supplier<PredictionQuery.Builder> query) {
    new LoggedPredictions(workspace.predictions())
        .each(
            query,
            (page, row) -> {
              String id = page.row(row).getString("id");
              if (wanted.remove(id)) {
                found.put(id, page.row(row).getInstant("time"));
              }
            });
  }

  private final class Tally {
    private long joined;
    private long late;
    private long orphans;
    private long duplicates;
    private long revisions;

    void add(Receipt receipt, @Nullable Instant predicted) {
      if (receipt.before != null) {
        boolean same = receipt.before == receipt.label;
        duplicates += same ? 1 : 0;
        revisions += same ? 0 : 1;
      } else if (predicted == null) {
        orphans++;
      } else if (receipt.time.isAfter(predicted.plus(labelDeadline))) {
        late++;
      } else {
        joined++;
      }
    }

    LabelCounts counts(long received) {
      return new LabelCounts(received, joined, late, orphans, duplicates, revisions);
    }
  }

  /** How labels are joined. Not safe for use by many threads. */
  public static final class Options {
    private final Workspace workspace;
    private @Nullable Duration labelDeadline;

    private Options(Workspace workspace) {
      this.workspace = workspace;
    }

    /**
     * Sets how long a label may take before it is late.
     *
     * @param deadline the time after the prediction, not negative; 30 days unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it is already set
     */
    public Options labelDeadline(Duration deadline) {
      if (labelDeadline != null) {
        throw new IllegalStateException("labelDeadline is already set: " + labelDeadline);
      }
      this.labelDeadline = notNegative(deadline);
      return this;
    }

    /**
     * Chooses the model, and with it ends the options.
     *
     * @param model the model's name, as its predictions are logged
     * @return the feedback loop
     * @throws IllegalArgumentException if it is blank, has more than 250 characters, or one that no
     *     log keeps
     */
    public FeedbackLoop model(String model) {
      return new FeedbackLoop(this, model);
    }
  }
}
