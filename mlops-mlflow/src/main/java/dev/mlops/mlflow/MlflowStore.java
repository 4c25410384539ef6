package dev.mlops.mlflow;

import static java.util.Objects.requireNonNull;

import dev.mlops.Workspace;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.tracking.ExperimentTracker;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file store of an MLflow: the directory that it calls {@code mlruns}. It is read and never
 * written. Immutable and safe for use by many threads.
 *
 * <pre>{@code
 * ImportReport report = MlflowStore.open(Path.of("mlruns")).importInto(workspace);
 * }</pre>
 */
public final class MlflowStore {

  private final FileStore files;
  private final boolean takesOpenRuns;

  private MlflowStore(FileStore files, boolean takesOpenRuns) {
    this.files = files;
    this.takesOpenRuns = takesOpenRuns;
  }

  /**
   * Opens a file store.
   *
   * @param directory holds a directory with a {@code meta.yaml} for each experiment
   * @return the store
   * @throws NotFoundException if there is no such directory
   * @throws InvalidInputException if it is a file, such as a database of MLflow, or holds no
   *     experiment
   */
  public static MlflowStore open(Path directory) {
    requireNonNull(directory, "directory");
    if (Files.isRegularFile(directory)) {
      throw new InvalidInputException(
          "'"
              + directory
              + "' is a file; what is read is a file store of MLflow, a directory such as mlruns");
    }
    if (!Files.isDirectory(directory)) {
      throw new NotFoundException(
          "no directory '" + directory.toAbsolutePath() + "' to read a file store of MLflow from");
    }
    FileStore files = new FileStore(directory);
    if (files.experiments().isEmpty()) {
      throw new InvalidInputException(
          "'"
              + directory
              + "' holds no experiment of MLflow: no directory in it has a meta.yaml; give the one that MLflow calls mlruns");
    }
    return new MlflowStore(files, false);
  }

  /**
   * Returns the same store, from which runs are taken that have not ended in MLflow, too: as {@link
   * dev.mlops.tracking.RunStatus#KILLED}, ended at their last point. The default is to leave them
   * out, as they may go on.
   *
   * @return the other store
   */
  public MlflowStore withOpenRuns() {
    return new MlflowStore(files, true);
  }

  /**
   * Adds the experiments and runs of the store to a workspace: with their ids, times, params, tags,
   * points, inputs and files. What is there already is compared and not changed. Each run is added
   * whole or not at all, so an import that was interrupted is done again.
   *
   * @param workspace where runs are kept
   * @return what was added, what was there, what is different there, and what was left out
   * @throws InvalidInputException if a file of the store is none that MLflow writes; the runs
   *     before it were added
   */
  public ImportReport importInto(Workspace workspace) {
    requireNonNull(workspace, "workspace");
    return new StoreImport(files, ExperimentTracker.of(workspace), takesOpenRuns).run();
  }

  @Override
  public String toString() {
    return files.toString();
  }
}
