package dev.mlops.registry;

import java.util.List;

/**
 * What an ONNX file says of itself.
 *
 * @param inputs what goes in, without what the file gives a value for
 * @param outputs what comes out
 * @param features the names of the columns of a single input, in its order, if whoever exported it
 *     wrote them into its metadata; else empty
 * @param outside what the file keeps in other files, such as {@code 'W' in 'w.data'}; the first few
 */
record OnnxGraph(
    List<OnnxTensor> inputs,
    List<OnnxTensor> outputs,
    List<String> features,
    List<String> outside) {

  OnnxGraph {
    inputs = List.copyOf(inputs);
    outputs = List.copyOf(outputs);
    features = List.copyOf(features);
    outside = List.copyOf(outside);
  }
}
