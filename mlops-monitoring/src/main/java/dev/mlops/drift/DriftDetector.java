package dev.mlops.drift;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.stats.Multiplicity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a window of data is still like its reference.
 *
 * <p>A column has drifted if its p-value, adjusted by Benjamini-Hochberg over the columns, is at
 * most {@code alpha}, and its effect is at least {@code effect}, and both samples have at least
 * {@code minimumRows}. Numbers are compared by PSI in bins frozen on the reference, categories by
 * the chi-square test of homogeneity with PSI as the effect; missing values count as a value.
 *
 * <pre>{@code
 * DriftDetector detector = DriftDetector.reference(training).alpha(0.01).build();
 * DriftReport report = detector.compare(may);
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class DriftDetector {
  private final Profile reference;
  private final @Nullable Dataset rows;
  private final List<String> columns;
  private final double alpha;
  private final double effect;
  private final @Nullable Double leastDistance;
  private final long minimumRows;
  private final double share;
  private final Map<String, Double> importance;

  private DriftDetector(Builder builder) {
    this.reference = builder.reference;
    this.leastDistance = builder.leastDistance;
    this.rows = leastDistance == null ? null : builder.rows;
    this.columns = builder.comparedColumns();
    this.alpha = or(builder.alpha, 0.05);
    this.effect = or(builder.effect, 0.1);
    this.minimumRows = builder.minimumRows == null ? 30 : builder.minimumRows;
    this.share = or(builder.share, 0);
    this.importance = Map.copyOf(builder.importance);
  }

  private static double or(@Nullable Double option, double otherwise) {
    return option == null ? otherwise : option;
  }

  /**
   * Starts a detector with a reference profile.
   *
   * @param reference the profile that windows are compared with
   * @return a builder
   */
  public static Builder reference(Profile reference) {
    return new Builder(requireNonNull(reference, "reference"), null);
  }

  /**
   * Starts a detector with reference data, of which it keeps the profile only; with {@link
   * Builder#kolmogorovSmirnov} it keeps the rows.
   *
   * @param reference the rows that windows are compared with
   * @return a builder
   */
  public static Builder reference(Dataset reference) {
    return new Builder(Profile.of(reference), reference);
  }

  /**
   * Returns what windows are compared with.
   *
   * @return the reference profile
   */
  public Profile reference() {
    return reference;
  }

  /**
   * Compares a window with the reference.
   *
   * @param current rows with at least the compared columns
   * @return the report
   * @throws InvalidInputException if a column is missing, or is of another kind
   */
  public DriftReport compare(Dataset current) {
    return compare(reference.profile(current), current);
  }

  /**
   * Compares a window's profile with the reference.
   *
   * @param current a profile in the reference's bins, made by {@link Profile#profile} of the
   *     reference
   * @return the report
   * @throws IllegalArgumentException if its columns or bins are others
   */
  public DriftReport compare(Profile current) {
    return compare(current, null);
  }

  private DriftReport compare(Profile current, @Nullable Dataset window) {
    Map<String, Comparison> compared = new LinkedHashMap<>();
    for (String column : columns) {
      if (enough(column, current)) {
        compared.put(column, compare(column, current, window));
      }
    }
    double[] p = compared.values().stream().mapToDouble(Comparison::p).toArray();
    double[] adjusted = Multiplicity.benjaminiHochberg(p);
    Map<String, ColumnDrift> judged = new LinkedHashMap<>();
    compared.forEach(
        (column, test) -> judged.put(column, test.judge(adjusted[judged.size()], alpha)));
    List<ColumnDrift> outcomes =
        columns.stream()
            .map(column -> judged.getOrDefault(column, tooFew(column, current)))
            .toList();
    return new DriftReport(outcomes, reference.skipped(), importance, share);
  }

  private boolean enough(String column, Profile current) {
    return Math.min(judged(reference.get(column)), judged(current.get(column))) >= minimumRows;
  }

  private ColumnDrift tooFew(String column, Profile current) {
    return new ColumnDrift.TooFewSamples(
        column, judged(reference.get(column)), judged(current.get(column)), minimumRows);
  }

  /** The rows that a test looks at: Kolmogorov and Smirnov know of no missing values. */
  private long judged(ColumnProfile column) {
    return leastDistance != null && column instanceof NumberProfile
        ? column.rows() - column.missing()
        : column.rows();
  }

  private Comparison compare(String column, Profile current, @Nullable Dataset window) {
    ColumnProfile before = reference.get(column);
    ColumnProfile now = current.get(column);
    if (before instanceof NumberProfile a && now instanceof NumberProfile b) {
      return compare(a, b, window);
    }
    if (before instanceof CategoryProfile a && now instanceof CategoryProfile b) {
      return Comparison.ofCategories(a, b, effect);
    }
    throw new IllegalArgumentException(
        "column '" + column + "' is of another kind in the reference: " + before + "; " + now);
  }

  private Comparison compare(NumberProfile a, NumberProfile b, @Nullable Dataset window) {
    if (!a.bins().equals(b.bins())) {
      throw new IllegalArgumentException(
          "column '"
              + a.name()
              + "' was counted in other bins than the reference's; make the profile by"
              + " reference.profile(rows)");
    }
    if (leastDistance == null) {
      return Comparison.ofBins(a, b, effect);
    }
    KolmogorovSmirnov test =
        rows == null || window == null
            ? KolmogorovSmirnov.of(a.histogram(), b.histogram())
            : KolmogorovSmirnov.of(values(rows, a.name()), values(window, a.name()));
    return Comparison.ofDistance(a, b, test, leastDistance);
  }

  private static double[] values(Dataset rows, String name) {
    Column column = rows.column(name);
    IntToDoubleFunction number = NumberProfile.numbers(column);
    return IntStream.range(0, column.size())
        .filter(row -> !column.isNull(row))
        .mapToDouble(number)
        .filter(value -> !Double.isNaN(value))
        .toArray();
  }

  /**
   * Starts a monitor that believes a drift only when several windows agree.
   *
   * @param windows how many of the last windows must have drifted, such as 2
   * @param of how many windows it looks back, such as 3
   * @return a monitor that has seen nothing yet
   * @throws IllegalArgumentException if not {@code 1 <= windows <= of}
   */
  public DriftMonitor confirming(int windows, int of) {
    return new DriftMonitor(this, windows, of);
  }

  /** Sets up a detector. Not safe for use by many threads. */
  public static final class Builder {
    private final Profile reference;
    private final @Nullable Dataset rows;
    private final Map<String, Double> importance = new LinkedHashMap<>();
    private @Nullable List<String> columns;
    private @Nullable Double alpha;
    private @Nullable Double effect;
    private @Nullable Double leastDistance;
    private @Nullable Long minimumRows;
    private @Nullable Double share;

    private Builder(Profile reference, @Nullable Dataset rows) {
      this.reference = reference;
      this.rows = rows;
    }

    /**
     * Compares some columns only.
     *
     * @param names columns of the reference; all that can be profiled unless said otherwise
     * @return this
     * @throws IllegalStateException if they are already set
     */
    public Builder columns(String... names) {
      columns = once("columns", columns, List.of(names));
      return this;
    }

    /**
     * Sets how large an adjusted p-value may be.
     *
     * @param alpha the share of false alarms among the alarms, between 0 and 1; 0.05 unless said
     *     otherwise
     * @return this
     * @throws IllegalArgumentException if it is not between 0 and 1
     * @throws IllegalStateException if it is already set
     */
    public Builder alpha(double alpha) {
      require(alpha > 0 && alpha < 1, "alpha must lie between 0 and 1, both excluded: " + alpha);
      this.alpha = once("alpha", this.alpha, alpha);
      return this;
    }

    /**
     * Sets how large an effect must be.
     *
     * @param psi the least population stability index that counts as drift; 0.1 unless said
     *     otherwise
     * @return this
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it is already set
     */
    public Builder effect(double psi) {
      require(psi >= 0, "effect must not be negative: " + psi);
      this.effect = once("effect", this.effect, psi);
      return this;
    }

    /**
     * Compares numbers by the test of Kolmogorov and Smirnov instead of PSI. It looks at the values
     * that are there, so that a rise of missing ones is not seen. On data it is exact, on profiles
     * it is careful.
     *
     * @param distance the least distance D that counts as drift, such as 0.05
     * @return this
     * @throws IllegalArgumentException if it is not from 0 to 1
     * @throws IllegalStateException if it is already set
     */
    public Builder kolmogorovSmirnov(double distance) {
      require(distance >= 0 && distance <= 1, "distance must lie between 0 and 1: " + distance);
      this.leastDistance = once("kolmogorovSmirnov", this.leastDistance, distance);
      return this;
    }

    /**
     * Sets how many rows both samples must have.
     *
     * @param rows the least number of rows, at least 10; 30 unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is below 10
     * @throws IllegalStateException if it is already set
     */
    public Builder minimumRows(long rows) {
      require(rows >= 10, "minimumRows must be at least 10: " + rows);
      this.minimumRows = once("minimumRows", this.minimumRows, rows);
      return this;
    }

    /**
     * Sets how much of the data must have drifted for the whole to count as drifted.
     *
     * @param share the least share of columns, weighted by importance, from 0 to 1; any drifted
     *     column suffices unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is not from 0 to 1
     * @throws IllegalStateException if it is already set
     */
    public Builder share(double share) {
      require(share >= 0 && share <= 1, "share must lie between 0 and 1: " + share);
      this.share = once("share", this.share, share);
      return this;
    }

    /**
     * Sets how much a column counts in the drifted share.
     *
     * @param column a column of the reference
     * @param weight its weight, not negative; 1 unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is negative or infinite
     * @throws IllegalStateException if it is already set
     */
    public Builder importance(String column, double weight) {
      require(
          weight >= 0 && Double.isFinite(weight),
          "importance of '" + column + "' must be finite and not negative: " + weight);
      reference.get(column);
      importance.put(
          column, once("importance of '" + column + "'", importance.get(column), weight));
      return this;
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalArgumentException(message);
      }
    }

    private static <T> T once(String option, @Nullable T earlier, T value) {
      if (earlier != null) {
        throw new IllegalStateException(option + " is already set: " + earlier);
      }
      return requireNonNull(value, option);
    }

    private List<String> comparedColumns() {
      if (columns != null) {
        columns.forEach(reference::get);
        return columns;
      }
      List<String> all = new ArrayList<>();
      reference.columns().forEach(column -> all.add(column.name()));
      return all;
    }

    /**
     * Builds the detector.
     *
     * @return the detector
     * @throws dev.mlops.error.NotFoundException if the reference has no profile of a column to
     *     compare
     */
    public DriftDetector build() {
      return new DriftDetector(this);
    }
  }
}
