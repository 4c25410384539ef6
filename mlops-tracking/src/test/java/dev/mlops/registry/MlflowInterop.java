package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.registry.onnx.OnnxFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks an unmodified MLflow; {@code interop/run} runs it with {@code -Dmlops.python=} naming a
 * Python that has one.
 */
class MlflowInterop {

  @TempDir private Path place;

  @Test
  void mlflow_answers_the_golden_questions_of_a_version_of_ours() throws Exception {
    try (Workspace workspace = Workspace.inMemory()) {
      Path directory =
          ModelRegistry.of(workspace)
              .model("flights")
              .register(TinyOnnx.candidate().golden(TinyOnnx.golden()).build())
              .exportTo(place.resolve("ours"));
      assertThat(python("mlmodel_interop.py", "check", directory))
          .contains("3 golden rows answered alike");
    }
  }

  @Test
  void mlflow_answers_by_name_too() throws Exception {
    ModelSignature matrix =
        new ModelSignature(
            Schema.of(Field.of("features", DataType.vector(2))), TinyOnnx.SIGNATURE.outputs());
    Path directory =
        ModelPackage.builder(TinyOnnx.FORMAT, TinyOnnx.bytes(), matrix)
            .build()
            .write(place.resolve("matrix"), Instant.EPOCH);
    assertThat(python("mlmodel_interop.py", "ask", directory)).contains("[[-3.0]]");
  }

  @Test
  void what_mlflow_wrote_it_gets_back_and_answers_alike() throws Exception {
    Path theirs = Files.createDirectory(place.resolve("theirs"));
    python("mlmodel_interop.py", "write", theirs);
    try (Workspace workspace = Workspace.inMemory();
        Stream<Path> kinds = Files.list(theirs)) {
      for (Path kind : (Iterable<Path>) kinds::iterator) {
        String name = kind.getFileName().toString();
        RegisteredModel model = ModelRegistry.of(workspace).model(name);
        model
            .register(ModelPackage.read(kind, TinyOnnx.FORMAT))
            .exportTo(place.resolve("ours").resolve(name));
      }
    }
    assertThat(python("mlmodel_interop.py", "compare", theirs, place.resolve("ours")))
        .contains("8 kinds answered alike");
  }

  private String python(String script, String verb, Path... directories)
      throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(
            List.of(
                System.getProperty("mlops.python"),
                Path.of("../interop", script).toAbsolutePath().toString(),
                verb));
    Stream.of(directories).map(Path::toString).forEach(command::add);
    Process process =
        new ProcessBuilder(command)
            // MLflow leaves a directory mlruns where it is run.
            .directory(place.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  @Test
  void twelve_models_of_mlflow_answer_alike_kept_and_built_here() throws Exception {
    Path models = Path.of("../mlops-onnx/src/test/resources/mlflow").toAbsolutePath().normalize();
    Path out = Files.createDirectory(place.resolve("out"));
    ModelFormat onnx = OnnxFormat.withoutEngine();
    try (Stream<Path> each = Files.list(models)) {
      for (Path model : (Iterable<Path>) each::iterator) {
        String name = model.getFileName().toString();
        ModelPackage read = ModelPackage.read(model, onnx);
        read.write(out.resolve("kept").resolve(name), Instant.EPOCH);
        Path built = out.resolve("built").resolve(name);
        ModelPackage.builder(onnx, model.resolve("model.onnx"), read.signature())
            .parity(read.parity().orElseThrow())
            .build()
            .write(built, Instant.EPOCH);
      }
    }
    assertThat(python("mlflow_models.py", "check", models, out))
        .contains("12 models answered alike");
    Files.copy(
        models.resolve("xgboost-regressor/model.onnx"),
        out.resolve("built/lightgbm-regressor/model.onnx"),
        StandardCopyOption.REPLACE_EXISTING);
    assertThatThrownBy(() -> python("mlflow_models.py", "check", models, out))
        .as("another model's file is found")
        .hasMessageContaining("built/lightgbm-regressor");
  }
}
