package dev.mlops.serving.onnx;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.MlopsException;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * Prints by how many kilobytes the process grew over three times the given number of runs of each
 * kind: maps, sequences of texts, sequences of tensors, and runs that fail. All values are large,
 * so that what is not closed shows after a thousand runs.
 */
final class ModelMemoryProbe {

  private static final int ROWS = 500;

  private final String text = "fog at the gate, ".repeat(500);
  private final Dataset pairs = vectors(20, 2);
  private final Dataset rows = vectors(ROWS, 4);
  private final OnnxModel maps =
      OnnxModel.load(OnnxModels.zipMap("a".repeat(500), "b".repeat(500)));
  private final OnnxModel texts = OracleCase.of("sequence_texts").load();
  private final OnnxModel tensors = OnnxModel.load(OracleCase.of("sequence").file());
  private final OnnxModel failing = OracleCase.of("tokens").load();

  private ModelMemoryProbe() throws IOException {}

  private static Dataset vectors(int rows, int width) {
    Column column = Column.vectors(width, new float[rows * width]);
    return Dataset.of(Schema.of(Field.of("v", column.dataType())), List.of(column));
  }

  public static void main(String[] arguments) throws IOException {
    ModelMemoryProbe probe = new ModelMemoryProbe();
    int runs = Integer.parseInt(arguments[0]);
    probe.run(runs);
    long before = NativeMemoryProbe.residentKilobytes();
    probe.run(3 * runs);
    System.out.println(NativeMemoryProbe.residentKilobytes() - before);
    for (OnnxModel model : List.of(probe.maps, probe.texts, probe.tensors, probe.failing)) {
      model.close();
    }
  }

  private void run(int times) {
    Map<String, String> word = Map.of("word", text);
    Map<String, int[]> unknown = Map.of("tokens", new int[] {99});
    for (int i = 0; i < times; i++) {
      require(maps.predict(pairs).row(1).scores().length == 2);
      require(texts.predict(word).tensors("words").get(1).texts().equals(List.of(text)));
      require(tensors.predict(rows).row(ROWS - 1).tensors("parts").size() == 2);
      try {
        require(failing.predict(unknown) == null);
      } catch (MlopsException expected) {
        require(String.valueOf(expected.getMessage()).startsWith("running the ONNX model failed"));
      }
    }
  }

  private static void require(boolean is) {
    if (!is) {
      throw new IllegalStateException("a model did not do what this probe is about");
    }
  }
}
