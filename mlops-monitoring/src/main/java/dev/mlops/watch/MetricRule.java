package dev.mlops.watch;

import dev.mlops.design.Metric;
import dev.mlops.design.Task;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.AreaProcess;
import dev.mlops.stats.EProcess;
import dev.mlops.stats.MeanProcess;
import dev.mlops.stats.Scores;
import dev.mlops.watch.Look.Seen;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Fires when a metric is below or above a limit, by evidence that may be looked at at any time.
 *
 * @param metric the metric
 * @param above whether being above the limit is an alarm
 * @param limit the limit
 * @param errorBound the largest size of an error of a regression; infinite if it is not known
 */
record MetricRule(Metric metric, boolean above, double limit, double errorBound)
    implements WatchRule {

  private static final int LEAST_OF_A_CLASS = 10;

  static String name(Metric metric, boolean above, double limit) {
    return metric + (above ? " above " : " below ") + Exactly.number(limit);
  }

  @Override
  public String name() {
    return name(metric, above, limit);
  }

  /** Refuses what no evidence can be gathered of. */
  void requireEvidence() {
    if (metric.equals(Metric.ROC_AUC)) {
      var unused = process();
      return;
    }
    MetricTerm term = MetricTerm.of(this, false);
    String way =
        metric.equals(Metric.MEAN_LABEL)
            ? "watch mean_score or positive_rate of probabilities instead"
            : "say errorsWithin(largest error there can be), or watch median_absolute_error";
    if (Double.isInfinite(above ? term.low() : term.high())) {
      throw new IllegalArgumentException(
          "no rule can hold an error for '%s': %s has no %s bound; %s"
              .formatted(name(), metric, above ? "lower" : "upper", way));
    }
    if (!(term.lowest() < limit && limit < term.highest())) {
      throw new IllegalArgumentException(
          "'%s' can never or always be so: %s lies between %s and %s"
              .formatted(
                  name(), metric, Exactly.number(term.lowest()), Exactly.number(term.highest())));
    }
  }

  private AreaProcess process() {
    return above ? AreaProcess.above(limit) : AreaProcess.below(limit);
  }

  @Override
  public Finding judge(Look look) {
    List<Seen> rows =
        (metric.equals(Metric.MEAN_SCORE) ? look.rows() : look.labelled())
            .stream().filter(row -> !Double.isNaN(row.score())).toList();
    if (rows.isEmpty()) {
      return Finding.notJudged(none(look));
    }
    Optional<Task> task = look.monitor().task();
    if (task.isEmpty() || !metric.belongsTo(task.get())) {
      return Finding.notJudged(
          task.map(known -> "a model whose task is " + known + " has no " + metric)
              .orElse("no label is known yet, so the task of the model is unknown too"));
    }
    long others = rows.stream().filter(row -> !isLabel(row, task.get())).count();
    if (others > 0) {
      return Finding.notJudged(
          Plural.grouped(others)
              + " of "
              + Plural.of(rows.size(), "label is", "labels are")
              + " none of the task "
              + task.get());
    }
    return metric.equals(Metric.ROC_AUC) ? area(look, rows) : mean(look, rows, task.get());
  }

  private static String none(Look look) {
    long predictions = look.rows().size();
    if (predictions == 0) {
      return "no predictions";
    }
    long labels = look.rows().stream().filter(row -> row.labelled() != null).count();
    long unscored = look.rows().stream().filter(row -> Double.isNaN(row.score())).count();
    return "%s of %s labelled, %s without a score"
        .formatted(Plural.grouped(labels), Plural.grouped(predictions), Plural.grouped(unscored));
  }

  private static boolean isLabel(Seen row, Task task) {
    if (row.labelled() == null || task.predictsAmounts()) {
      return true;
    }
    return task instanceof Task.Classes classes
        ? classes.classes().contains(row.label() + 0.0)
        : row.label() == 0 || row.label() == 1;
  }

  private Finding area(Look look, List<Seen> rows) {
    double[] scores = rows.stream().mapToDouble(Seen::score).toArray();
    boolean[] positives = new boolean[scores.length];
    for (int i = 0; i < scores.length; i++) {
      positives[i] = rows.get(i).label() == 1;
    }
    long hits = Scores.count(positives);
    long rest = scores.length - hits;
    if (Math.min(hits, rest) < LEAST_OF_A_CLASS) {
      return Finding.notJudged(
          "too few rows: %s and %s, needs %d of each"
              .formatted(
                  Plural.of(hits, "positive"), Plural.of(rest, "negative"), LEAST_OF_A_CLASS));
    }
    double area = Scores.rocAuc(scores, positives);
    return found(look, process().after(scores, positives), area, rows.size());
  }

  private Finding mean(Look look, List<Seen> rows, Task task) {
    boolean classes = task instanceof Task.Classes;
    MetricTerm term = MetricTerm.of(this, classes);
    double threshold = look.monitor().threshold();
    double[] values =
        rows.stream()
            .filter(row -> term.counts(row, threshold))
            .mapToDouble(row -> term.value(row, threshold))
            .toArray();
    if (values.length == 0) {
      return Finding.notJudged(
          "none of " + Plural.of(rows.size(), "prediction") + " counts for " + metric);
    }
    Optional<String> outside = term.outside(values);
    if (outside.isPresent()) {
      return Finding.notJudged(outside.get());
    }
    EProcess evidence =
        above
            ? MeanProcess.above(term.limit(), term.low(), term.high()).after(values)
            : MeanProcess.below(term.limit(), term.low(), term.high()).after(values);
    return found(look, evidence, term.estimate(values, rows), values.length);
  }

  private Finding found(Look look, EProcess evidence, double estimate, long n) {
    boolean isRight = above ? estimate <= limit : estimate >= limit;
    String words = String.format(Locale.ROOT, "%s %.4f of %d", metric, estimate, n);
    return Finding.of(evidence, look.alpha(), isRight, n, words);
  }
}
