package dev.mlops.testkit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;

/**
 * Runs a program in a JVM of its own and kills it without warning, to learn what outlives a crash.
 *
 * <p>The program has the class path of this JVM, unless given another. It prints one line for each
 * thing that it knows to be durable; whatever a line acknowledges must be there after the kill. A
 * harness is immutable, and may run any number of times.
 *
 * <pre>{@code
 * Outcome outcome = CrashHarness.of(Writer.class, directory.toString()).killAfter(17, Duration.ofMillis(3));
 * for (String line : outcome.acknowledged()) { ... }
 * }</pre>
 */
public final class CrashHarness {
  private static final int MINUTES = 5;

  private final Class<?> program;
  private final List<String> arguments;
  private final List<String> jvmOptions;
  private final String classPath;

  private CrashHarness(
      Class<?> program, List<String> arguments, List<String> jvmOptions, String classPath) {
    this.program = program;
    this.arguments = arguments;
    this.jvmOptions = jvmOptions;
    this.classPath = classPath;
  }

  /**
   * What is known of a program that has ended.
   *
   * @param acknowledged the whole lines it printed before its end, oldest first
   * @param exit what it ended with; 137 on Linux if it was killed
   * @param errors what it printed to its error stream
   */
  public record Outcome(List<String> acknowledged, int exit, String errors) {}

  /**
   * Prepares a program.
   *
   * @param program has a {@code main} method
   * @param arguments of that method
   * @return the harness
   */
  public static CrashHarness of(Class<?> program, String... arguments) {
    // The first compiler alone and the smallest collector: the program starts fast and dies young.
    return new CrashHarness(
        program,
        List.of(arguments),
        List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"),
        System.getProperty("java.class.path", "."));
  }

  /**
   * Adds options of the JVM.
   *
   * @param options such as {@code -Xmx64m}
   * @return a changed copy
   */
  public CrashHarness jvmOptions(String... options) {
    List<String> all = new ArrayList<>(jvmOptions);
    all.addAll(List.of(options));
    return new CrashHarness(program, arguments, List.copyOf(all), classPath);
  }

  /**
   * Gives the program another class path than that of this JVM.
   *
   * @param path its entries, as {@code java -cp} takes them
   * @return a changed copy
   */
  public CrashHarness classPath(String path) {
    return new CrashHarness(program, arguments, jvmOptions, path);
  }

  /**
   * Starts the program and returns while it runs, so that it can be paused, and killed at any time.
   *
   * @return the running program, to be closed by the caller
   */
  public Running start() {
    try {
      return new Running(
          new ProcessBuilder(command()).redirectError(ProcessBuilder.Redirect.INHERIT).start());
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + program, e);
    }
  }

  /** A program that runs in a JVM of its own. */
  public static final class Running implements AutoCloseable {
    private final Process process;

    private Running(Process process) {
      this.process = process;
    }

    /**
     * Waits until the program prints a line.
     *
     * @return the line, or empty if the program has ended
     */
    public Optional<String> line() {
      try {
        return Optional.ofNullable(process.inputReader(StandardCharsets.UTF_8).readLine());
      } catch (IOException e) {
        throw new UncheckedIOException("cannot read what the program prints", e);
      }
    }

    /**
     * Stops all threads of the program where they are, as a machine does that is suspended
     * (SIGSTOP).
     */
    public void pause() {
      signal("STOP");
    }

    /** Lets a paused program go on where it was (SIGCONT). */
    public void resume() {
      signal("CONT");
    }

    private void signal(String name) {
      try {
        int exit =
            new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
        if (exit != 0) {
          throw new IllegalStateException("kill -" + name + " ended with " + exit);
        }
      } catch (IOException e) {
        throw new UncheckedIOException("cannot send SIG" + name, e);
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted while sending SIG" + name, e);
      }
    }

    /** Kills the program without warning (SIGKILL), and waits for its end. */
    @Override
    public void close() {
      process.destroyForcibly();
      try {
        process.waitFor();
      } catch (InterruptedException e) {
        throw new IllegalStateException("interrupted while a program was being killed", e);
      }
    }
  }

  /**
   * Runs the program to its own end.
   *
   * @return what is known of it
   */
  public Outcome run() {
    return run((line, count) -> false, Duration.ZERO);
  }

  /**
   * Kills the program a moment after it has printed some lines, or lets it end if it prints fewer.
   *
   * @param lines how many it prints first; 0 kills it while it starts
   * @param moment how long it lives on
   * @return what is known of it
   */
  public Outcome killAfter(int lines, Duration moment) {
    return run((line, count) -> count == lines, moment);
  }

  /**
   * Kills the program a moment after it has printed a certain line, or lets it end if it prints no
   * such line.
   *
   * @param line tells whether it is this one; asked once for each line, in their order
   * @param moment how long it lives on
   * @return what is known of it
   */
  public Outcome killAt(Predicate<String> line, Duration moment) {
    return run((text, count) -> count > 0 && line.test(text), moment);
  }

  private Outcome run(Target target, Duration moment) {
    try {
      Path errors = Files.createTempFile("crash-harness", ".txt");
      Outcome outcome = run(target, moment, errors);
      Files.delete(errors); // kept when the run itself could not be made
      return outcome;
    } catch (IOException e) {
      throw new UncheckedIOException("cannot run " + program, e);
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted while " + program + " was running", e);
    }
  }

  private Outcome run(Target target, Duration moment, Path errors)
      throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command()).redirectError(errors.toFile()).start();
    try {
      List<String> acknowledged = watch(process, target, moment);
      if (!process.waitFor(MINUTES, TimeUnit.MINUTES)) {
        throw new AssertionError(program + " did not end within " + MINUTES + " minutes");
      }
      return new Outcome(acknowledged, process.exitValue(), Files.readString(errors));
    } finally {
      process.destroyForcibly();
    }
  }

  private List<String> command() {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(jvmOptions);
    command.addAll(List.of("-cp", classPath, program.getName()));
    command.addAll(arguments);
    return command;
  }

  private static List<String> watch(Process process, Target target, Duration moment)
      throws IOException {
    List<String> acknowledged = new ArrayList<>();
    try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
      StringBuilder line = new StringBuilder();
      killAt(target, acknowledged, moment, process);
      for (int letter = out.read(); letter >= 0; letter = out.read()) {
        if (letter == '\n') {
          acknowledged.add(line.toString().strip());
          line.setLength(0);
          killAt(target, acknowledged, moment, process);
        } else {
          line.append((char) letter);
        }
      }
    }
    // What the kill has cut off before its line feed acknowledges nothing.
    return List.copyOf(acknowledged);
  }

  private static void killAt(
      Target target, List<String> acknowledged, Duration moment, Process process) {
    int count = acknowledged.size();
    if (target.isReached(count == 0 ? "" : acknowledged.get(count - 1), count)) {
      LockSupport.parkNanos(moment.toNanos());
      // Not by the process itself, which would close the stream that still holds lines.
      process.toHandle().destroyForcibly();
    }
  }

  /** Tells from the last line, and how many there are, whether the program is to be killed. */
  private interface Target {
    boolean isReached(String line, int count);
  }
}
