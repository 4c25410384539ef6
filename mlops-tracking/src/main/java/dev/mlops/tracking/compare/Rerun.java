package dev.mlops.tracking.compare;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Exactly;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Once;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.Run;
import dev.mlops.tracking.RunCheck;
import dev.mlops.tracking.RunView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A run done again, to see whether its result can be had a second time: a new run in the same
 * experiment, with the same name, params and inputs, whose metrics and artifacts are compared with
 * those of the first. Options are set by one thread, each once.
 *
 * <pre>{@code
 * RerunResult result = Rerun.of(tracker, id).input("training", flights).run((run, original) -> {
 *   run.metric("auc", train(original.param("seed")));
 * });
 * }</pre>
 */
public final class Rerun {

  /** The tag of the new run that has the id of the first. */
  public static final String TAG = "rerun-of";

  private final ExperimentTracker tracker;
  private final RunView original;
  private final Set<RunView.Input> given = new LinkedHashSet<>();
  private final Set<String> ignored = new TreeSet<>();
  private @Nullable Double tolerance;

  private Rerun(ExperimentTracker tracker, RunView original) {
    this.tracker = tracker;
    this.original = original;
  }

  /**
   * What trains.
   *
   * @param <E> what it throws
   */
  @FunctionalInterface
  public interface Trainer<E extends Exception> {
    /**
     * Trains, and records metrics and artifacts.
     *
     * @param run the new run, which has the params and inputs already
     * @param original the first run, whose params say what to do
     * @throws E if it fails
     */
    void train(Run run, RunView original) throws E;
  }

  /**
   * Prepares to do a run again.
   *
   * @param tracker where it is
   * @param run its id
   * @return the rerun, without inputs and with a tolerance of 0
   * @throws NotFoundException if there is no such run
   * @throws IllegalStateException if the run is not known to be what it was when it ended: it goes
   *     on, was killed, or was changed since
   */
  public static Rerun of(ExperimentTracker tracker, String run) {
    requireNonNull(tracker, "tracker");
    RunView original = tracker.get(requireNonNull(run, "run"));
    RunCheck check = tracker.verify(run);
    if (!check.intact()) {
      throw new IllegalStateException(
          check + "; only a run that is what it was when it ended can be compared with a new one");
    }
    return new Rerun(tracker, original);
  }

  /**
   * Gives data that the trainer will read. Each input of the first run must be given.
   *
   * @param role what it is used for, as in the first run
   * @param data the data
   * @return this rerun
   * @throws ConflictException if the first run read other data in that role
   * @throws NotFoundException if the first run read nothing in that role
   */
  @CanIgnoreReturnValue
  public Rerun input(String role, Dataset data) {
    requireNonNull(role, "role");
    return input(role, role, requireNonNull(data, "data").digest());
  }

  /**
   * Gives data that the trainer will read, by its digest.
   *
   * @param role what it is used for, as in the first run
   * @param name what the data is called, as in the first run
   * @param digest the digest of its content
   * @return this rerun
   * @throws ConflictException if the first run read other data of that role and name
   * @throws NotFoundException if the first run read nothing of that role and name
   */
  @CanIgnoreReturnValue
  public Rerun input(String role, String name, Digest digest) {
    requireNonNull(role, "role");
    requireNonNull(name, "name");
    requireNonNull(digest, "digest");
    RunView.Input input = new RunView.Input(role, name, digest);
    List<RunView.Input> same =
        original.inputs().stream()
            .filter(read -> read.role().equals(role) && read.name().equals(name))
            .toList();
    if (same.isEmpty()) {
      throw NotFoundException.among(
          "no input " + label(input) + " in run '" + original.name() + "'",
          original.inputs().stream().map(Rerun::label).toList());
    }
    if (!same.contains(input)) {
      throw new ConflictException(
          "input "
              + label(input)
              + " is another data set than the one of run '"
              + original.name()
              + "': "
              + digest
              + " and not "
              + same.stream().map(read -> read.digest().toString()).collect(joining(" or "))
              + "; give the data that it read");
    }
    Once.refuse("input", label(input), given.contains(input) ? digest : null);
    given.add(input);
    return this;
  }

  private static String label(RunView.Input input) {
    return input.role().equals(input.name()) ? input.role() : input.role() + "/" + input.name();
  }

  /**
   * Says how far a metric's values may be apart to count as the same within tolerance; the default
   * is 0, which asks for the same bits.
   *
   * @param relative the greatest distance of two values, as a share of the greater of their
   *     magnitudes; from 0 to 1
   * @return this rerun
   * @throws IllegalArgumentException if it is out of range
   * @throws IllegalStateException if it was set before
   */
  @CanIgnoreReturnValue
  public Rerun tolerance(double relative) {
    if (!(relative >= 0 && relative <= 1)) {
      throw new IllegalArgumentException(
          "tolerance must be from 0 to 1: " + Exactly.typed(relative));
    }
    tolerance = Once.set("tolerance", tolerance, relative);
    return this;
  }

  /**
   * Leaves a metric out of the comparison that is never the same twice, such as how long a step
   * took. May be called for several.
   *
   * @param metric the metric's name
   * @return this rerun
   * @throws NotFoundException if the first run does not have it
   */
  @CanIgnoreReturnValue
  public Rerun ignoring(String metric) {
    ignored.add(original.summary(requireNonNull(metric, "metric")).name());
    return this;
  }

  /**
   * Does the run again and compares. Params and inputs are recorded before the trainer starts, so
   * that a trainer that records another value of a param fails.
   *
   * @param <E> what the trainer throws
   * @param trainer what trains
   * @return both runs, and what differs
   * @throws E what the trainer throws; the new run has failed then
   * @throws IllegalStateException if an input of the first run was not given
   */
  public <E extends Exception> RerunResult run(Trainer<E> trainer) throws E {
    requireNonNull(trainer, "trainer");
    List<RunView.Input> missing = new ArrayList<>(original.inputs());
    missing.removeAll(given);
    if (!missing.isEmpty()) {
      throw new IllegalStateException(
          "run '"
              + original.name()
              + "' read "
              + missing.stream().map(Rerun::label).collect(joining(", "))
              + ", which was not given; give it by input(role, data)");
    }
    RunView again =
        tracker
            .experiment(original.experiment())
            .run(
                original.name(),
                run -> {
                  run.tag(TAG, original.id());
                  run.params(original.params());
                  original.inputs().forEach(in -> run.input(in.role(), in.name(), in.digest()));
                  trainer.train(run, original);
                });
    return new RerunComparison(tracker, original, again, ignored, tolerance == null ? 0 : tolerance)
        .result();
  }

  @Override
  public String toString() {
    return "rerun of '" + original.name() + "' " + original.id();
  }
}
