package dev.mlops.serving.onnx;

import java.util.Optional;

/** The type of the elements of a tensor, by its name in ONNX Runtime. */
public enum TensorType {
  /** An IEEE 754 number of 32 bits. */
  FLOAT(Kind.FLOATING, Float.BYTES),
  /** An IEEE 754 number of 64 bits. */
  DOUBLE(Kind.FLOATING, Double.BYTES),
  /** An IEEE 754 number of 16 bits: 11 bits of precision, up to 65,504. */
  FLOAT16(Kind.FLOATING, Short.BYTES),
  /** The upper 16 bits of a FLOAT: 8 bits of precision. */
  BFLOAT16(Kind.FLOATING, Short.BYTES),
  /** A whole number from -128 to 127. */
  INT8(Kind.WHOLE, Byte.BYTES),
  /** A whole number from -32,768 to 32,767. */
  INT16(Kind.WHOLE, Short.BYTES),
  /** A whole number of 32 bits. */
  INT32(Kind.WHOLE, Integer.BYTES),
  /** A whole number of 64 bits. */
  INT64(Kind.WHOLE, Long.BYTES),
  /** A whole number from 0 to 255. */
  UINT8(Kind.WHOLE, Byte.BYTES),
  /** A whole number from 0 to 65,535; only as an output. */
  UINT16(Kind.WHOLE, 0),
  /** A whole number from 0 to 4,294,967,295; only as an output. */
  UINT32(Kind.WHOLE, 0),
  /** A whole number of 64 bits without a sign; only as an output. */
  UINT64(Kind.WHOLE, 0),
  /** True or false. */
  BOOL(Kind.TRUTH, Byte.BYTES),
  /** Unicode text. */
  STRING(Kind.TEXT, 1);

  private enum Kind {
    FLOATING,
    WHOLE,
    TRUTH,
    TEXT
  }

  private static final String PREFIX = "ONNX_TENSOR_ELEMENT_DATA_TYPE_";

  private final Kind kind;
  private final int inputBytes;

  TensorType(Kind kind, int inputBytes) {
    this.kind = kind;
    this.inputBytes = inputBytes;
  }

  /** Finds the type of a native tensor, whose Java type does not tell signed from unsigned. */
  static Optional<TensorType> of(ai.onnxruntime.TensorInfo tensor) {
    String name = tensor.onnxType.name().substring(PREFIX.length());
    for (TensorType type : values()) {
      if (type.name().equals(name)) {
        return Optional.of(type);
      }
    }
    return Optional.empty();
  }

  boolean isFloating() {
    return kind == Kind.FLOATING;
  }

  boolean isWhole() {
    return kind == Kind.WHOLE;
  }

  boolean isNumeric() {
    return isFloating() || isWhole();
  }

  /** Whether ONNX Runtime's Java side can make a tensor of it. */
  boolean isInput() {
    return inputBytes > 0;
  }

  int bytes() {
    return inputBytes;
  }
}
