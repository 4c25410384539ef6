package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Keeps account of the labels that came in for a model.
 *
 * <pre>{@code
 * FeedbackLoop feedback = FeedbackLoop.of(workspace).model("flights");
 * workspace.labels().add(labels);
 * LabelCounts may = feedback.counts(TimeWindow.month(2001, 5));
 * }</pre>
 *
 * <p>Labels are added to {@code workspace.labels()}, wherever they come from. Safe for use by many
 * threads.
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
  }

  /**
   * Starts with a workspace, whose labels are counted.
   *
   * @param workspace the workspace; stays the caller's to close
   * @return options, the last of which is the model
   */
  public static Options of(Workspace workspace) {
    return new Options(requireNonNull(workspace, "workspace"));
  }

  static Duration notNegative(Duration deadline) {
    if (requireNonNull(deadline, "deadline").isNegative()) {
      throw new IllegalArgumentException(
          "labelDeadline must not be negative: " + Exactly.duration(deadline));
    }
    return deadline;
  }

  /**
   * Counts the labels that came in.
   *
   * @param window the time in which they became known
   * @return what became of those of this model's predictions; and of the whole project, those whose
   *     prediction is not logged, since nobody knows its model
   */
  public LabelCounts counts(TimeWindow window) {
    requireNonNull(window, "window");
    Dataset labels = workspace.labels().list(window.from(), window.to());
    Tally tally = new Tally();
    labels.forEach(tally::add);
    return tally.counts();
  }

  private final class Tally {
    private long joined;
    private long late;
    private long orphans;
    private long duplicates;
    private long revisions;

    void add(Row label) {
      Object of = label.value("model");
      if (of == null) {
        orphans++;
      } else if (model.equals(of)) {
        count(label);
      }
    }

    private void count(Row label) {
      String kind = label.getString("kind");
      if (kind.equals("repeated")) {
        duplicates++;
      } else if (kind.equals("corrected")) {
        revisions++;
      } else if (isLate(label.getInstant("time"), label.getInstant("predicted"))) {
        late++;
      } else {
        joined++;
      }
    }

    private boolean isLate(Instant labelled, Instant predicted) {
      return labelled.isAfter(predicted.plus(labelDeadline));
    }

    LabelCounts counts() {
      return new LabelCounts(
          joined + late + orphans + duplicates + revisions,
          joined,
          late,
          orphans,
          duplicates,
          revisions);
    }
  }

  @Override
  public String toString() {
    return "feedback of model '" + model + "', labels within " + Exactly.duration(labelDeadline);
  }

  /** How labels are counted. Not safe for use by many threads. */
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
      Once.refuse("labelDeadline", labelDeadline);
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
