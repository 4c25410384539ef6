package dev.mlops.tracking;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NotFoundException;
import dev.mlops.storage.Artifact;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArtifactFolderTest {

  @TempDir private Path directory;

  @Test
  void isKeptFileByFile() throws Exception {
    Files.createDirectories(directory.resolve("plots/b"));
    Files.writeString(directory.resolve("plots/b/roc.svg"), "<svg/>");
    Files.writeString(directory.resolve("plots/a é.txt"), "late");
    try (Workspace workspace = Workspace.inMemory();
        Run run = ExperimentTracker.of(workspace).experiment("delays").start("a")) {
      List<Artifact> stored = run.artifacts("out", directory.resolve("plots"));
      assertThat(stored)
          .extracting(artifact -> artifact.path().value())
          .containsExactly("out/a é.txt", "out/b/roc.svg");
      run.artifacts("", directory);
      run.artifact("note.txt", "late by the hour");
      assertThat(workspace.artifacts().list("run/" + run.id()))
          .extracting(artifact -> artifact.path().value())
          .containsExactlyInAnyOrder(
              "note.txt", "out/a é.txt", "out/b/roc.svg", "plots/a é.txt", "plots/b/roc.svg");
      try (InputStream bytes = workspace.artifacts().open(stored.get(1))) {
        assertThat(new String(bytes.readAllBytes(), UTF_8)).isEqualTo("<svg/>");
      }
      run.succeed();
    }
  }

  @Test
  void isRefusedAsAWholeIfALinkIsInIt() throws Exception {
    Files.writeString(directory.resolve("a.txt"), "late");
    Files.createSymbolicLink(directory.resolve("z"), Path.of("/etc/passwd"));
    try (Workspace workspace = Workspace.inMemory();
        Run run = ExperimentTracker.of(workspace).experiment("delays").start("a")) {
      assertThatThrownBy(() -> run.artifacts("out", directory))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "'"
                  + directory.resolve("z")
                  + "' is a symbolic link, and only plain files of a directory are kept; copy what it stands for into the directory");
      assertThat(workspace.artifacts().list("run/" + run.id())).isEmpty();
      run.succeed();
    }
  }

  @Test
  void mustBeThereAndHoldAFileOfAGoodName() throws Exception {
    Path empty = Files.createDirectory(directory.resolve("empty"));
    Path hostile = Files.createDirectory(directory.resolve("hostile"));
    Files.writeString(hostile.resolve("%2e%2e"), "x");
    Path none = directory.resolve("none");
    try (Workspace workspace = Workspace.inMemory();
        Run run = ExperimentTracker.of(workspace).experiment("delays").start("a")) {
      assertThatThrownBy(() -> run.artifacts("out", none))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no directory '" + none + "' to keep as artifacts below 'out'");
      assertThatThrownBy(() -> run.artifacts("out", empty))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("'" + empty + "' holds no file to keep below 'out'");
      assertThatThrownBy(() -> run.artifacts("out", hostile))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("holds a percent-encoded dot, slash or backslash");
      assertThatThrownBy(() -> run.artifact("out", directory))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "'" + directory + "' is a directory; keep it with artifacts('out', directory)");
      run.succeed();
    }
  }

  @Test
  void mayHoldADataset() throws Exception {
    Dataset errors =
        Dataset.builder(Schema.of(Field.of("delay", DataType.INT64))).row(12L).row(7L).build();
    try (Workspace workspace = Workspace.inMemory();
        Run run = ExperimentTracker.of(workspace).experiment("delays").start("a")) {
      Artifact stored = run.artifact("errors.arrow", errors);
      try (InputStream bytes = workspace.artifacts().open(stored)) {
        assertThat(ArrowFile.read(bytes).digest()).isEqualTo(errors.digest());
      }
      run.succeed();
    }
  }
}
