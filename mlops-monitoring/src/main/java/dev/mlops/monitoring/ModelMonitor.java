package dev.mlops.monitoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.design.Task;
import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Once;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionSource;
import dev.mlops.stats.Histogram;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.TemporalAmount;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells from the prediction log how a model does: how good, how sure, how fast, how complete.
 *
 * <pre>{@code
 * ModelMonitor monitor = ModelMonitor.of(workspace).model("flights");
 * Measurement auc = monitor.performance(TimeWindow.month(2001, 5)).get(Metric.ROC_AUC);
 * }</pre>
 *
 * <p>Safe for use by many threads. Each question reads the log anew; records that are still being
 * written are waited for.
 */
public final class ModelMonitor {
  private static final Logger LOG = LoggerFactory.getLogger(ModelMonitor.class);

  private final Workspace workspace;
  private final PredictionSource source;
  private final String model;
  private final @Nullable String version;
  private final @Nullable String variant;
  private final double threshold;
  private final double confidence;
  private final Duration labelDeadline;
  private final double alarmBudget;
  private final AtomicReference<@Nullable Task> task = new AtomicReference<>();

  private ModelMonitor(Options options, String model) {
    this.workspace = options.workspace;
    this.source = options.source == null ? workspace.predictions() : options.source;
    this.model = requireNonNull(model, "model");
    this.version = options.version;
    this.variant = options.variant;
    this.threshold = options.threshold == null ? 0.5 : options.threshold;
    this.confidence = options.confidence == null ? 0.95 : options.confidence;
    this.labelDeadline =
        options.labelDeadline == null ? Duration.ofDays(30) : options.labelDeadline;
    this.alarmBudget = options.alarmBudget == null ? 100_000 : options.alarmBudget;
    this.task.set(options.task);
  }

  /**
   * Starts with a workspace, whose prediction log is read.
   *
   * @param workspace the workspace; stays the caller's to close
   * @return options, the last of which is the model
   */
  public static Options of(Workspace workspace) {
    return new Options(requireNonNull(workspace, "workspace"));
  }

  /**
   * Returns the model's name.
   *
   * @return the name
   */
  public String model() {
    return model;
  }

  /**
   * Returns the version that is looked at.
   *
   * @return the version; empty for all
   */
  public Optional<String> version() {
    return Optional.ofNullable(version);
  }

  /**
   * Returns the variant that is looked at.
   *
   * @return the variant; empty for all
   */
  public Optional<String> variant() {
    return Optional.ofNullable(variant);
  }

  /**
   * Returns the workspace.
   *
   * @return the workspace whose prediction log is read
   */
  public Workspace workspace() {
    return workspace;
  }

  /**
   * Returns how sure intervals are.
   *
   * @return the share of intervals that hold the truth
   */
  public double confidence() {
    return confidence;
  }

  /**
   * Returns which scores predict positive.
   *
   * @return the least score that does
   */
  public double threshold() {
    return threshold;
  }

  /**
   * Returns how long a label may take before it is late.
   *
   * @return the time after the prediction
   */
  public Duration labelDeadline() {
    return labelDeadline;
  }

  /**
   * Returns what the model predicts: as was said when the monitor was made, or else as the labels
   * and scores of the whole log told when they were first asked; then it stays so, and the log of
   * the application says it once.
   *
   * @return the task; empty while no label is known
   */
  public Optional<Task> task() {
    Task known = task.get();
    return known == null ? guess() : Optional.of(known);
  }

  private Optional<Task> guess() {
    TaskGuess guess = new TaskGuess();
    LoggedPredictions.each(query().labelledOnly(), guess::add);
    guess
        .task()
        .filter(found -> task.compareAndSet(null, found))
        .ifPresent(
            found ->
                LOG.info(
                    "by {} labels, the task of model '{}' is {}; say task(...) when the monitor is"
                        + " made if it is not",
                    guess.labelled(),
                    model,
                    found));
    return Optional.ofNullable(task.get());
  }

  /** What is to be said where a window is empty: a name that is misspelt has no predictions. */
  private String silence(Sample sample) {
    if (sample.coverage().predictions() > 0 || isKnown()) {
      return "";
    }
    return ", as the prediction log of project '%s' has no prediction at all of model '%s'%s"
        .formatted(
            workspace.project(),
            model,
            (version == null ? "" : ", version " + version)
                + (variant == null ? "" : ", variant '" + variant + "'"));
  }

  /**
   * Tells whether the model has ever been seen.
   *
   * @return whether the log holds any prediction of this model, version and variant
   */
  public boolean isKnown() {
    return query().first().isPresent();
  }

  /**
   * Reads the predictions of a window page by page, oldest first.
   *
   * @param window the time in which the predictions were made
   * @return pages with the columns of {@link dev.mlops.predictions.PredictionSource#pages}, without
   *     features
   */
  public Batches pages(TimeWindow window) {
    requireNonNull(window, "window");
    return query(window).pages();
  }

  /**
   * Reads the predictions of a window that have a label page by page, oldest first.
   *
   * @param window the time in which the predictions were made
   * @return pages with the columns of {@link #pages}
   */
  public Batches labelledPages(TimeWindow window) {
    requireNonNull(window, "window");
    return query(window).labelledOnly().pages();
  }

  /**
   * Returns how good the model was in a window, as far as labels are known now.
   *
   * @param window the time in which the predictions were made
   * @return the performance
   */
  public Performance performance(TimeWindow window) {
    requireNonNull(window, "window");
    Sample sample = new Sample(labelDeadline);
    LoggedPredictions.each(query(window), sample::add);
    return Performance.of(window, sample, silence(sample), task(), threshold, confidence);
  }

  /**
   * Returns how good the model was in a window, as far as labels were known at an instant.
   *
   * @param window the time in which the predictions were made
   * @param asOf labels that became known at this instant or later are not seen
   * @return the performance
   */
  public Performance performance(TimeWindow window, Instant asOf) {
    requireNonNull(window, "window");
    requireNonNull(asOf, "asOf");
    Sample sample = new Sample(labelDeadline);
    LoggedPredictions.each(query(window).labelledBefore(asOf), sample::add);
    return Performance.of(window, sample, silence(sample), task(), threshold, confidence);
  }

  /**
   * Returns how good the model was, window after window, over all its logged predictions.
   *
   * @param step the windows' length: a {@code Duration}, counted from the epoch, or a {@code
   *     Period} of the calendar in UTC, such as a month
   * @return the timeline; without windows if nothing was logged
   * @throws IllegalArgumentException if the step is not positive
   * @throws InvalidInputException if there are more than 10,000 windows with predictions
   */
  public Timeline timeline(TemporalAmount step) {
    requireNonNull(step, "step");
    return timeline(step, query());
  }

  /**
   * Returns how good the model was, window after window, over the predictions of a stretch of time.
   *
   * @param step the windows' length, as in {@link #timeline(TemporalAmount)}
   * @param within the time in which the predictions were made; cuts the first and last window
   * @return the timeline; without windows if nothing was logged
   * @throws IllegalArgumentException if the step is not positive
   * @throws InvalidInputException if there are more than 10,000 windows with predictions
   */
  public Timeline timeline(TemporalAmount step, TimeWindow within) {
    requireNonNull(step, "step");
    requireNonNull(within, "within");
    return timeline(step, query(within));
  }

  private Timeline timeline(TemporalAmount step, PredictionQuery query) {
    Optional<Task> known = task();
    Slicer slicer =
        new Slicer(
            model,
            step,
            () -> new Sample(labelDeadline),
            (full, sample) -> Performance.of(full, sample, "", known, threshold, confidence));
    LoggedPredictions.each(query, slicer::add);
    return slicer.timeline();
  }

  /**
   * Returns how much the model had to do in a window, and how fast it was.
   *
   * @param window the time in which the predictions were made
   * @return the traffic
   */
  public Traffic traffic(TimeWindow window) {
    requireNonNull(window, "window");
    SortedMap<String, Long> outcomes = new TreeMap<>();
    SortedMap<String, Long> versions = new TreeMap<>();
    Histogram.Recorder latencies = Histogram.recorder();
    LoggedPredictions.each(
        query(window),
        (page, row) -> {
          outcomes.merge(page.row(row).getString("outcome"), 1L, Long::sum);
          versions.merge(page.row(row).getString("version"), 1L, Long::sum);
          latencies.add((double) page.longs("latency_us").get(row));
        });
    Histogram all = latencies.snapshot();
    return new Traffic(window, all.count(), outcomes, versions, all);
  }

  /**
   * Returns the logged predictions of a window with their features, for a drift detector or a new
   * training set.
   *
   * @param window the time in which the predictions were made
   * @return the columns of the prediction log and one for each feature, oldest first. A feature
   *     with the name of another column, such as {@code score}, is called {@code feature.score}
   */
  public Dataset predictions(TimeWindow window) {
    requireNonNull(window, "window");
    return FeatureNames.plain(query(window).features().featurePrefix(FeatureNames.PREFIX).list());
  }

  /**
   * Returns what the errors of a window say about a change for the worse. A prediction is an error
   * if it is on the wrong side of the threshold.
   *
   * <p>Errors count in the order in which their labels became known, so that later labels only ever
   * add to the stream: the promise about false alarms holds however often, and at whatever moment,
   * this is asked.
   *
   * @param baseline a window in which all was well, with labels
   * @param window the time in which the predictions to be judged were made
   * @return the evidence
   * @throws NotFoundException if the baseline has no labels that can be judged
   * @throws InvalidInputException if the model predicts amounts, which are not right or wrong
   */
  public ErrorEvidence errors(TimeWindow baseline, TimeWindow window) {
    requireNonNull(baseline, "baseline");
    requireNonNull(window, "window");
    return errors(baseline, window, time -> labelledPages(time));
  }

  private ErrorEvidence errors(
      TimeWindow baseline, TimeWindow window, Function<TimeWindow, Iterable<Dataset>> pages) {
    Task judged = task().orElseGet(Task::binary);
    if (judged.predictsAmounts()) {
      throw new InvalidInputException(
          "predictions of '"
              + model
              + "' are not right or wrong, as it predicts amounts; watch mae or rmse, or say"
              + " task(Task.binary()) or task(Task.classes(...)) when the monitor is made");
    }
    ErrorStream before = ErrorStream.read(pages.apply(baseline), baseline, judged, threshold);
    if (before.size() == 0) {
      throw new NotFoundException(
          "no labelled predictions of '"
              + model
              + "' in the baseline "
              + baseline
              + (isKnown() ? "" : ", as the prediction log has none at all of this model"));
    }
    return ErrorStream.read(pages.apply(window), window, judged, threshold)
        .against(before, alarmBudget);
  }

  /**
   * Returns what the errors of predictions say that were read already, as {@link
   * #errors(TimeWindow, TimeWindow)} does of the log's.
   *
   * @param baseline a window in which all was well, with labels
   * @param window the time in which the predictions to be judged were made
   * @param pages have the columns {@code id}, {@code time}, {@code score}, {@code label} and {@code
   *     label_time} of the log; predictions of other times, and without a label, do not count
   * @return the evidence
   * @throws NotFoundException if the baseline has no labels that can be judged
   * @throws InvalidInputException if the model predicts amounts, which are not right or wrong
   */
  public ErrorEvidence errors(TimeWindow baseline, TimeWindow window, Iterable<Dataset> pages) {
    requireNonNull(baseline, "baseline");
    requireNonNull(window, "window");
    requireNonNull(pages, "pages");
    return errors(baseline, window, time -> pages);
  }

  private PredictionQuery query(TimeWindow window) {
    return query().between(window.from(), window.to());
  }

  private PredictionQuery query() {
    PredictionQuery query = source.query().model(model);
    PredictionQuery ofVersion = version == null ? query : query.version(version);
    return variant == null ? ofVersion : ofVersion.variant(variant);
  }

  @Override
  public String toString() {
    return "monitor of model '"
        + model
        + "'"
        + (version == null ? "" : ", version " + version)
        + (variant == null ? "" : ", variant '" + variant + "'")
        + ", "
        + workspace;
  }

  /** What to monitor, and how. Not safe for use by many threads. */
  public static final class Options {
    private final Workspace workspace;
    private @Nullable PredictionSource source;
    private @Nullable String version;
    private @Nullable String variant;
    private @Nullable Task task;
    private @Nullable Double threshold;
    private @Nullable Double confidence;
    private @Nullable Duration labelDeadline;
    private @Nullable Double alarmBudget;

    private Options(Workspace workspace) {
      this.workspace = workspace;
    }

    /**
     * Reads predictions from elsewhere than the workspace.
     *
     * @param source has the predictions with their labels; the workspace's log unless said
     *     otherwise
     * @return this
     * @throws IllegalStateException if it is already set
     */
    public Options source(PredictionSource source) {
      this.source = Once.set("source", this.source, source);
      return this;
    }

    /**
     * Looks at one version only.
     *
     * @param version the version; all unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is blank, or no log keeps it
     * @throws IllegalStateException if it is already set
     */
    public Options version(String version) {
      this.version = Once.set("version", this.version, Names.checked("version", version));
      return this;
    }

    /**
     * Looks at one version only, one that is a number as in the registry.
     *
     * @param version the version; all unless said otherwise
     * @return this
     * @throws IllegalStateException if it is already set
     */
    public Options version(long version) {
      return version(Long.toString(version));
    }

    /**
     * Looks at one variant only.
     *
     * @param variant the variant, such as {@code live}; all unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is blank, or no log keeps it
     * @throws IllegalStateException if it is already set
     */
    public Options variant(String variant) {
      this.variant = Once.set("variant", this.variant, Names.checked("variant", variant));
      return this;
    }

    /**
     * Says what the model predicts. Without it, the task is taken from the whole log, once labels
     * are known.
     *
     * @param task the task, such as that of a design
     * @return this
     * @throws IllegalStateException if it is already set
     */
    public Options task(Task task) {
      this.task = Once.set("task", this.task, task);
      return this;
    }

    /**
     * Sets which scores predict positive.
     *
     * @param score the least score that does; 0.5 unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is NaN
     * @throws IllegalStateException if it is already set
     */
    public Options threshold(double score) {
      if (Double.isNaN(score)) {
        throw new IllegalArgumentException("threshold must be a number: NaN");
      }
      this.threshold = Once.set("threshold", this.threshold, score);
      return this;
    }

    /**
     * Sets how sure intervals are.
     *
     * @param confidence the share of intervals that hold the truth, between 0 and 1; 0.95 unless
     *     said otherwise
     * @return this
     * @throws IllegalArgumentException if it is not between 0 and 1
     * @throws IllegalStateException if it is already set
     */
    public Options confidence(double confidence) {
      if (!(confidence > 0 && confidence < 1)) {
        throw new IllegalArgumentException(
            "confidence must lie between 0 and 1, both excluded: " + Exactly.number(confidence));
      }
      this.confidence = Once.set("confidence", this.confidence, confidence);
      return this;
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
      this.labelDeadline =
          Once.set("labelDeadline", this.labelDeadline, FeedbackLoop.notNegative(deadline));
      return this;
    }

    /**
     * Sets how rare false alarms about errors are.
     *
     * @param predictions the mean number of labelled predictions between false alarms, at least 1;
     *     100 000 unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is below 1 or not finite
     * @throws IllegalStateException if it is already set
     */
    public Options alarmBudget(double predictions) {
      ErrorRateDetector.requireBudget(predictions);
      this.alarmBudget = Once.set("alarmBudget", this.alarmBudget, predictions);
      return this;
    }

    /**
     * Chooses the model, and with it ends the options.
     *
     * @param model the model's name, as its predictions are logged
     * @return the monitor
     * @throws IllegalArgumentException if it is blank, has more than 250 characters, or one that no
     *     log keeps
     */
    public ModelMonitor model(String model) {
      return new ModelMonitor(this, Names.checked("model", model));
    }
  }
}
