package dev.mlops.examples.first;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ai.onnx.proto.OnnxMl;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.serving.onnx.OnnxPredictor;
import dev.mlops.testkit.GuidePage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDModel;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

class OnnxGuideTest {

  private static Dataset training() {
    Dataset.Builder rows =
        Dataset.builder(
            Schema.of(
                Field.of("distance", DataType.FLOAT64),
                Field.of("wind", DataType.FLOAT64),
                Field.of("outcome", DataType.STRING)));
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      double distance = random.nextDouble();
      double wind = random.nextDouble();
      rows.row(distance, wind, wind + 0.2 * random.nextGaussian() > 0.6 ? "late" : "in time");
    }
    return rows.build();
  }

  @Test
  void the_page_shows_code_that_runs(@TempDir Path directory) throws IOException {
    Dataset training = training();
    Path file = directory.resolve("model.onnx");
    SimpleDataSourceProvenance source =
        new SimpleDataSourceProvenance(
            "flights", OffsetDateTime.parse("2026-01-05T08:00:00Z"), new LabelFactory());
    // guide:begin
    String[] names = {"wind", "distance"};
    MutableDataset<Label> flights = new MutableDataset<>(source, new LabelFactory());
    for (Row row : training) {
      double[] values = {row.getDouble("wind"), row.getDouble("distance")};
      flights.add(new ArrayExample<>(new Label(row.getString("outcome")), names, values));
    }
    LinearSGDModel model =
        new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(0.5), 50, 1).train(flights);
    // guide:end
    // guide:begin
    List<String> columns =
        IntStream.range(0, names.length)
            .mapToObj(i -> model.getFeatureIDMap().get(i).getName())
            .toList();
    byte[] onnx =
        model.exportONNXModel("com.example.flights", 1).toBuilder()
            .addMetadataProps(
                OnnxMl.StringStringEntryProto.newBuilder()
                    .setKey("mlops.features")
                    .setValue("[\"" + String.join("\", \"", columns) + "\"]"))
            .build()
            .toByteArray();
    Files.write(file, onnx);
    // guide:end
    // guide:begin
    try (OnnxPredictor predictor = OnnxPredictor.load(file)) {
      Column.OfVector answers = predictor.predict(training.select(columns.toArray(String[]::new)));
      for (int i = 0; i < flights.size(); i++) {
        Label answer = model.predict(flights.getExample(i)).getOutput();
        int place = model.getOutputIDInfo().getID(answer);
        assertEquals(answer.getScore(), answers.get(i)[place], 1e-5);
      }
    }
    // guide:end
  }

  @Test
  void the_page_shows_only_such_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/onnx.md"),
        Path.of("src/test/java/dev/mlops/examples/first/OnnxGuideTest.java"),
        Path.of("../mlops-onnx/src/test/java/dev/mlops/serving/onnx/AnyModelGuideTest.java"));
  }
}
