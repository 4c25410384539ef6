package dev.mlops.tracking.compare;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.joining;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.Elements;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.Plural;
import dev.mlops.report.Report;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.MetricPoint;
import dev.mlops.tracking.MetricSummary;
import dev.mlops.tracking.RunView;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Runs side by side: what went in differently, and what came out. In every table a run has a column
 * of its name; where two runs share a name, or one is called as another column is, all names get
 * the run's number in front, as in {@code 2: gbm}. What a run does not have is null there, never a
 * number or a text.
 *
 * <p>The runs are as they were when they were compared; only {@link #curve} reads the database.
 * Immutable and safe for use by many threads.
 */
public final class RunComparison {

  private static final int LEAST = 2;
  private static final int MOST = 100;

  /** As many points of a curve as can be told apart on a page. */
  private static final int POINTS = 1_000;

  private static final Schema CURVE =
      Schema.of(
          Field.of("run", DataType.STRING),
          Field.of("step", DataType.INT64),
          Field.of("time", DataType.INSTANT),
          Field.of("value", DataType.FLOAT64));

  private final ExperimentTracker tracker;
  private final List<RunView> runs;
  private final List<String> names;

  private RunComparison(ExperimentTracker tracker, List<RunView> runs) {
    this.tracker = tracker;
    this.runs = runs;
    this.names = SideBySide.names(runs);
  }

  /**
   * Compares runs, of one experiment or of several.
   *
   * @param tracker where they are
   * @param ids the ids of 2 to 100 different runs, in the order of the tables' columns
   * @return the comparison
   * @throws NotFoundException if there is no run of an id
   * @throws IllegalArgumentException if there are too few or too many, or one stands there twice
   */
  public static RunComparison of(ExperimentTracker tracker, List<String> ids) {
    requireNonNull(tracker, "tracker");
    List<String> wanted = Elements.copy(ids, "ids");
    if (wanted.size() < LEAST || wanted.size() > MOST) {
      throw new IllegalArgumentException(
          "a comparison takes from 2 to 100 runs, and was given "
              + Plural.of(wanted.size(), "run", "runs"));
    }
    Set<String> seen = new HashSet<>();
    for (String id : wanted) {
      if (!seen.add(id)) {
        throw new IllegalArgumentException("run " + id + " is compared twice; name it once");
      }
    }
    return new RunComparison(tracker, wanted.stream().map(tracker::get).toList());
  }

  /**
   * Returns the runs.
   *
   * @return them, in the order in which they were named; unmodifiable
   */
  public List<RunView> runs() {
    return runs;
  }

  /**
   * Returns what the runs are called in the tables.
   *
   * @return a name for each run, in the order of the runs; unmodifiable
   */
  public List<String> names() {
    return names;
  }

  /**
   * Lists the params that differ: not all runs have them, or not with the same value. 6 and 6.0 are
   * the same.
   *
   * @return the columns {@code param STRING} and a {@code STRING} for each run, by param; no row if
   *     all are the same
   */
  public Dataset params() {
    SideBySide table = new SideBySide(runs, DataType.STRING, "param");
    for (String param : all(run -> run.params().keySet())) {
      if (!runs.stream().allMatch(run -> runs.get(0).sharesParam(run, param))) {
        table.row(List.of(param), run -> run.params().get(param));
      }
    }
    return table.build();
  }

  /**
   * Lists the data that differ, by role and name.
   *
   * @return the columns {@code input STRING}, such as {@code training/flights}, and a {@code
   *     STRING} for each run, the digest of what it read; no row if all read the same
   */
  public Dataset inputs() {
    SideBySide table = new SideBySide(runs, DataType.STRING, "input");
    for (String input : all(run -> run.inputs().stream().map(RunComparison::label).toList())) {
      String first = digests(runs.get(0), input);
      if (!runs.stream().allMatch(run -> Objects.equals(first, digests(run, input)))) {
        table.row(List.of(input), run -> digests(run, input));
      }
    }
    return table.build();
  }

  private static String label(RunView.Input input) {
    return input.role() + "/" + input.name();
  }

  private static @Nullable String digests(RunView run, String label) {
    String digests =
        run.inputs().stream()
            .filter(input -> label(input).equals(label))
            .map(RunView.Input::digest)
            .map(Digest::toString)
            .sorted()
            .collect(joining(" "));
    return digests.isEmpty() ? null : digests;
  }

  /**
   * Lays every metric side by side.
   *
   * @return the columns {@code metric STRING}, {@code point STRING} and a {@code FLOAT64} for each
   *     run, with the rows {@code latest}, {@code least} and {@code greatest} for each metric, by
   *     name
   */
  public Dataset metrics() {
    SideBySide table = new SideBySide(runs, DataType.FLOAT64, "metric", "point");
    for (String metric : metricNames()) {
      table.row(List.of(metric, "latest"), run -> value(run, metric, MetricSummary::latest));
      table.row(List.of(metric, "least"), run -> value(run, metric, MetricSummary::min));
      table.row(List.of(metric, "greatest"), run -> value(run, metric, MetricSummary::max));
    }
    return table.build();
  }

  private static @Nullable Double value(
      RunView run, String metric, Function<MetricSummary, MetricPoint> point) {
    MetricSummary summary = run.metrics().get(metric);
    return summary == null ? null : point.apply(summary).value();
  }

  /**
   * Lists where the runs ran differently. Which code ran counts as different wherever it is not
   * known: {@code commit} and {@code changes} have a row unless all runs have the same.
   *
   * @return the columns {@code part STRING} and a {@code STRING} for each run; no row if all ran in
   *     the same environment
   */
  public Dataset environments() {
    SideBySide table = new SideBySide(runs, DataType.STRING, "part");
    Set<String> parts = new TreeSet<>();
    for (RunView run : runs.subList(1, runs.size())) {
      Environments.diff(runs.get(0), run).forEach(difference -> parts.add(difference.part()));
    }
    for (String part : parts) {
      table.row(List.of(part), run -> Environments.of(run).get(part));
    }
    return table.build();
  }

  /**
   * Reads a metric's points of all runs, at most 1,000 of each, with its least, greatest, first and
   * last and the first NaN of each stretch.
   *
   * @param metric the metric's name
   * @return the columns {@code run STRING, step INT64, time INSTANT, value FLOAT64}, in the order
   *     of the runs and of their points; a run without the metric has no row
   * @throws NotFoundException if no run has the metric
   */
  public Dataset curve(String metric) {
    refuseUnknown("metric", metric, metricNames());
    Dataset.Builder curve = Dataset.builder(CURVE);
    for (int i = 0; i < runs.size(); i++) {
      if (runs.get(i).metrics().containsKey(metric)) {
        for (Row point : tracker.history(runs.get(i).id(), metric, POINTS)) {
          curve.row(
              names.get(i),
              point.getLong("step"),
              point.getInstant("time"),
              point.getDouble("value"));
        }
      }
    }
    return curve.build();
  }

  /**
   * Lays a param against the latest value of a metric.
   *
   * @param param the param's name
   * @param metric the metric's name
   * @return the columns {@code run STRING, param FLOAT64, metric FLOAT64}, a row for each run; null
   *     where a run does not have one, or its param is no decimal number
   * @throws NotFoundException if no run has the param, or none the metric
   */
  public Dataset scatter(String param, String metric) {
    refuseUnknown("param", param, all(run -> run.params().keySet()));
    refuseUnknown("metric", metric, metricNames());
    Dataset.Builder points =
        Dataset.builder(
            Schema.of(
                Field.of("run", DataType.STRING),
                Field.of("param", DataType.FLOAT64).orNull(),
                Field.of("metric", DataType.FLOAT64).orNull()));
    for (int i = 0; i < runs.size(); i++) {
      RunView run = runs.get(i);
      points.row(
          names.get(i),
          run.number(param).isPresent() ? run.number(param).getAsDouble() : null,
          value(run, metric, MetricSummary::latest));
    }
    return points.build();
  }

  private void refuseUnknown(String kind, String name, Collection<String> known) {
    if (!known.contains(requireNonNull(name, kind))) {
      throw NotFoundException.among(
          "no " + kind + " '" + name + "' in the runs that are compared", known);
    }
  }

  Set<String> metricNames() {
    return all(run -> run.metrics().keySet());
  }

  private Set<String> all(Function<RunView, Collection<String>> part) {
    Set<String> names = new TreeSet<>();
    runs.forEach(run -> names.addAll(part.apply(run)));
    return names;
  }

  /**
   * Shows all of it on one page: the tables, a curve for each metric with steps, and each param
   * that is a number against each metric.
   *
   * @return the report, to be written or added to
   */
  public Report report() {
    return new ComparisonReport(this).report();
  }

  @Override
  public String toString() {
    return "comparison of " + String.join(", ", names);
  }
}
