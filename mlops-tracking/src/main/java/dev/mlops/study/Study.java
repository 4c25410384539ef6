package dev.mlops.study;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.Workspace;
import dev.mlops.data.Dataset;
import dev.mlops.error.Exactly;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A search for the params that make a metric largest or smallest. What it has found is in the
 * database: any process that says the same study goes on with it, beside others or after a crash.
 * Immutable and safe for use by many threads.
 *
 * <pre>{@code
 * Study study = Study.builder(workspace, "delay-search")
 *     .space(Space.of(real("rate", 1e-4, 1e-1).log(), whole("depth", 2, 12)))
 *     .maximise("auc")
 *     .trials(60)
 *     .build();
 * study.run(trial -> trial.run().metric("auc", train(trial.real("rate"), trial.whole("depth"))));
 * }</pre>
 */
public final class Study {
  private final Workspace workspace;
  private final StudyTerms terms;
  private final StudyRecords records;
  private final @Nullable Long most;
  private final @Nullable Duration time;
  private final int workers;
  private final @Nullable Executor executor;

  private Study(Builder builder, StudyTerms terms, @Nullable Long most) {
    this.workspace = builder.workspace;
    this.terms = terms;
    this.records = new StudyRecords(workspace, terms);
    this.most = most;
    this.time = builder.time;
    this.workers = builder.workers == null ? 1 : builder.workers;
    this.executor = builder.executor;
  }

  /** What is done in a trial. */
  @FunctionalInterface
  public interface Work {
    /**
     * Trains with the trial's params and logs the objective to its run.
     *
     * @param trial the trial
     * @throws Exception anything; the trial has failed then, and the study goes on. After an
     *     InterruptedException and after an Error it does not
     */
    void on(Trial trial) throws Exception;
  }

  /**
   * Begins to describe a study.
   *
   * @param workspace where it is kept; the caller closes it
   * @param name 1 to 250 characters, unique in the workspace's project
   * @return a builder
   */
  public static Builder builder(Workspace workspace, String name) {
    requireNonNull(workspace, "workspace");
    return new Builder(workspace, Names.checked("study", requireNonNull(name, "name")));
  }

  /**
   * Works on trials until the budget is used up, and returns when those of this process have ended.
   *
   * <p>A trial is worked on in one process at a time. What a dead process had begun is given again,
   * by the next trial that any process takes, half a minute after the process was last seen; on an
   * embedded database at once.
   *
   * @param work what is done in a trial; called by several threads if there are several workers
   * @return where the study stands then; trials of other processes may be running
   * @throws InterruptedException if the thread was interrupted, or the work throws it; no further
   *     trial was begun, and those of this process have ended
   * @throws dev.mlops.error.ConflictException if there is a study of this name with other terms
   * @throws dev.mlops.error.StorageException if the database fails
   */
  @CanIgnoreReturnValue
  public StudyProgress run(Work work) throws InterruptedException {
    requireNonNull(work, "work");
    Instant until = time == null ? null : workspace.clock().instant().plus(time);
    new StudyRunner(workspace, terms, records, work, most, until).run(workers, executor);
    return progress();
  }

  /**
   * Lists the attempts at trials.
   *
   * @return them, by trial and attempt; unmodifiable, empty if the study was never run
   * @throws dev.mlops.error.ConflictException if there is a study of this name with other terms
   */
  public List<TrialView> trials() {
    return records.find().map(records::attempts).orElse(List.of());
  }

  /**
   * Counts the trials.
   *
   * @return where the study stands
   * @throws dev.mlops.error.ConflictException if there is a study of this name with other terms
   */
  public StudyProgress progress() {
    return progress(StudyRecords.lastOf(trials()));
  }

  private StudyProgress progress(List<TrialView> trials) {
    long feasible = Ranking.of(terms, trials).feasible();
    return new StudyProgress(
        terms.name(),
        feasible,
        count(trials, TrialState.FINISHED) - feasible,
        count(trials, TrialState.PRUNED),
        count(trials, TrialState.UNMEASURED),
        count(trials, TrialState.FAILED),
        count(trials, TrialState.LOST),
        count(trials, TrialState.RUNNING));
  }

  private static long count(List<TrialView> trials, TrialState state) {
    return trials.stream().filter(trial -> trial.state() == state).count();
  }

  /**
   * Returns the best trial of those that finished and keep every limit; of equals the earlier one.
   *
   * @return the trial, and why it is the best
   * @throws NotFoundException if there is none, with the counts of what there is
   * @throws dev.mlops.error.ConflictException if there is a study of this name with other terms
   */
  public BestTrial best() {
    List<TrialView> trials = StudyRecords.lastOf(trials());
    Ranking ranking = Ranking.of(terms, trials);
    if (ranking.feasible() == 0) {
      throw new NotFoundException(
          "study '"
              + terms.name()
              + "' has no best trial, since none is feasible: "
              + progress(trials).counts()
              + "; table() says why of each");
    }
    return new BestTrial(ranking.ranked().get(0), ranking.reason());
  }

  /**
   * Lays the attempts side by side.
   *
   * @return a row for each attempt, by trial and attempt: {@code trial INT64, attempt INT64, rank
   *     INT64} (1 for the best, null without a place), {@code state STRING, outcome STRING} in
   *     words, {@code run STRING}, a column {@code param.NAME} for each param of the space and
   *     {@code metric.NAME} for the objective and each metric with a limit, null where it is
   *     missing
   * @throws dev.mlops.error.ConflictException if there is a study of this name with other terms
   */
  public Dataset table() {
    return StudyTable.of(terms, trials());
  }

  /**
   * Returns the study's name.
   *
   * @return the name
   */
  public String name() {
    return terms.name();
  }

  @Override
  public String toString() {
    return "study '" + name() + "': " + terms.goal();
  }

  /** Describes a study; each option is set once, by one thread. */
  public static final class Builder {
    private static final int MOST_WORKERS = 1_000;

    private final Workspace workspace;
    private final String name;
    private final List<Goal.Constraint> constraints = new ArrayList<>();
    private @Nullable String experiment;
    private @Nullable Space space;
    private @Nullable Goal goal;
    private @Nullable Sampler sampler;
    private @Nullable Boolean stops;
    private @Nullable Long seed;
    private @Nullable Long trials;
    private @Nullable Duration time;
    private @Nullable Integer workers;
    private @Nullable Executor executor;

    private Builder(Workspace workspace, String name) {
      this.workspace = workspace;
      this.name = name;
    }

    /**
     * Names the experiment of the study's runs; the default is the study's name.
     *
     * @param name 1 to 250 characters
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder experiment(String name) {
      requireNonNull(name, "name");
      experiment = Once.set("experiment", experiment, Names.checked("experiment", name));
      return this;
    }

    /**
     * Says what is searched; required.
     *
     * @param params the params
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder space(Space params) {
      space = Once.set("space", space, requireNonNull(params, "params"));
      return this;
    }

    /**
     * Looks for the least latest value of a metric; this or {@link #maximise} is required.
     *
     * @param metric that each trial logs
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder minimise(String metric) {
      return goal(metric, false);
    }

    /**
     * Looks for the greatest latest value of a metric; this or {@link #minimise} is required.
     *
     * @param metric that each trial logs
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder maximise(String metric) {
      return goal(metric, true);
    }

    private Builder goal(String metric, boolean larger) {
      Names.checked("metric", requireNonNull(metric, "metric"));
      goal = Once.set("goal", goal, new Goal(metric, larger));
      return this;
    }

    /**
     * Ranks trials whose metric is above a limit, or not known, below all others. May be called for
     * several metrics.
     *
     * @param metric that each trial logs
     * @param limit the greatest value that is allowed
     * @return this builder
     * @throws IllegalArgumentException if the limit is not finite
     */
    @CanIgnoreReturnValue
    public Builder atMost(String metric, double limit) {
      return limit(metric, limit, true);
    }

    /**
     * Ranks trials whose metric is below a limit, or not known, below all others. May be called for
     * several metrics.
     *
     * @param metric that each trial logs
     * @param limit the least value that is allowed
     * @return this builder
     * @throws IllegalArgumentException if the limit is not finite
     */
    @CanIgnoreReturnValue
    public Builder atLeast(String metric, double limit) {
      return limit(metric, limit, false);
    }

    private Builder limit(String metric, double limit, boolean atMost) {
      Names.checked("metric", requireNonNull(metric, "metric"));
      if (!Double.isFinite(limit)) {
        throw new IllegalArgumentException(
            "limit of metric '" + metric + "' must be finite: " + Exactly.typed(limit));
      }
      for (Goal.Constraint before : constraints) {
        if (before.metric().equals(metric) && before.atMost() == atMost) {
          Once.refuse(atMost ? "limit at most of" : "limit at least of", metric, before.limit());
        }
      }
      constraints.add(new Goal.Constraint(metric, limit, atMost));
      return this;
    }

    /**
     * Says how params are chosen; the default is {@link Sampler#tpe()}.
     *
     * @param chosen the sampler
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder sampler(Sampler chosen) {
      sampler = Once.set("sampler", sampler, requireNonNull(chosen, "chosen"));
      return this;
    }

    /**
     * Lets {@link Trial#shouldStop} tell a trial to stop when its best value so far is worse than
     * the median, over the trials that finished, of the mean of their values up to the same step;
     * never before five trials have finished. The default is that no trial is told to stop.
     *
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder medianStopping() {
      stops = Once.set("medianStopping", stops, true);
      return this;
    }

    /**
     * Sets the seed of all chance; the default is 0.
     *
     * @param number any number
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder seed(long number) {
      seed = Once.set("seed", seed, number);
      return this;
    }

    /**
     * Limits how many trials the study has, those of all processes counted. A later run with a
     * greater number goes on.
     *
     * @param number at least 1
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    @CanIgnoreReturnValue
    public Builder trials(long number) {
      if (number < 1) {
        throw new IllegalArgumentException("trials must be at least 1: " + number);
      }
      trials = Once.set("trials", trials, number);
      return this;
    }

    /**
     * Limits how long after the call of {@link Study#run} a trial may begin. A trial that has begun
     * is not cut short.
     *
     * @param duration above zero
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    @CanIgnoreReturnValue
    public Builder time(Duration duration) {
      requireNonNull(duration, "duration");
      if (duration.isNegative() || duration.isZero()) {
        throw new IllegalArgumentException(
            "time must be above 0 seconds: " + Exactly.duration(duration));
      }
      time = Once.set("time", time, duration);
      return this;
    }

    /**
     * Says how many trials of this process run at once; the default is 1, in the calling thread.
     *
     * @param number 1 to 1,000
     * @return this builder
     * @throws IllegalArgumentException if it is out of range
     */
    @CanIgnoreReturnValue
    public Builder workers(int number) {
      if (number < 1 || number > MOST_WORKERS) {
        throw new IllegalArgumentException("workers must be 1 to 1,000: " + number);
      }
      workers = Once.set("workers", workers, number);
      return this;
    }

    /**
     * Says who runs the workers; the default is threads of the study's own, which end with it.
     *
     * @param given runs as many tasks at once as there are workers; the caller closes it
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder executor(Executor given) {
      executor = Once.set("executor", executor, requireNonNull(given, "given"));
      return this;
    }

    /**
     * Checks all and returns the study. Nothing is looked up or written yet.
     *
     * @return the study
     * @throws IllegalStateException if something required is missing
     * @throws IllegalArgumentException if a grid is too large, or a real param has no step for it
     */
    public Study build() {
      Sampler chosen = sampler == null ? Sampler.tpe() : sampler;
      Space searched = required("space(...)", space);
      StudyTerms terms =
          new StudyTerms(
              name,
              experiment == null ? name : experiment,
              searched,
              required("minimise(metric) or maximise(metric)", goal),
              List.copyOf(constraints),
              chosen,
              stops != null,
              seed == null ? 0 : seed);
      Optional<Long> size = chosen.size(searched);
      if (trials == null && time == null && size.isEmpty()) {
        throw new IllegalStateException(
            "study '" + name + "' has no budget; set trials(number) or time(duration)");
      }
      return new Study(this, terms, trials);
    }

    private <T> T required(String option, @Nullable T value) {
      if (value == null) {
        throw new IllegalStateException("study '" + name + "' needs " + option);
      }
      return value;
    }
  }
}
