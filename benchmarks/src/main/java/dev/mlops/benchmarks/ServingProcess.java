package dev.mlops.benchmarks;

import ai.djl.inference.Predictor;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.types.Shape;
import ai.djl.repository.zoo.Criteria;
import ai.djl.repository.zoo.ZooModel;
import ai.djl.translate.NoBatchifyTranslator;
import ai.djl.translate.TranslateException;
import ai.djl.translate.TranslatorContext;
import com.sun.management.OperatingSystemMXBean;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.serving.onnx.OnnxPredictor;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Asks an ONNX model as often as it is told to, by us or by DJL; {@code rivals/serving.py} too. */
final class ServingProcess {

  private static final int INPUTS = MultilayerPerceptron.INPUTS;

  private ServingProcess() {}

  /** Asks for the answers of rows, given one after the other. */
  private interface Model extends AutoCloseable {
    float[] ask(float[] rows) throws TranslateException;

    @Override
    void close();
  }

  /**
   * Answers lines "ROWS CALLS NUMBERS..." by the processor seconds of a call and the sum of its
   * answers.
   *
   * @param arguments "ours" or "djl", and a file with the model
   * @throws Exception if anything fails
   */
  public static void main(String[] arguments) throws Exception {
    Path file = Path.of(arguments[1]);
    try (Model model = arguments[0].equals("djl") ? djl(file) : ours(file);
        BufferedReader questions =
            new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = questions.readLine(); line != null; line = questions.readLine()) {
        System.out.println(answer(model, line.split(" ", -1)));
      }
    }
  }

  private static String answer(Model model, String[] words) throws TranslateException {
    int calls = Integer.parseInt(words[1]);
    float[] rows = new float[Integer.parseInt(words[0]) * INPUTS];
    for (int i = 0; i < rows.length; i++) {
      rows[i] = Float.parseFloat(words[2 + i]);
    }
    long start = processorNanos();
    float[] answers = new float[0];
    for (int call = 0; call < calls; call++) {
      answers = model.ask(rows);
    }
    double seconds = (processorNanos() - start) * 1e-9 / calls;
    double sum = 0;
    for (float answer : answers) {
      sum += answer;
    }
    return seconds + " " + sum;
  }

  private static long processorNanos() {
    return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
  }

  private static Model ours(Path file) {
    OnnxPredictor predictor = OnnxPredictor.load(file);
    Schema schema = Schema.of(Field.of("features", DataType.vector(INPUTS)));
    return new Model() {
      @Override
      public float[] ask(float[] rows) {
        return rows.length == INPUTS
            ? predictor.predict(rows)
            : first(predictor.predict(Dataset.of(schema, List.of(Column.vectors(INPUTS, rows)))));
      }

      @Override
      public void close() {
        predictor.close();
      }
    };
  }

  private static float[] first(Column.OfVector answers) {
    float[] all = new float[answers.size()];
    float[] answer = new float[answers.dimension()];
    for (int row = 0; row < all.length; row++) {
      answers.read(row, answer);
      all[row] = answer[0];
    }
    return all;
  }

  /** As DJL's documentation has it: a translator between arrays and tensors. */
  private static final class Arrays implements NoBatchifyTranslator<float[], float[]> {
    @Override
    public NDList processInput(TranslatorContext context, float[] rows) {
      return new NDList(
          context.getNDManager().create(rows, new Shape(rows.length / INPUTS, INPUTS)));
    }

    @Override
    public float[] processOutput(TranslatorContext context, NDList answers) {
      return answers.singletonOrThrow().toFloatArray();
    }
  }

  private static Model djl(Path file) throws Exception {
    ZooModel<float[], float[]> model =
        Criteria.builder()
            .setTypes(float[].class, float[].class)
            .optModelPath(file)
            .optEngine("OnnxRuntime")
            .optOption("intraOpNumThreads", "1")
            .optOption("interOpNumThreads", "1")
            .optTranslator(new Arrays())
            .build()
            .loadModel();
    Predictor<float[], float[]> predictor = model.newPredictor();
    return new Model() {
      @Override
      public float[] ask(float[] rows) throws TranslateException {
        return predictor.predict(rows);
      }

      @Override
      public void close() {
        predictor.close();
        model.close();
      }
    };
  }
}
