package dev.mlops.study;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Once;
import dev.mlops.storage.Names;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * A param of a {@link Space}, with the values that it may have. Immutable; each option returns a
 * new param, and can be set once.
 *
 * <pre>{@code
 * real("rate", 1e-4, 1e-1).log()
 * whole("depth", 2, 12)
 * choice("kind", "gbm", "forest")
 * real("share", 0.5, 1).step(0.1).onlyWhen("kind", "gbm")
 * }</pre>
 */
public final class Param {
  /** More values than a whole number of a double can count in steps. */
  private static final long WIDEST = 1L << 52;

  /** What values a param has. */
  enum Kind {
    REAL,
    WHOLE,
    CHOICE
  }

  /** The values of a choice with which a param is there. */
  record Condition(String param, List<String> values) {
    @Override
    public String toString() {
      return param + " is " + String.join(" or ", values);
    }
  }

  private final String name;
  private final Kind kind;
  private final double low;
  private final double high;
  private final boolean log;
  private final @Nullable Double step;
  private final List<String> options;
  private final @Nullable Condition condition;

  private Param(
      String name,
      Kind kind,
      double low,
      double high,
      boolean log,
      @Nullable Double step,
      List<String> options,
      @Nullable Condition condition) {
    this.name = name;
    this.kind = kind;
    this.low = low;
    this.high = high;
    this.log = log;
    this.step = step;
    this.options = options;
    this.condition = condition;
  }

  /**
   * Returns a param of real numbers.
   *
   * @param name 1 to 250 characters
   * @param low the least value
   * @param high the greatest value, above the least
   * @return the param, all values between the two
   * @throws IllegalArgumentException if the ends are not finite and in order
   */
  public static Param real(String name, double low, double high) {
    checked(name);
    if (!(low < high && Double.isFinite(high - low))) {
      throw range(name, low, high);
    }
    return new Param(name, Kind.REAL, low, high, false, null, List.of(), null);
  }

  /**
   * Returns a param of whole numbers.
   *
   * @param name 1 to 250 characters
   * @param low the least value
   * @param high the greatest value, above the least; both within 2^52 of zero
   * @return the param, all whole numbers from one to the other
   * @throws IllegalArgumentException if the ends are not in order or too far from zero
   */
  public static Param whole(String name, long low, long high) {
    checked(name);
    if (low >= high || low < -WIDEST || high > WIDEST) {
      throw range(name, (double) low, (double) high);
    }
    return new Param(name, Kind.WHOLE, (double) low, (double) high, false, null, List.of(), null);
  }

  private static IllegalArgumentException range(String name, double low, double high) {
    return new IllegalArgumentException(
        "param '"
            + name
            + "' needs two finite ends, the least value first: "
            + Exactly.typed(low)
            + " and "
            + Exactly.typed(high));
  }

  /**
   * Returns a param of texts without an order.
   *
   * @param name 1 to 250 characters
   * @param options the values, at least one, each once
   * @return the param
   * @throws IllegalArgumentException if there is no value, or one is there twice
   */
  public static Param choice(String name, String... options) {
    checked(name);
    List<String> all =
        Elements.copy(options, "options").stream()
            .map(option -> Names.checkedText("value of param '" + name + "'", option))
            .toList();
    if (all.isEmpty() || new HashSet<>(all).size() < all.size()) {
      throw new IllegalArgumentException(
          "choice '" + name + "' needs at least one value, and each once: " + all);
    }
    return new Param(name, Kind.CHOICE, 0, all.size() - 1.0, false, null, all, null);
  }

  private static void checked(String name) {
    Names.checked("param", requireNonNull(name, "name"));
  }

  /**
   * Searches the numbers by their logarithms, as fits what spans powers of ten.
   *
   * @return a changed copy
   * @throws IllegalArgumentException if the least value is not above zero, or it is a choice
   * @throws IllegalStateException if it was set before, or a step was
   */
  public Param log() {
    refuseChoice("log()");
    Once.refuse("log", log ? true : null);
    Once.refuse("step", step);
    if (low <= 0) {
      throw new IllegalArgumentException(
          "param '" + name + "' needs a least value above 0 for log(): " + Exactly.typed(low));
    }
    return new Param(name, kind, low, high, true, null, options, condition);
  }

  /**
   * Leaves only the least value and those that are a whole number of steps above it.
   *
   * @param size above zero; a whole number for whole numbers
   * @return a changed copy
   * @throws IllegalArgumentException if it is out of range, or the param is a choice
   * @throws IllegalStateException if it was set before, or log() was
   */
  public Param step(double size) {
    refuseChoice("step");
    Once.refuse("step", step);
    Once.refuse("log", log ? true : null);
    boolean fits = size > 0 && size <= high - low && (high - low) / size < WIDEST;
    if (!fits || (kind == Kind.WHOLE && size != Math.rint(size))) {
      throw new IllegalArgumentException(
          "step of param '"
              + name
              + "' must be above 0 and at most "
              + Exactly.typed(high - low)
              + (kind == Kind.WHOLE ? ", and a whole number: " : ": ")
              + Exactly.typed(size));
    }
    return new Param(name, kind, low, high, false, size, options, condition);
  }

  /**
   * Makes the param one that is there only with certain values of a choice.
   *
   * @param choice the name of a choice that stands before this param in the space
   * @param values of that choice, at least one
   * @return a changed copy
   * @throws IllegalStateException if it was set before
   */
  public Param onlyWhen(String choice, String... values) {
    requireNonNull(choice, "choice");
    List<String> all = Elements.copy(values, "values");
    Once.refuse("onlyWhen", condition);
    if (all.isEmpty()) {
      throw new IllegalArgumentException(
          "param '" + name + "' needs at least one value of '" + choice + "' to be there with");
    }
    return new Param(name, kind, low, high, log, step, options, new Condition(choice, all));
  }

  private void refuseChoice(String option) {
    if (kind == Kind.CHOICE) {
      throw new IllegalArgumentException(
          "choice '" + name + "' has no order; " + option + " is for real and whole numbers");
    }
  }

  /**
   * Returns the param's name.
   *
   * @return the name
   */
  public String name() {
    return name;
  }

  Kind kind() {
    return kind;
  }

  List<String> options() {
    return options;
  }

  @Nullable Condition condition() {
    return condition;
  }

  boolean isActive(Map<String, Object> values) {
    return condition == null
        || (values.get(condition.param) instanceof String value
            && condition.values.contains(value));
  }

  /** Whether the values can be counted. */
  boolean isDiscrete() {
    return kind != Kind.REAL || step != null;
  }

  private double size() {
    return step == null ? 1 : step;
  }

  /** How many values there are, if they can be counted. */
  long count() {
    return kind == Kind.CHOICE
        ? options.size()
        : (long) Math.floor((high - low) / size() * (1 + 1e-12) + 1e-9) + 1;
  }

  /** A value that can be counted, by its place from 0. */
  Object at(long place) {
    return switch (kind) {
      case CHOICE -> options.get((int) place);
      case WHOLE -> (long) low + place * (long) size();
      case REAL -> Math.min(high, exact(place));
    };
  }

  /** In decimal, so that 0.5 and three steps of 0.1 are 0.8. */
  private double exact(long place) {
    return BigDecimal.valueOf(low)
        .add(BigDecimal.valueOf(size()).multiply(BigDecimal.valueOf(place)))
        .doubleValue();
  }

  /** Where the values begin on the scale that is searched, half a step before the least one. */
  double from() {
    double edge = isDiscrete() ? low - size() / 2 : low;
    return log ? Math.log(edge) : edge;
  }

  /** Where the values end on the scale that is searched. */
  double to() {
    double edge = isDiscrete() ? low + (count() - 0.5) * size() : high;
    return log ? Math.log(edge) : edge;
  }

  /** The number that stands nearest to a place on the scale that is searched. */
  Object near(double place) {
    double number = log ? Math.exp(place) : place;
    if (!isDiscrete()) {
      return Math.max(low, Math.min(high, number));
    }
    long steps = Math.round((number - low) / size());
    return at(Math.max(0, Math.min(count() - 1, steps)));
  }

  /** Where a number stands on the scale that is searched. */
  double place(Object value) {
    double number = ((Number) value).doubleValue();
    return log ? Math.log(number) : number;
  }

  /** From where to where on the scale the places are nearest to a value that can be counted. */
  double[] cell(Object value) {
    double number = ((Number) value).doubleValue();
    double below = number - size() / 2;
    double above = number + size() / 2;
    return log ? new double[] {Math.log(below), Math.log(above)} : new double[] {below, above};
  }

  /** The values of a grid: all that can be counted, else so many points from end to end. */
  List<Object> grid(int points) {
    if (isDiscrete()) {
      return LongStream.range(0, count()).mapToObj(this::at).toList();
    }
    List<Object> values = new ArrayList<>();
    for (int i = 0; i < points; i++) {
      double share = (double) i / (points - 1);
      values.add(i == 0 ? low : i == points - 1 ? high : near(from() + share * (to() - from())));
    }
    return values;
  }

  Object parsed(String text) {
    return switch (kind) {
      case CHOICE -> text;
      case WHOLE -> Long.valueOf(text);
      case REAL -> Double.valueOf(text);
    };
  }

  @Override
  public String toString() {
    String values =
        switch (kind) {
          case CHOICE -> "choice '" + name + "' of " + String.join(", ", options);
          case WHOLE -> "whole '" + name + "' from " + (long) low + " to " + (long) high;
          case REAL ->
              "real '" + name + "' from " + Exactly.typed(low) + " to " + Exactly.typed(high);
        };
    return values
        + (log ? ", log" : "")
        + (step == null ? "" : ", step " + Exactly.typed(step))
        + (condition == null ? "" : ", only when " + condition);
  }
}
