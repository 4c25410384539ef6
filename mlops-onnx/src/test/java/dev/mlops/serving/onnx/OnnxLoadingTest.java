package dev.mlops.serving.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import ai.onnxruntime.OrtException;
import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is said when a model does not load: what the runtime said, and what to do. */
class OnnxLoadingTest {

  private static ModelProto.Builder model() {
    try {
      return ModelProto.parseFrom(OnnxModels.logistic(0, 1, 1)).toBuilder();
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ModelProto.Builder withOperator(String operator, String domain) {
    ModelProto.Builder model = model();
    model.getGraphBuilder().getNodeBuilder(2).setOpType(operator).setDomain(domain);
    return model;
  }

  private static OperatorSetIdProto opset(String domain, int version) {
    return OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(version).build();
  }

  private static void refused(byte[] bytes, String beginning, String runtimesWords) {
    assertThatThrownBy(() -> OnnxPredictor.load(bytes).close())
        .isInstanceOf(InvalidInputException.class)
        .hasMessageStartingWith(beginning)
        .hasMessageContaining(runtimesWords)
        .hasMessageNotContaining("\n");
  }

  @Nested
  class Says {

    @Test
    void that_bytes_are_no_model_only_where_they_are_none() throws IOException {
      byte[] whole = OnnxModels.logistic(0, 1);
      String beginning =
          "the bytes are no ONNX model; give the file that an export to ONNX wrote. ONNX Runtime said: ";
      refused(new byte[0], beginning, "zero length");
      refused("a text".getBytes(java.nio.charset.StandardCharsets.UTF_8), beginning, "protobuf");
      refused(Arrays.copyOf(whole, whole.length / 2), beginning, "protobuf");
    }

    @Test
    void what_is_newer_than_the_runtime() {
      refused(
          model().setOpsetImport(0, opset("", 99)).build().toByteArray(),
          "ONNX Runtime can't load the model: the model is written for a newer opset than this ONNX"
              + " Runtime knows; export it with an older opset",
          "Opset 99");
      refused(
          model().setIrVersion(99).build().toByteArray(),
          "ONNX Runtime can't load the model: the model is written in a newer format",
          "Unsupported model IR version: 99");
    }

    @Test
    void which_operator_is_unknown() {
      refused(
          withOperator("Sigmoidal", "").build().toByteArray(),
          "ONNX Runtime can't load the model: the model uses an operator that its opset does not"
              + " have",
          "Sigmoidal");
      refused(
          withOperator("Foo", "com.acme").build().toByteArray(),
          "ONNX Runtime can't load the model: the model uses an operator of a domain that it does"
              + " not declare",
          "com.acme");
      refused(
          withOperator("Foo", "com.acme")
              .addOpsetImport(opset("com.acme", 1))
              .build()
              .toByteArray(),
          "ONNX Runtime can't load the model: the model uses an operator of a library that is not"
              + " part of ONNX Runtime",
          "com.acme:Foo");
    }

    @Test
    void that_a_language_is_missing_on_the_machine() {
      ModelProto.Builder model = model();
      model
          .getGraphBuilder()
          .addInput(texts("s"))
          .addOutput(texts("o"))
          .addNode(
              NodeProto.newBuilder()
                  .setOpType("StringNormalizer")
                  .addInput("s")
                  .addOutput("o")
                  .addAttribute(attribute("locale", "xx_YY"))
                  .addAttribute(attribute("case_change_action", "LOWER")));
      assertThatThrownBy(() -> OnnxPredictor.load(model.build().toByteArray()).close())
          .isExactlyInstanceOf(MlopsException.class)
          .hasMessageStartingWith(
              "ONNX Runtime can't load the model: this machine lacks a language that the model's"
                  + " texts need; install that locale. It said: ")
          .hasMessageContaining("xx_YY");
    }

    private static ValueInfoProto texts(String name) {
      return ValueInfoProto.newBuilder()
          .setName(name)
          .setType(
              TypeProto.newBuilder()
                  .setTensorType(
                      TypeProto.Tensor.newBuilder()
                          .setElemType(TensorProto.DataType.STRING.getNumber())))
          .build();
    }

    private static AttributeProto attribute(String name, String value) {
      return AttributeProto.newBuilder()
          .setName(name)
          .setType(AttributeProto.AttributeType.STRING)
          .setS(ByteString.copyFromUtf8(value))
          .build();
    }

    @Test
    void that_memory_is_short() {
      assertThat(LoadFailure.of(new OrtException("std::bad_alloc")))
          .isExactlyInstanceOf(MlopsException.class)
          .hasMessage(
              "ONNX Runtime can't load the model: this machine has too little memory for the model."
                  + " It said: std::bad_alloc");
    }

    @Test
    void no_places_in_the_source_of_the_runtime(@TempDir Path directory) throws IOException {
      Path empty = Files.createFile(directory.resolve("empty.onnx"));
      assertThatThrownBy(() -> OnnxPredictor.load(empty).close())
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("ModelProto does not have a graph")
          .hasMessageNotContaining("onnxruntime_src")
          .hasMessageNotContaining("::");
    }

    @Test
    void what_the_runtime_said_where_no_advice_is_known() {
      ModelProto.Builder model = model();
      model.getGraphBuilder().getNodeBuilder(0).setInput(1, "nothing");
      assertThatThrownBy(() -> OnnxPredictor.load(model.build().toByteArray()).close())
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "ONNX Runtime can't load the model; export it anew, or look at it with a tool that checks"
                  + " ONNX files. It said: Invalid model. Node input 'nothing' is not a graph input,"
                  + " initializer, or output of a previous node.");
    }
  }

  @Nested
  class WeightsBesideTheModel {

    private static byte[] bytes() {
      ModelProto.Builder model = model();
      TensorProto.Builder weights = model.getGraphBuilder().getInitializerBuilder(0);
      weights
          .clearFloatData()
          .setDataLocation(TensorProto.DataLocation.EXTERNAL)
          .addExternalData(entry("location", "weights.bin"))
          .addExternalData(entry("length", "8"));
      return model.build().toByteArray();
    }

    private static StringStringEntryProto entry(String key, String value) {
      return StringStringEntryProto.newBuilder().setKey(key).setValue(value).build();
    }

    @Test
    void are_found_from_its_path(@TempDir Path directory) throws IOException {
      Path file = Files.write(directory.resolve("model.onnx"), bytes());
      ByteBuffer weights = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
      Files.write(directory.resolve("weights.bin"), weights.putFloat(2).putFloat(-2).array());
      try (OnnxPredictor model = OnnxPredictor.load(file)) {
        assertThat(model.predict(new float[] {7, 7})).containsExactly(0.5f);
      }
    }

    @Test
    void are_told_to_be_missing() {
      refused(
          bytes(),
          "ONNX Runtime can't load the model: the model keeps its weights in files beside it; load"
              + " it by its path",
          "weights.bin");
    }
  }

  @Nested
  class FilesThat {

    @TempDir Path directory;

    @Test
    void are_missing_or_no_files() {
      Path missing = directory.resolve("no.onnx");
      assertThatThrownBy(() -> OnnxPredictor.load(missing))
          .isInstanceOf(NotFoundException.class)
          .hasMessage("no model file " + missing);
      assertThatThrownBy(() -> OnnxPredictor.load(directory))
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "the model file "
                  + directory
                  + " can't be read; it is no file, or closed to this process");
    }

    @Test
    void lie_in_an_archive_are_read_all_the_same() throws IOException {
      Path zip = directory.resolve("models.zip");
      try (FileSystem archive = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
        Path file = Files.write(archive.getPath("m.onnx"), OnnxModels.logistic(0, 1));
        try (OnnxPredictor model = OnnxPredictor.load(file)) {
          assertThat(model.predict(new float[] {0})).containsExactly(0.5f);
        }
      }
    }
  }
}
