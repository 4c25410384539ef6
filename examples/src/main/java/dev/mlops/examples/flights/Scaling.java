package dev.mlops.examples.flights;

import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import java.util.List;

/**
 * The mean and the spread of each feature in the training data; a missing value counts as the mean.
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares or changes them
record Scaling(List<String> features, float[] means, float[] deviations) {

  static Scaling of(Dataset training, List<String> features) {
    float[] means = new float[features.size()];
    float[] deviations = new float[features.size()];
    for (int feature = 0; feature < means.length; feature++) {
      double[] values = training.doubles(features.get(feature)).toArray();
      double mean = mean(values);
      means[feature] = (float) mean;
      deviations[feature] = (float) deviation(values, mean);
    }
    return new Scaling(features, means, deviations);
  }

  /**
   * Returns names that sort in the order of the features: Tribuo numbers features by name, and its
   * ONNX export takes them in that order, whatever order the columns had.
   */
  String[] names() {
    String[] names = new String[features.size()];
    for (int feature = 0; feature < names.length; feature++) {
      names[feature] = "%03d %s".formatted(feature, features.get(feature));
    }
    return names;
  }

  /** Returns the scaled features of a row, found by name. */
  double[] apply(Row row) {
    double[] values = new double[features.size()];
    for (int feature = 0; feature < values.length; feature++) {
      String name = features.get(feature);
      values[feature] = scaled(row.isNull(name) ? Double.NaN : number(row, name), feature);
    }
    return values;
  }

  private static double number(Row row, String name) {
    return row.value(name) instanceof Boolean flag ? (flag ? 1 : 0) : row.getDouble(name);
  }

  /** Returns the scaled columns of a data set: filled, mean 0, deviation 1. */
  double[][] apply(Dataset rows) {
    double[][] columns = new double[features.size()][];
    for (int feature = 0; feature < columns.length; feature++) {
      columns[feature] = rows.doubles(features.get(feature)).toArray();
      for (int row = 0; row < columns[feature].length; row++) {
        columns[feature][row] = scaled(columns[feature][row], feature);
      }
    }
    return columns;
  }

  private double scaled(double value, int feature) {
    return Double.isNaN(value) ? 0 : (value - means[feature]) / deviations[feature];
  }

  private static double mean(double[] values) {
    double sum = 0;
    int count = 0;
    for (double value : values) {
      if (!Double.isNaN(value)) {
        sum += value;
        count++;
      }
    }
    return count == 0 ? 0 : sum / count;
  }

  /** The deviation of the filled column; 1 for a constant one, which then scales to zeros. */
  private static double deviation(double[] values, double mean) {
    double sum = 0;
    for (double value : values) {
      sum += Double.isNaN(value) ? 0 : (value - mean) * (value - mean);
    }
    double deviation = Math.sqrt(sum / values.length);
    return deviation < 1e-6 ? 1 : deviation;
  }
}
