package dev.mlops.registry.onnx;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An input or output of an ONNX graph.
 *
 * @param name its name
 * @param element the number of its element type in onnx.proto3; 0 if it is no tensor
 * @param shape its sizes, -1 where one is open; null if the model leaves all of them open
 */
record OnnxTensor(String name, int element, @Nullable List<Long> shape) {

  static final int FLOAT = 1;
  static final int STRING = 8;
  static final int BOOL = 9;

  /** The names that MLflow and numpy give to the element types, by their numbers. */
  private static final List<String> TYPES =
      List.of(
          "no tensor",
          "float32",
          "uint8",
          "int8",
          "uint16",
          "int16",
          "int32",
          "int64",
          "str",
          "bool",
          "float16",
          "float64",
          "uint32",
          "uint64",
          "complex64",
          "complex128",
          "bfloat16");

  String type() {
    return element < TYPES.size() ? TYPES.get(element) : "type " + element;
  }

  boolean isNumeric() {
    return element > 0 && element <= 16 && element != STRING && !type().startsWith("complex");
  }

  /** How many numbers a row has: 1 in one dimension, the second size in two; -1 if that is open. */
  long width() {
    if (shape == null) {
      return -1;
    }
    return shape.size() == 1 ? 1 : shape.size() == 2 ? shape.get(1) : 0;
  }

  /** How many numbers a row has in any number of dimensions; -1 if a size is open. */
  long rowSize() {
    if (shape == null || shape.size() < 3) {
      return width();
    }
    long size = 1;
    for (long each : shape.subList(1, shape.size())) {
      if (each < 0) {
        return -1;
      }
      size = Math.min(size * each, Integer.MAX_VALUE);
    }
    return size;
  }

  @Override
  public String toString() {
    String sizes =
        shape == null
            ? "[...]"
            : shape.stream().map(Objects::toString).collect(Collectors.joining(",", "[", "]"));
    return name + " " + type() + (element == 0 ? "" : sizes);
  }
}
