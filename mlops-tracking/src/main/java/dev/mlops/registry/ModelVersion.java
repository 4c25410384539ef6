package dev.mlops.registry;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Row;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Reason;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelRunner;
import dev.mlops.models.ModelSource;
import dev.mlops.models.ResolvedModel;
import dev.mlops.parity.Parity;
import dev.mlops.parity.ParityCheck;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Names;
import dev.mlops.tracking.ExperimentTracker;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A version of a model, as it was registered. What it says never changes, except for its tags, its
 * description and its deletion; what it holds of them is what was true when it was read. Immutable
 * and safe for use by many threads.
 */
public final class ModelVersion implements ModelSource {

  private final RegistryRecords records;
  private final VersionRow row;

  ModelVersion(RegistryRecords records, VersionRow row) {
    this.records = records;
    this.row = row;
  }

  /**
   * Returns the name of the model.
   *
   * @return the model's name
   */
  public String model() {
    return row.model();
  }

  /**
   * Returns the version's number.
   *
   * @return at least 1
   */
  public int number() {
    return row.number();
  }

  /**
   * Returns the format of the model.
   *
   * @return the name of its {@link ModelFormat}, such as {@code onnx}
   */
  public String format() {
    return row.format();
  }

  /**
   * Returns the digest of the model.
   *
   * @return of one file its SHA-256, of several as {@link ModelFiles#digest()} says
   */
  public Digest digest() {
    return row.digest();
  }

  /**
   * Returns the digest of every file of the version, not of the model alone: the signature, golden
   * predictions, requirements and what else is beside it.
   *
   * @return the SHA-256 of a text with a line {@code sha256:... path} for each file, by path; the
   *     same as of a package that is read from what {@link #exportTo} wrote
   * @throws NotFoundException if the version was deleted
   */
  public Digest packageDigest() {
    List<Artifact> files = files();
    if (files.isEmpty()) {
      throw gone();
    }
    return PackageFiles.digest(files.stream().map(records::file).toList());
  }

  /**
   * Returns the run that trained the model.
   *
   * @return the run's id, if it was said; that of a package read from a directory is what the
   *     directory says, and may be another tracker's
   */
  public Optional<String> run() {
    return Optional.ofNullable(row.run());
  }

  /**
   * Returns the digest of the data the model was trained on.
   *
   * @return the digest, if it was said
   */
  public Optional<Digest> data() {
    return Optional.ofNullable(row.data());
  }

  /**
   * Returns the description.
   *
   * @return free text, if there is one
   */
  public Optional<String> description() {
    return Optional.ofNullable(row.description());
  }

  /**
   * Returns the tags.
   *
   * @return texts by name, in the order of their names
   */
  public Map<String, String> tags() {
    return row.tags();
  }

  /**
   * Returns when the version was registered.
   *
   * @return the time, in whole microseconds
   */
  public Instant registered() {
    return row.registered();
  }

  /**
   * Returns who registered the version.
   *
   * @return the actor's id
   */
  public String by() {
    return row.by();
  }

  /**
   * Returns when the version was deleted.
   *
   * @return the time; empty if it was not, when this was read
   */
  public Optional<Instant> deleted() {
    return Optional.ofNullable(row.deleted());
  }

  /**
   * Looks which aliases stand at this version.
   *
   * @return them, by name; empty if none does
   */
  public List<Alias> aliases() {
    return records.aliases().at(model(), number()).stream()
        .map(alias -> new Alias(records, model(), alias))
        .toList();
  }

  /**
   * Sets a tag, or changes it. The files of the version stay as they were registered, so an export
   * has the tags of then.
   *
   * @param name 1 to 250 characters
   * @param text any text
   * @param reason why
   * @return the version as it is now
   * @throws NotFoundException if the version was deleted
   */
  @CanIgnoreReturnValue
  public ModelVersion tag(String name, String text, Reason reason) {
    requireNonNull(name, "name");
    requireNonNull(text, "text");
    requireNonNull(reason, "reason");
    return edited(
        records
            .edits()
            .tag(
                row,
                Names.checked("tag", name),
                Names.checkedText("tag '" + name + "'", text),
                reason));
  }

  /**
   * Removes a tag.
   *
   * @param name of a tag that the version has
   * @param reason why
   * @return the version as it is now
   * @throws NotFoundException if the version has no such tag, with those that it has, or was
   *     deleted
   */
  @CanIgnoreReturnValue
  public ModelVersion untag(String name, Reason reason) {
    requireNonNull(name, "name");
    requireNonNull(reason, "reason");
    return edited(records.edits().untag(row, name, reason));
  }

  /**
   * Writes the description; written again, the last one holds.
   *
   * @param text free text
   * @param reason why
   * @return the version as it is now
   * @throws NotFoundException if the version was deleted
   */
  @CanIgnoreReturnValue
  public ModelVersion describe(String text, Reason reason) {
    requireNonNull(text, "text");
    requireNonNull(reason, "reason");
    return edited(records.edits().describe(row, Names.checkedText("description", text), reason));
  }

  /**
   * Approves the version, as the person in the role that the reason names; a {@link Promotion} may
   * demand it. Of one person in one role there is one approval.
   *
   * @param reason why, and by whom: {@code because("...").by(Actor.human("ada", "risk owner"))}
   * @return the version as it is now
   * @throws IllegalArgumentException if the actor is not a person in a role
   * @throws ConflictException if that person has approved it in that role
   * @throws NotFoundException if the version was deleted
   */
  @CanIgnoreReturnValue
  public ModelVersion approve(Reason reason) {
    return edited(records.edits().approve(row, requireNonNull(reason, "reason")));
  }

  /**
   * Withdraws an approval, as the person who gave it. An alias that stands here already stays.
   *
   * @param reason why, and by whom
   * @return the version as it is now
   * @throws IllegalArgumentException if the actor is not a person in a role
   * @throws NotFoundException if that person has not approved it in that role, or the version was
   *     deleted
   */
  @CanIgnoreReturnValue
  public ModelVersion withdrawApproval(Reason reason) {
    return edited(records.edits().withdrawApproval(row, requireNonNull(reason, "reason")));
  }

  /**
   * Lists the approvals that were not withdrawn.
   *
   * @return them, oldest first; unmodifiable, empty if there are none
   */
  public List<ModelApproval> approvals() {
    return records.approvals(row);
  }

  /** Where the runs of this project are. */
  ExperimentTracker tracker() {
    return records.tracker();
  }

  private ModelVersion edited(VersionRow now) {
    return new ModelVersion(records, now);
  }

  /**
   * Returns the files that the model is made of, for the code that serves it.
   *
   * @return them, with this version's name and number
   * @throws NotFoundException if the version was deleted
   */
  @Override
  public ResolvedModel resolve() {
    List<ModelFile> files = records.model(row);
    if (files.isEmpty()) {
      throw gone();
    }
    return new ResolvedModel(model(), number(), new ModelFiles(files));
  }

  /**
   * Opens the model, to ask it.
   *
   * @param format the model's own
   * @return the model, to be closed by the caller
   * @throws InvalidInputException if the model is of another format, or the format cannot run it
   * @throws NotFoundException if the version was deleted
   */
  public ModelRunner run(ModelFormat format) {
    return run(format, Map.of());
  }

  /**
   * Opens the model, to ask it with params of its signature.
   *
   * @param format the model's own
   * @param params values by the name of a param; one that is not given has the value that the
   *     signature says
   * @return the model, to be closed by the caller
   * @throws InvalidInputException if the model is of another format, the format cannot run it, or
   *     the model takes no such param
   * @throws IllegalArgumentException if the signature has no such param, or a value is not of its
   *     type
   * @throws NotFoundException if the version was deleted
   */
  public ModelRunner run(ModelFormat format, Map<String, ?> params) {
    requireNonNull(params, "params");
    if (!format.name().equals(format())) {
      throw new InvalidInputException(
          this + " is of the format '" + format() + "', not '" + format.name() + "'");
    }
    return format.open(resolve().files(), signature(), params);
  }

  /**
   * Streams a file of the version. It is checked while it is read: a stream that ends without an
   * exception gave the bytes that were registered.
   *
   * @param path a path of {@link #files()}, such as {@code model.onnx}
   * @return the bytes, to be closed by the caller
   * @throws NotFoundException if there is no such file, naming those that there are, or the version
   *     was deleted
   */
  public InputStream open(String path) {
    return file(path).open();
  }

  /**
   * Reads a file of the version and checks it.
   *
   * @param path a path of {@link #files()}, such as {@code model.onnx}
   * @return the bytes that were registered
   * @throws NotFoundException if there is no such file, naming those that there are, or the version
   *     was deleted
   * @throws StorageException if they are not what was registered
   */
  public byte[] bytes(String path) {
    return bytes(file(path));
  }

  private ModelFile file(String path) {
    return records
        .file(row, path)
        .orElseThrow(
            () -> {
              List<Artifact> files = files();
              return files.isEmpty()
                  ? gone()
                  : new NotFoundException(
                      "no file '"
                          + path
                          + "' in "
                          + this
                          + "; found: "
                          + files.stream().map(file -> file.path().value()).toList());
            });
  }

  /**
   * Reads what goes in and what comes out.
   *
   * @return the signature
   * @throws NotFoundException if the version was deleted
   */
  public ModelSignature signature() {
    return PackageFiles.signature(bytes(records.signature(row).orElseThrow(this::gone)));
  }

  /**
   * Reads the golden predictions.
   *
   * @return them; empty if the package had none
   * @throws NotFoundException if the version was deleted
   */
  public Optional<GoldenPredictions> golden() {
    MlModel described = described();
    return own(described, "golden").map(bytes -> PackageFiles.golden(bytes, described.tolerance()));
  }

  /**
   * Reads what the pipeline in Python computed, to replay it where the model is loaded.
   *
   * @return the records; empty if the package had none
   * @throws NotFoundException if the version was deleted
   */
  public Optional<Parity> parity() {
    if (files().isEmpty()) {
      throw gone();
    }
    return records.file(row, Parity.FILE).map(this::bytes).map(Parity::parse);
  }

  /**
   * Replays what the pipeline in Python computed, with the features and the model of here.
   *
   * @param format the model's own, which runs it
   * @param features takes a raw row and gives its features by name, as {@link Parity#replay} says
   * @return what came of it
   * @throws NotFoundException if the package had no records, or the version was deleted
   * @throws InvalidInputException if the model is of another format, the format cannot run it, or
   *     the features throw
   */
  public ParityCheck replay(ModelFormat format, Function<Row, ? extends Map<String, ?>> features) {
    requireNonNull(format, "format");
    requireNonNull(features, "features");
    Parity parity =
        parity()
            .orElseThrow(
                () ->
                    new NotFoundException(
                        this
                            + " has no '"
                            + Parity.FILE
                            + "' to replay; record it where the model is trained"));
    try (ModelRunner model = run(format)) {
      return parity.replay(features, new ParityModel(model, signature(), parity)::answer);
    }
  }

  /**
   * Reads the input example that MLflow kept with the model.
   *
   * @return rows of the signature's inputs, which may be null here; empty if there is none
   * @throws NotFoundException if the version was deleted
   * @throws InvalidInputException if it is none of the signature
   */
  public Optional<Dataset> example() {
    return described().example().map(path -> InputExample.read(file(path), signature().inputs()));
  }

  private MlModel described() {
    return MlModel.parse(bytes(PackageFiles.DESCRIPTION), toString());
  }

  private Optional<byte[]> own(MlModel described, String part) {
    return described.ownPath(part).map(this::bytes);
  }

  /**
   * Reads where the model was trained.
   *
   * @return the environment; empty if the package did not say
   * @throws NotFoundException if the version was deleted
   */
  public Optional<Environment> environment() {
    return own(described(), "environment").map(PackageFiles::environment);
  }

  /**
   * Lists the version's files.
   *
   * @return them, by path; empty if the version was deleted
   */
  public List<Artifact> files() {
    return records.files(row);
  }

  /**
   * Writes the version's files into a directory that MLflow can load a model from, whole or not at
   * all: each is checked while it is written, and only then does the directory appear.
   *
   * @param directory a new or empty directory
   * @return the directory
   * @throws ConflictException if it holds anything
   * @throws NotFoundException if the version was deleted
   * @throws StorageException if a file is not what was registered
   */
  @CanIgnoreReturnValue
  public Path exportTo(Path directory) {
    List<Artifact> files = files();
    if (files.isEmpty()) {
      throw gone();
    }
    return ModelDirectory.write(directory, files.stream().map(records::file).toList());
  }

  /**
   * Deletes the version's files. Its number, its run and its place in the history of aliases stay.
   *
   * @param reason why
   * @throws ConflictException if an alias stands at this version
   * @throws NotFoundException if the version was deleted before
   */
  public void delete(Reason reason) {
    records.delete(row, reason, false);
  }

  /**
   * Deletes the version's files, and clears every alias that stands at it.
   *
   * @param reason why
   * @throws NotFoundException if the version was deleted before
   */
  public void deleteWithAliases(Reason reason) {
    records.delete(row, reason, true);
  }

  private byte[] bytes(ModelFile file) {
    try {
      return file.bytes();
    } catch (StorageException e) {
      throw new StorageException(
          "cannot read '" + file.path() + "' of " + this + ": " + e.getMessage(), e);
    }
  }

  private NotFoundException gone() {
    return new NotFoundException("the files of " + this + " were deleted");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ModelVersion that
        && row.id() == that.row.id()
        && records == that.records;
  }

  @Override
  public int hashCode() {
    return Long.hashCode(row.id());
  }

  /** Returns the version in words, such as {@code model 'flights' version 7}. */
  @Override
  public String toString() {
    return "model '" + model() + "' version " + number();
  }
}
