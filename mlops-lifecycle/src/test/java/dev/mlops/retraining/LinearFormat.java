package dev.mlops.retraining;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.models.ModelFiles;
import dev.mlops.models.ModelRunner;
import dev.mlops.registry.ModelFormat;
import dev.mlops.registry.ModelSignature;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A format of an application's own: a linear model as a text, with a line {@code name weight} for
 * each input, in their order, and the line {@code = bias} at the end. It answers one number.
 */
final class LinearFormat implements ModelFormat {

  /** A linear model: a weight for each input, and a bias. */
  record Model(Map<String, Double> weights, double bias) {

    static Model read(ModelFiles files) {
      Map<String, Double> weights = new LinkedHashMap<>();
      try {
        for (String line : new String(files.first().bytes(), UTF_8).lines().toList()) {
          String[] parts = line.split(" ", -1);
          if (parts[0].equals("=")) {
            return new Model(weights, Double.parseDouble(parts[1]));
          }
          weights.put(parts[0], Double.parseDouble(parts[1]));
        }
      } catch (NumberFormatException | ArrayIndexOutOfBoundsException e) {
        throw new InvalidInputException(files + " is no linear model", e);
      }
      throw new InvalidInputException(files + " is no linear model: it has no bias");
    }

    double answer(List<Double> inputs) {
      double sum = bias;
      int at = 0;
      for (double weight : weights.values()) {
        sum += weight * inputs.get(at++);
      }
      return sum;
    }

    private double answer(Row row) {
      return answer(weights.keySet().stream().map(row::getDouble).toList());
    }
  }

  @Override
  public String name() {
    return "linear";
  }

  @Override
  public void check(ModelFiles files, ModelSignature signature) {
    List<String> own = List.copyOf(Model.read(files).weights().keySet());
    if (!signature.inputs().names().equals(own) || signature.outputs().fields().size() != 1) {
      throw new InvalidInputException(
          "the signature " + signature + " is not that of a linear model of " + own);
    }
  }

  @Override
  public ModelRunner open(ModelFiles files, ModelSignature signature) {
    Model model = Model.read(files);
    return rows -> {
      Dataset.Builder answers = Dataset.builder(signature.outputs());
      rows.forEach(row -> answers.row(model.answer(row)));
      return answers.build();
    };
  }
}
