package dev.mlops.parity;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.NotFoundException;
import dev.mlops.models.ModelFile;
import dev.mlops.models.ModelFiles;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParityTest {

  static final Path DIRECTORY = Path.of("src/test/resources/dev/mlops/parity/flights");

  private static final Parity PARITY = Parity.read(DIRECTORY);
  private static final Flights FLIGHTS = new Flights(PARITY.raw());

  /** One raw row and column, one feature x and one answer y, with limits and values to be set. */
  private static final String ONE =
      "{'version':1,'files':{'model.onnx':'sha256:"
          + "0".repeat(64)
          + "'},'raw':[{'name':'r','type':'int64','values':[7]}],"
          + "'features':[{'name':'x','type':'float64','ulps':4,'values':[0.5]}],"
          + "'answers':[{'name':'y','type':'float32','tolerance':0.001,'values':[2]}]}";

  private static Parity one(String wanted, String replacement) {
    String json = ONE.replace('\'', '"');
    String quoted = wanted.replace('\'', '"');
    assertThat(json).contains(quoted);
    return Parity.parse(json.replace(quoted, replacement.replace('\'', '"')).getBytes(UTF_8));
  }

  private static Map<String, @Nullable Object> x(@Nullable Object value) {
    Map<String, @Nullable Object> features = new HashMap<>();
    features.put("x", value);
    return features;
  }

  private static Dataset y(float answer) {
    return Dataset.builder(Schema.of(Field.of("y", DataType.FLOAT32))).row(answer).build();
  }

  @Test
  void is_passed_by_the_same_pipeline() {
    ParityCheck check = PARITY.replay(FLIGHTS::features, Flights::answers);
    assertThat(check.requirePassed()).hasToString("passed: 48 rows, 28 columns, worst 2 ulps");
    assertThat(check.first()).isEmpty();
    assertThat(check.diverging()).isEmpty();
    assertThat(check.columns().get(10))
        .hasToString(
            "feature 'wind': 46 compared, 2 missing on both sides, 0 diverging, worst 0 ulps");
    assertThat(PARITY.replayFeatures(FLIGHTS::features))
        .hasToString("passed: 48 rows, 26 columns, worst 0 ulps");
    assertThat(PARITY.replayModel(Flights::answers))
        .hasToString("passed: 48 rows, 1 column, worst 2 ulps");
  }

  @Test
  void says_what_is_recorded() {
    assertThat(one("7", "7")).hasToString("1 recorded row: [r] -> [x] -> [y]");
    assertThat(PARITY.raw().rowCount()).isEqualTo(48);
    assertThat(Parity.parse(PARITY.bytes()).answers().digest())
        .isEqualTo(PARITY.answers().digest());
  }

  @Test
  void allows_as_many_ulps_as_are_recorded() {
    Parity parity = one("7", "7");
    double fourth = 0.5;
    for (int i = 0; i < 4; i++) {
      fourth = Math.nextUp(fourth);
    }
    double near = fourth;
    assertThat(parity.replay(r -> x(near), f -> y(2)))
        .hasToString("passed: 1 row, 3 columns, worst 4 ulps");
    assertThat(parity.replay(r -> x(Math.nextUp(near)), f -> y(2)))
        .hasToString(
            "1 column of 2 diverges; first feature 'x' of row 0: recorded 0.5, computed"
                + " 0.5000000000000006 (5 ulps apart; allowed: 4 ulps), raw row {r=7}");
  }

  @Test
  void allows_as_much_tolerance_as_is_recorded() {
    Parity parity = one("7", "7");
    assertThat(parity.replayModel(f -> y(2.0019f)).passed()).isTrue();
    assertThat(parity.replayModel(f -> y(2.0021f)))
        .hasToString(
            "1 column of 1 diverges; first the model's answer 'y' of row 0: recorded 2.0, computed"
                + " 2.0021 (8,808 ulps apart; allowed: a tolerance of 0.001), raw row {r=7}");
  }

  @Test
  void asks_the_model_the_features_of_here_too() {
    Parity parity = one("7", "7");
    ParityCheck check =
        parity.replay(
            r -> x(Math.nextUp(0.5)),
            features -> y(features.row(0).getDouble("x") > 0.5 ? 3 : 2)); // a tree's threshold
    assertThat(check.diverging())
        .extracting(ColumnParity::stage)
        .containsExactly(ParityStage.PIPELINE);
    assertThat(check.columns().get(0).worstUlps()).isEqualTo(1);
    assertThatThrownBy(check::requirePassed)
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the pipeline here does not compute what was recorded in Python: 1 column of 3 diverges;"
                + " first the pipeline's answer 'y' of row 0: recorded 2.0, computed 3.0"
                + " (4,194,304 ulps apart; allowed: a tolerance of 0.001), raw row {r=7}");
  }

  @Test
  void is_not_passed_where_nothing_was_compared() {
    Parity missing = one("'values':[0.5]", "'values':[null]");
    ParityCheck check = missing.replay(r -> x(Double.NaN), f -> y(2));
    assertThat(check.passed()).isFalse();
    assertThat(check.first()).isEmpty();
    assertThat(check)
        .hasToString(
            "not passed, nothing to compare in feature 'x': 0 compared, 1 missing on both sides, 0"
                + " diverging, worst 0 ulps");
    assertThat(new ParityCheck(0, List.of()))
        .hasToString("not passed: nothing was compared")
        .extracting(ParityCheck::passed)
        .isEqualTo(false);
  }

  @Test
  void tells_a_value_that_is_missing_from_one_that_was_not_given() {
    Parity parity = one("7", "7");
    assertThat(parity.replayFeatures(r -> x(null)).first().orElseThrow().computed())
        .isEqualTo("missing");
    assertThat(parity.replayFeatures(r -> Map.of()).first().orElseThrow().computed())
        .isEqualTo("no value");
    assertThat(parity.replayFeatures(r -> Map.of("x", 0.5, "z", 1)))
        .hasToString(
            "1 column of 2 diverges; first feature 'z' of row 0: recorded no column, computed 1"
                + " (allowed: the recorded columns [x]), raw row {r=7}");
  }

  @Test
  void compares_in_the_type_of_the_column() {
    Parity wide = one("'values':[0.5]", "'values':[0.1]");
    assertThat(wide.replayFeatures(r -> x(0.1f)).passed()).isFalse();
    Parity narrow = one("'float64','ulps':4,'values':[0.5]", "'float32','ulps':0,'values':[0.1]");
    assertThat(narrow.replayFeatures(r -> x(0.1)).passed()).isTrue();
    Parity whole = one("'float64','ulps':4,'values':[0.5]", "'int64','values':[9007199254740993]");
    assertThat(whole.replayFeatures(r -> x(9007199254740993L)).passed()).isTrue();
    assertThat(whole.replayFeatures(r -> x(9007199254740992L)).passed()).isFalse();
    assertThat(whole.replayFeatures(r -> x(9007199254740994d)).passed()).isFalse();
    Parity infinite = one("'values':[0.5]", "'values':['-Infinity']");
    assertThat(infinite.replayFeatures(r -> x(Double.NEGATIVE_INFINITY)).passed()).isTrue();
    assertThat(infinite.replayFeatures(r -> x(-Double.MAX_VALUE)).passed()).isFalse();
    Parity zero = one("'values':[0.5]", "'values':[-0.0]");
    assertThat(zero.replayFeatures(r -> x(0.0)).columns().get(0).worstUlps()).isZero();
    assertThat(zero.replayFeatures(r -> x(Double.MIN_VALUE)).columns().get(0).worstUlps())
        .isEqualTo(1);
    Parity vector =
        one(
            "'float64','ulps':4,'values':[0.5]",
            "'vector','dimension':2,'ulps':1,'values':[[1,null]]");
    assertThat(vector.replayFeatures(r -> x(new float[] {Math.nextUp(1f), Float.NaN})).passed())
        .isTrue();
    assertThat(vector.replayFeatures(r -> x(new float[] {1, 0})).passed()).isFalse();
    assertThat(vector.replayFeatures(r -> x(new float[] {1})).passed()).isFalse();
  }

  @Test
  void names_the_row_that_cannot_be_prepared() {
    Row[] seen = new Row[1];
    assertThatThrownBy(
            () ->
                one("7", "null")
                    .replayFeatures(
                        row -> {
                          seen[0] = row;
                          return x(row.getLong("r"));
                        }))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "raw row 0 {r=null} cannot be prepared (java.lang.IllegalStateException: column 'r' is"
                + " null in row 0; ask isNull(\"r\") first)");
    assertThat(seen[0].isNull("r")).isTrue();
  }

  @Test
  void refuses_a_model_that_answers_other_rows() {
    assertThatThrownBy(() -> PARITY.replayModel(features -> y(1)))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("the model answered 1 row to 48");
  }

  @Test
  void refuses_another_model() {
    PARITY.requireModel(ModelFiles.of(ModelFile.of("model.onnx", DIRECTORY.resolve("model.onnx"))));
    assertThatThrownBy(
            () -> PARITY.requireModel(ModelFiles.of(ModelFile.of("model.onnx", new byte[] {1}))))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageMatching(
            "'parity.json' was recorded with 'model.onnx' of digest sha256:\\w{64}, but the model's has"
                + " sha256:\\w{64}; record it again after the model is saved");
    assertThatThrownBy(
            () -> PARITY.requireModel(ModelFiles.of(ModelFile.of("tree.onnx", new byte[] {1}))))
        .hasMessage(
            "'parity.json' records the files [model.onnx] and not 'tree.onnx' of the model; it belongs to"
                + " another model");
  }

  @Test
  void refuses_what_is_not_of_the_form(@TempDir Path directory) {
    refuses(
        "'version':1",
        "'version':2",
        NewerFormException.class,
        "cannot read 'parity.json': form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    refuses(
        "'sha256:",
        "'md5:",
        "a SHA-256 digest has 64 hexadecimal digits in lower case: 'md5:" + "0".repeat(64) + "'");
    refuses("'files':{", "'file':{", "its 'files' name no file of a model");
    refuses("'raw':[", "'rows':[", "its 'raw' must be a list of columns");
    refuses(
        "'type':'int64'",
        "'type':'decimal'",
        "its column 'r' has the type 'decimal'; known are boolean, int64, float32, float64, string, instant and vector");
    refuses(
        "'ulps':4",
        "'ulps':-1",
        "its column 'x' needs 'ulps', a whole number of 0 or more, or 'tolerance', a finite number of 0 or more: neither");
    refuses(
        "'tolerance':0.001",
        "'tolerance':-1",
        "its column 'y' needs 'ulps', a whole number of 0 or more, or 'tolerance', a finite number of 0 or more: -1");
    refuses("[0.5]", "[true]", "its column 'x' of type FLOAT64 holds true in row 0");
    refuses(
        "[0.5]",
        "[0.5,1]",
        "it needs as many rows of features and answers as raw rows, and at least one: 1 raw row, 2 rows of features, 1 row of answers");
    refuses("'name':'x'", "'name':''", "a field needs a name of at least one character");
    refuses("}]}", "", "Unexpected end-of-input: expected close marker for Object");
    assertThatThrownBy(() -> Parity.read(directory))
        .isInstanceOf(NotFoundException.class)
        .hasMessage(
            "no file 'parity.json' in '"
                + directory
                + "'; write it where the model is trained, with write_parity of mlops_parity.py");
  }

  private static void refuses(String wanted, String replacement, String reason) {
    refuses(
        wanted,
        replacement,
        InvalidInputException.class,
        "'parity.json' cannot be used: " + reason);
  }

  private static void refuses(String wanted, String replacement, Class<?> kind, String message) {
    assertThatThrownBy(() -> one(wanted, replacement)).isInstanceOf(kind).hasMessage(message);
  }
}
