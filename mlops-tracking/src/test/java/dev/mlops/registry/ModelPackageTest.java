package dev.mlops.registry;

import static dev.mlops.registry.TinyOnnx.candidate;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.environment.Environment;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelPackageTest {

  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00.123456Z");

  @TempDir private Path place;

  @Test
  void is_a_directory_that_mlflow_reads() throws IOException {
    Path directory =
        candidate().run("abc").tag("team", "blue").build().write(place.resolve("m"), NOON);
    // The layout of section "flavors" is what MLflow 3.6 loads as onnx and as pyfunc.
    assertThat(Files.readString(directory.resolve("MLmodel")))
        .isEqualTo(
            """
            flavors:
              onnx:
                data: "model.onnx"
              python_function:
                loader_module: "mlflow.onnx"
                data: "model.onnx"
              mlops_java:
                version: 1
                format: "onnx"
                files:
                - path: "model.onnx"
                  digest: "%s"
                signature: "signature.json"
                tags:
                  team: "blue"
            run_id: "abc"
            signature:
              inputs: "[{\\"type\\":\\"float\\",\\"name\\":\\"distance\\",\\"required\\":true},{\\"type\\":\\"float\\",\\"name\\":\\"wind\\",\\"required\\":true}]"
              outputs: "[{\\"type\\":\\"float\\",\\"name\\":\\"delay\\",\\"required\\":true}]"
            utc_time_created: "2001-03-04 12:00:00.123456"
            """
                .formatted(Digest.of(TinyOnnx.bytes())));
    assertThat(directory.resolve("model.onnx")).hasBinaryContent(TinyOnnx.bytes());
  }

  @Test
  void comes_back_from_its_directory_whole() {
    Environment here = Environment.capture();
    Digest data = Digest.of(new byte[] {1});
    Path directory =
        candidate()
            .golden(TinyOnnx.golden())
            .run("abc")
            .data(data)
            .description("line one\n\"two\": 'three' # four")
            .environment(here)
            .tag("true", "no")
            .tag("n: 1", "é\uD83D\uDEE9")
            .build()
            .write(place.resolve("m"), NOON);
    ModelPackage read = ModelPackage.read(directory, TinyOnnx.FORMAT);
    assertThat(read.signature()).isEqualTo(TinyOnnx.SIGNATURE);
    assertThat(read.run()).contains("abc");
    assertThat(read.data()).contains(data);
    assertThat(read.description()).contains("line one\n\"two\": 'three' # four");
    assertThat(read.environment()).contains(here);
    assertThat(read.tags()).isEqualTo(Map.of("true", "no", "n: 1", "é\uD83D\uDEE9"));
    GoldenPredictions golden = read.golden().orElseThrow();
    assertThat(golden.inputs().digest()).isEqualTo(TinyOnnx.ROWS.digest());
    assertThat(golden.outputs().digest()).isEqualTo(TinyOnnx.golden().outputs().digest());
    assertThat(golden.tolerance()).isEqualTo(1e-6);
  }

  @Test
  void goes_through_a_registry_and_out_again_unchanged() throws IOException {
    try (Workspace workspace = Workspace.inMemory()) {
      Path first = candidate().golden(TinyOnnx.golden()).build().write(place.resolve("a"), NOON);
      ModelVersion version =
          ModelRegistry.of(workspace)
              .model("flights")
              .register(ModelPackage.read(first, TinyOnnx.FORMAT));
      Path second = version.exportTo(place.resolve("b"));
      for (String file : new String[] {"MLmodel", "model.onnx", "signature.json", "golden.arrow"}) {
        assertThat(second.resolve(file)).hasSameBinaryContentAs(first.resolve(file));
      }
    }
  }

  @Test
  void goes_only_into_an_empty_directory() throws IOException {
    Files.writeString(place.resolve("x"), "mine");
    assertThatThrownBy(() -> candidate().build().write(place, NOON))
        .isInstanceOf(ConflictException.class)
        .hasMessage("'" + place + "' is not empty; export a model to a new directory");
  }

  @Nested
  class Building {

    @Test
    void takes_each_part_once() {
      assertThatIllegalStateException()
          .isThrownBy(() -> candidate().run("a").run("b"))
          .withMessage("the option 'run' is set already, to a");
      assertThatIllegalStateException()
          .isThrownBy(() -> candidate().tag("team", "a").tag("team", "b"))
          .withMessage("the tag 'team' is set already, to a");
    }

    @Test
    void wants_golden_predictions_of_the_signature() {
      Schema other = Schema.of(Field.of("delays", DataType.FLOAT32));
      ModelPackage.Builder builder =
          ModelPackage.builder(
                  TinyOnnx.FORMAT,
                  TinyOnnx.bytes(),
                  new ModelSignature(TinyOnnx.SIGNATURE.inputs(), other))
              .golden(TinyOnnx.golden());
      assertThatIllegalArgumentException()
          .isThrownBy(builder::build)
          .withMessage(
              "golden outputs are [delay FLOAT32] but the signature's are [delays FLOAT32]");
    }

    @Test
    void wants_the_signature_of_the_model() {
      Field distance = Field.of("distance", DataType.FLOAT32);
      Schema outputs = TinyOnnx.SIGNATURE.outputs();
      assertRefused(
          new ModelSignature(Schema.of(distance), outputs),
          "the signature's inputs [distance FLOAT32] are not the model's: it takes [features float32[-1,2]],"
              + " and they are neither its own nor the columns of that");
      assertRefused(
          new ModelSignature(Schema.of(Field.of("x", DataType.vector(2))), outputs),
          "the signature's inputs [x VECTOR(2)] are not the model's: it takes [features float32[-1,2]],"
              + " and they are neither its own nor the columns of that");
      assertRefused(
          new ModelSignature(Schema.of(Field.of("features", DataType.vector(3))), outputs),
          "the signature's 'features VECTOR(3)' is 'features float32[-1,2]' in the model");
      assertRefused(
          new ModelSignature(
              TinyOnnx.SIGNATURE.inputs(), Schema.of(distance, Field.of("b", DataType.BOOLEAN))),
          "the signature's outputs [distance FLOAT32, b BOOLEAN] are not the model's: it gives"
              + " [delay float32[-1,1]], and they are neither its own nor the columns of that");
    }

    private static void assertRefused(ModelSignature signature, String message) {
      assertThatThrownBy(
              () -> ModelPackage.builder(TinyOnnx.FORMAT, TinyOnnx.bytes(), signature).build())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(message);
    }

    @Test
    void wants_the_columns_in_the_order_that_the_model_names() {
      ModelSignature turned =
          new ModelSignature(
              Schema.of(Field.of("wind", DataType.FLOAT32), Field.of("distance", DataType.FLOAT32)),
              TinyOnnx.SIGNATURE.outputs());
      byte[] onnx = TinyOnnx.bytes("[\"distance\", \"wind\"]");
      assertThatThrownBy(() -> ModelPackage.builder(TinyOnnx.FORMAT, onnx, turned).build())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the signature lists the inputs [wind, distance] but the model takes them as"
                  + " [distance, wind]; list them in the model's order");
      assertThat(
              ModelPackage.builder(TinyOnnx.FORMAT, onnx, TinyOnnx.SIGNATURE).build().signature())
          .isEqualTo(TinyOnnx.SIGNATURE);
      assertThatThrownBy(
              () -> ModelPackage.builder(TinyOnnx.FORMAT, TinyOnnx.bytes("{}"), turned).build())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("must be a JSON list of the names");
    }

    @Test
    void wants_onnx() {
      assertThatThrownBy(
              () ->
                  ModelPackage.builder(
                          TinyOnnx.FORMAT, "not onnx at all".getBytes(UTF_8), TinyOnnx.SIGNATURE)
                      .build())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "'model.onnx' cannot be read: this is no ONNX model: at byte 1 it has a value of the wire type 6");
    }

    @Test
    void wants_a_file_that_stays_as_it_was() throws IOException {
      Path file = Files.write(place.resolve("m.onnx"), TinyOnnx.bytes());
      ModelPackage built = ModelPackage.builder(TinyOnnx.FORMAT, file, TinyOnnx.SIGNATURE).build();
      byte[] other = TinyOnnx.bytes();
      other[other.length / 2] ^= 1;
      Files.write(file, other);
      assertThatThrownBy(() -> built.write(place.resolve("out"), NOON))
          .isInstanceOf(ConflictException.class)
          .hasMessage("file '" + file.toRealPath() + "' changed after it was read; read it again");
      assertThat(place.resolve("out"))
          .satisfiesAnyOf(
              out -> assertThat(out).doesNotExist(), out -> assertThat(out).isEmptyDirectory());
    }

    @Test
    void wants_a_model() {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> ModelPackage.builder(TinyOnnx.FORMAT, new byte[0], TinyOnnx.SIGNATURE))
          .withMessage("model must not be empty");
      assertThatThrownBy(
              () ->
                  ModelPackage.builder(
                      TinyOnnx.FORMAT, place.resolve("no.onnx"), TinyOnnx.SIGNATURE))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no file '" + place.resolve("no.onnx") + "' with a model");
    }
  }

  @Nested
  class Reading {

    private static final String SIGNATURE =
        "signature:\n  inputs: '[{\"type\":\"double\",\"name\":\"x\"},{\"type\":\"long\",\"name\":\"z\"}]'\n  outputs: '[{\"type\":\"double\",\"name\":\"y\"}]'\n";

    private Path root;

    @BeforeEach
    void makeDirectory() throws IOException {
      root = Files.createDirectory(place.resolve("model")).toRealPath();
      Files.write(root.resolve("model.onnx"), TinyOnnx.bytes());
      Files.write(place.resolve("secret.onnx"), TinyOnnx.bytes());
    }

    private void describe(String yaml) throws IOException {
      Files.writeString(root.resolve("MLmodel"), yaml);
    }

    private static String onnx(String data) {
      return "flavors:\n  onnx:\n    data: " + data + "\n" + SIGNATURE;
    }

    @Test
    void takes_the_smallest_directory_of_mlflow() throws IOException {
      describe(onnx("model.onnx"));
      assertThat(ModelPackage.read(root, TinyOnnx.FORMAT).signature().inputs())
          .isEqualTo(Schema.of(Field.of("x", DataType.FLOAT64), Field.of("z", DataType.INT64)));
    }

    @Test
    void takes_what_mlflow_3_writes() throws IOException {
      // Written by mlflow.onnx.save_model of MLflow 3.6.0.
      describe(
          """
          flavors:
            onnx:
              code: null
              data: model.onnx
              onnx_session_options: null
              onnx_version: 1.23.2
              providers:
              - CUDAExecutionProvider
              - CPUExecutionProvider
            python_function:
              data: model.onnx
              env:
                conda: conda.yaml
                virtualenv: python_env.yaml
              loader_module: mlflow.onnx
              python_version: 3.11.7
          is_signature_from_type_hint: false
          mlflow_version: 3.6.0
          model_id: null
          model_size_bytes: 246
          model_uuid: bdf1a83e7421474c9cd1b42e3c347dd1
          prompts: null
          signature:
            inputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 2]}}]'
            outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1,
              1]}}]'
            params: null
          type_hint_from_example: false
          utc_time_created: '2026-11-23 18:34:18.216883'
          """);
      ModelPackage read = ModelPackage.read(root, TinyOnnx.FORMAT);
      assertThat(read.signature())
          .isEqualTo(
              new ModelSignature(
                  Schema.of(Field.of("features", DataType.vector(2))),
                  Schema.of(Field.of("delay", DataType.vector(1)))));
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "../secret.onnx",
          "/etc/passwd",
          "a/../../secret.onnx",
          "./model.onnx",
          "'..\\secret.onnx'",
          "C:/x",
          "a//b",
          "'%2e%2e/secret.onnx'",
          "'model.onnx?x'",
          "'model.onnx#x'",
          "\"model.onnx\\0\""
        })
    void refuses_paths_that_lead_elsewhere(String path) throws IOException {
      describe(onnx(path));
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void refuses_links_that_lead_elsewhere() throws IOException {
      Files.createSymbolicLink(root.resolve("linked.onnx"), place.resolve("secret.onnx"));
      describe(onnx("linked.onnx"));
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("'linked.onnx' leads out of '" + root + "'");
    }

    @Test
    void refuses_a_link_that_was_swapped_in_after_reading() throws IOException {
      describe(onnx("model.onnx"));
      ModelPackage read = ModelPackage.read(root, TinyOnnx.FORMAT);
      Files.delete(root.resolve("model.onnx"));
      Files.createSymbolicLink(root.resolve("model.onnx"), place.resolve("secret.onnx"));
      try (Workspace workspace = Workspace.inMemory()) {
        RegisteredModel model = ModelRegistry.of(workspace).model("m");
        assertThatThrownBy(() -> model.register(read))
            .isInstanceOf(ConflictException.class)
            .hasMessage(
                "file '"
                    + root.resolve("model.onnx")
                    + "' changed after it was read; read it again");
        assertThat(ModelRegistry.of(workspace).list()).isEmpty();
      }
    }

    @Test
    void keeps_every_file_byte_for_byte() throws IOException {
      describe(onnx("model.onnx") + "metadata: {owner: ann}\nsaved_input_example_info: {}\n");
      Files.writeString(root.resolve("requirements.txt"), "onnx==1.23.2\n");
      Files.createDirectories(root.resolve("code/inner"));
      Files.writeString(root.resolve("code/inner/a.py"), "x = 1");
      try (Workspace workspace = Workspace.inMemory()) {
        ModelVersion version =
            ModelRegistry.of(workspace)
                .model("m")
                .register(ModelPackage.read(root, TinyOnnx.FORMAT));
        Path out = version.exportTo(place.resolve("out"));
        for (String file :
            new String[] {"MLmodel", "model.onnx", "requirements.txt", "code/inner/a.py"}) {
          assertThat(out.resolve(file)).hasSameBinaryContentAs(root.resolve(file));
        }
        assertThat(version.files()).hasSize(4);
        assertThat(version.signature())
            .isEqualTo(ModelPackage.read(root, TinyOnnx.FORMAT).signature());
        assertThat(version.bytes("model.onnx")).isEqualTo(TinyOnnx.bytes());
      }
    }

    @Test
    void takes_a_model_whose_weights_are_in_other_files() throws IOException {
      Path theirs = fixture("mlflow-external-data");
      ModelPackage read = ModelPackage.read(theirs, TinyOnnx.FORMAT);
      String weights = "b2856a80-e9f0-11f1-b396-02fc00000001.data";
      assertThat(read.model().paths()).containsExactly("model.onnx", weights);
      try (Workspace workspace = Workspace.inMemory()) {
        ModelVersion version = ModelRegistry.of(workspace).model("m").register(read);
        assertThat(version.digest()).isEqualTo(read.model().digest());
        assertThat(version.resolve().digest()).isEqualTo(version.digest());
        assertThat(version.resolve().files().paths()).containsExactly("model.onnx", weights);
        Path out = version.exportTo(place.resolve("out"));
        assertThat(out.resolve(weights)).hasSameBinaryContentAs(theirs.resolve(weights));
        Files.delete(out.resolve(weights));
        assertThatThrownBy(() -> ModelPackage.read(out, TinyOnnx.FORMAT))
            .isInstanceOf(InvalidInputException.class)
            .hasMessageStartingWith(
                "'model.onnx' keeps the weight 'W' in the file '"
                    + weights
                    + "', which is not among the model's files [model.onnx, ")
            .hasMessageEndingWith("; give that file too, or save the model whole");
      }
    }

    @Test
    void takes_the_names_that_a_signature_does_not_have_from_the_model() throws IOException {
      Path nameless = fixture("mlflow-nameless");
      ModelPackage read = ModelPackage.read(nameless, TinyOnnx.FORMAT);
      assertThat(read.signature().inputs().names()).containsExactly("X");
      Path out = read.write(place.resolve("out"), NOON);
      assertThat(out.resolve("MLmodel")).hasSameBinaryContentAs(nameless.resolve("MLmodel"));
    }

    @Test
    void takes_the_sizes_that_a_signature_leaves_open_from_the_model() throws IOException {
      Path open = Files.createDirectory(place.resolve("open"));
      Files.write(open.resolve("model.onnx"), TinyOnnx.bytes());
      Files.writeString(
          open.resolve("MLmodel"),
          """
          flavors:
            onnx:
              data: model.onnx
          signature:
            inputs: '[{"type": "tensor", "name": "features", "tensor-spec": {"dtype": "float32", "shape": [-1, -1]}}]'
            outputs: '[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, -1]}}]'
          """);
      assertThat(ModelPackage.read(open, TinyOnnx.FORMAT).signature())
          .isEqualTo(
              new ModelSignature(
                  Schema.of(Field.of("features", DataType.vector(2))),
                  Schema.of(Field.of("delay", DataType.vector(1)))));
    }

    @Test
    void takes_texts() {
      ModelPackage read = ModelPackage.read(fixture("mlflow-text"), TinyOnnx.FORMAT);
      assertThat(read.signature().inputs()).isEqualTo(Schema.of(Field.of("text", DataType.STRING)));
    }

    private static Path fixture(String name) {
      return Path.of("src/test/resources/dev/mlops/registry", name);
    }

    @Test
    void refuses_the_same_in_its_own_flavor() throws IOException {
      describe(
          "flavors:\n  onnx:\n    data: model.onnx\n  mlops_java:\n    version: 1\n    signature: ../signature.json\n"
              + SIGNATURE);
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class);
    }

    @Test
    void refuses_models_that_are_not_onnx() throws IOException {
      describe(
          "flavors:\n  python_function: {}\n  sklearn:\n    pickled_model: model.pkl\n"
              + SIGNATURE);
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "MLmodel of '"
                  + root
                  + "' has the flavors [python_function, sklearn], which none of the given formats"
                  + " reads: [onnx]; give its format to ModelPackage.read(directory, formats)");
    }

    @Test
    void refuses_models_without_a_signature() throws IOException {
      describe("flavors:\n  onnx:\n    data: model.onnx\nsignature: null\n");
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "MLmodel of '"
                  + root
                  + "' says no inputs in its signature; log the model with a signature");
    }

    @Test
    void builds_no_object_that_a_tag_names() throws IOException {
      describe(
          onnx("!!java.io.File model.onnx") + "evil: !!javax.script.ScriptEngineManager [1]\n");
      assertThat(ModelPackage.read(root, TinyOnnx.FORMAT).signature().inputs().names())
          .containsExactly("x", "z");
    }

    @Test
    void refuses_yaml_bombs() throws IOException {
      describe("a: &a [x]\nb: [*a, *a]\n" + onnx("model.onnx"));
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("MLmodel of '" + root + "' holds a YAML alias, which is not read");
      describe("a: " + "[".repeat(100) + "]".repeat(100) + "\n");
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("MLmodel of '" + root + "' cannot be read: ");
      describe("#".repeat((1 << 20) + 1));
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("MLmodel of '" + root + "' has 1,048,577 bytes; at most 1,048,576 are read");
    }

    @Test
    void refuses_bytes_that_are_no_text_without_the_names_of_classes() throws IOException {
      Files.write(root.resolve("MLmodel"), new byte[] {0, 1, 2, -1});
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith(
              "MLmodel of '" + root + "' cannot be read: its bytes are no text: Invalid UTF-8")
          .hasMessageNotContaining("Exception");
    }

    @Test
    void names_what_is_missing() throws IOException {
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no file 'MLmodel' in '" + root + "'");
      describe(onnx("other.onnx"));
      assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no file 'other.onnx' in the model; found: [MLmodel, model.onnx]");
      assertThatThrownBy(() -> ModelPackage.read(place.resolve("no"), TinyOnnx.FORMAT))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no directory '" + place.resolve("no") + "' to read a model from");
    }
  }
}
