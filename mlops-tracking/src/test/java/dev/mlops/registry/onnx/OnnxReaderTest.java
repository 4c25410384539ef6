package dev.mlops.registry.onnx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnx.proto.OnnxMl;
import dev.mlops.error.InvalidInputException;
import dev.mlops.registry.TinyOnnx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The twin is Google's parser with the classes that it generated for ONNX. */
class OnnxReaderTest {

  private static OnnxGraph read(byte[] bytes) throws IOException {
    return OnnxReader.read(new ByteArrayInputStream(bytes));
  }

  @Test
  void reads_what_goes_in_and_comes_out() throws IOException {
    OnnxGraph graph = read(TinyOnnx.bytes());
    assertThat(graph.inputs()).containsExactly(new OnnxTensor("features", 1, List.of(-1L, 2L)));
    assertThat(graph.outputs()).containsExactly(new OnnxTensor("delay", 1, List.of(-1L, 1L)));
    assertThat(graph.features()).isEmpty();
    assertThat(graph.outside()).isEmpty();
    assertThat(read(TinyOnnx.bytes("[\"a\",\"b\"]")).features()).containsExactly("a", "b");
  }

  @Test
  void reads_models_of_mlflow() throws IOException {
    assertThat(read(fixture("text")).inputs()).hasToString("[text str[-1]]");
    assertThat(read(fixture("text")).outputs())
        .hasToString("[label int64[-1], probabilities float32[-1,2]]");
    assertThat(read(fixture("external-data")).outside())
        .isEqualTo(Map.of("b2856a80-e9f0-11f1-b396-02fc00000001.data", "W"));
  }

  private static byte[] fixture(String name) throws IOException {
    return Files.readAllBytes(
        Path.of("src/test/resources/dev/mlops/registry/mlflow-" + name, "model.onnx"));
  }

  @Test
  void finds_weights_outside_wherever_they_are() throws IOException {
    OnnxMl.TensorProto far =
        OnnxMl.TensorProto.newBuilder()
            .setName("far")
            .setDataLocation(OnnxMl.TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                OnnxMl.StringStringEntryProto.newBuilder().setKey("location").setValue("far.data"))
            .build();
    OnnxMl.GraphProto branch = OnnxMl.GraphProto.newBuilder().addInitializer(far).build();
    OnnxMl.ModelProto tiny = OnnxMl.ModelProto.parseFrom(TinyOnnx.bytes());
    List<OnnxMl.ModelProto.Builder> places = new ArrayList<>();
    for (OnnxMl.AttributeProto attribute :
        List.of(
            OnnxMl.AttributeProto.newBuilder().setT(far).build(),
            OnnxMl.AttributeProto.newBuilder().addTensors(far).build(),
            OnnxMl.AttributeProto.newBuilder().setG(branch).build(),
            OnnxMl.AttributeProto.newBuilder()
                .setSparseTensor(OnnxMl.SparseTensorProto.newBuilder().setValues(far))
                .build())) {
      OnnxMl.ModelProto.Builder model = tiny.toBuilder();
      model.getGraphBuilder().addNodeBuilder().addAttribute(attribute);
      places.add(model);
    }
    places.add(
        tiny.toBuilder()
            .addTrainingInfo(OnnxMl.TrainingInfoProto.newBuilder().setInitialization(branch)));
    for (OnnxMl.ModelProto.Builder place : places) {
      assertThat(read(place.build().toByteArray()).outside()).isEqualTo(Map.of("far.data", "far"));
    }
  }

  @Test
  void asks_for_no_memory_because_of_a_claimed_length() {
    // Field 7, the graph, claims 2^62 bytes, and a text in it a gigabyte.
    byte[] graph = {0x3A, -1, -1, -1, -1, -1, -1, -1, -1, 0x3F};
    assertThatThrownBy(() -> read(graph))
        .isInstanceOf(InvalidInputException.class)
        .hasMessage("this is no ONNX model: at byte 10 it ends in the middle of a value");
    byte[] name = {0x3A, 8, 0x5A, 6, 0x0A, -1, -1, -1, -1, 3};
    assertThatThrownBy(() -> read(name)).isInstanceOf(InvalidInputException.class);
  }

  @Test
  void passes_over_weights_of_gigabytes() throws IOException {
    long size = 3L << 30;
    byte[] tiny = TinyOnnx.bytes();
    // An unknown field of the model, number 100, with 3 GiB of zeros.
    byte[] head = {(byte) 0xA2, 6, (byte) 0x80, (byte) 0x80, (byte) 0x80, (byte) 0x80, 12};
    InputStream zeros =
        new InputStream() {
          private long left = size;

          @Override
          public int read() {
            return left-- > 0 ? 0 : -1;
          }

          @Override
          public int read(byte[] target, int from, int length) {
            int count = (int) Math.min(length, left);
            left -= count;
            return count == 0 ? -1 : count;
          }
        };
    InputStream all =
        new SequenceInputStream(
            new SequenceInputStream(new ByteArrayInputStream(head), zeros),
            new ByteArrayInputStream(tiny));
    assertThat(OnnxReader.read(all).inputs()).hasSize(1);
  }

  @Test
  void reads_mutants_as_its_twin_does_or_refuses_them() throws IOException {
    Random random = new Random(11);
    List<byte[]> seeds =
        List.of(
            TinyOnnx.bytes("[\"a\",\"b\"]"),
            fixture("text"),
            fixture("nameless"),
            fixture("external-data"));
    int both = 0;
    for (int i = 0; i < 10_000; i++) {
      byte[] mutant = mutant(seeds.get(i % seeds.size()), random);
      OnnxMl.ModelProto twin = twin(mutant);
      try {
        OnnxGraph graph = read(mutant);
        if (twin != null) {
          assertSame(graph, twin.getGraph(), i);
          both++;
        }
      } catch (InvalidInputException refused) {
        assertThat(refused.getMessage()).isNotBlank();
      }
    }
    assertThat(both).as("mutants that both read").isGreaterThan(1_000);
  }

  private static byte[] mutant(byte[] seed, Random random) {
    byte[] mutant = seed.clone();
    for (int edits = random.nextInt(3); edits >= 0; edits--) {
      mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
    }
    return random.nextInt(4) == 0 ? Arrays.copyOf(mutant, random.nextInt(mutant.length)) : mutant;
  }

  private static OnnxMl.@Nullable ModelProto twin(byte[] bytes) {
    try {
      return OnnxMl.ModelProto.parseFrom(bytes);
    } catch (IOException refused) {
      return null;
    }
  }

  private static void assertSame(OnnxGraph graph, OnnxMl.GraphProto twin, int mutant) {
    List<String> weights =
        twin.getInitializerList().stream().map(OnnxMl.TensorProto::getName).toList();
    assertThat(graph.inputs())
        .as("inputs of mutant %s", mutant)
        .hasToString(
            twin.getInputList().stream()
                .filter(input -> !weights.contains(input.getName()))
                .map(OnnxReaderTest::told)
                .collect(Collectors.joining(", ", "[", "]")));
    assertThat(graph.outputs())
        .as("outputs of mutant %s", mutant)
        .hasToString(
            twin.getOutputList().stream()
                .map(OnnxReaderTest::told)
                .collect(Collectors.joining(", ", "[", "]")));
  }

  private static String told(OnnxMl.ValueInfoProto value) {
    if (!value.getType().hasTensorType()) {
      return new OnnxTensor(value.getName(), 0, null).toString();
    }
    OnnxMl.TypeProto.Tensor tensor = value.getType().getTensorType();
    List<Long> shape =
        tensor.getShape().getDimList().stream()
            .map(size -> size.hasDimValue() ? size.getDimValue() : -1L)
            .toList();
    return new OnnxTensor(value.getName(), tensor.getElemType(), tensor.hasShape() ? shape : null)
        .toString();
  }
}
