package dev.mlops.profile;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * Bins of the number line, fixed by a reference: bin i holds the values above edge i - 1 up to edge
 * i, the edge included; the first and the last bin reach to infinity. The least and the greatest
 * value that the bins were fitted to are kept too.
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class Bins {
  static final int WANTED = 10;

  private final double[] edges;
  private final double least;
  private final double greatest;

  /**
   * Takes ownership of strictly ascending edges. Of no values the least is infinity, and the
   * greatest its negative.
   */
  Bins(double[] edges, double least, double greatest) {
    this.edges = edges;
    this.least = least;
    this.greatest = greatest;
  }

  /**
   * Fits bins of equal share to values in ascending order, none NaN. A value with more than a tenth
   * of the rows gets a bin of its own: the double just below it is an edge, and so is it.
   */
  static Bins fit(double[] sorted) {
    TreeSet<Double> edges = new TreeSet<>();
    for (int bin = 1; bin < WANTED && sorted.length > 0; bin++) {
      double edge = sorted[(int) ((long) bin * sorted.length + WANTED - 1) / WANTED - 1];
      if (edge < sorted[sorted.length - 1]) {
        edges.add(edge);
      }
    }
    for (int from = 0, to; from < sorted.length; from = to) {
      to = endOfTie(sorted, from);
      if ((long) WANTED * (to - from) > sorted.length) {
        edges.add(Math.nextDown(sorted[from]));
        edges.add(sorted[from]);
      }
    }
    boolean none = sorted.length == 0;
    return new Bins(
        edges.stream().mapToDouble(Double::doubleValue).filter(Double::isFinite).toArray(),
        none ? Double.POSITIVE_INFINITY : sorted[0],
        none ? Double.NEGATIVE_INFINITY : sorted[sorted.length - 1]);
  }

  private static int endOfTie(double[] sorted, int from) {
    int to = from + 1;
    while (to < sorted.length && sorted[to] == sorted[from]) {
      to++;
    }
    return to;
  }

  /**
   * Returns the number of bins.
   *
   * @return the number of bins, at least 1
   */
  public int count() {
    return edges.length + 1;
  }

  int of(double value) {
    int found = Arrays.binarySearch(edges, value + 0.0);
    return found >= 0 ? found : -found - 1;
  }

  /**
   * Returns the edges between the bins.
   *
   * @return the edges, strictly ascending, one fewer than there are bins; a copy
   */
  public double[] edges() {
    return edges.clone();
  }

  /**
   * Returns the least value that the bins were fitted to.
   *
   * @return the least value; infinity if there was none
   */
  public double least() {
    return least;
  }

  /**
   * Returns the greatest value that the bins were fitted to.
   *
   * @return the greatest value; minus infinity if there was none
   */
  public double greatest() {
    return greatest;
  }

  /**
   * Says which values the bins from one to another hold, such as {@code (0, 10]}.
   *
   * @param from the first bin, from 0
   * @param to the last bin, which is included
   * @return an interval in brackets, or a comparison such as {@code > 30}
   */
  public String label(int from, int to) {
    if (from == 0 && to == edges.length) {
      return "all";
    }
    if (to == edges.length) {
      return startsAt(from) ? ">= " + text(edges[from]) : "> " + text(edges[from - 1]);
    }
    String end = endsBelow(to) ? text(edges[to + 1]) + ")" : text(edges[to]) + "]";
    if (from == 0) {
      return (endsBelow(to) ? "< " : "<= ") + end.substring(0, end.length() - 1);
    }
    if (startsAt(from)) {
      return from == to ? "= " + text(edges[to]) : "[" + text(edges[from]) + ", " + end;
    }
    return "(" + text(edges[from - 1]) + ", " + end;
  }

  /**
   * Whether the bin's lower edge is the double just below a heavy value, which the bin then starts
   * with.
   */
  private boolean startsAt(int bin) {
    return bin > 0 && bin < edges.length && edges[bin] == Math.nextUp(edges[bin - 1]);
  }

  private boolean endsBelow(int bin) {
    return startsAt(bin + 1);
  }

  private static String text(double value) {
    return InWords.number(value);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bins bins
        && Arrays.equals(edges, bins.edges)
        && least == bins.least
        && greatest == bins.greatest;
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(edges);
  }

  @Override
  public String toString() {
    return Plural.of(Math.max(0, edges.length - 1), "bin")
        + " from "
        + Exactly.number(least)
        + " to "
        + Exactly.number(greatest);
  }
}
