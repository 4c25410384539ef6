package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.NotFoundException;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a model says of itself: what goes in, what comes out, and who made it. Immutable.
 *
 * @param inputs in the model's order; without inputs for which the model has a value itself
 * @param outputs in the model's order
 * @param metadata what the exporter noted, by key
 * @param producer the program that wrote the model; empty if the model doesn't say
 */
public record OnnxSignature(
    List<Value> inputs, List<Value> outputs, Map<String, String> metadata, String producer) {

  /** What an input or output consists of. */
  public enum Kind {
    /** One tensor. */
    TENSOR("TENSOR"),
    /** A sequence of tensors. */
    TENSORS("SEQUENCE"),
    /** A map from class to number. */
    MAP("MAP"),
    /** A map from class to number for each row. */
    MAPS("SEQUENCE of MAP"),
    /** Something that ONNX Runtime does not hand to Java. */
    OTHER("OPTIONAL");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  /**
   * An input or output.
   *
   * @param name its name
   * @param kind what it consists of
   * @param tensorType the type of its numbers or texts; null if it is unknown
   * @param shape the sizes of a tensor, -1 where one is open; empty for a single value and for what
   *     is no tensor
   * @param classes the classes that the numbers of an output stand for, in their order; empty if
   *     the graph doesn't say
   */
  public record Value(
      String name,
      Kind kind,
      @Nullable TensorType tensorType,
      List<Long> shape,
      List<String> classes) {

    /**
     * Copies the lists.
     *
     * @param name its name
     * @param kind what it consists of
     * @param tensorType the type of its elements, or null
     * @param shape the sizes
     * @param classes the classes
     */
    public Value {
      requireNonNull(name, "name");
      requireNonNull(kind, "kind");
      shape = Elements.copy(shape, "shape");
      classes = Elements.copy(classes, "classes");
    }

    Value withClasses(List<String> names) {
      return new Value(name, kind, tensorType, shape, names);
    }

    boolean isTensorOf(TensorType wanted) {
      return kind == Kind.TENSOR && tensorType == wanted;
    }

    int rank() {
      return shape.size();
    }

    /** How many numbers a row has: 1 in one dimension, the second size in two; -1 if it is open. */
    long width() {
      return rank() < 2 ? 1 : shape.get(1);
    }

    /** The sizes without the first one, which counts rows. */
    List<Long> rowSizes() {
      return shape.subList(Math.min(1, rank()), rank());
    }

    /** The elements of one row as far as the model tells them, at least 1. */
    long knownElements() {
      return product(rowSizes());
    }

    static long product(List<Long> sizes) {
      return sizes.stream().filter(size -> size > 0).reduce(1L, Math::multiplyExact);
    }

    /** Returns type and shape: {@code FLOAT[?, 4]}. */
    String form() {
      return kind == Kind.TENSOR
          ? (tensorType == null ? "of an unknown type" : tensorType.name()) + text(shape)
          : kind.words;
    }

    static String text(List<Long> shape) {
      return shape.stream()
          .map(size -> size < 0 ? "?" : Long.toString(size))
          .collect(Collectors.joining(", ", "[", "]"));
    }

    /** Returns name, type and shape: {@code features FLOAT[?, 4]}. */
    @Override
    public String toString() {
      return name + " " + form();
    }
  }

  /**
   * Copies the lists.
   *
   * @param inputs in the model's order
   * @param outputs in the model's order
   * @param metadata by key
   * @param producer a name, perhaps empty
   */
  public OnnxSignature {
    inputs = Elements.copy(inputs, "inputs");
    outputs = Elements.copy(outputs, "outputs");
    metadata = Elements.copy(metadata, "metadata");
    requireNonNull(producer, "producer");
  }

  /**
   * Returns an output.
   *
   * @param name its name
   * @return what the model says of it
   * @throws NotFoundException if the model has no such output
   */
  public Value output(String name) {
    requireNonNull(name, "name");
    return outputs.stream()
        .filter(output -> output.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new NotFoundException("the model has no output '" + name + "'; found: " + outputs));
  }

  /** Adds what the graph says of classes, by output. */
  OnnxSignature withClasses(Map<String, List<String>> classes) {
    List<Value> named =
        outputs.stream()
            .map(output -> output.withClasses(classes.getOrDefault(output.name(), List.of())))
            .toList();
    return new OnnxSignature(inputs, named, metadata, producer);
  }

  /** Returns inputs and outputs in one line. */
  @Override
  public String toString() {
    return inputs + " -> " + outputs;
  }
}
