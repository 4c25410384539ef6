package dev.mlops.benchmarks;

import java.util.Arrays;
import java.util.SplittableRandom;

/** The keys of requests: tail numbers of aircraft, of which a few fly most. */
public final class Aircraft {

  private static final int AIRCRAFT = 5_000;
  private static final int REQUESTS = 1 << 14;

  private Aircraft() {}

  /**
   * Draws by Zipf's law: the k-th aircraft flies 1/k as often as the first.
   *
   * @return tail numbers, as many as a power of two
   */
  public static String[] requests() {
    double[] upTo = new double[AIRCRAFT];
    double sum = 0;
    for (int i = 0; i < AIRCRAFT; i++) {
      sum += 1.0 / (i + 1);
      upTo[i] = sum;
    }
    SplittableRandom random = new SplittableRandom(1);
    String[] drawn = new String[REQUESTS];
    for (int i = 0; i < REQUESTS; i++) {
      int place = Arrays.binarySearch(upTo, random.nextDouble(sum));
      drawn[i] = "N%05dUA".formatted(place < 0 ? -place - 1 : place);
    }
    return drawn;
  }
}
