package dev.mlops.scoring;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.coordination.Lease;
import dev.mlops.error.NotFoundException;
import dev.mlops.scoring.ScoringTable.StoredBatch;
import dev.mlops.scoring.ScoringTable.StoredRun;
import java.util.List;
import java.util.Optional;

/**
 * The runs of batch scorings that a project has, for those who read their results without the
 * model. Immutable, and safe for use by many threads.
 */
public final class ScoringRuns {

  private final Workspace workspace;
  private final ScoringTable table;

  private ScoringRuns(Workspace workspace) {
    this.workspace = workspace;
    this.table = new ScoringTable(workspace);
  }

  /**
   * Opens the runs of a workspace's project.
   *
   * @param workspace where they are kept
   * @return the runs
   * @throws dev.mlops.error.StorageException if the tables of scorings cannot be made
   */
  public static ScoringRuns of(Workspace workspace) {
    requireNonNull(workspace, "workspace");
    ScoringTable.create(workspace);
    return new ScoringRuns(workspace);
  }

  /**
   * Reads a run that must be there.
   *
   * @param job the name of its job
   * @param run its name
   * @return the run; its report counts all that is recorded as done by earlier calls
   * @throws NotFoundException if there is none, naming the job's runs
   */
  public ScoringRun get(String job, String run) {
    return find(job, run).orElseThrow(() -> missing(new RunName(job, run)));
  }

  /**
   * Looks for a run.
   *
   * @param job the name of its job
   * @param run its name
   * @return the run, complete or not; empty if there is none
   */
  public Optional<ScoringRun> find(String job, String run) {
    requireNonNull(job, "job");
    requireNonNull(run, "run");
    RunName name = new RunName(job, run);
    return table
        .find(name)
        .map(
            stored -> {
              ScoringTally tally = ScoringTally.of(table.batches(stored));
              return new ScoringRun(
                  workspace,
                  name,
                  stored,
                  tally.batches(),
                  tally.report(stored.terms().isLogging()));
            });
  }

  /**
   * Lists the runs of a job.
   *
   * @param job the name of the job
   * @return their names, oldest first; unmodifiable
   */
  public List<String> list(String job) {
    requireNonNull(job, "job");
    return table.names(job);
  }

  /**
   * Deletes a run, with its answers; their bytes are freed by the next collection of garbage. Its
   * predictions stay in the log, so give a run that scores the same rows again another name.
   *
   * @param job the name of its job
   * @param run its name
   * @throws NotFoundException if there is none, naming the job's runs
   * @throws dev.mlops.error.ConflictException if it is being scored
   */
  public void delete(String job, String run) {
    RunName name = get(job, run).runName();
    try (Lease lease = RunLease.take(workspace, name, RunLease.TIME)) {
      StoredRun stored = table.find(name).orElseThrow(() -> missing(name));
      ScoringTally tally = ScoringTally.of(table.batches(stored));
      lease.write(
          session -> {
            for (StoredBatch batch : tally.batches()) {
              workspace.artifacts().unlink(session, stored.owner(), batch.path());
            }
            ScoringTable.delete(session, stored);
            new ScoringJournal(workspace, name, stored.terms()).deleted(session, tally);
            return true;
          });
    }
  }

  private NotFoundException missing(RunName name) {
    return NotFoundException.among("no " + name, list(name.job()));
  }

  @Override
  public String toString() {
    return "scoring runs of project '" + workspace.project() + "'";
  }
}
