package dev.mlops.parity;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Row;
import dev.mlops.error.Exactly;
import dev.mlops.error.FileFailure;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.error.StorageException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What a pipeline in Python computed, recorded where the model was trained: raw rows, their
 * features, and the trained model's answers to these. A pipeline on the JVM replays them, and what
 * it computes otherwise is named by row and column.
 *
 * <p>Python writes it as the file {@link #FILE} beside the model, with {@code
 * interop/mlops_parity.py}. Each column of floating-point numbers says there how far it may lie
 * apart: so many ulps, which is the default for features, or {@code |a - b| <= tolerance * max(1,
 * |a|)}, {@code a} being the recorded number, which is the default for answers. Other values must
 * be equal. Null and NaN are both a missing value in a column of floating-point numbers. Immutable
 * and safe for use by many threads.
 */
public final class Parity {

  /** The name of the file in a model's directory. */
  public static final String FILE = "parity.json";

  private static final int LARGEST = 64 << 20;

  private final byte[] json;
  private final RecordedTable raw;
  private final RecordedTable features;
  private final RecordedTable answers;
  private final Map<String, Digest> files;

  Parity(
      byte[] json,
      RecordedTable raw,
      RecordedTable features,
      RecordedTable answers,
      Map<String, Digest> files) {
    this.json = json.clone();
    this.raw = raw;
    this.features = features;
    this.answers = answers;
    this.files = Map.copyOf(files);
  }

  /**
   * Reads what Python wrote beside a model.
   *
   * @param directory the model's directory, which holds {@link #FILE}, of at most 64 MiB
   * @return the records
   * @throws NotFoundException if there is no such file
   * @throws InvalidInputException if it is none of the documented form
   * @throws dev.mlops.error.NewerFormException if a newer release wrote it
   */
  public static Parity read(Path directory) {
    Path file = requireNonNull(directory, "directory").resolve(FILE);
    if (!Files.isRegularFile(file)) {
      throw new NotFoundException(
          "no file '"
              + FILE
              + "' in '"
              + directory
              + "'; write it where the model is trained, with write_parity of mlops_parity.py");
    }
    try {
      if (Files.size(file) > LARGEST) {
        throw tooLarge(Files.size(file));
      }
      return parse(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new StorageException("cannot read '" + file + "': " + FileFailure.reason(e), e);
    }
  }

  /**
   * Reads the bytes of {@link #FILE}.
   *
   * @param bytes at most 64 MiB of JSON
   * @return the records
   * @throws InvalidInputException if they are not of the documented form
   * @throws dev.mlops.error.NewerFormException if a newer release wrote them
   */
  public static Parity parse(byte[] bytes) {
    if (requireNonNull(bytes, "bytes").length > LARGEST) {
      throw tooLarge(bytes.length);
    }
    return ParityFile.parse(bytes);
  }

  private static InvalidInputException tooLarge(long size) {
    return new InvalidInputException(
        "'"
            + FILE
            + "' has "
            + Plural.of(size, "byte")
            + "; at most "
            + Plural.grouped(LARGEST)
            + " are read; record fewer rows");
  }

  /**
   * Returns the recorded raw rows.
   *
   * @return at least one
   */
  public Dataset raw() {
    return raw.values();
  }

  /**
   * Returns the recorded features, as the trained model takes them.
   *
   * @return a row for each raw row
   */
  public Dataset features() {
    return features.values();
  }

  /**
   * Returns the trained model's answers to the recorded features.
   *
   * @return a row for each raw row
   */
  public Dataset answers() {
    return answers.values();
  }

  /**
   * Returns the file, to be kept with the model.
   *
   * @return its bytes as they were read
   */
  public byte[] bytes() {
    return json.clone();
  }

  /**
   * Replays the recorded rows through the pipeline of the JVM. The features are compared first.
   * Then the model is asked the recorded features, so that a wrong feature is not taken for a wrong
   * model; and if all features are as recorded, those that were computed here.
   *
   * @param preparation takes a raw row and gives its features by name, such as a {@code Map} of
   *     boxed values; a vector is a {@code float[]}. It must give every recorded feature and no
   *     other
   * @param model takes features, a row each, with the recorded columns in their order, and gives at
   *     least the recorded answers, such as {@code runner::answer} of a {@link
   *     dev.mlops.models.ModelRunner}
   * @return what came of it
   * @throws InvalidInputException if the preparation throws, naming the row, or the model answers
   *     another number of rows
   */
  public ParityCheck replay(
      Function<Row, ? extends Map<String, ?>> preparation, Function<Dataset, Dataset> model) {
    requireNonNull(preparation, "preparation");
    requireNonNull(model, "model");
    List<Map<String, ?>> computed = prepared(preparation);
    List<ColumnParity> columns = new ArrayList<>(compared(computed));
    boolean same = columns.stream().allMatch(column -> column.diverging() == 0);
    columns.addAll(replayModel(model).columns());
    if (same) {
      Dataset table = RecordedRows.table(features.schema(), computed);
      columns.addAll(answered(ParityStage.PIPELINE, model.apply(table)));
    }
    return new ParityCheck(computed.size(), columns);
  }

  /**
   * Computes the features of the recorded raw rows, without a model.
   *
   * @param preparation as {@link #replay} takes it
   * @return what came of it; {@link ParityStage#FEATURES} alone
   * @throws InvalidInputException if the preparation throws, naming the row
   */
  public ParityCheck replayFeatures(Function<Row, ? extends Map<String, ?>> preparation) {
    requireNonNull(preparation, "preparation");
    List<Map<String, ?>> computed = prepared(preparation);
    return new ParityCheck(computed.size(), compared(computed));
  }

  /**
   * Asks a model the recorded features, without a preparation.
   *
   * @param model as {@link #replay} takes it
   * @return what came of it; {@link ParityStage#MODEL} alone
   * @throws InvalidInputException if the model answers another number of rows
   */
  public ParityCheck replayModel(Function<Dataset, Dataset> model) {
    requireNonNull(model, "model");
    return new ParityCheck(
        raw.values().rowCount(), answered(ParityStage.MODEL, model.apply(features.values())));
  }

  /**
   * Starts a sampled check of what is served: some of the rows that come are prepared a second
   * time, by code that is known to compute what Python computed, and compared with the features
   * that were given to the model.
   *
   * @param preparation the code that judges, as {@link #replay} takes it; it is replayed first
   * @param share the share of rows that are judged, above 0 and at most 1
   * @param seed decides which they are: the same rows for the same seed
   * @return the check, with nothing seen
   * @throws InvalidInputException if the preparation itself does not compute what was recorded
   * @throws IllegalArgumentException if the share is out of its range
   */
  public LiveParity live(
      Function<Row, ? extends Map<String, ?>> preparation, double share, long seed) {
    requireNonNull(preparation, "preparation");
    if (!(share > 0 && share <= 1)) {
      throw new IllegalArgumentException(
          "share must be above 0 and at most 1: " + Exactly.number(share));
    }
    replayFeatures(preparation).requirePassed();
    return new LiveParity(features, preparation, share, seed);
  }

  /**
   * Refuses another model than the one that was recorded.
   *
   * @param model the model's files
   * @throws InvalidInputException if the model's first file was not recorded, or one of its files
   *     has another digest than the recorded one
   */
  public void requireModel(ModelFiles model) {
    for (ModelFile file : requireNonNull(model, "model").list()) {
      Digest recorded = files.get(file.path());
      if (recorded == null) {
        throw new InvalidInputException(
            "'"
                + FILE
                + "' records the files "
                + files.keySet().stream().sorted().toList()
                + " and not '"
                + file.path()
                + "' of the model; it belongs to another model");
      }
      if (!recorded.equals(file.digest())) {
        throw new InvalidInputException(
            "'"
                + FILE
                + "' was recorded with '"
                + file.path()
                + "' of digest "
                + recorded
                + ", but the model's has "
                + file.digest()
                + "; record it again after the model is saved");
      }
    }
  }

  private List<Map<String, ?>> prepared(Function<Row, ? extends Map<String, ?>> preparation) {
    List<Map<String, ?>> computed = new ArrayList<>();
    for (Row row : raw.values()) {
      try {
        computed.add(requireNonNull(preparation.apply(row), "the preparation's answer"));
      } catch (RuntimeException e) {
        throw new InvalidInputException(
            "raw row " + row.index() + " " + row.toMap() + " cannot be prepared (" + e + ")", e);
      }
    }
    return computed;
  }

  private List<ColumnParity> compared(List<Map<String, ?>> computed) {
    Tally tally = new Tally(ParityStage.FEATURES, features);
    for (int row = 0; row < computed.size(); row++) {
      compare(tally, features, row, computed.get(row), true);
    }
    return tally.columns();
  }

  private List<ColumnParity> answered(ParityStage stage, Dataset actual) {
    int rows = raw.values().rowCount();
    if (actual.rowCount() != rows) {
      throw new InvalidInputException(
          "the model answered "
              + Plural.of(actual.rowCount(), "row")
              + " to "
              + Plural.grouped(rows));
    }
    Tally tally = new Tally(stage, answers);
    for (int row = 0; row < rows; row++) {
      compare(tally, answers, row, actual.row(row).toMap(), false);
    }
    return tally.columns();
  }

  private void compare(
      Tally tally,
      RecordedTable recorded,
      int row,
      Map<String, ? extends @Nullable Object> computed,
      boolean closed) {
    tally.compare(
        row, recorded.values().row(row).toMap(), computed, closed, raw.values().row(row).toMap());
  }

  /** Returns what is recorded in one line. */
  @Override
  public String toString() {
    return Plural.of(raw.values().rowCount(), "recorded row")
        + ": "
        + raw.schema().names()
        + " -> "
        + features.schema().names()
        + " -> "
        + answers.schema().names();
  }
}
