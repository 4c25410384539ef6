package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;

/** Texts, which a number is not: 3 and 3.0 are one number and two texts. */
final class TextWriter extends TensorWriter {

  private final String[] texts;

  TextWriter(String input, int elements) {
    super(input, TensorType.STRING);
    this.texts = new String[elements];
  }

  @Override
  Object elements() {
    return texts;
  }

  @Override
  void whole(int at, long value) {
    throw noNumber(value);
  }

  @Override
  void decimal(int at, double value) {
    throw noNumber(value);
  }

  private RuntimeException noNumber(Object value) {
    return misfit(value, "give it as the text that the model was trained with");
  }

  @Override
  void text(int at, String value) {
    texts[at] = value;
  }

  @Override
  OnnxTensor tensor(OrtEnvironment environment, Scratch scratch, long[] shape) throws OrtException {
    return OnnxTensor.createTensor(environment, texts, shape);
  }
}
