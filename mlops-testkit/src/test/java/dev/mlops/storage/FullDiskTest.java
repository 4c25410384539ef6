package dev.mlops.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Entry;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A file of the embedded database that cannot grow is not called damaged, as its owner would put
 * back an older one; and all that was acknowledged is in it.
 */
class FullDiskTest {
  private static final int FAILURES = 4;

  @TempDir Path directory;

  /** Appends until it has failed four times; each line tells what happened. */
  static final class Filler {
    private Filler() {}

    public static void main(String[] arguments) {
      Random random = new Random(1);
      byte[] bytes = new byte[30_000];
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        for (int failures = 0; failures < FAILURES; ) {
          random.nextBytes(bytes);
          String text = Base64.getEncoder().encodeToString(bytes);
          try {
            workspace.journal().append(Entry.of("disk.filled").detail("text", text));
            System.out.println("kept");
          } catch (StorageException e) {
            failures++;
            System.out.println(e.getMessage());
          }
        }
      }
    }
  }

  // The system refuses a process that has a limit on its files what a full disk would refuse.
  private List<String> fill() throws IOException, InterruptedException {
    List<String> command =
        new ArrayList<>(List.of("bash", "-c", "ulimit -f 1500; exec \"$@\"", "-"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(Filler.class.getName(), directory.toString()));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines =
        new String(process.getInputStream().readAllBytes(), UTF_8).lines().toList();
    process.waitFor();
    return lines;
  }

  @Test
  void is_told_as_such_and_loses_nothing() throws Exception {
    List<String> lines = fill();
    List<String> failures = lines.stream().filter(line -> !line.equals("kept")).toList();
    assertThat(failures)
        .hasSize(FAILURES)
        .allMatch(
            line ->
                line.matches(
                    "the file of the database cannot be written: File too large; make room, or make"
                        + " it writable, and try again \\(what was acknowledged is in the file\\)"));
    int kept = lines.size() - failures.size();
    assertThat(kept).isPositive();
    try (Workspace workspace = Workspace.open(directory)) {
      assertThat(workspace.journal().events().kind("disk.filled").count()).isEqualTo(kept);
      assertThat(workspace.journal().verify().isIntact()).isTrue();
    }
  }
}
