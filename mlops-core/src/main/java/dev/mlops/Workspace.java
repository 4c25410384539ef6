package dev.mlops;

import dev.mlops.error.ConflictException;
import dev.mlops.error.Once;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Journal;
import dev.mlops.journal.Notes;
import dev.mlops.labels.Labels;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Artifacts;
import dev.mlops.storage.Database;
import dev.mlops.storage.FileAccess;
import dev.mlops.storage.Names;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Where machine learning keeps its state: a database for the truth, a store for the bytes, a
 * journal of what happened, a log of predictions, a clock.
 *
 * <p>Every module opens on a workspace. It is immutable and safe for use by many threads; who
 * opened it closes it.
 *
 * <pre>{@code
 * try (Workspace workspace = Workspace.open(Path.of("ml"))) {
 *   workspace.journal().append(Entry.of("project.started"));
 * }
 * }</pre>
 */
public final class Workspace implements AutoCloseable {
  private final Database database;
  private final Artifacts artifacts;
  private final Journal journal;
  private final PredictionLog predictions;
  private final Clock clock;
  private final String project;
  private final Actor actor;
  private final Notes notes;
  private final OwnedParts owned;
  private final boolean closes;

  private Workspace(Builder builder, Database database, ArtifactStore store, OwnedParts owned) {
    this.database = database;
    this.clock = builder.clock == null ? Clock.systemUTC() : builder.clock;
    this.project = builder.project == null ? Names.DEFAULT_PROJECT : builder.project;
    this.actor = builder.actor == null ? Actor.system() : builder.actor;
    this.artifacts =
        builder.adopting
            ? Artifacts.adopting(database, store, clock)
            : Artifacts.of(database, store, clock);
    this.journal = Journal.of(database, clock, project, actor);
    this.predictions =
        builder.predictions == null ? ownLog(database, project, clock, owned) : builder.predictions;
    this.notes = Notes.of(journal);
    this.owned = owned;
    this.closes = true;
  }

  /** The same workspace under another actor. */
  private Workspace(Workspace whole, Actor actor) {
    this.database = whole.database;
    this.artifacts = whole.artifacts;
    this.journal = whole.journal.actingAs(actor);
    this.predictions = whole.predictions;
    this.clock = whole.clock;
    this.project = whole.project;
    this.actor = actor;
    this.notes = Notes.of(journal);
    this.owned = whole.owned;
    this.closes = false;
  }

  private static PredictionLog ownLog(
      Database database, String project, Clock clock, OwnedParts owned) {
    PredictionLog log = PredictionLog.builder(database, clock).project(project).open();
    owned.push(log);
    return log;
  }

  /**
   * Opens the embedded workspace in a directory, made if it is not there: H2 and files.
   *
   * <p>One process may have it open, and once at a time; a workspace on PostgreSQL can be shared.
   *
   * @param directory on a local disk
   * @return the workspace, to be closed by the caller
   * @throws ConflictException if it is open already
   * @throws dev.mlops.error.NewerFormException if it was written by a newer release
   * @throws StorageException if it cannot be opened
   */
  public static Workspace open(Path directory) {
    return builder().directory(directory).open();
  }

  /**
   * Opens a fresh workspace in memory, gone when it is closed; for tests.
   *
   * @return the workspace, to be closed by the caller
   */
  public static Workspace inMemory() {
    return builder().open();
  }

  /**
   * Begins a workspace of chosen parts; with none chosen it is in memory.
   *
   * @return the builder
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Returns the database.
   *
   * @return where everything but the bytes of artifacts is kept
   */
  public Database database() {
    return database;
  }

  /**
   * Returns the artifacts.
   *
   * @return where the bytes of artifacts are kept
   */
  public Artifacts artifacts() {
    return artifacts;
  }

  /**
   * Returns the journal.
   *
   * @return what happened
   */
  public Journal journal() {
    return journal;
  }

  /**
   * Returns what was written about the things of the project.
   *
   * @return the notes
   */
  public Notes notes() {
    return notes;
  }

  /**
   * Returns the prediction log of the project.
   *
   * @return what was predicted, with its labels
   */
  public PredictionLog predictions() {
    return predictions;
  }

  /**
   * Returns the labels of the project's predictions.
   *
   * @return where labels are added, the same as {@code predictions().labels()}
   */
  public Labels labels() {
    return predictions.labels();
  }

  /**
   * Returns the clock.
   *
   * @return what dates everything in the workspace
   */
  public Clock clock() {
    return clock;
  }

  /**
   * Returns the project.
   *
   * @return whose runs, models, features, predictions, labels and events this workspace sees and
   *     writes
   */
  public String project() {
    return project;
  }

  /**
   * Returns the actor.
   *
   * @return who acts when an event names nobody
   */
  public Actor actor() {
    return actor;
  }

  /**
   * Returns this workspace under another actor: a server acts for the person who asked it.
   *
   * <p>It has the same parts and opens nothing. What is opened on it closes with the whole
   * workspace; to close it alone does nothing.
   *
   * @param other who acts when an event names nobody
   * @return the same workspace, of which others see nothing
   */
  public Workspace actingAs(Actor other) {
    return new Workspace(this, Objects.requireNonNull(other, "other"));
  }

  /**
   * Lets something finish its work on this workspace before the workspace closes: {@link #close()}
   * closes it first, while database and store are still open.
   *
   * @param part closed once, before everything the workspace has opened itself
   * @return takes the part back, once it needs no closing any more
   * @throws IllegalStateException if the workspace is closed
   */
  public Runnable onClose(AutoCloseable part) {
    owned.push(Objects.requireNonNull(part, "part"));
    return () -> owned.remove(part);
  }

  /**
   * Has a part closed before this workspace, as {@link #onClose} does, of which a workspace has one
   * at a time: two that keep state of their own would disagree.
   *
   * @param what the part's kind, such as {@code feature store}
   * @param part closed once, when this workspace is
   * @return takes the part off again, for when it is closed before
   * @throws IllegalStateException if there is one already, or this workspace is closed
   */
  public Runnable onCloseOnly(String what, AutoCloseable part) {
    Objects.requireNonNull(what, "what");
    owned.pushOnly(Names.checked("part", what), Objects.requireNonNull(part, "part"));
    return () -> owned.remove(part);
  }

  /**
   * Closes first what was handed to {@link #onClose}, then what the workspace has opened itself,
   * the newest first; calling it again does nothing. If one part fails the others are closed all
   * the same. A workspace that {@link #actingAs} returned closes nothing.
   *
   * @throws StorageException if a part cannot be closed, or could not keep what it held
   */
  @Override
  public void close() {
    if (closes) {
      owned.closeAll();
    }
  }

  /** Names project and database: {@code workspace of project 'churn', database 'ml/truth'}. */
  @Override
  public String toString() {
    return "workspace of project '" + project + "', " + database;
  }

  /** The parts of a workspace; each may be chosen once. */
  public static final class Builder {
    private @Nullable Path directory;
    private @Nullable Database database;
    private @Nullable ArtifactStore store;
    private @Nullable PredictionLog predictions;
    private @Nullable Clock clock;
    private @Nullable String project;
    private @Nullable Actor actor;
    private @Nullable FileAccess access;
    private boolean adopting;

    private Builder() {}

    /**
     * Chooses where the parts go that are not chosen themselves.
     *
     * @param directory default: none, those parts are in memory
     * @return this builder
     */
    public Builder directory(Path directory) {
      this.directory = Once.set("directory", this.directory, directory);
      return this;
    }

    /**
     * Chooses the database; its opener closes it.
     *
     * @param database default: H2, in the directory or in memory
     * @return this builder
     */
    public Builder database(Database database) {
      this.database = Once.set("database", this.database, database);
      return this;
    }

    /**
     * Chooses the store of the bytes; its opener closes it.
     *
     * @param store default: files in the directory, or memory
     * @return this builder
     */
    public Builder artifactStore(ArtifactStore store) {
      Objects.requireNonNull(store, "store");
      this.store = Once.set("artifactStore", this.store, store);
      return this;
    }

    /**
     * Chooses the log of the predictions; its opener closes it.
     *
     * @param log default: in the database, with room for 65,536 records to wait
     * @return this builder
     */
    public Builder predictionLog(PredictionLog log) {
      Objects.requireNonNull(log, "log");
      this.predictions = Once.set("predictionLog", this.predictions, log);
      return this;
    }

    /**
     * Chooses the clock.
     *
     * @param clock default: the system's, in UTC
     * @return this builder
     */
    public Builder clock(Clock clock) {
      this.clock = Once.set("clock", this.clock, clock);
      return this;
    }

    /**
     * Chooses the project.
     *
     * @param project default: {@code default}
     * @return this builder
     * @throws IllegalArgumentException if it is blank, has more than 250 characters, or one that no
     *     database keeps
     */
    public Builder project(String project) {
      this.project = Once.set("project", this.project, Names.checked("project", project));
      return this;
    }

    /**
     * Chooses who acts when an event names nobody.
     *
     * @param actor default: {@link Actor#system()}
     * @return this builder
     */
    public Builder actor(Actor actor) {
      this.actor = Once.set("actor", this.actor, actor);
      return this;
    }

    /**
     * Chooses who may read the files and directories that this workspace makes itself.
     *
     * @param access default: {@link FileAccess#OWNER}
     * @return this builder
     */
    public Builder fileAccess(FileAccess access) {
      Objects.requireNonNull(access, "access");
      this.access = Once.set("fileAccess", this.access, access);
      return this;
    }

    /**
     * Ties database and store together although they do not belong together: after a database was
     * lost for good, or the contents were.
     *
     * <p>Contents of the store that the database does not name are garbage then, and artifacts
     * whose contents the store lacks cannot be read. Another workspace that had the store is
     * refused from now on.
     *
     * @return this builder
     */
    public Builder adoptContents() {
      adopting = true;
      return this;
    }

    /**
     * Opens the workspace.
     *
     * @return the workspace, to be closed by the caller
     * @throws IllegalStateException if only one of database and artifact store was chosen, and no
     *     directory: the other would be in memory, and what they hold together lost
     * @throws ConflictException if the directory is open already
     * @throws dev.mlops.error.NewerFormException if it was written by a newer release
     * @throws StorageException if it cannot be opened, or if database and store do not belong
     *     together: one of the two was lost, or is another workspace's
     */
    public Workspace open() {
      requireEqualLives();
      requireDirectory();
      OwnedParts owned = new OwnedParts();
      try {
        ArtifactStore bytes = store == null ? openStore(owned) : store;
        Database truth = database == null ? openDatabase(owned, bytes) : database;
        return new Workspace(this, truth, bytes, owned);
      } catch (RuntimeException | Error e) {
        closeAfter(e, owned);
        throw e;
      }
    }

    private static void closeAfter(Throwable failure, OwnedParts owned) {
      try {
        owned.closeAll();
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
      }
    }

    /** A database that outlives the bytes it names, or bytes without their names, is a loss. */
    private void requireEqualLives() {
      if (directory == null && (database == null) != (store == null)) {
        throw new IllegalStateException(
            database == null
                ? "a workspace with an artifact store and no database would keep the names of its contents in memory and lose them when it is closed; choose database(...) or directory(...) too, or database(Database.h2InMemory()) for a test"
                : "a workspace with a database and no artifact store would keep its contents in memory and lose them when it is closed; choose artifactStore(...) or directory(...) too, or artifactStore(ArtifactStore.inMemory()) for a test");
      }
    }

    private void requireDirectory() {
      if (directory != null && Files.exists(directory) && !Files.isDirectory(directory)) {
        throw new StorageException(
            "cannot open a workspace in '"
                + directory.toAbsolutePath()
                + "': it is a file, and a directory is needed");
      }
    }

    private Database openDatabase(OwnedParts owned, ArtifactStore bytes) {
      Database opened = directory == null ? Database.h2InMemory() : openFile(directory, bytes);
      owned.push(opened);
      return opened;
    }

    private Database openFile(Path place, ArtifactStore bytes) {
      Path file = place.resolve("truth");
      return adopting ? Database.h2(file, access()) : Database.h2(file, access(), bytes);
    }

    private ArtifactStore openStore(OwnedParts owned) {
      Clock dating = clock == null ? Clock.systemUTC() : clock;
      ArtifactStore opened =
          directory == null
              ? ArtifactStore.inMemory(dating)
              : ArtifactStore.files(directory.resolve("artifacts"), dating, access());
      owned.push(opened);
      return opened;
    }

    private FileAccess access() {
      return access == null ? FileAccess.OWNER : access;
    }
  }
}
