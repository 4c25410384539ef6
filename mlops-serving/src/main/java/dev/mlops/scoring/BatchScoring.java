package dev.mlops.scoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.scoring.ScoredColumns.Output;
import dev.mlops.serving.Candidate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Scores tables of any size through a model version: each row is logged, each batch of answers is
 * kept, and a run that was interrupted goes on where it ended.
 *
 * <pre>{@code
 * BatchScoring nightly =
 *     BatchScoring.of(workspace, "nightly", model)
 *         .features("traffic", "wind")
 *         .id("flight")
 *         .output("late", 1);
 * ScoringRun run = nightly.score("2026-11-27", flights);
 * }</pre>
 *
 * <p>Immutable, and safe for use by many threads if the model is. It closes neither the model nor
 * the batches: who opens, closes.
 */
public final class BatchScoring {

  private final ScoringPlan plan;

  private BatchScoring(ScoringPlan plan) {
    this.plan = plan;
    var unused = plan.prediction(); // Throws if two columns would have one name.
  }

  /**
   * Names a job and the model version that it asks.
   *
   * @param workspace has the prediction log, keeps the results and what is done of each run
   * @param job the name of the job in messages, in the journal and in ids of predictions: 1 to 100
   *     characters without a slash
   * @param model makes of the features of some rows a column with an answer for each, in their
   *     order
   * @return a scoring without features and outputs
   * @throws IllegalArgumentException if the name is not allowed
   * @throws dev.mlops.error.StorageException if the tables of scorings cannot be made
   */
  public static BatchScoring of(
      Workspace workspace, String job, Candidate<? super Dataset, ? extends Column> model) {
    requireNonNull(workspace, "workspace");
    requireNonNull(job, "job");
    requireNonNull(model, "model");
    RunName.checked("job", job);
    ScoringTable.create(workspace);
    return new BatchScoring(ScoringPlan.of(workspace, job, model));
  }

  /**
   * Says which columns the model is given.
   *
   * @param columns their names, in the order in which the model takes them; at least one
   * @return a copy with the features
   * @throws IllegalStateException if they are already said
   * @throws IllegalArgumentException if there is none
   */
  public BatchScoring features(String... columns) {
    List<String> names = Elements.copy(columns, "columns");
    return new BatchScoring(plan.columns(asked -> asked.features(names)));
  }

  /**
   * Says which column names a row. It stands first in the results, and makes the ids of the
   * predictions in the log, see {@link ScoringRun#predictionId}.
   *
   * @param column a column of texts or whole numbers
   * @return a copy with the id
   * @throws IllegalStateException if it is already said
   * @throws IllegalArgumentException if an output has the same name
   */
  public BatchScoring id(String column) {
    requireNonNull(column, "column");
    return new BatchScoring(plan.columns(asked -> asked.id(column)));
  }

  /**
   * Says which columns go into the results unchanged, after the id and before the outputs.
   *
   * @param columns their names in the order wanted; none, unless said otherwise
   * @return a copy that keeps them
   * @throws IllegalStateException if they are already said
   * @throws IllegalArgumentException if an output has the same name
   */
  public BatchScoring keep(String... columns) {
    List<String> names = Elements.copy(columns, "columns");
    return new BatchScoring(plan.columns(asked -> asked.keep(names)));
  }

  /**
   * Adds the answers as they are.
   *
   * @param field what the column is called, its type, which must be that of the answers, and
   *     whether answers may be null
   * @return a copy with one output more
   * @throws IllegalArgumentException if another column of the results has the same name
   */
  public BatchScoring output(Field field) {
    requireNonNull(field, "field");
    return new BatchScoring(plan.columns(asked -> asked.output(new Output(field, Output.WHOLE))));
  }

  /**
   * Adds one number of answers that are vectors, as a column of {@link DataType#FLOAT32}: the
   * probability of one class.
   *
   * @param name what the column is called
   * @param place where the number is in each vector, from 0
   * @return a copy with one output more
   * @throws IllegalArgumentException if another column of the results has the same name, or the
   *     place is negative
   */
  public BatchScoring output(String name, int place) {
    if (place < 0) {
      throw new IllegalArgumentException("a place in a vector must not be negative: " + place);
    }
    Field field = Field.of(name, DataType.FLOAT32);
    return new BatchScoring(plan.columns(asked -> asked.output(new Output(field, place))));
  }

  /**
   * Says which output the prediction log keeps as the score.
   *
   * @param output the name of an output that is a number; the only one, unless said otherwise
   * @return a copy with the score
   * @throws IllegalStateException if it is already said
   */
  public BatchScoring score(String output) {
    requireNonNull(output, "output");
    return new BatchScoring(plan.columns(asked -> asked.score(output)));
  }

  /**
   * Leaves the prediction log alone; the report says so.
   *
   * @return a copy that does not log
   * @throws IllegalStateException if it is already said
   */
  public BatchScoring withoutLog() {
    return new BatchScoring(plan.leaveLog());
  }

  /**
   * Says who sees each batch once it is recorded, and logged if the run logs.
   *
   * <p>In a call that goes on with a run, the batches of earlier calls come too, so that it has
   * seen all of them in the end. It is called by the thread that scores. What it throws is counted,
   * told once in the log of the application, and stops nothing.
   *
   * @param listener is given the batches of the input in their order
   * @return a copy with the listener
   * @throws IllegalStateException if there is one already
   */
  public BatchScoring listener(Consumer<? super ScoredBatch> listener) {
    requireNonNull(listener, "listener");
    return new BatchScoring(plan.listener(listener));
  }

  /** Says for how long a process that has died keeps a run from others; 30 seconds otherwise. */
  BatchScoring lease(Duration time) {
    return new BatchScoring(plan.lease(time));
  }

  /**
   * Scores all rows, or goes on where an earlier call of the same run ended.
   *
   * <p>Batches that are recorded are read and compared by their digests, in the columns that the
   * run reads. One batch is in memory. An interrupt of the thread ends the call before the next
   * batch.
   *
   * @param run the name of the run in this job: 1 to 100 characters without a slash
   * @param rows the features, the id and what is kept; read once, in their order
   * @return the complete run
   * @throws IllegalStateException if features, an output, the id or the score are not said
   * @throws dev.mlops.error.InvalidInputException if columns are missing or of a wrong type, the
   *     model gives other answers than declared, or a row has no id; the message says where
   * @throws dev.mlops.error.ConflictException if the run was begun with another model, other
   *     options or another input, or is being scored by another process
   * @throws dev.mlops.error.MlopsException if the model fails; the message names the batch and its
   *     rows. What is recorded stays, and the same call goes on from there
   * @throws dev.mlops.error.StorageException if the database, the store or the log fails; so too
   */
  public ScoringRun score(String run, Batches rows) {
    requireNonNull(run, "run");
    requireNonNull(rows, "rows");
    return new ScoringCall(plan, new RunName(plan.job(), run)).score(rows, null);
  }

  /**
   * Scores all rows, as {@link #score(String, Batches)} does, and tells the share that is done.
   *
   * @param run the name of the run in this job: 1 to 100 characters without a slash
   * @param rows the features, the id and what is kept; read once, in their order
   * @param expectedRows how many rows there are about, at least 0; for progress alone
   * @return the complete run
   * @throws IllegalArgumentException if {@code expectedRows} is negative
   * @throws dev.mlops.error.MlopsException as {@link #score(String, Batches)} does
   */
  public ScoringRun score(String run, Batches rows, long expectedRows) {
    requireNonNull(run, "run");
    requireNonNull(rows, "rows");
    if (expectedRows < 0) {
      throw new IllegalArgumentException(
          "the number of expected rows must not be negative: " + Plural.grouped(expectedRows));
    }
    return new ScoringCall(plan, new RunName(plan.job(), run)).score(rows, expectedRows);
  }

  /** Returns the job, its model and its columns in one line. */
  @Override
  public String toString() {
    return plan.toString();
  }
}
