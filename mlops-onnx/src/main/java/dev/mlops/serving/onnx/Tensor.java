package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.List;

/**
 * Numbers, truth values or texts in rows and columns, as a model gave them. The elements come as
 * one array, of which the last dimension runs fastest. Immutable and safe for use by many threads;
 * each array is the caller's.
 */
public final class Tensor {

  private final TensorType type;
  private final int[] shape;
  private final Object elements;

  /**
   * Keeps elements, which nobody else changes.
   *
   * @param elements a float[], double[], long[], boolean[] or String[], as the type wants it
   */
  Tensor(TensorType type, int[] shape, Object elements) {
    this.type = type;
    this.shape = shape;
    this.elements = elements;
  }

  /** Puts tensors of as many rows as their first size says one after the other. */
  static Tensor concat(List<Tensor> parts) {
    Tensor first = parts.get(0);
    if (parts.size() == 1) {
      return first;
    }
    int size = parts.stream().mapToInt(Tensor::size).sum();
    Object all = Array.newInstance(first.elements.getClass().getComponentType(), size);
    int at = 0;
    int rows = 0;
    for (Tensor part : parts) {
      System.arraycopy(part.elements, 0, all, at, part.size());
      at += part.size();
      rows += part.shape[0];
    }
    int[] shape = first.shape.clone();
    shape[0] = rows;
    return new Tensor(first.type, shape, all);
  }

  boolean hasRowsLike(Tensor other) {
    return Arrays.equals(shape, 1, shape.length, other.shape, 1, other.shape.length);
  }

  /** Whether the first size counts rows. */
  boolean hasRows(int rows) {
    return shape.length > 0 && shape[0] == rows;
  }

  /** The first rows, of which there may be more. */
  Tensor head(int rows) {
    return rows == shape[0] ? this : new Tensor(type, withRows(rows), range(0, rows));
  }

  /** A row, without the first size. */
  Tensor row(int row) {
    return new Tensor(type, Arrays.copyOfRange(shape, 1, shape.length), range(row, row + 1));
  }

  /** This as the only row of a tensor with one more size. */
  Tensor asRow() {
    int[] sizes = new int[shape.length + 1];
    sizes[0] = 1;
    System.arraycopy(shape, 0, sizes, 1, shape.length);
    return new Tensor(type, sizes, elements);
  }

  private int[] withRows(int rows) {
    int[] sizes = shape.clone();
    sizes[0] = rows;
    return sizes;
  }

  private Object range(int from, int to) {
    int width = shape[0] == 0 ? 0 : size() / shape[0];
    Object part = Array.newInstance(elements.getClass().getComponentType(), (to - from) * width);
    System.arraycopy(elements, from * width, part, 0, (to - from) * width);
    return part;
  }

  /**
   * Returns the type of the elements.
   *
   * @return the type
   */
  public TensorType tensorType() {
    return type;
  }

  /**
   * Returns the sizes.
   *
   * @return a size for each dimension, unmodifiable; empty for a single value
   */
  public List<Integer> shape() {
    return Arrays.stream(shape).boxed().toList();
  }

  /**
   * Returns the number of elements.
   *
   * @return the product of the sizes
   */
  public int size() {
    return Array.getLength(elements);
  }

  /**
   * Returns floating-point numbers of up to 32 bits.
   *
   * @return a new array of all elements
   * @throws InvalidInputException if the type is not FLOAT, FLOAT16 or BFLOAT16
   */
  public float[] floats() {
    if (elements instanceof float[] numbers) {
      return numbers.clone();
    }
    throw wrongType("FLOAT, FLOAT16 or BFLOAT16");
  }

  /**
   * Returns numbers.
   *
   * @return a new array of all elements; the nearest double of a whole number of more than 53 bits
   * @throws InvalidInputException if the type is BOOL or STRING
   */
  public double[] doubles() {
    double[] numbers = new double[type.isNumeric() ? size() : 0];
    if (!type.isNumeric()) {
      throw wrongType("a number");
    }
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = number(i);
    }
    return numbers;
  }

  private double number(int at) {
    if (elements instanceof float[] floats) {
      return floats[at];
    }
    if (elements instanceof double[] doubles) {
      return doubles[at];
    }
    long whole = ((long[]) elements)[at];
    return type == TensorType.UINT64 && whole < 0 ? ((whole >>> 1) | (whole & 1)) * 2.0 : whole;
  }

  /**
   * Returns whole numbers.
   *
   * @return a new array of all elements; a UINT64 of 2^63 or more is negative, for the methods of
   *     {@link Long} that end in {@code Unsigned}
   * @throws InvalidInputException if the type is none of INT8 to INT64 and UINT8 to UINT64
   */
  public long[] longs() {
    if (elements instanceof long[] numbers) {
      return numbers.clone();
    }
    throw wrongType("a whole number");
  }

  /**
   * Returns truth values.
   *
   * @return a new array of all elements
   * @throws InvalidInputException if the type is not BOOL
   */
  public boolean[] booleans() {
    if (elements instanceof boolean[] flags) {
      return flags.clone();
    }
    throw wrongType("BOOL");
  }

  /**
   * Returns each element as text.
   *
   * @return an unmodifiable list: texts as they are, numbers and truth values as Java writes them
   */
  public List<String> texts() {
    String[] texts = new String[size()];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = text(i);
    }
    return List.of(texts);
  }

  String text(int at) {
    return type == TensorType.UINT64
        ? Long.toUnsignedString(((long[]) elements)[at])
        : String.valueOf(requireNonNull(Array.get(elements, at)));
  }

  private InvalidInputException wrongType(String wanted) {
    return new InvalidInputException("the tensor is " + this + ", not " + wanted);
  }

  /** Returns type, shape and the first elements: {@code FLOAT[3] 0.2, 0.7, 0.1}. */
  @Override
  public String toString() {
    int shown = Math.min(size(), 8);
    StringBuilder text = new StringBuilder(type.name()).append(Arrays.toString(shape));
    for (int i = 0; i < shown; i++) {
      text.append(i == 0 ? " " : ", ").append(text(i));
    }
    return size() > shown
        ? text.append(" and ").append(Plural.grouped(size() - shown)).append(" more").toString()
        : text.toString();
  }
}
