package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFiles;
import dev.mlops.parity.Flights;
import dev.mlops.parity.Parity;
import dev.mlops.registry.onnx.OnnxFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A model that Python saved and recorded, registered with the Java code of its features. */
class ParityRegistrationTest {

  private static final Path DIRECTORY = Path.of("src/test/resources/dev/mlops/parity/flights");
  private static final Flights FLIGHTS = new Flights(Parity.read(DIRECTORY).raw());
  private static final ModelFormat ONNX = OnnxFormat.runBy(Flights.ENGINE);

  private final Workspace workspace = Workspace.inMemory();
  private final RegisteredModel model = ModelRegistry.of(workspace).model("delays");

  @AfterEach
  void close() {
    workspace.close();
  }

  /** The same model, but a thousandth larger. */
  private static Dataset larger(ModelFiles files, Dataset rows) {
    Column.OfVector answers = Flights.ENGINE.answer(files, rows).vectors("delay");
    float[] larger = new float[answers.size()];
    for (int i = 0; i < larger.length; i++) {
      larger[i] = answers.get(i)[0] * 1.001f;
    }
    return TinyOnnx.output(1, larger);
  }

  private static Map<String, @Nullable Object> inUtc(Row flight) {
    Map<String, @Nullable Object> features = FLIGHTS.features(flight);
    features.put("hour", flight.getInstant("departure").atZone(ZoneOffset.UTC).getHour());
    return features;
  }

  private @Nullable String said() {
    return workspace.journal().events().kind("model").list().get(0).details().get("parity");
  }

  @Test
  void replays_the_features_of_here_and_says_so() {
    ModelPackage candidate = ModelPackage.read(DIRECTORY, ONNX).preparedBy(FLIGHTS::features);
    model.register(candidate);
    assertThat(said()).isEqualTo("passed: 48 rows, 28 columns, worst 2 ulps");
  }

  @Test
  void replays_the_model_alone_without_features_and_says_so() {
    model.register(ModelPackage.read(DIRECTORY, ONNX));
    assertThat(said())
        .isEqualTo(
            "passed: 48 rows, 1 column, worst 2 ulps; the model alone, no features were replayed");
  }

  @Test
  void refuses_other_features_by_column() {
    ModelPackage skewed =
        ModelPackage.read(DIRECTORY, ONNX).preparedBy(ParityRegistrationTest::inUtc);
    assertThatThrownBy(() -> model.register(skewed))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(
            "the pipeline here does not compute what was recorded in Python: 1 column of 27"
                + " diverges; first feature 'hour' of row 0: recorded 18, computed 23");
    assertThat(model.find(1)).isEmpty();
  }

  @Test
  void refuses_a_model_that_answers_otherwise() {
    ModelPackage other =
        ModelPackage.read(DIRECTORY, OnnxFormat.runBy(ParityRegistrationTest::larger));
    assertThatThrownBy(() -> model.register(other))
        .hasMessageContaining("first the model's answer 'delay' of row 0: recorded ");
    assertThat(model.find(1)).isEmpty();
  }

  @Test
  void keeps_the_records_with_the_version(@TempDir Path place) {
    ModelVersion version = model.register(ModelPackage.read(DIRECTORY, ONNX));
    assertThat(version.parity().orElseThrow().replayFeatures(FLIGHTS::features).passed()).isTrue();
    Path exported = version.exportTo(place.resolve("out"));
    assertThat(exported.resolve(Parity.FILE))
        .hasSameBinaryContentAs(DIRECTORY.resolve(Parity.FILE));
    version.delete(because("old"));
    assertThatThrownBy(version::parity)
        .hasMessage("the files of model 'delays' version 1 were deleted");
  }

  @Test
  void has_a_digest_of_the_whole_package(@TempDir Path place) throws IOException {
    ModelPackage read = ModelPackage.read(DIRECTORY, ONNX);
    ModelVersion version = model.register(read);
    Path exported = version.exportTo(place.resolve("out"));
    assertThat(version.packageDigest()).isEqualTo(read.packageDigest(Instant.EPOCH));
    assertThat(ModelPackage.read(exported, ONNX).packageDigest(Instant.MAX))
        .isEqualTo(version.packageDigest())
        .isNotEqualTo(version.digest());
    Files.writeString(exported.resolve("requirements.txt"), "other\n");
    assertThat(ModelPackage.read(exported, ONNX).packageDigest(Instant.EPOCH))
        .isNotEqualTo(version.packageDigest());
    assertThat(version.packageDigest())
        .isEqualTo(Digest.of(lines(DIRECTORY).getBytes(StandardCharsets.UTF_8)));
    version.delete(because("old"));
    assertThatThrownBy(version::packageDigest)
        .hasMessage("the files of model 'delays' version 1 were deleted");
  }

  /** The text that anybody can write, as with {@code sha256sum}. */
  private static String lines(Path directory) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String file :
        List.of(
            "MLmodel",
            "conda.yaml",
            "model.onnx",
            "parity.json",
            "python_env.yaml",
            "requirements.txt")) {
      text.append(Digest.of(Files.readAllBytes(directory.resolve(file))))
          .append(' ')
          .append(file)
          .append('\n');
    }
    return text.toString();
  }

  @Test
  void adds_records_to_a_package_that_is_built_here(@TempDir Path place) {
    Parity parity = Parity.read(DIRECTORY);
    Schema delay = Schema.of(Field.of("delay", DataType.FLOAT32));
    ModelSignature byName = new ModelSignature(parity.features().schema(), delay);
    ModelPackage built =
        ModelPackage.builder(ONNX, DIRECTORY.resolve("model.onnx"), byName).parity(parity).build();
    assertThat(built.write(place.resolve("out"), Instant.EPOCH).resolve(Parity.FILE))
        .hasSameBinaryContentAs(DIRECTORY.resolve(Parity.FILE));
    assertThatThrownBy(() -> TinyOnnx.candidate().parity(parity).build())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith("'parity.json' was recorded with 'model.onnx' of digest sha256:");
  }

  @Test
  void refuses_records_of_other_names() {
    Schema delay = Schema.of(Field.of("delay", DataType.FLOAT32));
    Parity parity = Parity.read(DIRECTORY);
    ParityModel other =
        new ParityModel(
            rows -> rows,
            new ModelSignature(Schema.of(Field.of("km2", DataType.FLOAT64)), delay),
            parity);
    assertThatThrownBy(() -> other.answer(parity.features().select("km")))
        .hasMessage(
            "the recorded features are [km FLOAT64?] and the inputs of its signature [km2 FLOAT64];"
                + " record them by the same names, or as many numbers as its matrix has");
    Schema late = Schema.of(Field.of("late", DataType.vector(2)));
    ParityModel more =
        new ParityModel(
            rows -> Dataset.builder(late).row(new float[2]).build(),
            new ModelSignature(Schema.of(Field.of("km", DataType.FLOAT64)), late),
            parity);
    assertThatThrownBy(() -> more.answer(parity.features().select("km")))
        .hasMessage("the model answered [late VECTOR(2)]; its outputs are [delay FLOAT32?]");
  }

  @Test
  void replays_no_features_without_records() {
    ModelPackage bare = TinyOnnx.candidate().build();
    assertThatThrownBy(() -> bare.preparedBy(FLIGHTS::features))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the package has no 'parity.json' on which features are replayed; record it where the model"
                + " is trained");
    ModelPackage once = ModelPackage.read(DIRECTORY, ONNX).preparedBy(FLIGHTS::features);
    assertThatThrownBy(() -> once.preparedBy(FLIGHTS::features))
        .isInstanceOf(IllegalStateException.class);
  }
}
