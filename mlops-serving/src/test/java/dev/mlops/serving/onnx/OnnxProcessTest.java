package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What only a process of its own can show of native code. */
class OnnxProcessTest {

  @TempDir Path directory;

  /** Prints what a model answers; a process for {@link #starts_under_a_long_command_line}. */
  public static void main(String[] arguments) {
    try (OnnxPredictor model = OnnxPredictor.load(OnnxModels.logistic(0, 1))) {
      System.out.println(model.predict(new float[] {0})[0]);
    }
  }

  /**
   * ONNX Runtime 1.29 matches the command line against recursive regular expressions when it
   * starts: four thousand characters overflow a Java thread's stack and end the process.
   */
  @Test
  void starts_under_a_long_command_line() throws Exception {
    assertThat(output(OnnxProcessTest.class, "x".repeat(100_000))).isEqualTo("0.5");
  }

  /**
   * A result that is not closed costs some 350 bytes of native memory: 300,000 of them would be
   * over 100 MB. Measured in a process whose Java heap is fully touched from the start, so that
   * only native memory can grow. Only Linux tells the resident size in a file.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void three_hundred_thousand_runs_take_no_native_memory() throws Exception {
    String kilobytes =
        output(NativeMemoryProbe.class, "50000", "-Xms64m", "-Xmx64m", "-XX:+AlwaysPreTouch");
    assertThat(Long.parseLong(kilobytes)).isLessThan(40_000);
  }

  /** Returns what a process prints; a newer JVM adds warnings to its standard error. */
  private String output(Class<?> main, String argument, String... options)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), argument));
    Path errors = directory.resolve("errors");
    Process process = new ProcessBuilder(command).redirectError(errors.toFile()).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as("exit status; errors: %s", Files.readString(errors)).isZero();
    return said.strip();
  }
}
