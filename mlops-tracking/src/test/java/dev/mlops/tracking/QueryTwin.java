package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Asks random questions twice: by the query, and by a loop over all runs. */
final class QueryTwin {

  private static final double[] VALUES = {
    0, 0.5, 1, -1, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e-300, 7
  };
  private static final String[] TEXTS = {
    "0", "0.5", "1", "-1", "NaN", "abc", "abd", "7", "7.0", "+1", "5d", "Abd", "_b", "é", "Z", "a b"
  };

  private final ExperimentTracker tracker;
  private final Random random;
  private final long seed;

  QueryTwin(ExperimentTracker tracker, long seed) {
    this.tracker = tracker;
    this.random = new Random(seed);
    this.seed = seed;
  }

  /** A condition in both worlds. */
  private record Both(RunFilter filter, Predicate<RunView> loop) {}

  private record Order(RunOrder order, Comparator<RunView> loop) {}

  QueryTwin recordRuns(int runs) {
    Experiment experiment = tracker.experiment("twin");
    for (int i = 0; i < runs; i++) {
      experiment.run("r" + i, this::record);
    }
    return this;
  }

  private void record(Run run) {
    for (String metric : List.of("m", "n")) {
      int points = random.nextInt(4);
      for (int i = 0; i < points; i++) {
        run.metric(metric, random.nextInt(3), VALUES[random.nextInt(VALUES.length)]);
      }
    }
    if (random.nextBoolean()) {
      run.param("p", TEXTS[random.nextInt(TEXTS.length)]);
    }
    if (random.nextBoolean()) {
      run.tag("t", TEXTS[random.nextInt(TEXTS.length)]);
    }
  }

  void compareQueries(int queries) {
    List<RunView> all = tracker.experiment("twin").runs().list();
    int nonEmpty = 0;
    for (int i = 0; i < queries; i++) {
      Both condition = condition(3);
      Order order = order();
      int limit = 1 + random.nextInt(all.size());
      List<RunView> expected =
          all.stream().filter(condition.loop()).sorted(order.loop()).limit(limit).toList();
      List<RunView> actual =
          tracker.runs().where(condition.filter()).orderBy(order.order()).limit(limit).list();
      assertThat(actual)
          .as("seed %s: %s order %s", seed, condition.filter(), order.order())
          .isEqualTo(expected);
      nonEmpty += expected.isEmpty() ? 0 : 1;
    }
    assertThat(nonEmpty).as("queries that found something").isGreaterThan(queries / 3);
  }

  private Both condition(int depth) {
    if (depth == 0 || random.nextInt(3) == 0) {
      return random.nextBoolean() ? onMetric() : onText();
    }
    Both left = condition(depth - 1);
    Both right = condition(depth - 1);
    return switch (random.nextInt(3)) {
      case 0 -> new Both(left.filter().and(right.filter()), left.loop().and(right.loop()));
      case 1 -> new Both(left.filter().or(right.filter()), left.loop().or(right.loop()));
      default -> new Both(left.filter().not(), left.loop().negate());
    };
  }

  private Both onMetric() {
    String name = random.nextBoolean() ? "m" : "n";
    double limit = notNaN();
    int which = random.nextInt(3);
    MetricField field = RunQuery.metric(name);
    field = which == 0 ? field : which == 1 ? field.min() : field.max();
    return switch (random.nextInt(6)) {
      case 0 -> new Both(field.atLeast(limit), run -> value(run, name, which) >= limit);
      case 1 -> new Both(field.atMost(limit), run -> value(run, name, which) <= limit);
      case 2 -> new Both(field.above(limit), run -> value(run, name, which) > limit);
      case 3 -> new Both(field.below(limit), run -> value(run, name, which) < limit);
      case 4 -> new Both(field.exists(), run -> run.metrics().containsKey(name));
      default -> new Both(field.missing(), run -> !run.metrics().containsKey(name));
    };
  }

  private static double value(RunView run, String name, int which) {
    MetricSummary summary = run.metrics().get(name);
    if (summary == null) {
      return Double.NaN;
    }
    return which == 0
        ? summary.value()
        : which == 1 ? summary.min().value() : summary.max().value();
  }

  private double notNaN() {
    double value = VALUES[random.nextInt(VALUES.length)];
    return Double.isNaN(value) ? 0 : value;
  }

  private Both onText() {
    boolean param = random.nextBoolean();
    TextField field = param ? RunQuery.param("p") : RunQuery.tag("t");
    String text = TEXTS[random.nextInt(TEXTS.length)];
    String other = TEXTS[random.nextInt(TEXTS.length)];
    return switch (random.nextInt(5)) {
      case 0 -> new Both(field.equalTo(text), run -> same(text, text(run, param)));
      case 1 ->
          new Both(
              field.anyOf(text, other),
              run -> same(text, text(run, param)) || same(other, text(run, param)));
      case 2 -> new Both(field.atLeast(0.5), run -> number(text(run, param)) >= 0.5);
      case 3 -> new Both(field.atMost(0.5), run -> number(text(run, param)) <= 0.5);
      default -> new Both(field.missing(), run -> text(run, param) == null);
    };
  }

  private static @Nullable String text(RunView run, boolean param) {
    return param ? run.params().get("p") : run.tags().get("t");
  }

  private static double number(@Nullable String text) {
    return text == null || !text.matches("[-+.0-9]+") ? Double.NaN : Double.parseDouble(text);
  }

  private static boolean same(String wanted, @Nullable String text) {
    return wanted.equals(text) || number(wanted) == number(text);
  }

  private Order order() {
    boolean descending = random.nextBoolean();
    if (random.nextBoolean()) {
      MetricField field = RunQuery.metric("m");
      Comparator<RunView> byRank = Comparator.comparing(run -> rank(run.metrics().get("m")));
      Comparator<RunView> byValue = Comparator.comparingDouble(run -> value(run, "m", 0));
      return new Order(
          descending ? field.descending() : field.ascending(),
          byRank.thenComparing(directed(byValue, descending)));
    }
    TextField field = RunQuery.param("p");
    Comparator<RunView> byRank = Comparator.comparing(run -> rank(text(run, true)));
    Comparator<RunView> byNumber = Comparator.comparingDouble(run -> number(text(run, true)));
    Comparator<RunView> byText = Comparator.comparing(run -> String.valueOf(text(run, true)));
    return new Order(
        descending ? field.descending() : field.ascending(),
        byRank
            .thenComparing(directed(byNumber, descending))
            .thenComparing(directed(byText, descending)));
  }

  private static Comparator<RunView> directed(Comparator<RunView> comparator, boolean descending) {
    return descending ? comparator.reversed() : comparator;
  }

  private static int rank(@Nullable MetricSummary summary) {
    return summary == null ? 2 : Double.isNaN(summary.value()) ? 1 : 0;
  }

  private static int rank(@Nullable String text) {
    return text == null ? 2 : Double.isNaN(number(text)) ? 1 : 0;
  }
}
