package dev.mlops.benchmarks;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Asks one small ONNX model in three processes, one thread a run in each: by us, by DJL and by
 * Python's onnxruntime. What is compared is the processor time of a process for each call, whatever
 * its threads are busy with; it is the median of rounds in which each has its turn.
 */
final class ServingComparison {

  private static final int WARMUPS = 4;
  private static final int ROUNDS = 11;
  private static final int CALLS = 100_000;
  private static final double TOLERANCE = 1e-3;

  private ServingComparison() {}

  /** What a round of calls took and answered. */
  private record Round(double seconds, double sum) {}

  /** A process that asks the model. */
  private static final class Asker implements AutoCloseable {
    private final String name;
    private final Process process;
    private final PrintWriter questions;
    private final BufferedReader answers;

    Asker(String name, List<String> command) throws IOException {
      this.name = name;
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
      builder.environment().put("OPT_OUT_TRACKING", "true");
      this.process = builder.start();
      this.questions = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
      this.answers = process.inputReader(StandardCharsets.UTF_8);
    }

    Round ask(String question) throws IOException {
      questions.println(question);
      String[] words = requireNonNull(answers.readLine(), () -> name + " has ended").split(" ", -1);
      return new Round(Double.parseDouble(words[0]), Double.parseDouble(words[1]));
    }

    /** The end of its input ends the process. */
    @Override
    public void close() {
      questions.close();
      process.onExit().join();
    }
  }

  /**
   * Runs the comparison.
   *
   * @param arguments a directory for files, and a Python that has onnxruntime
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path model = Path.of(arguments[0]).resolve("perceptron.onnx");
    Files.write(model, MultilayerPerceptron.bytes(1));
    Comparison comparison = new Comparison();
    try (Asker ours = java("ours", model);
        Asker djl = java("djl", model);
        Asker python = new Asker("Python", python(arguments[1], model))) {
      List<Asker> all = List.of(ours, djl, python);
      double[] one = medians(all, 1);
      double[] many = medians(all, 32);
      add(comparison, 1, "DJL", one[1], one[0], 1.1);
      add(comparison, 1, "Python onnxruntime", one[2], one[0], 1.5);
      add(comparison, 32, "DJL", many[1], many[0], 1);
      add(comparison, 32, "Python onnxruntime, no promise", many[2], many[0], 0.1);
    }
    comparison.print();
    Files.delete(model);
  }

  private static void add(
      Comparison comparison, int rows, String rival, double theirs, double ours, double bar) {
    String size = rows + " x " + MultilayerPerceptron.INPUTS + ", processor time a call";
    comparison.add("perceptron of 2,177 weights", size, rival, theirs, ours, bar);
  }

  private static Asker java(String who, Path model) throws IOException {
    String java = ProcessHandle.current().info().command().orElse("java");
    return new Asker(
        who,
        List.of(
            java,
            "-Xms1g",
            "-Xmx1g",
            "-Dai.djl.offline=true",
            "-cp",
            System.getProperty("java.class.path"),
            ServingProcess.class.getName(),
            who,
            model.toString()));
  }

  private static List<String> python(String python, Path model) {
    return List.of(python, "benchmarks/rivals/serving.py", model.toString());
  }

  /** Returns the median of each one's processor time, in seconds a call. */
  private static double[] medians(List<Asker> askers, int rows) throws IOException {
    String question = rows + " " + CALLS + " " + numbers(rows);
    List<double[]> seconds = new ArrayList<>();
    for (int i = 0; i < askers.size(); i++) {
      seconds.add(new double[ROUNDS]);
    }
    for (int round = -WARMUPS; round < ROUNDS; round++) {
      Round first = null;
      for (int i = 0; i < askers.size(); i++) {
        Round taken = askers.get(i).ask(question);
        first = first == null ? taken : first;
        requireEqual(first, taken);
        if (round >= 0) {
          seconds.get(i)[round] = taken.seconds();
        }
      }
    }
    return seconds.stream().mapToDouble(Comparison::median).toArray();
  }

  private static void requireEqual(Round one, Round other) {
    if (!(Math.abs(one.sum() - other.sum()) < TOLERANCE)) {
      throw new IllegalStateException("answers sum up to " + one.sum() + " and " + other.sum());
    }
  }

  private static String numbers(int rows) {
    SplittableRandom random = new SplittableRandom(2);
    return IntStream.range(0, rows * MultilayerPerceptron.INPUTS)
        .mapToObj(i -> Float.toString((float) random.nextDouble(-1, 1)))
        .collect(Collectors.joining(" "));
  }
}
