package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestDatabases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class H2FileRegistryTest extends RegistryContract {

  @TempDir private Path directory;

  @Override
  Database open() {
    return TestDatabases.h2(directory);
  }

  @Test
  void versions_and_aliases_are_there_when_the_workspace_is_opened_again(@TempDir Path place) {
    try (Workspace workspace = Workspace.open(place)) {
      RegisteredModel flights = ModelRegistry.of(workspace).model("flights");
      flights.register(TinyOnnx.candidate().golden(TinyOnnx.golden()).build());
      flights.alias("champion").moveTo(1, Expect.none(), because("first"));
    }
    try (Workspace workspace = Workspace.open(place)) {
      ModelVersion champion = ModelRegistry.of(workspace).get("flights").alias("champion").get();
      assertThat(champion.bytes("model.onnx")).isEqualTo(TinyOnnx.bytes());
      assertThat(champion.golden().orElseThrow().replay(TinyOnnx.MODEL))
          .isInstanceOf(GoldenCheck.Same.class);
    }
  }

  @Test
  void bytes_that_changed_on_disk_are_not_served(@TempDir Path place) throws IOException {
    try (Workspace workspace = Workspace.open(place)) {
      ModelVersion version =
          ModelRegistry.of(workspace).model("flights").register(TinyOnnx.candidate().build());
      Path stored = stored(place, version);
      byte[] bytes = Files.readAllBytes(stored);
      bytes[bytes.length / 2] ^= 1;
      assertThat(stored.toFile().setWritable(true)).isTrue();
      Files.write(stored, bytes);
      assertThatThrownBy(() -> version.bytes("model.onnx"))
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("model 'flights' version 1");
      Path exports = Files.createDirectory(place.resolve("exports"));
      assertThatThrownBy(() -> version.exportTo(exports.resolve("flights")))
          .isInstanceOf(StorageException.class);
      assertThatThrownBy(() -> version.exportTo(Files.createDirectory(exports.resolve("empty"))))
          .isInstanceOf(StorageException.class);
      try (var left = Files.walk(exports).filter(Files::isRegularFile)) {
        assertThat(left).isEmpty();
      }
      assertThat(exports).isDirectoryNotContaining("glob:**/.*");
    }
  }

  private static Path stored(Path place, ModelVersion version) throws IOException {
    try (var files = Files.walk(place)) {
      String hex = version.digest().hex();
      return files
          .filter(Files::isRegularFile)
          .filter(
              file ->
                  file.toString().replace("/", "").endsWith(hex)
                      || file.getFileName().toString().contains(hex.substring(2)))
          .findFirst()
          .orElseThrow();
    }
  }
}
