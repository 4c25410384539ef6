package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import dev.mlops.error.Exactly;
import java.nio.ByteBuffer;

/** Whole numbers of all widths, and truth values as 0 and 1. */
final class WholeWriter extends TensorWriter {

  private final TensorType type;
  private final long least;
  private final long most;
  private final long[] numbers;

  WholeWriter(String input, TensorType type, int elements) {
    super(input, type);
    this.type = type;
    this.numbers = new long[elements];
    boolean isSigned = type != TensorType.UINT8 && type != TensorType.BOOL;
    int bits = type == TensorType.BOOL ? 1 : type.bytes() * Byte.SIZE - (isSigned ? 1 : 0);
    this.most = bits == Long.SIZE - 1 ? Long.MAX_VALUE : (1L << bits) - 1;
    this.least = isSigned ? -most - 1 : 0;
  }

  @Override
  Object elements() {
    return numbers;
  }

  @Override
  void whole(int at, long value) {
    if (value < least || value > most) {
      throw misfit(
          value,
          "it takes whole numbers from %s to %s"
              .formatted(Exactly.value(least), Exactly.value(most)));
    }
    numbers[at] = value;
  }

  @Override
  void decimal(int at, double value) {
    if (Double.isNaN(value)) {
      throw noMissing();
    }
    if (value != Math.rint(value) || Math.abs(value) >= 0x1p63) {
      throw misfit(value, "round it, or export the model with a FLOAT input");
    }
    whole(at, (long) value);
  }

  @Override
  OnnxTensor tensor(OrtEnvironment environment, Scratch scratch, long[] shape) throws OrtException {
    ByteBuffer bytes = scratch.slice(numbers.length * type.bytes());
    for (long number : numbers) {
      switch (type.bytes()) {
        case Byte.BYTES -> bytes.put((byte) number);
        case Short.BYTES -> bytes.putShort((short) number);
        case Integer.BYTES -> bytes.putInt((int) number);
        default -> bytes.putLong(number);
      }
    }
    return OnnxTensor.createTensor(
        environment, bytes.flip(), shape, OnnxJavaType.valueOf(type.name()));
  }
}
