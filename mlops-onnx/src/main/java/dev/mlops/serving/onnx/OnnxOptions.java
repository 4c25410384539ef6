package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import java.util.HashSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How an ONNX model is run and read. Immutable; each method returns changed options.
 *
 * @param threads how many threads work on one run, at least 1; 1 by default, as a server's
 *     parallelism is its requests
 * @param output the output whose numbers {@link OnnxPredictor} returns and {@link Answer#scores()}
 *     reads; null for the default, which each of the two says
 * @param columns the names of the columns of the one matrix that the model takes, in its order;
 *     empty for those that the model's metadata names ({@code mlops.features}, a JSON list), if any
 * @param classes the names of the classes that the numbers of that output stand for, in its order;
 *     empty for those that the graph names, if any
 */
public record OnnxOptions(
    int threads, @Nullable String output, List<String> columns, List<String> classes) {

  /**
   * Checks the options.
   *
   * @param threads at least 1
   * @param output a name or null
   * @param columns names, each once, or none
   * @param classes names, each once, or none
   * @throws IllegalArgumentException if there is no thread, or a name occurs twice
   */
  public OnnxOptions {
    if (threads < 1) {
      throw new IllegalArgumentException("threads must be at least 1: " + threads);
    }
    columns = Elements.copy(columns, "columns");
    classes = Elements.copy(classes, "classes");
    requireDistinct(columns, "columns");
    requireDistinct(classes, "classes");
  }

  private static void requireDistinct(List<String> names, String option) {
    if (new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException(option + " must name each only once: " + names);
    }
  }

  /**
   * Returns the defaults: one thread, the default output, the names that the model tells.
   *
   * @return the options
   */
  public static OnnxOptions defaults() {
    return new OnnxOptions(1, null, List.of(), List.of());
  }

  /**
   * Sets how many threads work on one run.
   *
   * @param count at least 1
   * @return changed options
   * @throws IllegalArgumentException if it is less than 1
   */
  public OnnxOptions threads(int count) {
    return new OnnxOptions(count, output, columns, classes);
  }

  /**
   * Chooses the output whose numbers are read.
   *
   * @param name the name of an output
   * @return changed options
   */
  public OnnxOptions output(String name) {
    return new OnnxOptions(threads, requireNonNull(name, "name"), columns, classes);
  }

  /**
   * Names the columns of the one matrix that the model takes.
   *
   * @param names in the model's order, each once
   * @return changed options
   * @throws IllegalArgumentException if a name occurs twice
   */
  public OnnxOptions columns(String... names) {
    return new OnnxOptions(threads, output, Elements.copy(names, "names"), classes);
  }

  /**
   * Names the classes that the numbers of the output stand for.
   *
   * @param names in the model's order, each once
   * @return changed options
   * @throws IllegalArgumentException if a name occurs twice
   */
  public OnnxOptions classes(String... names) {
    return new OnnxOptions(threads, output, columns, Elements.copy(names, "names"));
  }
}
