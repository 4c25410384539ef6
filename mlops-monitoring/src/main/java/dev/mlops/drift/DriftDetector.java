package dev.mlops.drift;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.profile.Profile;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether a window of data is still like its reference.
 *
 * <p>Numbers are compared by PSI in bins frozen on the reference, categories by the chi-square test
 * of homogeneity with PSI as the effect; missing values count as a value. Values that the reference
 * never had (below its least, above its greatest, a first missing value, new categories) are exact
 * tests of their own. All tests of a column share its error, and Benjamini and Hochberg's
 * adjustment is made over the columns.
 *
 * <p>A column has drifted if the adjusted p-value of a test is at most {@code alpha} and what it
 * found is large enough: for a change of the distribution an effect of at least {@code effect},
 * freed of what chance adds to it; for values never seen a share of at least {@code unseen}.
 *
 * <pre>{@code
 * DriftDetector detector = DriftDetector.reference(training).alpha(0.01).build();
 * DriftReport report = detector.compare(may);
 * }</pre>
 *
 * <p>Immutable and safe for use by many threads.
 */
public final class DriftDetector {
  private final Judge judge;
  private final double share;
  private final Map<String, Double> importance;

  private DriftDetector(Builder builder) {
    this.judge =
        new Judge(
            builder.reference,
            builder.leastDistance == null ? null : builder.rows,
            builder.comparedColumns(),
            or(builder.alpha, 0.05),
            or(builder.effect, 0.05),
            builder.leastDistance,
            or(builder.unseen, 0.0005),
            builder.minimumRows == null ? 30 : builder.minimumRows);
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
    requireNonNull(reference, "reference");
    return new Builder(Profile.of(reference), reference);
  }

  /**
   * Returns what windows are compared with.
   *
   * @return the reference profile
   */
  public Profile reference() {
    return judge.reference();
  }

  /**
   * Compares a window with the reference.
   *
   * <p>What is wrong with a column (missing, of another type, too few rows) is said in the report
   * and is no exception.
   *
   * @param current the rows of the window
   * @return the report
   */
  public DriftReport compare(Dataset current) {
    requireNonNull(current, "current");
    return compare(reference().profile(current), current);
  }

  /**
   * Compares a window's profile with the reference.
   *
   * @param current a profile in the reference's bins, made by {@link Profile#profile} of the
   *     reference
   * @return the report
   * @throws IllegalArgumentException if its bins are others
   */
  public DriftReport compare(Profile current) {
    requireNonNull(current, "current");
    return compare(current, null);
  }

  private DriftReport compare(Profile current, @Nullable Dataset window) {
    return new DriftReport(judge.judge(current, window), current.rows(), importance, share);
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

  @Override
  public String toString() {
    return "drift detector: "
        + "alpha "
        + Exactly.number(judge.alpha())
        + (judge.distance() == null
            ? ", effect " + Exactly.number(judge.effect())
            : ", distance " + Exactly.number(judge.distance()))
        + (importance.isEmpty() ? "" : ", importance " + new TreeMap<>(importance));
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
    private @Nullable Double unseen;
    private @Nullable Long minimumRows;
    private @Nullable Double share;

    private Builder(Profile reference, @Nullable Dataset rows) {
      this.reference = reference;
      this.rows = rows;
    }

    /**
     * Compares some columns only, and says nothing of the others.
     *
     * @param names columns of the reference; all of them unless said otherwise
     * @return this
     * @throws IllegalStateException if they are already set
     */
    public Builder columns(String... names) {
      columns = Once.set("columns", columns, Elements.copy(names, "names"));
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
      require(
          alpha > 0 && alpha < 1,
          "alpha must lie between 0 and 1, both excluded: " + Exactly.number(alpha));
      this.alpha = Once.set("alpha", this.alpha, alpha);
      return this;
    }

    /**
     * Sets how large a change of the distribution must be.
     *
     * @param psi the least population stability index that counts as drift, freed of what chance
     *     adds to it; 0.05 unless said otherwise, which is a shift by about a quarter of a standard
     *     deviation
     * @return this
     * @throws IllegalArgumentException if it is negative
     * @throws IllegalStateException if it is already set
     */
    public Builder effect(double psi) {
      require(psi >= 0, "effect must not be negative: " + Exactly.number(psi));
      this.effect = Once.set("effect", this.effect, psi);
      return this;
    }

    /**
     * Compares numbers by the test of Kolmogorov and Smirnov instead of PSI. A missing value counts
     * as less than any other. On data it is exact, on profiles it is careful.
     *
     * @param distance the least distance D that counts as drift, such as 0.05
     * @return this
     * @throws IllegalArgumentException if it is not from 0 to 1
     * @throws IllegalStateException if it is already set
     */
    public Builder kolmogorovSmirnov(double distance) {
      require(
          distance >= 0 && distance <= 1,
          "distance must lie between 0 and 1: " + Exactly.number(distance));
      this.leastDistance = Once.set("kolmogorovSmirnov", this.leastDistance, distance);
      return this;
    }

    /**
     * Sets how many values never seen before there must be.
     *
     * @param share the least share of the window's rows that counts as drift, from 0 to 1; 0.0005
     *     unless said otherwise
     * @return this
     * @throws IllegalArgumentException if it is not from 0 to 1
     * @throws IllegalStateException if it is already set
     */
    public Builder unseen(double share) {
      require(
          share >= 0 && share <= 1, "unseen must lie between 0 and 1: " + Exactly.number(share));
      this.unseen = Once.set("unseen", this.unseen, share);
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
      this.minimumRows = Once.set("minimumRows", this.minimumRows, rows);
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
      require(share >= 0 && share <= 1, "share must lie between 0 and 1: " + Exactly.number(share));
      this.share = Once.set("share", this.share, share);
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
          "importance of '"
              + column
              + "' must be finite and not negative: "
              + Exactly.number(weight));
      requireColumn(column);
      Once.refuse("importance of", column, importance.get(column));
      importance.put(column, weight);
      return this;
    }

    private static void require(boolean holds, String message) {
      if (!holds) {
        throw new IllegalArgumentException(message);
      }
    }

    private void requireColumn(String column) {
      var unused = reference.get(column);
    }

    private @Nullable List<String> comparedColumns() {
      if (columns != null) {
        columns.forEach(this::requireColumn);
      }
      return columns;
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
