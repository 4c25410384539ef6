package dev.mlops.serving.onnx;

import ai.onnxruntime.OnnxMap;
import ai.onnxruntime.OnnxSequence;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OnnxValue;
import ai.onnxruntime.OrtException;
import dev.mlops.error.MlopsException;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.nio.ShortBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Copies what a run gave out of native memory, and closes what the copying opens. */
final class ValueReader {

  private ValueReader() {}

  static Tensor tensor(OnnxTensor given) throws OrtException {
    TensorType type =
        TensorType.of(given.getInfo())
            .orElseThrow(
                () -> new MlopsException("the model gave a tensor of " + given.getInfo().onnxType));
    int[] shape = Arrays.stream(given.getInfo().getShape()).mapToInt(Math::toIntExact).toArray();
    return new Tensor(type, shape, elements(given, type));
  }

  private static Object elements(OnnxTensor given, TensorType type) throws OrtException {
    return switch (type) {
      case FLOAT, FLOAT16, BFLOAT16 -> floats(given.getFloatBuffer());
      case DOUBLE -> doubles(given.getDoubleBuffer());
      case INT8, UINT8 -> bytes(given.getByteBuffer(), type == TensorType.UINT8);
      case INT16, UINT16 -> shorts(given.getShortBuffer(), type == TensorType.UINT16);
      case INT32, UINT32 -> ints(given.getIntBuffer(), type == TensorType.UINT32);
      case INT64, UINT64 -> longs(given.getLongBuffer());
      case BOOL -> booleans(given.getByteBuffer());
      case STRING -> texts(given.getValue());
    };
  }

  private static float[] floats(FloatBuffer from) {
    float[] to = new float[from.remaining()];
    from.get(to);
    return to;
  }

  private static double[] doubles(DoubleBuffer from) {
    double[] to = new double[from.remaining()];
    from.get(to);
    return to;
  }

  private static long[] bytes(ByteBuffer from, boolean isUnsigned) {
    long[] to = new long[from.remaining()];
    for (int i = 0; i < to.length; i++) {
      byte one = from.get();
      to[i] = isUnsigned ? Byte.toUnsignedLong(one) : one;
    }
    return to;
  }

  private static long[] shorts(ShortBuffer from, boolean isUnsigned) {
    long[] to = new long[from.remaining()];
    for (int i = 0; i < to.length; i++) {
      short one = from.get();
      to[i] = isUnsigned ? Short.toUnsignedLong(one) : one;
    }
    return to;
  }

  private static long[] ints(IntBuffer from, boolean isUnsigned) {
    long[] to = new long[from.remaining()];
    for (int i = 0; i < to.length; i++) {
      int one = from.get();
      to[i] = isUnsigned ? Integer.toUnsignedLong(one) : one;
    }
    return to;
  }

  private static long[] longs(LongBuffer from) {
    long[] to = new long[from.remaining()];
    from.get(to);
    return to;
  }

  private static boolean[] booleans(ByteBuffer from) {
    boolean[] to = new boolean[from.remaining()];
    for (int i = 0; i < to.length; i++) {
      to[i] = from.get() != 0;
    }
    return to;
  }

  /** ONNX Runtime gives texts as an array for each dimension. */
  private static String[] texts(Object nested) {
    List<String> texts = new ArrayList<>();
    Nested.leaves(nested, leaf -> texts.add((String) leaf));
    return texts.toArray(String[]::new);
  }

  /** The tensors of a sequence. */
  static List<Tensor> tensors(OnnxSequence given) throws OrtException {
    List<? extends OnnxValue> values = given.getValue();
    try {
      List<Tensor> tensors = new ArrayList<>();
      for (OnnxValue value : values) {
        tensors.add(tensor((OnnxTensor) value));
      }
      return tensors;
    } finally {
      OnnxValue.close(values);
    }
  }

  /** The maps of a sequence, one for each row. */
  static List<Map<String, Double>> maps(OnnxSequence given, List<String> classes)
      throws OrtException {
    List<? extends OnnxValue> values = given.getValue();
    try {
      List<Map<String, Double>> maps = new ArrayList<>();
      for (OnnxValue value : values) {
        maps.add(map((OnnxMap) value, classes));
      }
      return maps;
    } finally {
      OnnxValue.close(values);
    }
  }

  /**
   * A map in the order of the model's classes. ONNX Runtime has it without order; where the graph
   * tells no classes it becomes that of the keys, as numbers or as texts.
   */
  static Map<String, Double> map(OnnxMap given, List<String> classes) throws OrtException {
    Map<Object, Double> sorted = new TreeMap<>();
    given.getValue().forEach((key, value) -> sorted.put(key, ((Number) value).doubleValue()));
    Map<String, Double> byText = new LinkedHashMap<>();
    sorted.forEach((key, value) -> byText.put(String.valueOf(key), value));
    if (!byText.keySet().equals(java.util.Set.copyOf(classes))) {
      return byText;
    }
    Map<String, Double> ordered = new LinkedHashMap<>();
    classes.forEach(name -> ordered.put(name, byText.get(name)));
    return ordered;
  }
}
