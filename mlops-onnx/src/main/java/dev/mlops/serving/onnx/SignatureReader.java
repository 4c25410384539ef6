package dev.mlops.serving.onnx;

import ai.onnxruntime.MapInfo;
import ai.onnxruntime.NodeInfo;
import ai.onnxruntime.OnnxModelMetadata;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.SequenceInfo;
import ai.onnxruntime.TensorInfo;
import ai.onnxruntime.ValueInfo;
import dev.mlops.serving.onnx.OnnxSignature.Kind;
import dev.mlops.serving.onnx.OnnxSignature.Value;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Asks a session once what goes in and comes out: each question costs as much as a run. */
final class SignatureReader {

  private SignatureReader() {}

  static OnnxSignature read(OrtSession session) throws OrtException {
    OnnxModelMetadata metadata = session.getMetadata();
    return new OnnxSignature(
        values(session.getInputInfo()),
        values(session.getOutputInfo()),
        metadata.getCustomMetadata(),
        metadata.getProducerName());
  }

  private static List<Value> values(Map<String, NodeInfo> nodes) {
    return nodes.values().stream().map(node -> value(node.getName(), node.getInfo())).toList();
  }

  private static Value value(String name, ValueInfo info) {
    if (info instanceof TensorInfo tensor) {
      List<Long> shape = Arrays.stream(tensor.getShape()).boxed().toList();
      return of(name, Kind.TENSOR, TensorType.of(tensor).orElse(null), shape);
    }
    if (info instanceof SequenceInfo sequence) {
      return sequence.isSequenceOfMaps()
          ? of(name, Kind.MAPS, number(sequence.mapInfo), List.of())
          : of(name, Kind.TENSORS, type(sequence.sequenceType), List.of());
    }
    return info instanceof MapInfo map
        ? of(name, Kind.MAP, number(map), List.of())
        : of(name, Kind.OTHER, null, List.of());
  }

  private static Value of(String name, Kind kind, @Nullable TensorType type, List<Long> shape) {
    return new Value(name, kind, type, shape, List.of());
  }

  private static @Nullable TensorType number(MapInfo map) {
    return type(map.valueType);
  }

  private static @Nullable TensorType type(ai.onnxruntime.OnnxJavaType type) {
    return type == ai.onnxruntime.OnnxJavaType.UNKNOWN ? null : TensorType.valueOf(type.name());
  }
}
