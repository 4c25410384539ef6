package dev.mlops.serving.onnx;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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

  /** A heap of 24 MiB could not hold the bytes of the file once. */
  @Test
  void a_file_larger_than_the_heap_is_loaded_by_its_path() throws Exception {
    Path file = Files.write(directory.resolve("large.onnx"), OnnxModels.large(48 << 20));
    assertThat(output(FileProbe.class, file.toString(), "-Xmx24m")).isEqualTo("0.5");
  }

  /**
   * The same for what only {@link OnnxModel} does. Where the maps or the tensors of a sequence are
   * not closed, the process grows by 24 MB, where the inputs are not, by 9 MB (tried). With one
   * collector and one compiler of the virtual machine the rest is below 1 MB.
   */
  @Test
  @EnabledOnOs(OS.LINUX)
  void maps_sequences_and_failures_take_no_native_memory() throws Exception {
    String kilobytes =
        output(
            ModelMemoryProbe.class,
            "300",
            "-Xms64m",
            "-Xmx64m",
            "-XX:+AlwaysPreTouch",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1");
    assertThat(Long.parseLong(kilobytes)).isLessThan(5_000);
  }

  /**
   * Weights of 320 MB in a file beside the model, and a heap of 24 MB. The file is sparse, so that
   * it takes neither time nor room.
   */
  @Test
  void weights_larger_than_the_heap_are_used_from_their_file() throws Exception {
    long numbers = 80_000_000;
    long place = 70_000_000;
    Path file = directory.resolve("look-up.onnx");
    Files.write(file, OnnxModels.lookUp("weights.bin", numbers));
    try (RandomAccessFile weights =
        new RandomAccessFile(directory.resolve("weights.bin").toFile(), "rw")) {
      weights.setLength(numbers * Float.BYTES);
      weights.seek(place * Float.BYTES);
      weights.writeInt(Integer.reverseBytes(Float.floatToIntBits(42)));
    }
    assertThat(output(LookUpProbe.class, file + "@" + place, "-Xmx24m")).isEqualTo("42.0");
  }

  /**
   * A killed process leaves no library in the temporary directory, and what an earlier one left on
   * a system that keeps loaded libraries is deleted by the next start, unless it is just starting.
   */
  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void a_killed_process_leaves_no_native_library() throws Exception {
    Path model = Files.write(directory.resolve("model.onnx"), OnnxModels.logistic(0, 1));
    Path temporary = Files.createDirectory(directory.resolve("temporary"));
    Path left = leftBehind(temporary.resolve("mlops-onnxruntime-1"), Duration.ofDays(1));
    Path starting = leftBehind(temporary.resolve("mlops-onnxruntime-2"), Duration.ZERO);
    Process process = start(FileProbe.class, model.toString(), "-Djava.io.tmpdir=" + temporary);
    try {
      assertThat(new BufferedReader(new InputStreamReader(process.getInputStream(), UTF_8)))
          .extracting(OnnxProcessTest::line)
          .isEqualTo("0.5");
    } finally {
      process.destroyForcibly().waitFor();
    }
    assertThat(left).doesNotExist();
    assertThat(starting).isDirectory();
    try (Stream<Path> files = Files.walk(temporary)) {
      assertThat(files.filter(Files::isRegularFile))
          .containsExactly(starting.resolve("library.so"));
    }
  }

  private static Path leftBehind(Path directory, Duration age) throws IOException {
    Files.createDirectory(directory);
    Files.writeString(directory.resolve("library.so"), "not a library");
    FileTime now = Files.getLastModifiedTime(directory);
    return Files.setLastModifiedTime(directory, FileTime.from(now.toInstant().minus(age)));
  }

  private static String line(BufferedReader reader) {
    try {
      return reader.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns what a process prints; a newer JVM adds warnings to its standard error. */
  private String output(Class<?> main, String argument, String... options)
      throws IOException, InterruptedException {
    Process process = start(main, argument, options);
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor())
        .as("exit status; errors: %s", Files.readString(directory.resolve("errors")))
        .isZero();
    return said.strip();
  }

  private Process start(Class<?> main, String argument, String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName(), argument));
    return new ProcessBuilder(command).redirectError(directory.resolve("errors").toFile()).start();
  }
}
