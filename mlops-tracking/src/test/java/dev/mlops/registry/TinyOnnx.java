package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.registry.onnx.OnnxEngine;
import dev.mlops.registry.onnx.OnnxFormat;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * A real ONNX model, small enough to write by hand: {@code delay = 0.5 distance - 2 wind + 3}, of
 * float32 tensors {@code features [n, 2]} and {@code delay [n, 1]}. Field numbers are those of
 * onnx.proto3.
 */
public final class TinyOnnx {

  static final ModelSignature SIGNATURE =
      new ModelSignature(
          Schema.of(Field.of("distance", DataType.FLOAT32), Field.of("wind", DataType.FLOAT32)),
          Schema.of(Field.of("delay", DataType.FLOAT32)));

  static final Dataset ROWS =
      Dataset.builder(SIGNATURE.inputs()).row(100f, 1f).row(0f, 0f).row(-1.5f, 4f).build();

  static final Function<float[], float[]> MODEL = x -> new float[] {0.5f * x[0] - 2 * x[1] + 3};

  /** Answers as a runtime would: a row's features by their place. */
  static final OnnxEngine ENGINE =
      (model, rows) -> {
        float[] answers = new float[rows.rowCount()];
        for (int row = 0; row < answers.length; row++) {
          answers[row] = MODEL.apply(RowNumbers.pack(rows.row(row)))[0];
        }
        return output(1, answers);
      };

  static final ModelFormat FORMAT = OnnxFormat.runBy(ENGINE);

  private TinyOnnx() {}

  /** The only output, as many numbers a row. */
  static Dataset output(int width, float... answers) {
    return Dataset.of(
        Schema.of(Field.of("delay", DataType.vector(width))),
        List.of(Column.vectors(width, answers)));
  }

  static ModelPackage.Builder candidate() {
    return ModelPackage.builder(FORMAT, bytes(), SIGNATURE);
  }

  static GoldenPredictions golden() {
    return GoldenPredictions.fromTrainer(SIGNATURE, ROWS, TinyOnnx::trained, 1e-6);
  }

  /** The model in the library that trained it: by name. */
  static Map<String, Float> trained(Row row) {
    return Map.of("delay", delay(row));
  }

  static float delay(Row row) {
    return 0.5f * row.getFloat("distance") - 2 * row.getFloat("wind") + 3;
  }

  public static byte[] bytes() {
    return bytes("");
  }

  /** The model with another input, {@code limit [n, 1]}, which no node reads. */
  static byte[] withLimit() {
    return model("", value("limit", 1));
  }

  /**
   * Returns the model with the names of its columns in its metadata.
   *
   * @param features a JSON list, or an empty text for none
   */
  public static byte[] bytes(String features) {
    return model(features);
  }

  private static byte[] model(String features, Message... inputs) {
    Message graph =
        new Message()
            .message(1, node("MatMul", "features", "weights", "product"))
            .message(1, node("Add", "product", "bias", "delay"))
            .text(2, "tiny")
            .message(5, tensor("weights", new long[] {2, 1}, 0.5f, -2f))
            .message(5, tensor("bias", new long[] {1}, 3f))
            .message(11, value("features", 2))
            .message(12, value("delay", 1));
    for (Message input : inputs) {
      graph.message(11, input);
    }
    Message model =
        new Message()
            .number(1, 8)
            .text(2, "by hand")
            .message(7, graph)
            .message(8, new Message().text(1, "").number(2, 13));
    return features.isEmpty()
        ? model.bytes()
        : model.message(14, new Message().text(1, "mlops.features").text(2, features)).bytes();
  }

  private static Message node(String operator, String left, String right, String result) {
    return new Message()
        .text(1, left)
        .text(1, right)
        .text(2, result)
        .text(3, result)
        .text(4, operator);
  }

  private static Message tensor(String name, long[] shape, float... values) {
    ByteBuffer raw =
        ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    raw.asFloatBuffer().put(values);
    Message tensor = new Message();
    for (long size : shape) {
      tensor.number(1, size);
    }
    return tensor.number(2, 1).text(8, name).field(9, raw.array());
  }

  private static Message value(String name, long width) {
    Message shape =
        new Message()
            .message(1, new Message().text(2, "n"))
            .message(1, new Message().number(1, width));
    Message type = new Message().message(1, new Message().number(1, 1).message(2, shape));
    return new Message().text(1, name).message(2, type);
  }

  /** A protobuf message that is being written. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Message number(int field, long number) {
      varint((long) field << 3);
      varint(number);
      return this;
    }

    Message field(int field, byte[] bytes) {
      varint(((long) field << 3) | 2);
      varint(bytes.length);
      out.writeBytes(bytes);
      return this;
    }

    Message text(int field, String text) {
      return field(field, text.getBytes(UTF_8));
    }

    Message message(int field, Message message) {
      return field(field, message.bytes());
    }

    private void varint(long number) {
      long rest = number;
      while (rest > 127) {
        out.write((int) ((rest & 127) | 128));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    byte[] bytes() {
      return out.toByteArray();
    }
  }
}
