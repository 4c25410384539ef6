package dev.mlops.examples.flights;

import ai.onnx.proto.OnnxMl;
import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.ONNXExportable;
import org.tribuo.Trainer;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.fm.FMClassificationTrainer;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/** A kind of classifier that Tribuo trains and that leaves as one ONNX graph. */
enum Classifier {
  /** Logistic regression: every feature on its own. */
  LOGISTIC_REGRESSION {
    @Override
    Trainer<Label> trainer(Settings settings) {
      return new LinearSGDTrainer(
          new LogMulticlass(),
          new AdaGrad(settings.learningRate()),
          settings.epochs(),
          NO_LOGGING,
          BATCH,
          settings.seed());
    }
  },

  /** Factorisation machine: pairs of features too. */
  FACTORISATION_MACHINE {
    @Override
    Trainer<Label> trainer(Settings settings) {
      return new FMClassificationTrainer(
          new LogMulticlass(),
          new AdaGrad(settings.learningRate()),
          settings.epochs(),
          NO_LOGGING,
          ONE_BY_ONE,
          settings.seed(),
          settings.factors(),
          INITIAL_VARIANCE);
    }
  };

  /** What a run may turn; every component becomes a parameter of the run. */
  record Settings(double learningRate, int epochs, int factors, long seed) {}

  private static final int NO_LOGGING = -1;
  private static final int BATCH = 64;

  /** Tribuo 4.3.2 cannot merge the dense gradients of a factorisation machine's batch. */
  private static final int ONE_BY_ONE = 1;

  private static final double INITIAL_VARIANCE = 0.05;
  private static final LabelFactory LABELS = new LabelFactory();
  private static final Label LATE = new Label("late");
  private static final Label ON_TIME = new Label("on time");

  /** Held, because java.util.logging forgets the level of a logger that nobody holds. */
  private static final Logger TRIBUO = Logger.getLogger("org.tribuo");

  static {
    // Tribuo tells every epoch; the example prints its own lines.
    TRIBUO.setLevel(Level.WARNING);
  }

  abstract Trainer<Label> trainer(Settings settings);

  /**
   * Trains on the named features and returns the model with its ONNX bytes: input {@code features}
   * of shape [n, k] in the order of {@code features}, output {@code probability} of shape [n, 1],
   * the probability of being late. A missing value (NaN) is filled with the feature's training mean
   * inside the graph.
   */
  Fitted train(Dataset training, List<String> features, String label, Settings settings) {
    Scaling scaling = Scaling.of(training, features);
    Model<Label> model = trainer(settings).train(examples(training, label, scaling));
    int late = model.getOutputIDInfo().getID(LATE);
    OnnxMl.ModelProto exported = ((ONNXExportable) model).exportONNXModel("dev.mlops.examples", 1);
    return new Fitted(model, scaling, new ClassifierGraph(exported, scaling, late).bytes());
  }

  /** A model of Tribuo, and the same as ONNX bytes. */
  @SuppressWarnings("ArrayRecordComponent") // a model's bytes, which nobody compares or changes
  record Fitted(Model<Label> model, Scaling scaling, byte[] onnx) {

    /** Answers as Tribuo does, which knows nothing of the ONNX bytes. */
    Map<String, Double> answer(Row row) {
      ArrayExample<Label> example = new ArrayExample<>(LATE, scaling.names(), scaling.apply(row));
      Label late =
          Objects.requireNonNull(model.predict(example).getOutputScores().get(LATE.getLabel()));
      return Map.of("probability", late.getScore());
    }
  }

  private static MutableDataset<Label> examples(Dataset training, String label, Scaling scaling) {
    String[] names = scaling.names();
    double[][] columns = scaling.apply(training);
    var late = training.booleans(label);
    MutableDataset<Label> examples =
        new MutableDataset<>(new SimpleDataSourceProvenance("flights", LABELS), LABELS);
    for (int row = 0; row < training.rowCount(); row++) {
      double[] values = new double[columns.length];
      for (int feature = 0; feature < values.length; feature++) {
        values[feature] = columns[feature][row];
      }
      examples.add(new ArrayExample<>(late.get(row) ? LATE : ON_TIME, names, values));
    }
    return examples;
  }
}
