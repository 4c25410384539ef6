package dev.mlops.examples.flights;

import dev.mlops.Workspace;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.design.Metric;
import dev.mlops.environment.Environment;
import dev.mlops.registry.GoldenPredictions;
import dev.mlops.registry.ModelFormat;
import dev.mlops.registry.ModelPackage;
import dev.mlops.registry.ModelRegistry;
import dev.mlops.registry.ModelSignature;
import dev.mlops.registry.ModelVersion;
import dev.mlops.registry.onnx.OnnxFormat;
import dev.mlops.serving.onnx.OnnxModel;
import dev.mlops.serving.onnx.OnnxPredictor;
import dev.mlops.stats.Scores;
import dev.mlops.tracking.Experiment;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;

/** Where models are trained, compared and packed. */
final class Trainer {
  static final String MODEL = "flight-delay";
  static final Metric METRIC = Metric.ROC_AUC;

  static final ModelFormat ONNX = OnnxFormat.runBy(OnnxModel::answer);
  private static final Schema OUTPUTS = Schema.of(Field.of("probability", DataType.FLOAT32));
  private static final int GOLDEN_ROWS = 50;

  /** Tribuo computes in double, the ONNX graph in float. */
  private static final double TOLERANCE = 1e-5;

  /** A trained model with the run it came from. */
  record Trained(
      String name, List<String> inputs, Classifier.Fitted fitted, Dataset training, RunView run) {
    double validation() {
      return run.metric(METRIC.name());
    }

    byte[] onnx() {
      return fitted.onnx();
    }
  }

  private final Experiment experiment;
  private final ModelRegistry registry;

  Trainer(Workspace workspace) {
    this.experiment = ExperimentTracker.of(workspace).experiment(MODEL);
    this.registry = ModelRegistry.of(workspace);
  }

  /**
   * Trains on {@code fitting}, measures on {@code validation}, which is later in time, and then
   * trains once more on both, because the newest flights teach the most.
   */
  Trained train(
      String name,
      Classifier classifier,
      List<String> inputs,
      Classifier.Settings settings,
      Dataset fitting,
      Dataset validation) {
    Dataset both = Dataset.concat(List.of(fitting, validation));
    AtomicReference<Classifier.Fitted> last = new AtomicReference<>();
    RunView view =
        experiment.run(
            name,
            run -> {
              run.environment(Environment.capture());
              run.params(settings);
              run.param("classifier", classifier.name());
              run.param("inputs", inputs.size());
              run.input("training", both);
              run.metric(
                  METRIC.name(),
                  auc(
                      classifier.train(fitting, inputs, "late", settings).onnx(),
                      inputs,
                      validation));
              Classifier.Fitted fitted = classifier.train(both, inputs, "late", settings);
              run.artifact("model.onnx", fitted.onnx());
              last.set(fitted);
            });
    return new Trained(name, inputs, Objects.requireNonNull(last.get()), both, view);
  }

  /**
   * Packs a model with its signature and what it answered in Tribuo, and registers it as the next
   * version, if its ONNX bytes answer the same.
   */
  ModelVersion register(Trained trained) {
    Dataset sample =
        trained.training().select(trained.inputs().toArray(String[]::new)).head(GOLDEN_ROWS);
    ModelSignature signature = new ModelSignature(sample.schema(), OUTPUTS);
    return registry
        .model(MODEL)
        .register(
            ModelPackage.builder(ONNX, trained.onnx(), signature)
                .golden(
                    GoldenPredictions.fromTrainer(
                        signature, sample, trained.fitted()::answer, TOLERANCE))
                .run(trained.run().id())
                .data(trained.training().digest())
                .description(trained.name())
                .build());
  }

  ModelRegistry registry() {
    return registry;
  }

  /** Returns the area under the ROC curve of a model on rows whose column {@code late} is known. */
  static double auc(byte[] onnx, List<String> inputs, Dataset rows) {
    return Scores.rocAuc(probabilities(onnx, inputs, rows), late(rows));
  }

  static double[] probabilities(byte[] onnx, List<String> inputs, Dataset rows) {
    try (OnnxPredictor model = OnnxPredictor.load(onnx)) {
      Column.OfVector answers = model.predict(rows.select(inputs.toArray(String[]::new)));
      return IntStream.range(0, answers.size()).mapToDouble(row -> answers.get(row)[0]).toArray();
    }
  }

  static boolean[] late(Dataset rows) {
    return rows.booleans("late").toArray();
  }
}
