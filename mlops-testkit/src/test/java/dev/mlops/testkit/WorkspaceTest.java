package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Entry;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceTest {
  @TempDir Path directory;

  @Test
  void keeps_everything_when_reopened() throws IOException {
    try (Workspace workspace = Workspace.open(directory)) {
      workspace.artifacts().write("run/1", ArtifactPath.of("model.onnx"), bytes("weights"));
      workspace.journal().append(Entry.of("model.registered").detail("name", "flights"));
    }
    try (Workspace workspace = Workspace.open(directory)) {
      Artifact artifact = workspace.artifacts().get("run/1", ArtifactPath.of("model.onnx"));
      try (InputStream read = workspace.artifacts().open(artifact)) {
        assertThat(new String(read.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo("weights");
      }
      assertThat(workspace.journal().find(1).orElseThrow().details())
          .containsEntry("name", "flights");
      assertThat(workspace.journal().verify().isIntact()).isTrue();
    }
  }

  @Test
  void refuses_to_open_twice_in_one_process() {
    try (Workspace open = Workspace.open(directory)) {
      assertThat(open.project()).isEqualTo("default");
      assertThatThrownBy(() -> Workspace.open(directory))
          .isInstanceOf(ConflictException.class)
          .hasMessage(
              "workspace '"
                  + directory
                  + "' is open in this process already; hand that Workspace on, or close it first");
    }
  }

  private static InputStream bytes(String text) {
    return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
  }
}
