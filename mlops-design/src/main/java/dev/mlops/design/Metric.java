package dev.mlops.design;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Exactly;
import dev.mlops.error.NotFoundException;
import dev.mlops.storage.Names;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A measure of how good a model is: its name, the tasks it belongs to, its range and its unit.
 *
 * <p>The built-in ones are the constants here and, for single classes, {@link #precisionOf} and
 * {@link #recallOf}; the library measures each of them with an interval. A number of the
 * application's own, such as customers kept per call, is {@linkplain #named named}. Immutable;
 * equal metrics have the same name, direction and unit.
 */
public final class Metric {

  /** What a better value is. */
  public enum Direction {
    /** More is better, as of {@code roc_auc}. */
    HIGHER,
    /** Less is better, as of {@code log_loss}. */
    LOWER,
    /** Neither: it describes the model, as {@code mean_score} does. */
    NEITHER
  }

  private enum Kind {
    BINARY,
    CLASSES,
    AMOUNTS
  }

  private static final String SHARE = "share";
  private static final String LABEL = "unit of the label";
  private static final String BINOMIAL = "Clopper-Pearson";
  private static final String BETTING = "betting";
  private static final String TAILS = "Student, widened for the tail";
  private static final double INFINITE = Double.POSITIVE_INFINITY;
  private static final Pattern OF_CLASS =
      Pattern.compile("(precision|recall)_(-?\\d{1,17}(?:\\.\\d{1,17})?(?:e-?\\d{1,3})?)");

  /** The mean of all scores; a share if they are probabilities. */
  public static final Metric MEAN_SCORE =
      new Metric("mean_score", Direction.NEITHER, -INFINITE, INFINITE, "unit of the score", TAILS)
          .of(20, Kind.BINARY, Kind.AMOUNTS);

  /** The chance that a positive scores higher than a negative; 0.5 without skill. */
  public static final Metric ROC_AUC =
      new Metric("roc_auc", Direction.HIGHER, 0, 1, SHARE, "DeLong").of(20, Kind.BINARY);

  /** The share of labels that are positive. */
  public static final Metric POSITIVE_RATE =
      new Metric("positive_rate", Direction.NEITHER, 0, 1, SHARE, BINOMIAL).of(1, Kind.BINARY);

  /** The share of predictions that are right. */
  public static final Metric ACCURACY =
      new Metric("accuracy", Direction.HIGHER, 0, 1, SHARE, BINOMIAL)
          .of(1, Kind.BINARY, Kind.CLASSES);

  /** The share of positives among what is predicted positive. */
  public static final Metric PRECISION =
      new Metric("precision", Direction.HIGHER, 0, 1, SHARE, BINOMIAL).of(1, Kind.BINARY);

  /** The share of positives that are predicted positive. */
  public static final Metric RECALL =
      new Metric("recall", Direction.HIGHER, 0, 1, SHARE, BINOMIAL).of(1, Kind.BINARY);

  /** The mean negative log-likelihood of the labels; ln 2 for a constant one half. */
  public static final Metric LOG_LOSS =
      new Metric("log_loss", Direction.LOWER, 0, INFINITE, "nats", TAILS).of(20, Kind.BINARY);

  /** The mean squared difference of probability and label; 0.25 for a constant one half. */
  public static final Metric BRIER =
      new Metric("brier", Direction.LOWER, 0, 1, "squared share", BETTING).of(1, Kind.BINARY);

  /** The mean score less the share of positives; 0 when right on average. */
  public static final Metric CALIBRATION_IN_THE_LARGE =
      new Metric("calibration_in_the_large", Direction.NEITHER, -1, 1, SHARE, BETTING)
          .of(1, Kind.BINARY);

  /** The mean of the labels. */
  public static final Metric MEAN_LABEL =
      new Metric("mean_label", Direction.NEITHER, -INFINITE, INFINITE, LABEL, TAILS)
          .of(20, Kind.AMOUNTS);

  /** The mean of score less label; 0 when right on average. */
  public static final Metric BIAS =
      new Metric("bias", Direction.NEITHER, -INFINITE, INFINITE, LABEL, TAILS).of(20, Kind.AMOUNTS);

  /** The mean absolute error. */
  public static final Metric MAE =
      new Metric("mae", Direction.LOWER, 0, INFINITE, LABEL, TAILS).of(20, Kind.AMOUNTS);

  /** The median of the absolute errors. */
  public static final Metric MEDIAN_ABSOLUTE_ERROR =
      new Metric("median_absolute_error", Direction.LOWER, 0, INFINITE, LABEL, "order statistics")
          .of(6, Kind.AMOUNTS);

  /** The root of the mean squared error. */
  public static final Metric RMSE =
      new Metric("rmse", Direction.LOWER, 0, INFINITE, LABEL, TAILS).of(50, Kind.AMOUNTS);

  static final List<Metric> OF_AMOUNTS =
      List.of(MEAN_SCORE, MEAN_LABEL, BIAS, MAE, MEDIAN_ABSOLUTE_ERROR, RMSE);

  private final String name;
  private final Direction direction;
  private final double least;
  private final double greatest;
  private final String unit;
  private final String method;
  private final int leastRows;
  private final Set<Kind> kinds;

  private Metric(
      String name, Direction direction, double least, double greatest, String unit, String method) {
    this(name, direction, least, greatest, unit, method, 0, Set.of());
  }

  private Metric(
      String name,
      Direction direction,
      double least,
      double greatest,
      String unit,
      String method,
      int leastRows,
      Set<Kind> kinds) {
    this.name = name;
    this.direction = direction;
    this.least = least;
    this.greatest = greatest;
    this.unit = unit;
    this.method = method;
    this.leastRows = leastRows;
    this.kinds = kinds;
  }

  private Metric of(int rows, Kind first, Kind... others) {
    return new Metric(
        name, direction, least, greatest, unit, method, rows, EnumSet.of(first, others));
  }

  /**
   * Returns the share of right predictions among those of a class.
   *
   * @param number the class
   * @return the metric, such as {@code precision_2}
   * @throws IllegalArgumentException if the number is not finite
   */
  public static Metric precisionOf(double number) {
    return ofClass("precision_", number);
  }

  /**
   * Returns the share of a class that is predicted as such.
   *
   * @param number the class
   * @return the metric, such as {@code recall_2}
   * @throws IllegalArgumentException if the number is not finite
   */
  public static Metric recallOf(double number) {
    return ofClass("recall_", number);
  }

  private static Metric ofClass(String prefix, double number) {
    if (!Double.isFinite(number)) {
      throw new IllegalArgumentException(
          "a class must be a finite number: " + Exactly.number(number));
    }
    String name = prefix + Exactly.typed(number + 0.0);
    return new Metric(name, Direction.HIGHER, 0, 1, SHARE, BINOMIAL).of(1, Kind.CLASSES);
  }

  /**
   * Returns a measure of the application's own. The library keeps and shows it, and does not
   * compute it.
   *
   * @param name its name, 1 to 250 characters, none of a built-in metric
   * @param direction what a better value is
   * @param unit what it counts, such as {@code EUR} or {@code customers per call}
   * @return the metric
   * @throws IllegalArgumentException if the name is none or built in, or the unit is none
   */
  public static Metric named(String name, Direction direction, String unit) {
    Objects.requireNonNull(name, "name");
    Names.checked("metric", name);
    if (find(name).isPresent()) {
      throw new IllegalArgumentException(
          "the metric '%s' is built in; take Metric.get(\"%s\")".formatted(name, name));
    }
    return new Metric(
        name,
        Objects.requireNonNull(direction, "direction"),
        -INFINITE,
        INFINITE,
        Names.checked("unit", unit),
        "none");
  }

  /**
   * Finds a built-in metric.
   *
   * @param name its name, such as {@code roc_auc} or {@code recall_2}
   * @return the metric; empty if none has that name
   */
  public static Optional<Metric> find(String name) {
    Objects.requireNonNull(name, "name");
    Optional<Metric> plain =
        Stream.concat(new Task.Binary().metrics().stream(), OF_AMOUNTS.stream())
            .filter(metric -> metric.name.equals(name))
            .findFirst();
    return plain.isPresent() ? plain : findOfClass(name);
  }

  private static Optional<Metric> findOfClass(String name) {
    Matcher matcher = OF_CLASS.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    Metric metric = ofClass(matcher.group(1) + "_", Double.parseDouble(matcher.group(2)));
    return Optional.of(metric).filter(found -> found.name.equals(name));
  }

  /**
   * Returns a built-in metric.
   *
   * @param name its name, such as {@code roc_auc} or {@code recall_2}
   * @return the metric
   * @throws NotFoundException if none has that name; the message says which there are, and which of
   *     them is nearest
   */
  public static Metric get(String name) {
    Objects.requireNonNull(name, "name");
    return find(name)
        .orElseThrow(
            () -> {
              List<String> names = Task.allMetrics().stream().map(Metric::name).toList();
              return new NotFoundException(
                  "unknown metric '%s'%sknown: %s, and precision_2 or recall_2 of class 2"
                      .formatted(
                          Words.shown(name),
                          Words.didYouMean(name, names),
                          String.join(", ", names)));
            });
  }

  /**
   * Returns the name, under which the metric is logged, measured and written.
   *
   * @return the name, such as {@code roc_auc}
   */
  public String name() {
    return name;
  }

  /**
   * Returns what a better value is.
   *
   * @return the direction
   */
  public Direction direction() {
    return direction;
  }

  /**
   * Returns the least value that there can be.
   *
   * @return the lower end of the range; negative infinity if there is none
   */
  public double least() {
    return least;
  }

  /**
   * Checks a limit of the metric. One that always or never holds is none, and no finite sample
   * proves a limit at the end of the range.
   *
   * @param side how the metric is compared with it, for the message, such as {@code at least}
   * @param value the limit
   * @return the limit
   * @throws IllegalArgumentException if it does not lie inside the range, ends excluded
   */
  public double limit(String side, double value) {
    requireNonNull(side, "side");
    if (!(value > least && value < greatest)) {
      throw new IllegalArgumentException(
          "%s %s %s: the limit must lie between %s and %s, both excluded"
              .formatted(
                  this,
                  side,
                  Exactly.number(value),
                  Words.rounded(least),
                  Words.rounded(greatest)));
    }
    return value + 0.0;
  }

  /**
   * Returns the greatest value that there can be.
   *
   * @return the upper end of the range; positive infinity if there is none
   */
  public double greatest() {
    return greatest;
  }

  /**
   * Returns what the value counts.
   *
   * @return the unit, such as {@code share} or {@code nats}
   */
  public String unit() {
    return unit;
  }

  /**
   * Returns where its interval comes from.
   *
   * @return the method, such as {@code DeLong}; {@code none} for a measure of the application's own
   */
  public String method() {
    return method;
  }

  /**
   * Returns how many labelled rows its interval needs at the very least.
   *
   * @return the rows; 0 for a measure of the application's own
   */
  public int leastRows() {
    return leastRows;
  }

  /**
   * Tells whether the library knows and measures it.
   *
   * @return false for a measure of the application's own
   */
  public boolean isBuiltIn() {
    return !kinds.isEmpty();
  }

  /**
   * Tells whether a model of a task has this metric.
   *
   * @param task the task
   * @return whether it has; true for any task if the metric is the application's own
   */
  public boolean belongsTo(Task task) {
    Objects.requireNonNull(task, "task");
    return !isBuiltIn() || task.metrics().contains(this);
  }

  /** The class this metric is of; empty if it is of none. */
  OptionalDouble ofClass() {
    Matcher matcher = OF_CLASS.matcher(name);
    return matcher.matches()
        ? OptionalDouble.of(Double.parseDouble(matcher.group(2)))
        : OptionalDouble.empty();
  }

  /** The tasks it belongs to, in words. */
  String taskNames() {
    if (ofClass().isPresent()) {
      return "classes with " + Exactly.typed(ofClass().getAsDouble());
    }
    return kinds.stream()
        .map(
            kind ->
                switch (kind) {
                  case BINARY -> "binary";
                  case CLASSES -> "classes";
                  case AMOUNTS -> "regression and forecasting";
                })
        .collect(Collectors.joining(" and "));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Metric metric
        && name.equals(metric.name)
        && direction == metric.direction
        && unit.equals(metric.unit);
  }

  @Override
  public int hashCode() {
    return name.hashCode();
  }

  @Override
  public String toString() {
    return name;
  }
}
