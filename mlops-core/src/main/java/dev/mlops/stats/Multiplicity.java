package dev.mlops.stats;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * Adjustment of p-values for the number of questions asked at once.
 *
 * <p>With 100 independent questions at 5 %, a false alarm among them is all but certain (99.4 %).
 * An adjusted p-value is compared with the level as if it were the only one. The order of the
 * answers is that of the questions. Stateless; {@code O(n log n)}.
 */
public final class Multiplicity {

  private Multiplicity() {}

  /**
   * Adjusts so that the chance of even one false rejection stays within the level, whatever the
   * dependence between the questions.
   *
   * <p>Source: S. Holm, "A simple sequentially rejective multiple test procedure", Scandinavian
   * Journal of Statistics 6, 1979.
   *
   * @param pValues p-values in [0, 1]; may be empty
   * @return the adjusted p-values in [0, 1], in the order given
   * @throws IllegalArgumentException if a p-value is not a number in [0, 1]
   */
  public static double[] holm(double... pValues) {
    requireNonNull(pValues, "pValues");
    int[] order = ascending(pValues);
    double[] adjusted = new double[pValues.length];
    double largest = 0;
    for (int rank = 0; rank < order.length; rank++) {
      largest = Math.max(largest, (order.length - rank) * pValues[order[rank]]);
      adjusted[order[rank]] = Math.min(1, largest);
    }
    return adjusted;
  }

  /**
   * Adjusts so that the expected share of false ones among the rejections stays within the level,
   * for independent or positively dependent questions.
   *
   * <p>Source: Y. Benjamini, Y. Hochberg, "Controlling the false discovery rate", Journal of the
   * Royal Statistical Society B 57(1), 1995.
   *
   * @param pValues p-values in [0, 1]; may be empty
   * @return the adjusted p-values in [0, 1], in the order given
   * @throws IllegalArgumentException if a p-value is not a number in [0, 1]
   */
  public static double[] benjaminiHochberg(double... pValues) {
    requireNonNull(pValues, "pValues");
    int[] order = ascending(pValues);
    double[] adjusted = new double[pValues.length];
    double smallest = 1;
    for (int rank = order.length; rank >= 1; rank--) {
      int question = order[rank - 1];
      smallest = Math.min(smallest, pValues[question] * ((double) order.length / rank));
      adjusted[question] = smallest;
    }
    return adjusted;
  }

  private static int[] ascending(double[] pValues) {
    for (int i = 0; i < pValues.length; i++) {
      if (!(pValues[i] >= 0 && pValues[i] <= 1)) {
        throw new IllegalArgumentException(
            "pValues[%d] must lie between 0 and 1: %s".formatted(i, Exactly.number(pValues[i])));
      }
    }
    return IntStream.range(0, pValues.length)
        .boxed()
        .sorted(Comparator.comparingDouble(i -> pValues[i]))
        .mapToInt(Integer::intValue)
        .toArray();
  }
}
