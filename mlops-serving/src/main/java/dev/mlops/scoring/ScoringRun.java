package dev.mlops.scoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.StorageException;
import dev.mlops.scoring.ScoringTable.StoredBatch;
import dev.mlops.scoring.ScoringTable.StoredRun;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;

/** A run of a {@link BatchScoring}: what it has scored, and the answers. Immutable. */
public final class ScoringRun {

  private final Workspace workspace;
  private final RunName name;
  private final StoredRun stored;
  private final List<StoredBatch> batches;
  private final ScoringReport report;

  ScoringRun(
      Workspace workspace,
      RunName name,
      StoredRun stored,
      List<StoredBatch> batches,
      ScoringReport report) {
    this.workspace = workspace;
    this.name = name;
    this.stored = stored;
    this.batches = List.copyOf(batches);
    this.report = report;
  }

  /**
   * Returns the job.
   *
   * @return its name
   */
  public String job() {
    return name.job();
  }

  /**
   * Returns the run.
   *
   * @return its name, unique in the job
   */
  public String name() {
    return name.run();
  }

  RunName runName() {
    return name;
  }

  /**
   * Returns the model that answered.
   *
   * @return its name
   */
  public String model() {
    return stored.terms().model();
  }

  /**
   * Returns the version that answered.
   *
   * @return the version of the model
   */
  public String version() {
    return stored.terms().version();
  }

  /**
   * Returns the digest of the model that answered.
   *
   * @return the digest; empty if the candidate had none
   */
  public Optional<Digest> digest() {
    return Optional.ofNullable(stored.terms().digest());
  }

  /**
   * Tells whether the input was scored to its end.
   *
   * @return false if the run goes on with the next call
   */
  public boolean isComplete() {
    return stored.ended() != null;
  }

  /**
   * Returns what was scored.
   *
   * @return the counts
   */
  public ScoringReport report() {
    return report;
  }

  /**
   * Returns the answers, in the batches and the order of the input: the id, the columns that are
   * kept, the outputs. Repeatable; one batch is read when it is asked for.
   *
   * @return what is recorded, each row once; of a run that is not complete the first batches
   */
  public Batches results() {
    return Batches.of(
        stored.terms().result(), () -> batches.stream().map(this::answers).iterator());
  }

  private Dataset answers(StoredBatch batch) {
    return read(workspace, stored, batch);
  }

  static Dataset read(Workspace workspace, StoredRun run, StoredBatch batch) {
    try (InputStream bytes =
        workspace.artifacts().open(workspace.artifacts().get(run.owner(), batch.path()))) {
      return ArrowFile.read(bytes);
    } catch (IOException e) {
      throw new StorageException("cannot read the answers of batch " + batch.number(), e);
    }
  }

  /**
   * Returns under which id a row is in the prediction log, so that its label finds it.
   *
   * @param id the row's own id
   * @return the id of its prediction: job, run and id, with slashes between
   */
  public String predictionId(String id) {
    requireNonNull(id, "id");
    return name.prediction(id);
  }

  /** Returns the run and what it has scored in one line. */
  @Override
  public String toString() {
    return name
        + " with "
        + model()
        + ":"
        + version()
        + (isComplete() ? ": " : ", not complete: ")
        + report.sentence();
  }
}
