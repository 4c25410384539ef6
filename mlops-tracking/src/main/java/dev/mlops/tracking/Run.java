package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Elements;
import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.report.Chart;
import dev.mlops.report.Report;
import dev.mlops.stats.Interval;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.storage.Names;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A run that is being recorded.
 *
 * <p>What it is told is kept in memory and stored together, within two seconds, or by {@link
 * #flush()}: the run itself, its params, tags, inputs, note and metric points. So a database that
 * is slow or away does not slow or stop a training. Artifacts are durable when their method
 * returns, and the end of the run is. A query of the same tracker finds what was told before,
 * except points; others find the run when {@link #id()} was asked for. {@link
 * ExperimentTracker#synchronous()} makes every call durable.
 *
 * <p>A run ends once: by {@link #succeed()}, by {@link #fail}, or, as {@link RunStatus#FAILED}, by
 * {@link #close()}; nothing can be added to it afterwards, unless it is resumed. While it is open a
 * lease says that it is alive. Safe for use by many threads.
 */
public final class Run implements AutoCloseable {

  private final RunRecords records;
  private final RunBuffer buffer;
  private final RunEnd end;
  private final Recording recording;
  private final @Nullable SystemMetrics system;
  private final RunProgress progress;

  /**
   * Begins to record a run.
   *
   * @param place in the database; null if the run is to get one
   * @param params those that it has already
   * @param recording how it is recorded
   */
  Run(
      RunRecords records,
      RunRecords.Begun begun,
      RunRecords.@Nullable Started place,
      Map<String, String> params,
      Recording recording) {
    this.records = records;
    this.recording = recording;
    this.buffer =
        new RunBuffer(
            records.writer(), begun, place, params, recording.synchronous(), this::alreadyEnded);
    this.end = new RunEnd(records.writer(), buffer, this::hasEnded);
    Duration interval = recording.interval();
    this.system =
        interval == null ? null : new SystemMetrics(buffer, interval, ProcessReading::now);
    this.progress = new RunProgress(buffer);
    buffer.told();
    Progress shown = recording.progress();
    if (shown != null) {
      shown.begin(progress);
    }
  }

  private void hasEnded(RunStatus status) {
    records.open().remove(this);
    showEnd(status.name().toLowerCase(Locale.ROOT));
  }

  private void showEnd(String how) {
    Progress shown = recording.progress();
    if (shown != null) {
      shown.end(progress, how);
    }
  }

  /**
   * Returns the run's id. A run whose id was asked for is stored, so that others find it; if the
   * database does not take it now, it is tried again every second.
   *
   * @return 32 lower-case hexadecimal digits
   */
  public String id() {
    buffer.publish();
    return buffer.run().uid();
  }

  /**
   * Returns the name the run was started with.
   *
   * @return the name
   */
  public String name() {
    return buffer.run().name();
  }

  /**
   * Records a param.
   *
   * @param name 1 to 250 characters
   * @param value kept as its text, and as a number if it is one
   * @throws ConflictException if the run has the param with another value
   * @throws IllegalStateException if the run has ended
   */
  public void param(String name, Object value) {
    requireNonNull(name, "name");
    params(Map.of(Names.checked("param", name), requireNonNull(value, "value")));
  }

  /**
   * Records params, all or none.
   *
   * @param params values by name
   * @throws ConflictException if the run has one of the params with another value
   * @throws IllegalStateException if the run has ended
   */
  public void params(Map<String, ?> params) {
    Map<String, ?> all = Elements.copy(params, "params");
    end.refuseIfCome("record params");
    record(ParamTexts.of(all));
  }

  private void record(Map<String, String> params) {
    buffer.texts().params(params);
    buffer.told();
  }

  /**
   * Records each component of a record as a param, all or none. A component that is a record itself
   * gives params like {@code tree.depth}; a null component gives none.
   *
   * @param params the record
   * @throws ConflictException if the run has one of the params with another value
   * @throws IllegalStateException if the run has ended
   */
  public void params(Record params) {
    end.refuseIfCome("record params");
    record(ParamTexts.of(params));
  }

  /**
   * Records params, tags and metric points together, all or none; they are stored in one
   * transaction.
   *
   * <pre>{@code
   * run.log(batch -> batch.param("depth", 6).tag("team", "risk").metric("loss", 3, 0.25));
   * }</pre>
   *
   * @param told says what to record; if it throws, nothing is
   * @throws ConflictException if the run has one of the params with another value
   * @throws IllegalStateException if the run has ended
   */
  public void log(Consumer<RunBatch> told) {
    RunBatch batch = new RunBatch();
    requireNonNull(told, "told").accept(batch);
    end.refuseIfCome("log a batch");
    buffer.takeAll(batch);
  }

  /**
   * Logs a metric that has no steps: a point at step 0.
   *
   * @param name 1 to 250 characters
   * @param value what was measured; NaN and infinities are kept as they are
   * @throws IllegalStateException if the run has ended
   */
  public void metric(String name, double value) {
    requireNonNull(name, "name");
    series(name).log(0, value);
  }

  /**
   * Logs a metric with its interval, as four metrics: {@code auc} for the estimate, {@code
   * auc.lower}, {@code auc.upper} and {@code auc.confidence}.
   *
   * @param name 1 to 239 characters
   * @param interval the estimate with its range
   * @throws IllegalStateException if the run has ended
   */
  public void metric(String name, Interval interval) {
    requireNonNull(name, "name");
    requireNonNull(interval, "interval");
    Names.checked("metric", RunView.confidenceOf(name));
    metric(name, interval.estimate());
    metric(RunView.lowerOf(name), interval.lower());
    metric(RunView.upperOf(name), interval.upper());
    metric(RunView.confidenceOf(name), interval.confidence());
  }

  /**
   * Logs one point of a metric. In a loop, {@link #series} is faster.
   *
   * @param name 1 to 250 characters
   * @param step where in the training; any number
   * @param value what was measured; NaN and infinities are kept as they are
   * @throws IllegalStateException if the run has ended
   */
  public void metric(String name, long step, double value) {
    requireNonNull(name, "name");
    series(name).log(step, value);
  }

  /**
   * Returns a metric to log many points to.
   *
   * @param name 1 to 250 characters
   * @return the series of that name, always the same one for this run
   * @throws IllegalStateException if the run has ended
   */
  public MetricSeries series(String name) {
    requireNonNull(name, "name");
    end.refuseIfCome("log '" + name + "'");
    return buffer.series(Names.checked("metric", name));
  }

  /**
   * Sets a tag; a tag of that name is replaced.
   *
   * @param name 1 to 250 characters
   * @param value any text
   * @throws IllegalStateException if the run has ended
   */
  public void tag(String name, String value) {
    requireNonNull(name, "name");
    requireNonNull(value, "value");
    end.refuseIfCome("set tag '" + name + "'");
    buffer.texts().tag(Names.checked("tag", name), KeptTexts.checked("tag '" + name + "'", value));
    buffer.told();
  }

  /**
   * Tells of how many steps the run consists, for those who watch its progress; said again, the
   * last one holds. It is shown and not recorded.
   *
   * @param total the greatest step to come, at least 1
   * @throws IllegalArgumentException if it is below 1
   * @throws IllegalStateException if the run has ended
   */
  public void totalSteps(long total) {
    if (total < 1) {
      throw new IllegalArgumentException("totalSteps must be at least 1: " + total);
    }
    end.refuseIfCome("tell its total steps");
    progress.total(total);
  }

  /**
   * Records that the run reads a data set.
   *
   * @param role what it is used for, such as {@code training}
   * @param data the data; its digest is kept, not its rows
   * @throws IllegalStateException if the run has ended
   */
  public void input(String role, Dataset data) {
    requireNonNull(role, "role");
    requireNonNull(data, "data");
    input(role, data.digest());
  }

  /**
   * Records that the run reads data with a digest.
   *
   * @param role what it is used for, such as {@code training}
   * @param digest the digest of its content
   * @throws IllegalStateException if the run has ended
   */
  public void input(String role, Digest digest) {
    requireNonNull(role, "role");
    input(role, role, digest);
  }

  /**
   * Records that the run reads data with a name and a digest, such as a training set of the feature
   * store. The same input again changes nothing.
   *
   * @param role what it is used for, such as {@code training}
   * @param name what the data is called
   * @param digest the digest of its content
   * @throws IllegalStateException if the run has ended
   */
  public void input(String role, String name, Digest digest) {
    requireNonNull(role, "role");
    requireNonNull(name, "name");
    end.refuseIfCome("record an input");
    Names.checked("input role", role);
    Names.checked("input", name);
    buffer.texts().input(new RunView.Input(role, name, digest));
    buffer.told();
  }

  /**
   * Stores a file.
   *
   * @param path its name below the run, such as {@code plots/roc.svg}
   * @param bytes its content
   * @return what was stored
   * @throws ConflictException if the run has a file of that path
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public Artifact artifact(String path, byte[] bytes) {
    requireNonNull(bytes, "bytes");
    return artifact(path, new ByteArrayInputStream(bytes));
  }

  /**
   * Stores a file, copied from another.
   *
   * @param path its name below the run
   * @param file where its content is
   * @return what was stored
   * @throws ConflictException if the run has a file of that path
   * @throws NotFoundException if there is no such file to copy
   * @throws InvalidInputException if it is a directory
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public Artifact artifact(String path, Path file) {
    requireNonNull(path, "path");
    requireNonNull(file, "file");
    if (Files.isDirectory(file)) {
      throw new InvalidInputException(
          "'"
              + file.toAbsolutePath()
              + "' is a directory; keep it with artifacts('"
              + path
              + "', directory)");
    }
    if (!Files.isRegularFile(file)) {
      throw new NotFoundException(
          "no file '" + file.toAbsolutePath() + "' to keep as artifact '" + path + "'");
    }
    try (InputStream bytes = Files.newInputStream(file)) {
      return artifact(path, bytes);
    } catch (IOException e) {
      throw new StorageException(
          "cannot read '"
              + file
              + "' to keep it as artifact '"
              + path
              + "': "
              + FileFailure.reason(e),
          e);
    }
  }

  /**
   * Stores all files below a directory. The directory is looked at as a whole first; each file is
   * stored by itself then.
   *
   * @param path what comes before the names that the files have below the directory; empty for
   *     nothing
   * @param directory where the files are
   * @return what was stored, in the order of the paths
   * @throws ConflictException if the run has a file of one of the paths; those before it were
   *     stored
   * @throws NotFoundException if there is no such directory
   * @throws InvalidInputException if there is no file in it, if a name is refused, or if something
   *     in it is a symbolic link or no plain file; nothing was stored then
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public List<Artifact> artifacts(String path, Path directory) {
    requireNonNull(path, "path");
    requireNonNull(directory, "directory");
    end.refuseIfCome("store artifacts below '" + path + "'");
    List<Artifact> stored = new ArrayList<>();
    ArtifactFolder.files(path, directory)
        .forEach((name, file) -> stored.add(artifact(name.value(), file)));
    return List.copyOf(stored);
  }

  /**
   * Stores a text as UTF-8: a report, JSON, SVG.
   *
   * @param path its name below the run
   * @param text its content
   * @return what was stored
   * @throws ConflictException if the run has a file of that path
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public Artifact artifact(String path, String text) {
    requireNonNull(path, "path");
    requireNonNull(text, "text");
    return artifact(path, text.getBytes(UTF_8));
  }

  /**
   * Stores a data set as an Arrow file, which {@code ArrowFile.read} and Python's pyarrow read.
   *
   * @param path its name below the run, such as {@code errors.arrow}
   * @param dataset what to store
   * @return what was stored
   * @throws ConflictException if the run has a file of that path
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public Artifact artifact(String path, Dataset dataset) {
    requireNonNull(path, "path");
    requireNonNull(dataset, "dataset");
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    ArrowFile.write(dataset, bytes);
    return artifact(path, bytes.toByteArray());
  }

  /**
   * Stores a chart as an SVG document, which browsers show in light and dark.
   *
   * @param path its name below the run, ending with {@code .svg}, such as {@code plots/roc.svg}
   * @param chart what to store
   * @return what was stored
   * @throws InvalidInputException if the path has another end
   * @throws ConflictException if the run has a file of that path
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public Artifact artifact(String path, Chart chart) {
    requireNonNull(path, "path");
    requireNonNull(chart, "chart");
    return artifact(FileEnding.checked(path, "a chart, which is SVG", ".svg"), chart.svg());
  }

  /**
   * Stores a report as a page of HTML that needs no other file.
   *
   * @param path its name below the run, ending with {@code .html}, such as {@code errors.html}
   * @param report what to store
   * @return what was stored
   * @throws InvalidInputException if the path has another end
   * @throws ConflictException if the run has a file of that path
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public Artifact artifact(String path, Report report) {
    requireNonNull(path, "path");
    requireNonNull(report, "report");
    return artifact(FileEnding.checked(path, "a report, which is HTML", ".html"), report.html());
  }

  /**
   * Stores a file, streamed.
   *
   * @param path its name below the run
   * @param bytes its content, read to the end; the caller closes it
   * @return what was stored
   * @throws ConflictException if the run has a file of that path
   * @throws IllegalStateException if the run has ended
   */
  @CanIgnoreReturnValue
  public Artifact artifact(String path, InputStream bytes) {
    requireNonNull(path, "path");
    requireNonNull(bytes, "bytes");
    end.refuseIfCome("store artifact '" + path + "'");
    return records.artifact(buffer.place(), ArtifactPath.of(path), bytes);
  }

  /**
   * Says where the run runs, where the tracker does not know it; said again, the last one holds.
   *
   * @param environment usually {@link Environment#capture()}
   * @throws IllegalStateException if the run has ended
   */
  public void environment(Environment environment) {
    end.refuseIfCome("say its environment");
    buffer.texts().environment(requireNonNull(environment, "environment"));
    buffer.told();
  }

  /**
   * Writes the run's note; written again, the last one holds.
   *
   * @param text free text
   * @throws IllegalStateException if the run has ended
   */
  public void note(String text) {
    requireNonNull(text, "text");
    end.refuseIfCome("write its note");
    buffer.texts().note(KeptTexts.checked("note", text));
    buffer.told();
  }

  /**
   * Starts a run nested in this one. It ends by itself: closing this run does not end it.
   *
   * @param nestedName the nested run's name
   * @return the run, to be closed by the caller
   * @throws IllegalStateException if this run has ended
   */
  public Run nested(String nestedName) {
    requireNonNull(nestedName, "nestedName");
    end.refuseIfCome("start a nested run");
    RunRecords.Begun parent = buffer.run();
    return records.start(
        parent.experiment(),
        Names.checked("run", nestedName),
        id(),
        buffer.texts().environment(),
        recording);
  }

  /**
   * Runs work as a run nested in this one, as {@link Experiment#run} does.
   *
   * @param <E> what the work throws
   * @param nestedName the nested run's name
   * @param work what to do
   * @return the finished nested run
   * @throws E what the work throws, after it was recorded
   * @throws IllegalStateException if this run has ended
   */
  public <E extends Exception> RunView nested(String nestedName, Work<E> work) throws E {
    requireNonNull(nestedName, "nestedName");
    requireNonNull(work, "work");
    return nested(nestedName).perform(work);
  }

  /**
   * Makes durable what the run was told before: the run itself, params, tags, inputs, the note, the
   * environment and every point.
   *
   * <p>That is also stored by itself: once a second by a thread of the tracker, every 8192 points
   * by the thread that logs, when the workspace closes, and when the process exits. If that fails
   * it is kept, up to a million points and 64 Mi characters, and tried again, after 1, 2, 4 and at
   * last 30 seconds; only this method and those that end the run throw.
   *
   * @throws StorageException if it could not be stored, or something was dropped while the database
   *     was away
   * @throws ConflictException if another recorder of the run was first with another value of a
   *     param; the rest was stored
   */
  public void flush() {
    buffer.flush();
  }

  /**
   * Ends the run as {@link RunStatus#FINISHED}; all that it was told is durable when this returns.
   *
   * @throws IllegalStateException if the run has ended otherwise
   * @throws StorageException if the end could not be stored; it is tried again every second, and by
   *     {@link #close()}
   */
  public void succeed() {
    end.decide(new RunEnd.Outcome(RunStatus.FINISHED, null));
  }

  /**
   * Ends the run as {@link RunStatus#FAILED} and keeps the exception's class, message and trace.
   *
   * @param cause what went wrong
   * @throws IllegalStateException if the run has ended otherwise
   * @throws StorageException if the end could not be stored; it is tried again every second, and by
   *     {@link #close()}
   */
  public void fail(Throwable cause) {
    requireNonNull(cause, "cause");
    end.decide(new RunEnd.Outcome(RunStatus.FAILED, Traces.of(cause)));
  }

  /**
   * Ends the run as {@link RunStatus#FAILED} unless it has ended already.
   *
   * @throws StorageException if the end could not be stored
   */
  @Override
  public void close() {
    end.settle(new RunEnd.Outcome(RunStatus.FAILED, null));
  }

  <E extends Exception> RunView perform(Work<E> work) throws E {
    try {
      work.on(this);
      end.settle(new RunEnd.Outcome(RunStatus.FINISHED, null));
    } catch (Throwable thrown) {
      failAfter(thrown);
      throw thrown;
    }
    return records.reader().get(buffer.run().uid());
  }

  /** The work's exception is the one to be seen; trouble with recording it rides along. */
  private void failAfter(Throwable thrown) {
    try {
      end.settle(new RunEnd.Outcome(RunStatus.FAILED, Traces.of(thrown)));
    } catch (RuntimeException recording) {
      thrown.addSuppressed(recording);
    }
  }

  private IllegalStateException alreadyEnded(String what) {
    return end.already(what);
  }

  /** Measures the process if it is to be; called once a second. */
  void measure() {
    if (system != null) {
      system.measure();
    }
  }

  /** Stores what waits, or else the end that could not be stored; called once a second. */
  void storeWaiting() {
    if (!end.storeIfDecided()) {
      buffer.tick();
    }
  }

  /** Stores all that is not stored yet. */
  void storeAll() {
    if (!end.storeIfDecided()) {
      buffer.flush();
    }
  }

  /** Stores all that is not stored yet, and takes nothing any more; the run has no end then. */
  void detach() {
    try {
      if (!end.storeIfDecided()) {
        buffer.end(records.writer()::leave);
      }
    } finally {
      showEnd("left open as the workspace closed");
    }
  }

  /** Stores the run and its texts, so that who reads sees them. */
  void settle() {
    buffer.settle();
  }

  RunBuffer buffer() {
    return buffer;
  }

  /** Its place in the database; null if it has none yet. */
  RunRecords.@Nullable Started place() {
    return buffer.stored();
  }

  @Override
  public String toString() {
    return "run '" + name() + "' (" + buffer.run().uid() + ")";
  }

  /**
   * Work that is recorded as a run.
   *
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface Work<E extends Exception> {
    /**
     * Does the work.
     *
     * @param run takes what is to be recorded
     * @throws E anything; the run is then recorded as failed
     */
    void on(Run run) throws E;
  }
}
