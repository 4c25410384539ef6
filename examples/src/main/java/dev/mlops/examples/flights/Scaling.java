package dev.mlops.examples.flights;

import dev.mlops.data.Dataset;
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

  /** Names that sort in the order of the features, because Tribuo numbers features by name. */
  static String[] sortableNames(int count) {
    String[] names = new String[count];
    for (int feature = 0; feature < count; feature++) {
      names[feature] = "f%03d".formatted(feature);
    }
    return names;
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
