package dev.mlops.tracking.compare;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.Plural;
import dev.mlops.report.Line;
import dev.mlops.report.LineChart;
import dev.mlops.report.Report;
import dev.mlops.report.Unit;
import dev.mlops.tracking.RunView;
import java.util.List;
import java.util.stream.IntStream;

/** Writes a comparison as one page. */
final class ComparisonReport {

  /** More charts than this nobody reads; the page says what it leaves out. */
  private static final int CHARTS = 12;

  private final RunComparison comparison;
  private final List<RunView> runs;
  private final List<String> names;
  private final Report report;

  ComparisonReport(RunComparison comparison) {
    this.comparison = comparison;
    this.runs = comparison.runs();
    this.names = comparison.names();
    this.report = Report.of("Comparison of " + Plural.of(runs.size(), "run", "runs"));
  }

  Report report() {
    report.table(runTable());
    boolean params = runs.stream().anyMatch(run -> !run.params().isEmpty());
    table(
        "Params that differ",
        comparison.params(),
        params ? "All runs have the same params." : "No run has a param.");
    boolean inputs = runs.stream().anyMatch(run -> !run.inputs().isEmpty());
    table(
        "Data that differ",
        comparison.inputs(),
        inputs ? "All runs read the same data." : "No run says what data it read.");
    table("Metrics", comparison.metrics(), "No run has a metric.");
    curves();
    scatters();
    table("Environments", comparison.environments(), "All runs ran in the same environment.");
    return report;
  }

  private Dataset runTable() {
    Dataset.Builder table =
        Dataset.builder(
            Schema.of(
                Field.of("run", DataType.STRING),
                Field.of("experiment", DataType.STRING),
                Field.of("status", DataType.STRING),
                Field.of("start", DataType.INSTANT),
                Field.of("end", DataType.INSTANT).orNull(),
                Field.of("id", DataType.STRING)));
    for (int i = 0; i < runs.size(); i++) {
      RunView run = runs.get(i);
      table.row(
          names.get(i), run.experiment(), run.status().name(), run.start(), run.end(), run.id());
    }
    return table.build();
  }

  private void table(String heading, Dataset rows, String otherwise) {
    report.section(heading);
    if (rows.rowCount() == 0) {
      report.text(otherwise);
    } else {
      report.table(rows);
    }
  }

  private void curves() {
    List<String> metrics =
        comparison.metricNames().stream()
            .filter(metric -> runs.stream().anyMatch(run -> hasSteps(run, metric)))
            .toList();
    report.section("Curves");
    if (metrics.isEmpty()) {
      report.text("No metric has more than one point.");
    }
    metrics.stream().limit(CHARTS).forEach(this::curve);
    sayWhatIsLeftOut(metrics.size(), "curve");
  }

  private static boolean hasSteps(RunView run, String metric) {
    return run.metrics().containsKey(metric) && run.summary(metric).count() > 1;
  }

  private void curve(String metric) {
    Dataset points = comparison.curve(metric);
    LineChart chart = LineChart.of(metric).x("step", Unit.number()).y(metric, Unit.number());
    for (String name : names) {
      List<Row> own =
          IntStream.range(0, points.rowCount())
              .mapToObj(points::row)
              .filter(point -> point.getString("run").equals(name))
              .toList();
      if (!own.isEmpty()) {
        chart.line(
            Line.over(
                name,
                own.stream().mapToDouble(point -> point.getLong("step")).toArray(),
                own.stream().mapToDouble(point -> point.getDouble("value")).toArray()));
      }
    }
    report.chart(chart);
    sayWhoHasNone(metric, IntStream.range(0, runs.size()).filter(i -> !has(i, metric)).toArray());
  }

  private boolean has(int run, String metric) {
    return runs.get(run).metrics().containsKey(metric);
  }

  private void sayWhoHasNone(String what, int[] without) {
    if (without.length > 0) {
      List<String> missing = IntStream.of(without).mapToObj(names::get).toList();
      report.text("Without " + what + ": " + String.join(", ", missing) + ".");
    }
  }

  private void scatters() {
    List<String> params =
        IntStream.range(0, comparison.params().rowCount())
            .mapToObj(row -> comparison.params().row(row).getString("param"))
            .filter(param -> runs.stream().anyMatch(run -> run.number(param).isPresent()))
            .toList();
    List<String[]> pairs =
        params.stream()
            .flatMap(
                param -> comparison.metricNames().stream().map(name -> new String[] {param, name}))
            .toList();
    report.section("Params against metrics");
    if (pairs.isEmpty()) {
      report.text("No param that differs is a number, or no run has a metric.");
    }
    pairs.stream().limit(CHARTS).forEach(pair -> scatter(pair[0], pair[1]));
    sayWhatIsLeftOut(pairs.size(), "chart");
  }

  /** Each run is a line of one point, with its name beside it. */
  private void scatter(String param, String metric) {
    Dataset points = comparison.scatter(param, metric);
    LineChart chart =
        LineChart.of(metric + " by " + param).x(param, Unit.number()).y(metric, Unit.number());
    for (Row point : points) {
      if (isWhole(point)) {
        chart.line(
            Line.over(
                point.getString("run"),
                new double[] {point.getDouble("param")},
                new double[] {point.getDouble("metric")}));
      }
    }
    report.chart(chart);
    sayWhoHasNone(
        param + " as a number, or without " + metric,
        IntStream.range(0, points.rowCount()).filter(i -> !isWhole(points.row(i))).toArray());
  }

  private static boolean isWhole(Row point) {
    return !point.isNull("param") && !point.isNull("metric");
  }

  private void sayWhatIsLeftOut(int all, String noun) {
    if (all > CHARTS) {
      report.text(
          "Only the first " + CHARTS + " of " + Plural.of(all, noun, noun + "s") + " are shown.");
    }
  }
}
