package dev.mlops.serving.onnx;

import ai.onnx.proto.OnnxMl.AttributeProto;
import ai.onnx.proto.OnnxMl.GraphProto;
import ai.onnx.proto.OnnxMl.ModelProto;
import ai.onnx.proto.OnnxMl.NodeProto;
import ai.onnx.proto.OnnxMl.OperatorSetIdProto;
import ai.onnx.proto.OnnxMl.StringStringEntryProto;
import ai.onnx.proto.OnnxMl.TensorProto;
import ai.onnx.proto.OnnxMl.TensorShapeProto;
import ai.onnx.proto.OnnxMl.TypeProto;
import ai.onnx.proto.OnnxMl.ValueInfoProto;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.DataSource;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.datasource.ListDataSource;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Makes ONNX models for tests: by hand, node by node, or trained and exported by Tribuo. */
public final class OnnxModels {

  public static final int FLOAT = TensorProto.DataType.FLOAT.getNumber();
  public static final int INT64 = TensorProto.DataType.INT64.getNumber();
  public static final int DOUBLE = TensorProto.DataType.DOUBLE.getNumber();
  static final int FLOAT16 = TensorProto.DataType.FLOAT16.getNumber();
  static final int INT8 = TensorProto.DataType.INT8.getNumber();
  static final int INT32 = TensorProto.DataType.INT32.getNumber();
  static final int UINT8 = TensorProto.DataType.UINT8.getNumber();
  static final int UINT64 = TensorProto.DataType.UINT64.getNumber();
  static final int BOOL = TensorProto.DataType.BOOL.getNumber();
  static final int STRING = TensorProto.DataType.STRING.getNumber();

  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  static {
    TRIBUO.setLevel(Level.WARNING);
  }

  private final ModelProto.Builder model = ModelProto.newBuilder();
  private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");

  /**
   * One probability a row: sigmoid(x·weights + bias), from "input" FLOAT[?, n] to "output" FLOAT[?,
   * 1].
   */
  public static byte[] logistic(float bias, float... weights) {
    return new OnnxModels()
        .input("input", FLOAT, -1, weights.length)
        .output("output", FLOAT, -1, 1)
        .logistic("output", bias, weights)
        .bytes();
  }

  /**
   * Both classes' probabilities of a trained logistic regression over two features; class 1 is
   * "late".
   */
  public static byte[] trained() {
    DataSource<Label> source =
        new ListDataSource<>(
            flights(),
            new LabelFactory(),
            new SimpleDataSourceProvenance("flights", new LabelFactory()));
    LinearSGDModel model = new LogisticRegressionTrainer().train(new MutableDataset<>(source));
    return model.exportONNXModel("dev.mlops", 1).toByteArray();
  }

  private static List<org.tribuo.Example<Label>> flights() {
    List<org.tribuo.Example<Label>> flights = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      double wind = (i % 20) / 20.0;
      double traffic = Math.floorDiv(i, 20) / 20.0;
      Label label = new Label(wind + traffic > 1 ? "late" : "in time");
      flights.add(
          new ArrayExample<>(
              label, new String[] {"traffic", "wind"}, new double[] {traffic, wind}));
    }
    return flights;
  }

  public OnnxModels input(String name, int type, long... shape) {
    graph.addInput(value(name, type, shape));
    return this;
  }

  public OnnxModels output(String name, int type, long... shape) {
    graph.addOutput(value(name, type, shape));
    return this;
  }

  public OnnxModels node(String operator, List<String> inputs, String output) {
    graph.addNode(NodeProto.newBuilder().setOpType(operator).addAllInput(inputs).addOutput(output));
    return this;
  }

  public OnnxModels logistic(String output, float bias, float... weights) {
    constant(output + "_w", weights, weights.length, 1);
    constant(output + "_b", new float[] {bias}, 1);
    node("MatMul", List.of("input", output + "_w"), output + "_sum");
    node("Add", List.of(output + "_sum", output + "_b"), output + "_logit");
    return node("Sigmoid", List.of(output + "_logit"), output);
  }

  public OnnxModels constant(String name, float[] values, long... shape) {
    TensorProto.Builder tensor = TensorProto.newBuilder().setName(name).setDataType(FLOAT);
    for (long size : shape) {
      tensor.addDims(size);
    }
    for (float value : values) {
      tensor.addFloatData(value);
    }
    graph.addInitializer(tensor);
    return this;
  }

  OnnxModels metadata(String key, String value) {
    model.addMetadataProps(StringStringEntryProto.newBuilder().setKey(key).setValue(value));
    return this;
  }

  public byte[] bytes() {
    return model
        .clone()
        .setIrVersion(8)
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("").setVersion(13))
        .addOpsetImport(OperatorSetIdProto.newBuilder().setDomain("ai.onnx.ml").setVersion(3))
        .setGraph(graph)
        .build()
        .toByteArray();
  }

  /** A model of one feature that holds so many bytes beside what it needs. */
  public static byte[] large(int bytes) {
    OnnxModels model =
        new OnnxModels()
            .input("input", FLOAT, -1, 1)
            .output("output", FLOAT, -1, 1)
            .logistic("output", 0, 1);
    model.graph.addInitializer(
        TensorProto.newBuilder()
            .setName("ballast")
            .setDataType(FLOAT)
            .addDims(bytes / Float.BYTES)
            .setRawData(ByteString.copyFrom(new byte[bytes])));
    return model.bytes();
  }

  /** Gives the float at a place of so many that lie in a file. */
  static byte[] lookUp(String file, long numbers) {
    OnnxModels model =
        new OnnxModels()
            .input("place", INT64, -1)
            .output("number", FLOAT, -1)
            .node("Gather", List.of("numbers", "place"), "number");
    model.graph.addInitializer(
        TensorProto.newBuilder()
            .setName("numbers")
            .setDataType(FLOAT)
            .addDims(numbers)
            .setDataLocation(TensorProto.DataLocation.EXTERNAL)
            .addExternalData(
                StringStringEntryProto.newBuilder().setKey("location").setValue(file)));
    return model.bytes();
  }

  /** The probabilities of two classes as a map for each row. */
  public static byte[] zipMap() {
    AttributeProto.Builder classes =
        AttributeProto.newBuilder()
            .setName("classlabels_int64s")
            .setType(AttributeProto.AttributeType.INTS)
            .addInts(0)
            .addInts(1);
    return zipMap(INT64, classes);
  }

  /** The same for classes that are texts. */
  static byte[] zipMap(String first, String second) {
    AttributeProto.Builder classes =
        AttributeProto.newBuilder()
            .setName("classlabels_strings")
            .setType(AttributeProto.AttributeType.STRINGS)
            .addStrings(ByteString.copyFromUtf8(first))
            .addStrings(ByteString.copyFromUtf8(second));
    return zipMap(STRING, classes);
  }

  private static byte[] zipMap(int key, AttributeProto.Builder classes) {
    OnnxModels model = new OnnxModels().input("input", FLOAT, -1, 2);
    TypeProto.Builder number =
        TypeProto.newBuilder().setTensorType(TypeProto.Tensor.newBuilder().setElemType(FLOAT));
    TypeProto.Builder map =
        TypeProto.newBuilder()
            .setMapType(TypeProto.Map.newBuilder().setKeyType(key).setValueType(number));
    model.graph.addOutput(
        ValueInfoProto.newBuilder()
            .setName("output")
            .setType(
                TypeProto.newBuilder()
                    .setSequenceType(TypeProto.Sequence.newBuilder().setElemType(map))));
    model.graph.addNode(
        NodeProto.newBuilder()
            .setOpType("ZipMap")
            .setDomain("ai.onnx.ml")
            .addInput("input")
            .addOutput("output")
            .addAttribute(classes));
    return model.bytes();
  }

  private static ValueInfoProto value(String name, int type, long... shape) {
    TensorShapeProto.Builder dims = TensorShapeProto.newBuilder();
    for (long size : shape) {
      TensorShapeProto.Dimension.Builder dim = TensorShapeProto.Dimension.newBuilder();
      dims.addDim(size < 0 ? dim.setDimParam("batch") : dim.setDimValue(size));
    }
    return ValueInfoProto.newBuilder()
        .setName(name)
        .setType(
            TypeProto.newBuilder()
                .setTensorType(TypeProto.Tensor.newBuilder().setElemType(type).setShape(dims)))
        .build();
  }
}
