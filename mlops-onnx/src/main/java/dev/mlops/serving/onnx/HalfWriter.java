package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.platform.Fp16Conversions;
import java.nio.ByteBuffer;

/** Elements of 16 bits, of either kind. */
final class HalfWriter extends TensorWriter {

  private final boolean isBrain;
  private final short[] numbers;

  HalfWriter(String input, TensorType type, int elements) {
    super(input, type);
    this.isBrain = type == TensorType.BFLOAT16;
    this.numbers = new short[elements];
  }

  private short half(float value) {
    return isBrain ? Fp16Conversions.floatToBf16(value) : Fp16Conversions.floatToFp16(value);
  }

  private float single(short half) {
    return isBrain ? Fp16Conversions.bf16ToFloat(half) : Fp16Conversions.fp16ToFloat(half);
  }

  @Override
  Object elements() {
    return numbers;
  }

  @Override
  void missing(int at) {
    numbers[at] = half(Float.NaN);
  }

  @Override
  void whole(int at, long value) {
    numbers[at] = half((float) value);
    if (!Lossless.isSame(value, single(numbers[at]))) {
      throw misfit(value, "give it as a double if the nearest one will do, or scale it");
    }
  }

  @Override
  void decimal(int at, double value) {
    numbers[at] = half((float) value);
    if (Lossless.isBeyond(value, single(numbers[at]))) {
      throw misfit(value, "scale it, or export the model with a FLOAT input");
    }
  }

  @Override
  OnnxTensor tensor(OrtEnvironment environment, Scratch scratch, long[] shape) throws OrtException {
    ByteBuffer bytes = scratch.slice(numbers.length * Short.BYTES);
    bytes.asShortBuffer().put(numbers);
    OnnxJavaType type = isBrain ? OnnxJavaType.BFLOAT16 : OnnxJavaType.FLOAT16;
    return OnnxTensor.createTensor(environment, bytes.asShortBuffer(), shape, type);
  }
}
