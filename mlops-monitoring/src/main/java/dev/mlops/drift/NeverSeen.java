package dev.mlops.drift;

import dev.mlops.error.Plural;
import dev.mlops.profile.CategoryProfile;
import dev.mlops.profile.ColumnProfile;
import dev.mlops.profile.NumberProfile;
import dev.mlops.report.InWords;
import dev.mlops.stats.Histogram;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values of a window that its reference never had, before the other tests are known.
 *
 * @param values the values in words
 * @param count how many rows of the window have them, at least 1
 * @param share their share of the window's rows
 * @param p the exact p-value
 */
record NeverSeen(String values, long count, double share, double p) {
  /*
   * All tests here ask one question. If the n rows of the reference and the m of the window were drawn alike, every choice of m of the n + m
   * rows for the window is equally likely. Then the chance that k given rows are all among the window's is
   *
   *     C(n + m - k, n) / C(n + m, n)  =  m (m - 1) ... (m - k + 1) / ((n + m) (n + m - 1) ... (n + m - k + 1)),
   *
   * which is exact for every distribution, every n and every m. Applied to the k greatest (or least) of all values it is the exceedance test
   * of S. Rosenbaum, "Tables for a nonparametric test of location", Annals of Mathematical Statistics 25, 1954; ties make it careful, as only
   * values strictly beyond the reference's own are counted. Applied to the rows without a value it is Fisher's exact test of a table with an
   * empty cell.
   *
   * Categories are looked at all at once, given how often each was seen in both together. Two bounds are taken, and the smaller p-value is
   * doubled for it.
   *  - One new category with c rows: the chance that any category of c or more rows falls wholly into the window is at most the sum of the
   *    chances of each.
   *  - All new categories together, u rows: the rows that fall into the window are negatively associated (K. Joag-Dev and F. Proschan,
   *    "Negative association of random variables, with applications", Annals of Statistics 11, 1983), and so are the increasing functions
   *    "all rows of category j". Hence the moment generating function of their sum is at most the product of those of its parts, and by
   *    Chernoff's bound  P(U >= u) <= exp(-t u) prod (1 + p_j (exp(t c_j) - 1))  for every t >= 0.
   * A column of identifiers, in which every row is a category of its own, therefore gives p = 1, as it should.
   *
   * Of more categories than a profile names, groups by hash take their place: a group that the reference does not have holds new categories
   * only, and at least one. New categories in a group that it has are not seen, so nothing is said of what would have been found.
   */
  private static final int EXACT_TERMS = 64;

  private static final int HALVINGS = 60;

  /** How many tests of this kind a column of numbers has: too low, too high, missing. */
  static final int TESTS_OF_NUMBERS = 3;

  /** How many tests of this kind a column of categories has: new ones, missing. */
  static final int TESTS_OF_CATEGORIES = 2;

  static List<NeverSeen> of(NumberProfile reference, NumberProfile current) {
    List<NeverSeen> found = new ArrayList<>();
    long n = reference.histogram().count();
    long m = current.histogram().count();
    if (n > 0) {
      Histogram before = reference.histogram();
      add(found, "below " + InWords.number(before.min()), below(reference, current), n, m, current);
      add(found, "above " + InWords.number(before.max()), above(reference, current), n, m, current);
    } else {
      add(found, "any value", m, reference.rows(), current.rows(), current);
    }
    missing(found, reference, current);
    return found;
  }

  private static void missing(
      List<NeverSeen> found, ColumnProfile reference, ColumnProfile current) {
    if (reference.missing() == 0) {
      add(found, "missing", current.missing(), reference.rows(), current.rows(), current);
    }
  }

  private static void add(
      List<NeverSeen> found, String values, long k, long n, long m, ColumnProfile current) {
    if (k > 0) {
      double share = (double) k / current.rows();
      found.add(new NeverSeen(values, k, share, Math.exp(logAllInWindow(k, n, m))));
    }
  }

  /*
   * A profile counts its values beyond the extremes of the data that fixed the bins. If the reference was merged from more than that data, its
   * own extremes may lie further out; then the buckets wholly beyond them are counted, which misses at most the values within a 128th of the
   * extreme. Either count is at most the true one, so that p errs on the careful side.
   */
  private static long below(NumberProfile reference, NumberProfile current) {
    double least = reference.histogram().min();
    long counted = reference.below() == 0 ? current.below() : 0;
    long beyond =
        current.histogram().buckets().stream()
            .filter(bucket -> bucket.upper() <= least && bucket.lower() < least)
            .mapToLong(Histogram.Bucket::count)
            .sum();
    return Math.max(counted, beyond);
  }

  private static long above(NumberProfile reference, NumberProfile current) {
    double greatest = reference.histogram().max();
    long counted = reference.above() == 0 ? current.above() : 0;
    long beyond =
        current.histogram().buckets().stream()
            .filter(bucket -> bucket.lower() > greatest)
            .mapToLong(Histogram.Bucket::count)
            .sum();
    return Math.max(counted, beyond);
  }

  static List<NeverSeen> of(CategoryProfile reference, CategoryProfile current) {
    boolean hash = reference.isHashed() || current.isHashed();
    CategoryProfile before = hash ? reference.hashed() : reference;
    CategoryProfile now = hash ? current.hashed() : current;
    List<NeverSeen> found = new ArrayList<>();
    Map<String, Long> unseen = new TreeMap<>(now.counts());
    unseen.keySet().removeAll(before.counts().keySet());
    if (!unseen.isEmpty()) {
      found.add(categories(before, now, unseen));
    }
    missing(found, reference, current);
    return found;
  }

  private static NeverSeen categories(
      CategoryProfile before, CategoryProfile now, Map<String, Long> unseen) {
    Map<String, Long> both = new TreeMap<>(before.counts());
    now.counts().forEach((name, count) -> both.merge(name, count, Long::sum));
    Map.Entry<String, Long> lead =
        unseen.entrySet().stream()
            .max(
                Map.Entry.<String, Long>comparingByValue()
                    .thenComparing(Map.Entry.<String, Long>comparingByKey().reversed()))
            .orElseThrow();
    long total = unseen.values().stream().mapToLong(Long::longValue).sum();
    double one = anyAllInWindow(lead.getValue(), both.values(), before.rows(), now.rows());
    double all = totalInWindow(total, both.values(), before.rows(), now.rows());
    boolean alone = unseen.size() == 1 || one < all;
    String words = words(now, alone ? 1 : unseen.size(), lead.getKey());
    long count = alone ? lead.getValue() : total;
    double p = Math.min(1, 2 * Math.min(one, all));
    return new NeverSeen(words, count, (double) count / now.rows(), p);
  }

  /** A key that was never seen stands for one category or more, if keys are hashed. */
  private static String words(CategoryProfile now, int keys, String lead) {
    if (now.isHashed()) {
      return "at least " + Plural.of(keys, "category", "categories");
    }
    String name = now.describe(lead);
    return keys == 1
        ? name
        : Plural.of(keys, "category", "categories") + " (most often " + name + ")";
  }

  /** At most the chance that any category of so many rows or more lies wholly in the window. */
  private static double anyAllInWindow(long rows, Collection<Long> counts, long n, long m) {
    return counts.stream()
        .filter(count -> count >= rows)
        .mapToDouble(count -> Math.exp(logAllInWindow(count, n, m)))
        .sum();
  }

  /** At most the chance that the categories wholly in the window have so many rows or more. */
  static double totalInWindow(long rows, Collection<Long> counts, long n, long m) {
    Map<Long, Long> multiplicities = new TreeMap<>();
    counts.stream()
        .filter(count -> count <= m)
        .forEach(count -> multiplicities.merge(count, 1L, Long::sum));
    List<Group> groups = new ArrayList<>();
    multiplicities.forEach(
        (count, times) -> groups.add(new Group(count, times, logAllInWindow(count, n, m))));
    double expected = groups.stream().mapToDouble(Group::expectedRows).sum();
    return rows <= expected ? 1 : Math.exp(Math.min(0, least(groups, rows)));
  }

  /** Categories of equally many rows. */
  private record Group(long rows, long categories, double logChance) {
    double expectedRows() {
      return categories * rows * Math.exp(logChance);
    }

    /** The logarithm of the moment generating function at t. */
    double logMoment(double t) {
      double inside = logChance + t * rows;
      double outside = Math.log1p(-Math.exp(logChance));
      double larger = Math.max(inside, outside);
      return categories
          * (larger + Math.log(Math.exp(inside - larger) + Math.exp(outside - larger)));
    }
  }

  /** The least exponent over t; convex in t, so it is bracketed by doubling and then cut. */
  private static double least(List<Group> groups, long rows) {
    double high = 1e-9;
    while (high < 1e4 && exponent(groups, rows, 2 * high) < exponent(groups, rows, high)) {
      high *= 2;
    }
    double low = high / 2;
    high *= 2;
    for (int i = 0; i < HALVINGS; i++) {
      double first = low + (high - low) / 3;
      double second = high - (high - low) / 3;
      if (exponent(groups, rows, first) < exponent(groups, rows, second)) {
        high = second;
      } else {
        low = first;
      }
    }
    return exponent(groups, rows, low);
  }

  private static double exponent(List<Group> groups, long rows, double t) {
    return groups.stream().mapToDouble(group -> group.logMoment(t)).sum() - t * rows;
  }

  /**
   * The logarithm of the chance that k given rows all lie in the window.
   *
   * @param k how many rows, at least 0
   * @param n the reference's rows
   * @param m the window's rows
   */
  static double logAllInWindow(long k, long n, long m) {
    if (k > m) {
      return Double.NEGATIVE_INFINITY;
    }
    if (Math.min(k, n) > EXACT_TERMS) {
      return logFactorial(m) - logFactorial(m - k) + logFactorial(n + m - k) - logFactorial(n + m);
    }
    boolean fewRows = k <= n;
    double sum = 0;
    for (long i = 0; i < (fewRows ? k : n); i++) {
      double some = fewRows ? m - i : n + m - k - i;
      sum += Math.log(some / (n + m - i));
    }
    return sum;
  }

  /** Stirling's series, which is exact to the last bits from 16 on. */
  private static double logFactorial(long x) {
    if (x < 16) {
      double product = 1;
      for (long i = 2; i <= x; i++) {
        product *= i;
      }
      return Math.log(product);
    }
    double y = x;
    double correction = (1 - (1 - 2 / (7 * y * y)) / (30 * y * y)) / (12 * y);
    return y * Math.log(y) - y + Math.log(2 * Math.PI * y) / 2 + correction;
  }

  /** The least share of the window's rows whose values, never seen, would have been found. */
  static double findableShare(long n, long m, double level) {
    long low = 1;
    long high = m + 1;
    while (low < high) {
      long middle = low + (high - low) / 2;
      if (logAllInWindow(middle, n, m) <= Math.log(level)) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low > m ? Double.POSITIVE_INFINITY : (double) low / m;
  }
}
