package dev.mlops.examples.flights;

import static org.assertj.core.api.Assertions.assertThat;

import ai.onnx.proto.OnnxMl;
import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.registry.GoldenPredictions;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelSignature;
import dev.mlops.registry.RegisteredModel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.ONNXExportable;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LogisticRegressionTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** Tribuo's export takes its features sorted by name; whoever lists them otherwise is told. */
class ColumnOrderTest {

  private static final List<String> FEATURES =
      List.of("recency", "log_amount", "visits", "age", "returns", "basket");
  private static final Label YES = new Label("yes");
  private static final Label NO = new Label("no");

  private final Random random = new Random(5);
  private Dataset rows;
  private Model<Label> model;
  private byte[] onnx;
  private Schema outputs;

  @BeforeEach
  void train() {
    LabelFactory labels = new LabelFactory();
    MutableDataset<Label> examples =
        new MutableDataset<>(new SimpleDataSourceProvenance("customers", labels), labels);
    Dataset.Builder table =
        Dataset.builder(
            Schema.of(FEATURES.stream().map(name -> Field.of(name, DataType.FLOAT64)).toList()));
    for (int row = 0; row < 300; row++) {
      double[] values = random.doubles(FEATURES.size()).map(value -> 4 * value - 2).toArray();
      double score = values[0] - 2 * values[1] + 0.5 * values[2] + random.nextGaussian();
      examples.add(
          new ArrayExample<>(score > 0 ? YES : NO, FEATURES.toArray(String[]::new), values));
      table.row(Arrays.stream(values).boxed().toArray());
    }
    rows = table.build();
    model = new LogisticRegressionTrainer().train(examples);
    String first = model.getOutputIDInfo().getOutput(0).getLabel();
    outputs =
        Schema.of(
            Field.of(first, DataType.FLOAT32),
            Field.of(first.equals("yes") ? "no" : "yes", DataType.FLOAT32));
    OnnxMl.ModelProto exported = ((ONNXExportable) model).exportONNXModel("customers", 1);
    onnx = exported.toByteArray();
  }

  private Map<String, Double> trained(Row row) {
    double[] values = FEATURES.stream().mapToDouble(row::getDouble).toArray();
    ArrayExample<Label> example = new ArrayExample<>(YES, FEATURES.toArray(String[]::new), values);
    return model.predict(example).getOutputScores().values().stream()
        .collect(Collectors.toMap(Label::getLabel, Label::getScore));
  }

  @Test
  void of_100_permutations_each_answers_equally_or_is_refused() {
    int accepted = 0;
    try (Workspace workspace = Workspace.inMemory()) {
      RegisteredModel customers = ModelRegistry.of(workspace).model("customers");
      for (int permutation = 0; permutation < 100; permutation++) {
        List<String> order = new ArrayList<>(FEATURES);
        Collections.shuffle(order, random);
        try {
          customers.register(candidate(order));
          assertThat(order).isEqualTo(FEATURES.stream().sorted().toList());
          accepted++;
        } catch (InvalidInputException refused) {
          assertThat(refused).hasMessageContaining("does not answer as the trained one did");
        }
      }
      customers.register(candidate(FEATURES.stream().sorted().toList()));
      assertThat(customers.list()).hasSize(accepted + 1);
    }
  }

  private ModelPackage candidate(List<String> order) {
    Dataset inputs = rows.select(order.toArray(String[]::new));
    ModelSignature signature = new ModelSignature(inputs.schema(), outputs);
    return ModelPackage.builder(Trainer.ONNX, onnx, signature)
        .golden(GoldenPredictions.fromTrainer(signature, rows.head(50), this::trained, 1e-5))
        .build();
  }
}
