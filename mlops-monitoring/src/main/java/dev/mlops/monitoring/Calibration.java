package dev.mlops.monitoring;

import dev.mlops.error.Elements;
import dev.mlops.stats.Interval;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Whether a score of 0.3 means three in ten: predicted against observed, in ten groups of equal
 * size by score.
 *
 * @param groups the groups, by score rising; none without labels
 */
public record Calibration(List<Group> groups) {
  private static final int GROUPS = 10;

  /**
   * Copies the groups.
   *
   * @param groups the groups, by score rising; none without labels
   */
  public Calibration {
    groups = Elements.copy(groups, "groups");
  }

  /**
   * Predictions of like scores.
   *
   * @param meanScore their mean score
   * @param observed the share of positives among them with its exact interval
   * @param n how many there are
   */
  public record Group(double meanScore, Interval observed, long n) {}

  static Calibration of(double[] scores, boolean[] positives, double confidence) {
    int[] order =
        IntStream.range(0, scores.length)
            .boxed()
            .sorted(Comparator.comparingDouble(i -> scores[i]))
            .mapToInt(Integer::intValue)
            .toArray();
    List<Group> groups = new ArrayList<>();
    for (int group = 0; group < GROUPS; group++) {
      int from = (int) ((long) group * order.length / GROUPS);
      int to = (int) ((group + 1L) * order.length / GROUPS);
      if (from < to) {
        groups.add(
            group(
                IntStream.range(from, to).map(i -> order[i]).toArray(),
                scores,
                positives,
                confidence));
      }
    }
    return new Calibration(groups);
  }

  private static Group group(
      int[] members, double[] scores, boolean[] positives, double confidence) {
    long hits = IntStream.of(members).filter(i -> positives[i]).count();
    double mean = IntStream.of(members).mapToDouble(i -> scores[i]).average().orElseThrow();
    return new Group(mean, Interval.share(hits, members.length, confidence), members.length);
  }

  /**
   * Returns the expected calibration error.
   *
   * @return the mean distance of observed share and mean score, weighted by group size; NaN without
   *     groups. It is above 0 by chance alone
   */
  public double expectedError() {
    double sum = 0;
    long n = 0;
    for (Group group : groups) {
      sum += group.n * Math.abs(group.meanScore - group.observed.estimate());
      n += group.n;
    }
    return sum / n;
  }
}
