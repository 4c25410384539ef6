package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Directories of MLflow that hold a pickle and nothing that runs here. */
class KeptFormatTest {

  private static final ModelFormat SKLEARN = ModelFormat.kept("sklearn");

  @TempDir private Path place;
  private Path pickled;

  @BeforeEach
  void write() throws IOException {
    pickled = Files.createDirectory(place.resolve("pickled"));
    // A pickle that would run a command in whoever loads it.
    Files.writeString(pickled.resolve("model.pkl"), "cos\nsystem\n(S'touch /tmp/loaded'\ntR.");
    Files.createDirectory(pickled.resolve("code"));
    Files.writeString(pickled.resolve("code/steps.py"), "print('loaded')\n");
    Files.writeString(pickled.resolve("requirements.txt"), "scikit-learn==1.9.1\n");
    Files.writeString(
        pickled.resolve("MLmodel"),
        """
        flavors:
          python_function:
            loader_module: mlflow.sklearn
            model_path: model.pkl
          sklearn:
            code: code
            pickled_model: model.pkl
            serialization_format: cloudpickle
        signature:
          inputs: '[{"type": "double", "name": "wind", "required": false}]'
          outputs: '[{"type": "double", "name": "delay", "required": true}]'
        """);
  }

  @Test
  void is_kept_and_comes_out_byte_for_byte() throws IOException {
    ModelPackage read = ModelPackage.read(pickled, TinyOnnx.FORMAT, SKLEARN);
    assertThat(read.format()).hasToString("sklearn, kept and not run");
    assertThat(read.model().paths()).containsExactlyInAnyOrder("model.pkl", "code/steps.py");
    assertThat(read.signature())
        .isEqualTo(
            new ModelSignature(
                Schema.of(Field.of("wind", DataType.FLOAT64).orNull()),
                Schema.of(Field.of("delay", DataType.FLOAT64))));
    try (Workspace workspace = Workspace.inMemory()) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      ModelVersion version = registry.model("delays").register(read);
      registry.alias("delays", "champion").moveTo(1, Expect.none(), because("first"));
      Path out = version.exportTo(place.resolve("out"));
      for (String file :
          new String[] {"MLmodel", "model.pkl", "code/steps.py", "requirements.txt"}) {
        assertThat(out.resolve(file)).hasSameBinaryContentAs(pickled.resolve(file));
      }
      assertThatThrownBy(() -> version.run(SKLEARN))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "models of the flavor 'sklearn' are kept and not run here, so they cannot be asked; save"
                  + " the model as ONNX too");
    }
  }

  @Test
  void is_refused_unless_it_is_said() {
    assertThatThrownBy(() -> ModelPackage.read(pickled, TinyOnnx.FORMAT))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageEndingWith(
            "has the flavors [python_function, sklearn], which none of the given formats reads: [onnx];"
                + " give its format to ModelPackage.read(directory, formats)");
  }

  @Test
  void gives_the_graph_the_first_place_if_it_is_named_first() throws IOException {
    Files.write(pickled.resolve("model.onnx"), TinyOnnx.bytes());
    String described = Files.readString(pickled.resolve("MLmodel"));
    Files.writeString(
        pickled.resolve("MLmodel"),
        described.replace("  sklearn:\n", "  onnx:\n    data: model.onnx\n  sklearn:\n"));
    assertThat(ModelPackage.read(pickled, SKLEARN, TinyOnnx.FORMAT).format()).isEqualTo(SKLEARN);
    assertThatThrownBy(() -> ModelPackage.read(pickled, TinyOnnx.FORMAT, SKLEARN))
        .hasMessageContaining("are not the model's");
  }

  @Test
  void needs_a_file_and_a_name() throws IOException {
    String described = Files.readString(pickled.resolve("MLmodel"));
    Files.writeString(
        pickled.resolve("MLmodel"),
        described
            .replace("pickled_model: model.pkl", "pickled_model: other.pkl")
            .replace("code: code", "code: null"));
    assertThatThrownBy(() -> ModelPackage.read(pickled, SKLEARN))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage(
            "the flavor 'sklearn' names no file of the directory: it says {pickled_model=other.pkl,"
                + " serialization_format=cloudpickle}, and there are [MLmodel, code/steps.py, model.pkl,"
                + " requirements.txt]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFormat.kept("SK learn"))
        .withMessage("a format's name must be 1 to 40 of a-z, 0-9, '.', '_' and '-': 'SK learn'");
  }

  @Test
  void has_no_flavor_of_mlflow_when_it_is_built_here() throws IOException {
    ModelSignature signature = ModelPackage.read(pickled, SKLEARN).signature();
    Path built =
        ModelPackage.builder(SKLEARN, pickled.resolve("model.pkl"), signature)
            .build()
            .write(place.resolve("built"), Instant.EPOCH);
    assertThat(Files.readString(built.resolve("MLmodel"))).startsWith("flavors:\n  mlops_java:\n");
    assertThat(ModelPackage.read(built, SKLEARN).model().paths()).containsExactly("model.sklearn");
  }
}
