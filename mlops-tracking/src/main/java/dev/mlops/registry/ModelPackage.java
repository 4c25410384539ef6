package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.mlops.data.Digest;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.models.ModelFile;
import dev.mlops.tracking.Environment;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A model as it leaves the workshop: ONNX bytes with what one has to know to use and to trust them.
 * In a directory it has the layout of MLflow, and unmodified Python MLflow loads it by its flavors
 * {@code onnx} and {@code python_function}. Immutable, but for a file that it was built on.
 */
public final class ModelPackage {

  private final OnnxFile onnx;
  private final List<ModelFile> kept;
  private final String onnxPath;
  private final boolean isRunOfDirectory;
  private final ModelSignature signature;
  private final @Nullable GoldenPredictions golden;
  private final @Nullable String run;
  private final @Nullable Digest data;
  private final @Nullable String description;
  private final @Nullable Environment environment;
  private final Map<String, String> tags;

  private ModelPackage(Builder builder) {
    this.onnx = builder.onnx;
    this.kept = builder.kept;
    this.onnxPath = builder.onnxPath;
    this.isRunOfDirectory = builder.isRunOfDirectory;
    this.signature = builder.signature;
    this.golden = builder.golden;
    this.run = builder.run;
    this.data = builder.data;
    this.description = builder.description;
    this.environment = builder.environment;
    this.tags = Collections.unmodifiableMap(new TreeMap<>(builder.tags));
  }

  /**
   * Starts a package of a model in memory.
   *
   * @param onnx the ONNX bytes; not empty
   * @param signature what goes in and what comes out
   * @return a builder
   * @throws InvalidInputException if the bytes are no ONNX model, or keep weights in other files
   */
  public static Builder builder(byte[] onnx, ModelSignature signature) {
    requireNonNull(onnx, "onnx");
    requireNonNull(signature, "signature");
    if (onnx.length == 0) {
      throw new IllegalArgumentException("onnx must not be empty");
    }
    return builder(OnnxFile.of(onnx.clone()), signature);
  }

  /**
   * Starts a package of a model in a file.
   *
   * @param onnx a file with ONNX bytes; they are read now, and again when the package is registered
   *     or written, which refuses other bytes than now
   * @param signature what goes in and what comes out
   * @return a builder
   * @throws NotFoundException if there is no such file
   * @throws InvalidInputException if it is no ONNX model, or keeps weights in other files
   */
  public static Builder builder(Path onnx, ModelSignature signature) {
    requireNonNull(onnx, "onnx");
    requireNonNull(signature, "signature");
    return builder(
        OnnxFile.of(onnx, PackageFiles.MODEL, onnx.toAbsolutePath().toString()), signature);
  }

  static Builder builder(OnnxFile onnx, ModelSignature signature) {
    return new Builder(onnx, signature);
  }

  /**
   * Reads a directory in MLflow's layout, written by this class or by MLflow. Every file in it
   * belongs to the package and comes out again byte for byte, whether or not it is understood here:
   * MLmodel, examples, requirements. Files are read only inside the directory; nothing is
   * unpickled.
   *
   * @param directory holds {@code MLmodel}; at most 1,000 files
   * @return the package; its files are read now, and again when it is registered or written, which
   *     refuses other bytes than now
   * @throws NotFoundException if the directory or a file it names is missing
   * @throws InvalidInputException if it has no ONNX model, or one that keeps weights in other
   *     files, no signature, or not that of the model, or if a path leads outside
   */
  public static ModelPackage read(Path directory) {
    return ModelDirectory.read(requireNonNull(directory, "directory"));
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
  public Path write(Path directory, Instant time) {
    return ModelDirectory.write(directory, files(time));
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

  /** Says what goes in and comes out: {@code model package: x FLOAT32 -> y FLOAT32}. */
  @Override
  public String toString() {
    return "model package: " + signature.inputs() + " -> " + signature.outputs();
  }

  OnnxFile onnx() {
    return onnx;
  }

  OnnxGraph graph() {
    return onnx.graph();
  }

  String onnxPath() {
    return onnxPath;
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
    files.add(onnx.file());
    files.add(ModelFile.of(PackageFiles.SIGNATURE, PackageFiles.write(signature)));
    golden()
        .ifPresent(some -> files.add(ModelFile.of(PackageFiles.GOLDEN, PackageFiles.write(some))));
    environment()
        .ifPresent(
            some -> files.add(ModelFile.of(PackageFiles.ENVIRONMENT, PackageFiles.write(some))));
    return files;
  }

  /** Collects the parts of a package; each can be set once. */
  public static final class Builder {

    private final OnnxFile onnx;
    private final ModelSignature signature;
    private List<ModelFile> kept = List.of();
    private String onnxPath = PackageFiles.MODEL;
    private boolean isRunOfDirectory;
    private final Map<String, String> tags = new TreeMap<>();
    private @Nullable GoldenPredictions golden;
    private @Nullable String run;
    private @Nullable Digest data;
    private @Nullable String description;
    private @Nullable Environment environment;

    private Builder(OnnxFile onnx, ModelSignature signature) {
      this.onnx = onnx;
      this.signature = requireNonNull(signature, "signature");
    }

    Builder kept(List<ModelFile> files, String pathOfOnnx) {
      kept = files;
      onnxPath = pathOfOnnx;
      return this;
    }

    Builder runOfDirectory(String id) {
      isRunOfDirectory = true;
      return run(id);
    }

    /**
     * Adds golden predictions; the default is none.
     *
     * @param predictions with the features and answers of the signature; {@link
     *     RegisteredModel#register} asks the ONNX bytes the same questions
     * @return this builder
     */
    public Builder golden(GoldenPredictions predictions) {
      golden = once("golden", golden, predictions);
      return this;
    }

    /**
     * Names the run that trained the model; the default is none.
     *
     * @param id the run's id, which {@link RegisteredModel#register} looks up
     * @return this builder
     */
    public Builder run(String id) {
      run = once("run", run, shortText("run", id));
      return this;
    }

    /**
     * Names the data that the model was trained on; the default is none.
     *
     * @param digest the digest of the training set
     * @return this builder
     */
    public Builder data(Digest digest) {
      data = once("data", data, digest);
      return this;
    }

    /**
     * Describes the model; the default is no description.
     *
     * @param text free text
     * @return this builder
     */
    public Builder description(String text) {
      description = once("description", description, clean("description", text));
      return this;
    }

    /**
     * Says where the model was trained; the default is unsaid.
     *
     * @param where usually {@link Environment#capture()}
     * @return this builder
     */
    public Builder environment(Environment where) {
      environment = once("environment", environment, where);
      return this;
    }

    /**
     * Adds a tag; the default is none.
     *
     * @param name 1 to 250 characters
     * @param text free text
     * @return this builder
     */
    public Builder tag(String name, String text) {
      String before =
          tags.putIfAbsent(shortText("tag name", name), clean("tag '" + name + "'", text));
      if (before != null) {
        throw new IllegalStateException("tag '" + name + "' is already set to '" + before + "'");
      }
      return this;
    }

    /**
     * Builds the package.
     *
     * @return the package
     * @throws InvalidInputException if the signature is not that of the model
     * @throws IllegalArgumentException if the golden predictions do not have the signature's
     *     features and answers
     */
    public ModelPackage build() {
      SignatureFit.require(signature, onnx.graph());
      if (golden != null) {
        requireSame("inputs", signature.inputs(), golden.inputs().schema());
        requireSame("outputs", signature.outputs(), golden.outputs().schema());
        refuseMarkedNames(signature.inputs());
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
                  .allMatch(name -> wanted.get(name).type().equals(actual.get(name).type()));
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
                        + "' begins with 'expected.', which marks the answers in golden predictions");
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

    private static <T> T once(String option, @Nullable T before, T value) {
      if (before != null) {
        throw new IllegalStateException(option + " is already set to " + before);
      }
      return requireNonNull(value, option);
    }
  }
}
