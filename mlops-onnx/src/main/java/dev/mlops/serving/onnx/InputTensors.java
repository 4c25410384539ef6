package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import java.util.LinkedHashMap;
import java.util.Map;

/** The native inputs of one run, closed together. */
record InputTensors(Map<String, OnnxTensor> byName) implements AutoCloseable {

  static InputTensors of(OrtEnvironment environment, Map<String, TensorWriter> filled)
      throws OrtException {
    InputTensors tensors = new InputTensors(new LinkedHashMap<>());
    Scratch scratch = Scratch.ofThread().begin();
    try {
      for (Map.Entry<String, TensorWriter> input : filled.entrySet()) {
        tensors.byName.put(input.getKey(), input.getValue().tensor(environment, scratch));
      }
      return tensors;
    } catch (OrtException | RuntimeException | Error e) {
      tensors.close();
      throw e;
    }
  }

  @Override
  public void close() {
    byName.values().forEach(OnnxTensor::close);
  }
}
