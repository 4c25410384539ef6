package dev.mlops.stats;

import java.util.Arrays;

/**
 * Units that two models scored, in the order in which they came; with one model, its scores twice.
 */
final class AreaBlock {

  static final AreaBlock NONE = new AreaBlock(new double[0], new double[0], new boolean[0]);

  private static final int OF_EACH_CLASS = 10;

  private final double[] first;
  private final double[] second;
  private final boolean[] positives;

  AreaBlock(double[] first, double[] second, boolean[] positives) {
    this.first = first;
    this.second = second;
    this.positives = positives;
  }

  int size() {
    return positives.length;
  }

  AreaBlock with(AreaBlock more) {
    int size = size() + more.size();
    double[] ofFirst = Arrays.copyOf(first, size);
    double[] ofSecond = Arrays.copyOf(second, size);
    boolean[] truth = Arrays.copyOf(positives, size);
    System.arraycopy(more.first, 0, ofFirst, size(), more.size());
    System.arraycopy(more.second, 0, ofSecond, size(), more.size());
    System.arraycopy(more.positives, 0, truth, size(), more.size());
    return new AreaBlock(ofFirst, ofSecond, truth);
  }

  AreaBlock part(int from, int to) {
    return new AreaBlock(
        Arrays.copyOfRange(first, from, to),
        Arrays.copyOfRange(second, from, to),
        Arrays.copyOfRange(positives, from, to));
  }

  /** Where the block that begins here ends, excluded; 0 if it is not finished. */
  int end(int from) {
    int[] count = new int[2];
    for (int i = from; i < positives.length; i++) {
      count[positives[i] ? 1 : 0]++;
      if (Math.min(count[0], count[1]) == OF_EACH_CLASS) {
        return i + 1;
      }
    }
    return 0;
  }

  Dealer dealer(boolean pairs) {
    return new Dealer(pairs);
  }

  private int[] units(boolean positive) {
    int[] units = new int[positives.length];
    int size = 0;
    for (int i = 0; i < positives.length; i++) {
      if (positives[i] == positive) {
        units[size++] = i;
      }
    }
    return Arrays.copyOf(units, size);
  }

  /** Deals the units of the larger class to those of the smaller. */
  final class Dealer {
    private final boolean pairs;
    private final boolean fewArePositive;
    private final int[] few;
    private final int[] many;

    private Dealer(boolean pairs) {
      this.pairs = pairs;
      int[] positive = units(true);
      int[] negative = units(false);
      this.fewArePositive = positive.length <= negative.length;
      this.few = fewArePositive ? positive : negative;
      this.many = fewArePositive ? negative : positive;
    }

    int deals() {
      return few.length;
    }

    /** Returns for each group the share of pairs in order, or how much more that is. */
    double[] deal(int shift) {
      double[] shares = new double[few.length];
      for (int i = 0; i < many.length; i++) {
        int group = (i + shift) % few.length;
        int positive = fewArePositive ? few[group] : many[i];
        int negative = fewArePositive ? many[i] : few[group];
        shares[group] +=
            order(second, positive, negative) - (pairs ? order(first, positive, negative) : 0);
      }
      for (int group = 0; group < shares.length; group++) {
        int first = Math.floorMod(group - shift, few.length);
        shares[group] /= (many.length - first - 1) / few.length + 1;
      }
      return shares;
    }
  }

  private static double order(double[] scores, int positive, int negative) {
    return scores[positive] > scores[negative] ? 1 : scores[positive] == scores[negative] ? 0.5 : 0;
  }
}
