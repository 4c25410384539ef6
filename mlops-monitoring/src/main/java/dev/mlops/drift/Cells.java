package dev.mlops.drift;

import dev.mlops.drift.ColumnDrift.Part;
import dev.mlops.profile.Bins;
import dev.mlops.profile.CategoryProfile;
import dev.mlops.profile.NumberProfile;
import dev.mlops.stats.SplitRandom;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;
import org.apache.commons.statistics.inference.ChiSquareTest;
import org.apache.commons.statistics.inference.SignificanceResult;

/**
 * Counts of reference and window side by side, cell by cell, ready to be tested; no cell is empty
 * in both.
 *
 * @param cells the cells
 * @param n the reference's rows, which the cells add up to
 * @param m the window's rows, which the cells add up to
 */
record Cells(List<Cell> cells, long n, long m) {
  /*
   * The chi-square laws below hold when a cell expects a handful of rows, so sparse cells are pooled first. What may decide the pooling is
   * not the same for both kinds. Bins were fitted to the reference, so its counts are fixed and only they may be looked at; pooling by
   * the counts of both together raises false alarms from 5 to 30 %. Categories exist without the reference, so it is the counts of both
   * together that may be looked at, and those of the reference alone must not be.
   *
   * A bin in which the reference has nothing (missing values that were never missing, values beyond a constant) stays a cell of its own:
   * the half a row that smoothing adds keeps a single such row from alarming, and a few of them are meant to.
   */
  private static final double LEAST_EXPECTED = 5;

  /**
   * Categories that both together have in fewer than this share of rows are pooled before the
   * effect is measured: otherwise the cells, and with them the effect, would be finer the more rows
   * there are.
   */
  private static final double LEAST_SHARE = 0.005;

  private static final int PARTS = 3;
  private static final String MISSING = "missing";

  /** A cell. */
  record Cell(String label, long before, long now) {
    long total() {
      return before + now;
    }

    Cell and(Cell other, String label) {
      return new Cell(label, before + other.before, now + other.now);
    }
  }

  /** A statistic that follows a chi-square law when nothing has changed, and its p-value. */
  record Test(String method, double statistic, double p) {}

  static Cells of(NumberProfile reference, NumberProfile current) {
    long[] before = reference.counts();
    long[] now = current.counts();
    Bins bins = reference.bins();
    double smaller = Math.min(reference.rows(), current.rows());
    double least = LEAST_EXPECTED * reference.rows() / smaller;
    List<Cell> cells = new ArrayList<>();
    List<int[]> pools = pools(before, least);
    for (int[] pool : pools) {
      cells.add(cell(bins.label(pool[0], pool[1]), before, now, pool));
    }
    for (int bin = 0; bin < before.length; bin++) {
      if (before[bin] == 0) {
        cells.add(new Cell(bins.label(bin, bin), 0, now[bin]));
      }
    }
    cells.add(new Cell(MISSING, reference.missing(), current.missing()));
    cells.removeIf(cell -> cell.total() == 0);
    return new Cells(cells, reference.rows(), current.rows());
  }

  /**
   * First and last bin of each pool; the bins that the reference left empty are in none, though a
   * pool may reach across one.
   */
  private static List<int[]> pools(long[] before, double least) {
    List<int[]> pools = new ArrayList<>();
    double open = Double.POSITIVE_INFINITY;
    for (int bin = 0; bin < before.length; bin++) {
      if (before[bin] > 0 && open >= least) {
        pools.add(new int[] {bin, bin});
        open = before[bin];
      } else if (before[bin] > 0) {
        pools.get(pools.size() - 1)[1] = bin;
        open += before[bin];
      }
    }
    if (open < least && pools.size() > 1) {
      int[] last = pools.remove(pools.size() - 1);
      pools.get(pools.size() - 1)[1] = last[1];
    }
    return pools;
  }

  private static Cell cell(String label, long[] before, long[] now, int[] pool) {
    Cell sum = new Cell(label, 0, 0);
    for (int bin = pool[0]; bin <= pool[1]; bin++) {
      sum = before[bin] == 0 ? sum : sum.and(new Cell(label, before[bin], now[bin]), label);
    }
    return sum;
  }

  static Cells of(CategoryProfile reference, CategoryProfile current) {
    return of(reference, current, 0);
  }

  /** Cells that are the same whether there are thousands of rows or millions. */
  static Cells coarse(CategoryProfile reference, CategoryProfile current) {
    return of(reference, current, LEAST_SHARE);
  }

  private static Cells of(CategoryProfile reference, CategoryProfile current, double share) {
    boolean hash = reference.isHashed() || current.isHashed();
    CategoryProfile a = hash ? reference.hashed() : reference;
    CategoryProfile b = hash ? current.hashed() : current;
    Map<String, Cell> byName = new TreeMap<>();
    a.counts().forEach((name, count) -> byName.put(name, new Cell(a.describe(name), count, 0)));
    b.counts()
        .forEach(
            (name, count) -> byName.merge(name, new Cell(b.describe(name), 0, count), Cells::both));
    List<Cell> cells = new ArrayList<>(byName.values());
    cells.add(new Cell(MISSING, a.missing(), b.missing()));
    cells.removeIf(cell -> cell.total() == 0);
    double all = (double) a.rows() + b.rows();
    double least = Math.max(LEAST_EXPECTED * all / Math.min(a.rows(), b.rows()), share * all);
    return new Cells(pooled(cells, a.rows(), b.rows(), least), a.rows(), b.rows());
  }

  private static Cell both(Cell before, Cell now) {
    return before.and(now, before.label());
  }

  /**
   * Pools from the rarest up; among equally rare ones the order is that of a hash, in which names
   * say nothing.
   */
  private static List<Cell> pooled(List<Cell> cells, long n, long m, double least) {
    List<Cell> rising = new ArrayList<>(cells);
    rising.sort(
        Comparator.comparingLong(Cell::total)
            .thenComparingLong(cell -> SplitRandom.seeded(0).split(cell.label()).nextLong()));
    List<Cell> pooled = new ArrayList<>();
    List<Cell> open = new ArrayList<>();
    for (Cell cell : rising) {
      if (!open.isEmpty() && total(open) >= least) {
        pooled.add(pool(open, n, m));
        open = new ArrayList<>();
      }
      open.add(cell);
    }
    if (!open.isEmpty()) {
      pooled.add(pool(open, n, m));
    }
    return pooled;
  }

  private static long total(List<Cell> cells) {
    return cells.stream().mapToLong(Cell::total).sum();
  }

  /** One cell for several, named after the member whose share has changed most. */
  private static Cell pool(List<Cell> members, long n, long m) {
    Cell lead =
        Collections.max(
            members,
            Comparator.comparingDouble(
                cell -> Math.abs((double) cell.now / m - (double) cell.before / n)));
    int others = members.size() - 1;
    String label = others == 0 ? lead.label : words(lead) + " and " + others + " more";
    return members.stream().reduce(new Cell(label, 0, 0), (sum, cell) -> sum.and(cell, label));
  }

  /**
   * The population stability index of smoothed shares (half a row is added to each cell), times
   * {@code nm / (n + m)}, follows the chi-square law with one degree of freedom less than there are
   * cells.
   */
  Test stability() {
    int degrees = degrees();
    double statistic = psi() * n * m / (n + m);
    double p = degrees < 1 ? 1 : ChiSquaredDistribution.of(degrees).survivalProbability(statistic);
    return new Test("PSI as chi-square, " + degrees + " degrees of freedom", statistic, p);
  }

  /** Pearson's test of homogeneity, without continuity correction. */
  Test homogeneity() {
    int degrees = degrees();
    String method = "chi-square of homogeneity, " + degrees + " degrees of freedom";
    if (degrees < 1) {
      return new Test(method, 0, 1);
    }
    long[][] table = {
      cells.stream().mapToLong(Cell::before).toArray(),
      cells.stream().mapToLong(Cell::now).toArray()
    };
    SignificanceResult result = ChiSquareTest.withDefaults().test(table);
    return new Test(method, result.getStatistic(), result.getPValue());
  }

  int degrees() {
    return cells.size() - 1;
  }

  /** The share of a cell in the reference, with half a row added to each. */
  double before(Cell cell) {
    return (cell.before + 0.5) / (n + cells.size() / 2.0);
  }

  /** The share of a cell in the window, with half a row added to each. */
  double now(Cell cell) {
    return (cell.now + 0.5) / (m + cells.size() / 2.0);
  }

  double psi() {
    return cells.stream().mapToDouble(this::contribution).sum();
  }

  private double contribution(Cell cell) {
    double before = before(cell);
    double now = now(cell);
    return (now - before) * Math.log(now / before);
  }

  List<Part> parts() {
    return cells.stream()
        .sorted(Comparator.comparingDouble(this::contribution).reversed())
        .limit(PARTS)
        .map(cell -> new Part(words(cell), (double) cell.before / n, (double) cell.now / m))
        .toList();
  }

  private static String words(Cell cell) {
    return cell.before == 0 ? cell.label + " (unseen before)" : cell.label;
  }
}
