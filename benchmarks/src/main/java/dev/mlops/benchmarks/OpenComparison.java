package dev.mlops.benchmarks;

import dev.mlops.Workspace;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/**
 * Opens an embedded workspace, in a process that has just started and in one that has done it
 * before, against the limits that we promise.
 */
final class OpenComparison {

  private static final int PROCESSES = 11;
  private static final double COLD_SECONDS = 1;
  private static final double WARM_SECONDS = 0.1;

  private OpenComparison() {}

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Path.of(arguments[0]).resolve("workspaces");
    Path kept = directory.resolve("kept");
    Comparison comparison = new Comparison();
    comparison.add(
        "open a new workspace",
        "first in its process",
        "limit",
        COLD_SECONDS,
        cold(kept, false),
        1);
    comparison.add(
        "open a workspace again",
        "first in its process",
        "limit",
        COLD_SECONDS,
        cold(kept, true),
        1);
    double[] warm =
        Comparison.seconds(3, 20, List.of(() -> openFresh(directory), () -> openAndClose(kept)));
    comparison.add("open a new workspace", "in a warm process", "limit", WARM_SECONDS, warm[0], 1);
    comparison.add(
        "open a workspace again", "in a warm process", "limit", WARM_SECONDS, warm[1], 1);
    comparison.print();
    Directories.delete(directory);
  }

  /** Opens and closes one workspace and prints the seconds; the main class of a fresh process. */
  static final class Once {
    private Once() {}

    public static void main(String[] arguments) {
      long start = System.nanoTime();
      Workspace workspace = Workspace.open(Path.of(arguments[0]));
      System.out.println((System.nanoTime() - start) * 1e-9);
      workspace.close();
    }
  }

  /** The median of some fresh processes, which find the workspace of the last one or none. */
  private static double cold(Path workspace, boolean again) throws Exception {
    double[] seconds = new double[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
      if (!again) {
        Directories.delete(workspace);
      }
      seconds[i] = inFreshProcess(workspace);
    }
    return Comparison.median(seconds);
  }

  private static double inFreshProcess(Path workspace) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Once.class.getName(),
                workspace.toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IllegalStateException("a process that opens a workspace failed: " + said);
    }
    return Double.parseDouble(said.strip());
  }

  private static Path openFresh(Path directory) throws IOException {
    Path fresh = directory.resolve("fresh");
    Directories.delete(fresh);
    return openAndClose(fresh);
  }

  private static Path openAndClose(Path workspace) {
    Workspace.open(workspace).close();
    return workspace;
  }
}
