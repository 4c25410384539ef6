package dev.mlops.models;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelSourceTest {

  private static final byte[] BYTES = "weights".getBytes(UTF_8);

  @TempDir private Path place;

  @Test
  void of_bytes_says_what_they_are() {
    byte[] mine = BYTES.clone();
    ModelSource source = ModelSource.bytes("churn", 7, mine);
    mine[0] = 0;
    ResolvedModel model = source.resolve();
    assertThat(model.name()).isEqualTo("churn");
    assertThat(model.version()).isEqualTo(7);
    assertThat(model.digest()).isEqualTo(Digest.of(BYTES));
    assertThat(model.files().first().bytes()).isEqualTo(BYTES);
    assertThat(model).hasToString("churn:7 (model, 7 bytes, " + Digest.of(BYTES) + ")");
  }

  @Test
  void of_a_file_reads_it_when_it_is_resolved_and_then_takes_no_other_bytes() throws IOException {
    Path file = place.resolve("churn.onnx");
    ModelSource source = ModelSource.file("churn", 7, file);
    assertThatThrownBy(source::resolve)
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no file '" + file + "' with a model");
    Files.write(file, BYTES);
    ResolvedModel before = source.resolve();
    assertThat(before.files().first().path()).isEqualTo("churn.onnx");
    assertThat(before.files().first().bytes()).isEqualTo(BYTES);
    Files.write(file, "WEIGHTS".getBytes(UTF_8));
    assertThatThrownBy(() -> before.files().first().bytes())
        .isInstanceOf(ConflictException.class)
        .hasMessage("file '" + file.toRealPath() + "' changed after it was read; read it again");
    assertThat(source.resolve().digest()).isEqualTo(Digest.of("WEIGHTS".getBytes(UTF_8)));
  }

  @Test
  void of_code_has_the_digest_of_its_class_file() throws IOException {
    ResolvedModel model = ModelSource.code("rule", 1, ModelSourceTest.class).resolve();
    assertThat(model.files().first().path()).isEqualTo("dev/mlops/models/ModelSourceTest.class");
    try (InputStream compiled =
        ModelSourceTest.class.getResourceAsStream("ModelSourceTest.class")) {
      assertThat(model.digest()).isEqualTo(Digest.of(compiled));
    }
    Supplier<String> lambda = () -> "no class file";
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSource.code("rule", 1, lambda.getClass()))
        .withMessageEndingWith(
            " has no class file to take a digest of; name the class that holds the function");
  }

  @Test
  void of_an_artifact_gives_the_bytes_of_the_store() {
    try (Workspace workspace = Workspace.inMemory()) {
      Artifact artifact =
          workspace
              .artifacts()
              .write("run/1", ArtifactPath.of("model.bin"), new ByteArrayInputStream(BYTES));
      ModelFile file = ModelFile.of(artifact, workspace.artifacts());
      assertThat(file.bytes()).isEqualTo(BYTES);
      assertThat(file).hasToString("model.bin (7 bytes, " + Digest.of(BYTES) + ")");
    }
  }

  @Test
  void of_several_files_has_a_digest_of_all_of_them_in_their_order() throws IOException {
    ModelFile graph = ModelFile.of("model.onnx", BYTES);
    ModelFile weights = ModelFile.of("data/w.data", new byte[] {1, 2});
    ModelFiles model = ModelFiles.of(graph, weights);
    String lines = graph.digest() + " model.onnx\n" + weights.digest() + " data/w.data\n";
    assertThat(model.digest()).isEqualTo(Digest.of(lines.getBytes(UTF_8)));
    assertThat(ModelFiles.of(weights, graph).digest()).isNotEqualTo(model.digest());
    assertThat(model.get("data/w.data")).isSameAs(weights);
    assertThatThrownBy(() -> model.get("w.data"))
        .isInstanceOf(NotFoundException.class)
        .hasMessage("no file 'w.data' in the model; found: [model.onnx, data/w.data]");
    assertThat(model).hasToString("model.onnx, data/w.data, 9 bytes, " + model.digest());
    assertThat(model.copyTo(place)).isEqualTo(place.resolve("model.onnx"));
    assertThat(place.resolve("data/w.data")).hasBinaryContent(new byte[] {1, 2});
  }

  @Test
  void refuses_what_is_no_model() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelSource.bytes("churn", 0, BYTES))
        .withMessage("version must be at least 1: 0");
    assertThatIllegalArgumentException().isThrownBy(() -> ModelSource.bytes(" ", 1, BYTES));
    ModelFile file = ModelFile.of("a", BYTES);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> ModelFiles.of(file, file))
        .withMessage("a model needs at least one file, and each path once: [a, a]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new ModelFiles(List.of()))
        .withMessage("a model needs at least one file, and each path once: []");
    assertThatThrownBy(() -> ModelFile.of("../a", BYTES)).isInstanceOf(InvalidInputException.class);
  }
}
