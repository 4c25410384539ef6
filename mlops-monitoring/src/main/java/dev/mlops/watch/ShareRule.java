package dev.mlops.watch;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.stats.MeanProcess;
import dev.mlops.watch.Look.Seen;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Fires when too large a share of predictions is bad, by evidence that may be looked at at any
 * time.
 *
 * @param name the rule in words
 * @param most the largest share that is no alarm, from 0 to 1
 * @param counted the predictions that count, in an order to which later looks only ever add
 * @param bad which of them are bad
 * @param words what they are, such as {@code failed}
 */
record ShareRule(
    String name,
    double most,
    Function<Look, Stream<Seen>> counted,
    Predicate<Seen> bad,
    String words)
    implements WatchRule {

  static ShareRule failures(double most) {
    return new ShareRule(
        "failures above " + Exactly.number(most),
        most,
        look -> look.rows().stream(),
        Seen::failed,
        "failed");
  }

  static ShareRule latency(double quantile, Duration limit) {
    return new ShareRule(
        "latency quantile " + Exactly.number(quantile) + " above " + Exactly.duration(limit),
        1 - quantile,
        look -> look.rows().stream(),
        row -> row.latency().compareTo(limit) > 0,
        "took longer");
  }

  /** Of predictions that did not fail: those have no score for a reason that is told already. */
  static ShareRule notFinite(double most) {
    return new ShareRule(
        "scores that are not finite above " + Exactly.number(most),
        most,
        look -> look.rows().stream().filter(row -> !row.failed()),
        row -> !Double.isFinite(row.score()),
        "have a score that is not finite");
  }

  /**
   * A prediction counts once its label has come or is overdue, in the order in which that is so.
   */
  static ShareRule unlabelled(double least) {
    return new ShareRule(
        "label coverage below " + Exactly.number(least),
        1 - least,
        ShareRule::due,
        row -> row.labelled() == null,
        "have no label though it is due");
  }

  private static Stream<Seen> due(Look look) {
    Duration deadline = look.monitor().labelDeadline();
    Function<Seen, Instant> known =
        row -> row.labelled() == null ? row.time().plus(deadline) : row.labelled();
    return look.rows().stream()
        .filter(row -> !known.apply(row).isAfter(look.now()))
        .sorted(Comparator.comparing(known).thenComparing(Seen::id));
  }

  @Override
  public Finding judge(Look look) {
    List<Seen> rows = counted.apply(look).toList();
    if (rows.isEmpty()) {
      return Finding.notJudged(
          look.rows().isEmpty()
              ? "no predictions"
              : "none of " + Plural.of(look.rows().size(), "prediction") + " counts yet");
    }
    double[] values = rows.stream().mapToDouble(row -> bad.test(row) ? 1 : 0).toArray();
    long some = rows.stream().filter(bad).count();
    String sentence = Plural.grouped(some) + " of " + Plural.grouped(rows.size()) + " " + words;
    if (most <= 0) {
      return some > 0 ? Finding.broken(sentence) : Finding.holds(sentence);
    }
    if (most >= 1) {
      return Finding.holds(sentence);
    }
    double share = (double) some / rows.size();
    return Finding.of(
        MeanProcess.above(most, 0, 1).after(values),
        look.alpha(),
        // A limit such as 1 - 0.8 is off by a rounding error.
        share <= most + 1e-12,
        rows.size(),
        String.format(Locale.ROOT, "%s (%.2f %%)", sentence, 100 * share));
  }
}
