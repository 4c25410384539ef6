package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.error.Elements;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Once;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import dev.mlops.parity.Parity;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A model with what one has to know to use and to trust it. In a directory it has the layout of
 * MLflow, and unmodified Python MLflow loads it if its {@link ModelFormat} says how, as ONNX does.
 * Immutable, except for files that it was built on.
 */
public final class ModelPackage {

  private final ModelFormat format;
  private final ModelFiles model;
  private final List<ModelFile> kept;
  private final boolean isRunOfDirectory;
  private final ModelSignature signature;
  private final @Nullable GoldenPredictions golden;
  private final @Nullable Parity parity;
  private final @Nullable Function<Row, ? extends Map<String, ?>> preparation;
  private final @Nullable String run;
  private final @Nullable Digest data;
  private final @Nullable String description;
  private final @Nullable Environment environment;
  private final Map<String, String> tags;

  private ModelPackage(Builder builder) {
    this.format = builder.format;
    this.model = builder.model;
    this.kept = builder.kept;
    this.isRunOfDirectory = builder.isRunOfDirectory;
    this.signature = builder.signature;
    this.golden = builder.golden;
    this.parity = builder.parity;
    this.preparation = builder.preparation;
    this.run = builder.run;
    this.data = builder.data;
    this.description = builder.description;
    this.environment = builder.environment;
    this.tags = Collections.unmodifiableMap(new TreeMap<>(builder.tags));
  }

  /**
   * Starts a package of a model in memory.
   *
   * @param format the kind of model
   * @param model its bytes; not empty. The file becomes {@code model.} with the name of the format
   * @param signature what goes in and what comes out
   * @return a builder
   */
  public static Builder builder(ModelFormat format, byte[] model, ModelSignature signature) {
    requireNonNull(format, "format");
    requireNonNull(model, "model");
    requireNonNull(signature, "signature");
    if (model.length == 0) {
      throw new IllegalArgumentException("model must not be empty");
    }
    return builder(format, ModelFiles.of(ModelFile.of(fileName(format), model)), signature);
  }

  /**
   * Starts a package of a model in a file.
   *
   * @param format the kind of model
   * @param model a file, which is read now, and again when the package is registered or written,
   *     which refuses other bytes than now. It becomes {@code model.} with the name of the format
   * @param signature what goes in and what comes out
   * @return a builder
   * @throws NotFoundException if there is no such file
   */
  public static Builder builder(ModelFormat format, Path model, ModelSignature signature) {
    requireNonNull(format, "format");
    requireNonNull(model, "model");
    requireNonNull(signature, "signature");
    return builder(format, ModelFiles.of(ModelFile.of(fileName(format), model)), signature);
  }

  /**
   * Starts a package of a model of several files, such as one whose weights lie beside it.
   *
   * @param format the kind of model
   * @param model the files, the one that a runtime opens first
   * @param signature what goes in and what comes out
   * @return a builder
   */
  public static Builder builder(ModelFormat format, ModelFiles model, ModelSignature signature) {
    requireNonNull(signature, "signature");
    return new Builder(format, model, signature);
  }

  private static String fileName(ModelFormat format) {
    return "model." + format.name();
  }

  /**
   * Reads a directory in MLflow's layout, written by this class or by MLflow. Every file in it
   * belongs to the package and comes out again byte for byte, whether or not it is understood here:
   * MLmodel, examples, requirements. Files are read only inside the directory; nothing is
   * unpickled.
   *
   * @param directory holds {@code MLmodel}; at most 1,000 files
   * @param formats those that the model may have, at least one
   * @return the package; its files are read now, and again when it is registered or written, which
   *     refuses other bytes than now
   * @throws NotFoundException if the directory or a file it names is missing
   * @throws dev.mlops.error.NewerFormException if a newer release wrote it
   * @throws InvalidInputException if it has no model of these formats, no signature, or not that of
   *     the model, if a part of the model is missing, or if a path leads outside
   */
  public static ModelPackage read(Path directory, ModelFormat... formats) {
    List<ModelFormat> each = Elements.copy(formats, "formats");
    if (each.isEmpty()) {
      throw new IllegalArgumentException("give at least one format, such as OnnxFormat.runBy(...)");
    }
    return ModelDirectory.read(requireNonNull(directory, "directory"), each);
  }

  /**
   * Writes a directory in MLflow's layout, whole or not at all.
   *
   * @param directory a new or empty directory
   * @param time what the package says as the time of its making; a package that was read says what
   *     it said
   * @return the directory
   * @throws ConflictException if it holds anything
   */
  @CanIgnoreReturnValue
  public Path write(Path directory, Instant time) {
    return ModelDirectory.write(directory, files(time));
  }

  /**
   * Returns the digest of the whole package, with all that is beside the model.
   *
   * @param time as {@link #write} takes it; of a package that was read it is of no meaning
   * @return the SHA-256 of a text with a line {@code sha256:... path} for each file, by path;
   *     {@link ModelVersion#packageDigest()} of a version that was registered of a package that was
   *     read
   */
  public Digest packageDigest(Instant time) {
    return PackageFiles.digest(files(requireNonNull(time, "time")));
  }

  /**
   * Returns what goes in and what comes out.
   *
   * @return the signature
   */
  public ModelSignature signature() {
    return signature;
  }

  /**
   * Returns the golden predictions.
   *
   * @return them, if the package has some
   */
  public Optional<GoldenPredictions> golden() {
    return Optional.ofNullable(golden);
  }

  /**
   * Returns what the pipeline in Python computed.
   *
   * @return the records, if the package has some; of a directory those of {@link Parity#FILE}
   */
  public Optional<Parity> parity() {
    return Optional.ofNullable(parity);
  }

  /**
   * Reads the input example that MLflow kept in the directory.
   *
   * @return rows of the signature's inputs, which may be null here; empty if the package was not
   *     read from a directory, or that has none
   * @throws NotFoundException if the directory names an example that is not there
   * @throws InvalidInputException if it is none of the signature
   */
  public Optional<Dataset> example() {
    if (kept.isEmpty()) {
      return Optional.empty();
    }
    ModelFiles all = new ModelFiles(kept);
    return MlModel.parse(all.get(PackageFiles.DESCRIPTION).bytes(), "the package")
        .example()
        .map(path -> InputExample.read(all.get(path), signature.inputs()));
  }

  /**
   * Names the code that computes the model's features here, so that {@link
   * RegisteredModel#register} replays it on the recorded raw rows. The code is not kept.
   *
   * @param features takes a raw row and gives its features by name, as {@link Parity#replay} says
   * @return the same package, with the code
   * @throws IllegalArgumentException if the package has no records to replay it on
   * @throws IllegalStateException if it was named before
   */
  public ModelPackage preparedBy(Function<Row, ? extends Map<String, ?>> features) {
    Builder builder = new Builder(this);
    builder.preparation = Once.set("preparedBy", preparation, features);
    if (parity == null) {
      throw new IllegalArgumentException(
          "the package has no '"
              + Parity.FILE
              + "' on which features are replayed; record it where the model is trained");
    }
    return new ModelPackage(builder);
  }

  /** The code that computes the features here, if it was named. */
  Optional<Function<Row, ? extends Map<String, ?>>> preparation() {
    return Optional.ofNullable(preparation);
  }

  /**
   * Returns the run that trained the model.
   *
   * @return the run's id, if it was said
   */
  public Optional<String> run() {
    return Optional.ofNullable(run);
  }

  /**
   * Returns the digest of the data the model was trained on.
   *
   * @return the digest, if it was said
   */
  public Optional<Digest> data() {
    return Optional.ofNullable(data);
  }

  /**
   * Returns the description.
   *
   * @return free text, if there is one
   */
  public Optional<String> description() {
    return Optional.ofNullable(description);
  }

  /**
   * Returns where the model was trained.
   *
   * @return the environment, if it was said
   */
  public Optional<Environment> environment() {
    return Optional.ofNullable(environment);
  }

  /**
   * Returns the tags.
   *
   * @return texts by name, in the order of their names
   */
  public Map<String, String> tags() {
    return tags;
  }

  /**
   * Returns the kind of model.
   *
   * @return the format that the package was made or read with
   */
  public ModelFormat format() {
    return format;
  }

  /**
   * Returns the files that the model is made of, without what the package adds.
   *
   * @return them, the one that a runtime opens first
   */
  public ModelFiles model() {
    return model;
  }

  /** Whether the run was named by a directory, and so may be another tracker's. */
  boolean isRunOfDirectory() {
    return isRunOfDirectory;
  }

  List<ModelFile> files(Instant time) {
    if (!kept.isEmpty()) {
      return kept;
    }
    List<ModelFile> files = new ArrayList<>();
    files.add(ModelFile.of(PackageFiles.DESCRIPTION, MlModel.write(this, time)));
    files.addAll(model.list());
    files.add(ModelFile.of(PackageFiles.SIGNATURE, PackageFiles.write(signature)));
    golden()
        .ifPresent(some -> files.add(ModelFile.of(PackageFiles.GOLDEN, PackageFiles.write(some))));
    parity().ifPresent(some -> files.add(ModelFile.of(Parity.FILE, some.bytes())));
    environment()
        .ifPresent(
            some -> files.add(ModelFile.of(PackageFiles.ENVIRONMENT, PackageFiles.write(some))));
    return files;
  }

  /** Refuses what is no name of a format. */
  static void requireName(String format) {
    if (!format.matches("[a-z0-9._-]{1,40}")) {
      throw new IllegalArgumentException(
          "a format's name must be 1 to 40 of a-z, 0-9, '.', '_' and '-': '"
              + Builder.brief(format)
              + "'");
    }
  }

  /** Returns the package in one line: its format, files, signature and golden predictions. */
  @Override
  public String toString() {
    return "package of the %s model %s, %s, %s"
        .formatted(
            format.name(),
            model,
            signature,
            golden == null ? "no golden predictions" : golden.toString());
  }

  /** Collects the parts of a package; each can be set once. */
  public static final class Builder {

    private final ModelFormat format;
    private final ModelFiles model;
    private final ModelSignature signature;
    private List<ModelFile> kept = List.of();
    private boolean isRunOfDirectory;
    private final Map<String, String> tags = new TreeMap<>();
    private @Nullable GoldenPredictions golden;
    private @Nullable Parity parity;
    private @Nullable Function<Row, ? extends Map<String, ?>> preparation;
    private @Nullable String run;
    private @Nullable Digest data;
    private @Nullable String description;
    private @Nullable Environment environment;

    private Builder(ModelFormat format, ModelFiles model, ModelSignature signature) {
      this.format = requireName(requireNonNull(format, "format"));
      this.model = requireNonNull(model, "model");
      this.signature = requireNonNull(signature, "signature");
    }

    private Builder(ModelPackage made) {
      this(made.format, made.model, made.signature);
      kept = made.kept;
      isRunOfDirectory = made.isRunOfDirectory;
      tags.putAll(made.tags);
      golden = made.golden;
      parity = made.parity;
      preparation = made.preparation;
      run = made.run;
      data = made.data;
      description = made.description;
      environment = made.environment;
    }

    private static ModelFormat requireName(ModelFormat format) {
      ModelPackage.requireName(format.name());
      return format;
    }

    /** Every file of the directory that the package was read from. */
    Builder kept(List<ModelFile> files) {
      kept = files;
      return this;
    }

    @CanIgnoreReturnValue
    Builder runOfDirectory(String id) {
      isRunOfDirectory = true;
      return run(id);
    }

    /**
     * Adds golden predictions; the default is none.
     *
     * @param predictions with the features and answers of the signature; {@link
     *     RegisteredModel#register} asks the model the same questions
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder golden(GoldenPredictions predictions) {
      golden = Once.set("golden", golden, predictions);
      return this;
    }

    /**
     * Adds what the pipeline in Python computed; the default is none.
     *
     * @param records of the model's own directory; {@link RegisteredModel#register} replays them
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder parity(Parity records) {
      parity = Once.set("parity", parity, records);
      return this;
    }

    /**
     * Names the run that trained the model; the default is none.
     *
     * @param id the run's id, which {@link RegisteredModel#register} looks up
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder run(String id) {
      run = Once.set("run", run, shortText("run", id));
      return this;
    }

    /**
     * Names the data that the model was trained on; the default is none.
     *
     * @param digest the digest of the training set
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder data(Digest digest) {
      data = Once.set("data", data, digest);
      return this;
    }

    /**
     * Describes the model; the default is no description.
     *
     * @param text free text
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder description(String text) {
      description = Once.set("description", description, clean("description", text));
      return this;
    }

    /**
     * Says where the model was trained; the default is unsaid.
     *
     * @param where usually {@link Environment#capture()}
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder environment(Environment where) {
      environment = Once.set("environment", environment, where);
      return this;
    }

    /**
     * Adds a tag; the default is none.
     *
     * @param name 1 to 250 characters
     * @param text free text
     * @return this builder
     */
    @CanIgnoreReturnValue
    public Builder tag(String name, String text) {
      String before =
          tags.putIfAbsent(shortText("tag name", name), clean("tag '" + name + "'", text));
      Once.refuse("tag", name, before);
      return this;
    }

    /**
     * Builds the package.
     *
     * @return the package
     * @throws InvalidInputException if the files are no model of the format, or the signature is
     *     not that of the model
     * @throws IllegalArgumentException if the golden predictions do not have the signature's
     *     features and answers
     */
    public ModelPackage build() {
      format.check(model, signature);
      if (kept.isEmpty()) {
        PackageFiles.refuseOwn(model.paths());
      }
      if (golden != null) {
        requireSame("inputs", signature.inputs(), golden.inputs().schema());
        requireSame("outputs", signature.outputs(), golden.outputs().schema());
        refuseMarkedNames(signature.inputs());
      }
      if (parity != null) {
        parity.requireModel(model);
      }
      return new ModelPackage(this);
    }

    /**
     * A column may be stricter about nulls than the signature, not looser in name, place or type.
     */
    private static void requireSame(String part, Schema wanted, Schema actual) {
      boolean same =
          wanted.names().equals(actual.names())
              && wanted.names().stream()
                  .allMatch(
                      name -> wanted.get(name).dataType().equals(actual.get(name).dataType()));
      if (!same) {
        throw new IllegalArgumentException(
            "golden " + part + " are [" + actual + "] but the signature's are [" + wanted + "]");
      }
    }

    private static void refuseMarkedNames(Schema inputs) {
      inputs.names().stream()
          .filter(PackageFiles::isExpected)
          .findFirst()
          .ifPresent(
              name -> {
                throw new IllegalArgumentException(
                    "feature '"
                        + name
                        + "' begins with 'expected.', which marks the answers in golden"
                        + " predictions");
              });
    }

    private static String shortText(String what, String text) {
      if (requireNonNull(text, what).isBlank() || text.length() > 250) {
        throw new IllegalArgumentException(
            what + " must have 1 to 250 characters: '" + brief(text) + "'");
      }
      return clean(what, text);
    }

    private static String brief(String text) {
      String stripped = text.strip();
      return stripped.length() > 40 ? stripped.substring(0, 40) + "..." : stripped;
    }

    private static String clean(String what, String text) {
      if (requireNonNull(text, what).indexOf('\0') >= 0) {
        throw new IllegalArgumentException(what + " must not hold the NUL character");
      }
      if (!UTF_8.newEncoder().canEncode(text)) {
        throw new IllegalArgumentException(
            what + " must not hold half a surrogate pair, which is no character");
      }
      return text;
    }
  }
}
