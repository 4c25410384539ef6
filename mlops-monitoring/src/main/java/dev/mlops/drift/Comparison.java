package dev.mlops.drift;

import dev.mlops.drift.ColumnDrift.Effect;
import dev.mlops.drift.ColumnDrift.Evidence;
import dev.mlops.drift.ColumnDrift.Part;
import dev.mlops.drift.ColumnDrift.Unseen;
import dev.mlops.profile.CategoryProfile;
import dev.mlops.profile.ColumnProfile;
import dev.mlops.profile.NumberProfile;
import java.util.List;

/**
 * Two profiles of one column held against each other, before the other columns are known.
 *
 * @param column the column's name
 * @param method the test of the whole distribution
 * @param statistic its statistic
 * @param p its p-value
 * @param effect how large the change is
 * @param n the reference's rows
 * @param m the window's rows
 * @param parts where the difference is
 * @param unseen the values that the reference never had
 * @param unseenTests how many tests of such values there are, whether any was found or not
 * @param unseenFrom the share of values never seen that would have been found; NaN if nobody can
 *     say, as not every category has its name
 */
record Comparison(
    String column,
    String method,
    double statistic,
    double p,
    Effect effect,
    long n,
    long m,
    List<Part> parts,
    List<NeverSeen> unseen,
    int unseenTests,
    double unseenFrom) {
  /** What of a column's error goes to the test of the whole distribution. */
  private static final double MAIN = 0.5;

  private static final double SEVERE_PSI = 5;
  private static final double SEVERE_DISTANCE = 2.5;
  private static final double SEVERE_SHARE = 0.05;

  static Comparison ofBins(NumberProfile reference, NumberProfile current, Limits limits) {
    Cells cells = Cells.of(reference, current);
    Effect effect = limits.effects(MAIN).psi(cells, cells.degrees());
    return numbers(reference, current, cells.stability(), effect, limits);
  }

  static Comparison ofDistance(
      NumberProfile reference, NumberProfile current, KolmogorovSmirnov test, Limits limits) {
    Effect effect =
        limits.effects(MAIN).distance(test.distance(), reference.rows(), current.rows());
    Cells.Test found = new Cells.Test(test.method(), test.distance(), test.p());
    return numbers(reference, current, found, effect, limits);
  }

  private static Comparison numbers(
      NumberProfile reference,
      NumberProfile current,
      Cells.Test test,
      Effect effect,
      Limits limits) {
    return of(
        reference,
        current,
        test,
        effect,
        Cells.of(reference, current).parts(),
        NeverSeen.of(reference, current),
        NeverSeen.TESTS_OF_NUMBERS,
        true,
        limits);
  }

  static Comparison ofCategories(
      CategoryProfile reference, CategoryProfile current, Limits limits) {
    Cells cells = Cells.of(reference, current);
    Cells coarse = Cells.coarse(reference, current);
    boolean named = !reference.isHashed() && !current.isHashed();
    return of(
        reference,
        current,
        cells.homogeneity(),
        limits.effects(MAIN).psi(coarse, cells.degrees()),
        cells.parts(),
        NeverSeen.of(reference, current),
        NeverSeen.TESTS_OF_CATEGORIES,
        named,
        limits);
  }

  private static Comparison of(
      ColumnProfile reference,
      ColumnProfile current,
      Cells.Test test,
      Effect effect,
      List<Part> parts,
      List<NeverSeen> unseen,
      int unseenTests,
      boolean named,
      Limits limits) {
    double level = limits.level() * (1 - MAIN) / unseenTests;
    return new Comparison(
        reference.name(),
        test.method(),
        test.statistic(),
        test.p(),
        effect,
        reference.rows(),
        current.rows(),
        parts,
        unseen,
        unseenTests,
        named ? NeverSeen.findableShare(reference.rows(), current.rows(), level) : Double.NaN);
  }

  /**
   * The p-value of the column: the least of its tests' by their allotments, half for the test of
   * the whole distribution and half for the tests of values never seen (Bonferroni with weights).
   */
  double columnP() {
    double least = p / MAIN;
    for (NeverSeen found : unseen) {
      least = Math.min(least, allotted(found));
    }
    return Math.min(1, least);
  }

  private double allotted(NeverSeen found) {
    return found.p() * unseenTests / (1 - MAIN);
  }

  /**
   * Judges the column.
   *
   * @param factor by how much p-values grow for the number of columns
   * @param limits what counts as drift
   */
  ColumnDrift judge(double factor, Limits limits) {
    double adjusted = Math.min(1, p / MAIN * factor);
    List<Unseen> seen = unseen.stream().map(found -> adjusted(found, factor, limits)).toList();
    Evidence evidence =
        new Evidence(method, statistic, p, adjusted, effect, n, m, parts, seen, unseenFrom);
    boolean moved = adjusted <= limits.alpha();
    List<Unseen> shown = seen.stream().filter(Unseen::shown).toList();
    double share = shown.stream().mapToDouble(Unseen::share).max().orElse(0);
    if ((moved && effect.value() >= effect.limit())
        || shown.stream().anyMatch(found -> found.share() >= found.limit())) {
      return new ColumnDrift.Drifted(column, severity(moved, share), evidence);
    }
    return moved || !shown.isEmpty()
        ? new ColumnDrift.Small(column, evidence)
        : new ColumnDrift.Unchanged(column, evidence);
  }

  private Unseen adjusted(NeverSeen found, double factor, Limits limits) {
    double adjusted = Math.min(1, allotted(found) * factor);
    return new Unseen(
        found.values(),
        found.count(),
        found.share(),
        limits.unseen(),
        found.p(),
        adjusted,
        adjusted <= limits.alpha());
  }

  private DriftSize severity(boolean moved, double unseenShare) {
    double severe = effect.limit() * (effect.name().equals("D") ? SEVERE_DISTANCE : SEVERE_PSI);
    boolean far = moved && effect.value() >= severe;
    return far || unseenShare >= SEVERE_SHARE ? DriftSize.SEVERE : DriftSize.MODERATE;
  }
}
