package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.io.IOException;
import java.nio.file.Path;
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
          ModelRegistry.in(workspace)
              .model("flights")
              .register(TinyOnnx.candidate().golden(TinyOnnx.golden()).run("abc").build())
              .export(place.resolve("ours"));
      assertThat(python("check", directory)).contains("3 golden rows answered alike");
    }
  }

  @Test
  void a_directory_of_mlflow_is_registered() throws Exception {
    Path directory = place.resolve("theirs");
    python("write", directory);
    try (Workspace workspace = Workspace.inMemory()) {
      ModelVersion version =
          ModelRegistry.in(workspace).model("flights").register(ModelPackage.read(directory));
      assertThat(version.signature().inputs())
          .isEqualTo(Schema.of(Field.of("input", DataType.vector(2))));
      assertThat(version.signature().outputs())
          .isEqualTo(Schema.of(Field.of("output", DataType.vector(1))));
      assertThat(directory.resolve("model.onnx")).hasBinaryContent(version.bytes());
    }
  }

  private String python(String verb, Path directory) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                System.getProperty("mlops.python"),
                Path.of("../interop/mlmodel_interop.py").toAbsolutePath().toString(),
                verb,
                directory.toString())
            // MLflow leaves a directory mlruns where it is run.
            .directory(place.toFile())
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
