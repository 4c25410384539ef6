package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/**
 * The elements of one input of one run, taken from values of any type that keeps them by the rule
 * of {@link Lossless}. For use by one thread, for one run.
 */
abstract class TensorWriter {

  private final String input;
  private final TensorType type;
  private String place = "";
  private long[] shape = {};

  TensorWriter(String input, TensorType type) {
    this.input = input;
    this.type = type;
  }

  static TensorWriter of(String input, TensorType type, int elements) {
    return switch (type) {
      case FLOAT -> new FloatWriter(input, elements);
      case DOUBLE -> new DoubleWriter(input, elements);
      case FLOAT16, BFLOAT16 -> new HalfWriter(input, type, elements);
      case STRING -> new TextWriter(input, elements);
      default -> new WholeWriter(input, type, elements);
    };
  }

  /** Says which sizes the elements have. */
  final TensorWriter shaped(long... sizes) {
    shape = sizes;
    return this;
  }

  /** Says where the next values are, for errors. */
  final void at(String row) {
    place = row;
  }

  /** Makes the tensor, of the sizes that {@link #shaped} was told. */
  final OnnxTensor tensor(OrtEnvironment environment, Scratch scratch) throws OrtException {
    return tensor(environment, scratch, shape);
  }

  /** Makes the tensor, over a buffer of the thread where that is possible. */
  abstract OnnxTensor tensor(OrtEnvironment environment, Scratch scratch, long[] shape)
      throws OrtException;

  /** Returns the array of elements. */
  abstract Object elements();

  abstract void whole(int at, long value);

  abstract void decimal(int at, double value);

  void missing(int at) {
    throw noMissing();
  }

  void text(int at, String value) {
    throw misfit(value, "give it as a number");
  }

  /** Writes one value. */
  final void put(int at, @Nullable Object value) {
    if (value == null) {
      missing(at);
    } else if (value instanceof Double || value instanceof Float) {
      decimal(at, ((Number) value).doubleValue());
    } else if (value instanceof Long
        || value instanceof Integer
        || value instanceof Short
        || value instanceof Byte) {
      whole(at, ((Number) value).longValue());
    } else if (value instanceof Boolean flag) {
      whole(at, flag ? 1 : 0);
    } else if (value instanceof String text) {
      text(at, text);
    } else if (value instanceof Enum<?> constant) {
      text(at, constant.name());
    } else {
      throw misfit(value, "give a number, a Boolean or a String, or an array of these");
    }
  }

  /** Writes all elements of an array of primitives or objects. */
  void putAll(int at, Object array) {
    int length = Array.getLength(array);
    for (int i = 0; i < length; i++) {
      put(at + i, Array.get(array, i));
    }
  }

  /** Repeats elements that are written already. */
  final void repeat(int from, int length, int at) {
    System.arraycopy(elements(), from, elements(), at, length);
  }

  final InvalidInputException misfit(Object value, String advice) {
    return new InvalidInputException(
        "%s is %s and can't take %s; %s".formatted(place(), type, said(value), advice));
  }

  private static String said(Object value) {
    if (value instanceof String text) {
      return "the text '" + text + "'";
    }
    return value instanceof Number || value instanceof Boolean
        ? Exactly.value(value)
        : "a " + value.getClass().getSimpleName();
  }

  final InvalidInputException noMissing() {
    return new InvalidInputException(
        "%s is %s, which has no missing value; fill it, or leave the row out"
            .formatted(place(), type));
  }

  final String place() {
    return place + "input '" + input + "'";
  }
}
