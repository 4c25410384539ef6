package dev.mlops.serving;

import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import dev.mlops.journal.Actor;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionSource;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.Guard.LabelRule;
import dev.mlops.serving.Prediction.Outcome;
import dev.mlops.serving.RequestRule.Ending;
import dev.mlops.stats.BadEventProcess;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Asks a candidate what was asked in the past, and judges what it answers beside what was answered
 * then, by the rules of a shadow.
 */
final class DryRunner<I, O> {

  private static final String FEATURE = "feature.";

  private record Watch(LabelRule rule, TickCounter counter) {}

  private final RouterSetup<I, O> setup;
  private final Function<? super Map<String, Object>, ? extends I> inputs;
  private final ServedModel live;
  private final Arm<I, O> arm;
  private final RolloutTerms terms;
  private final Actor actor;
  private final Bookkeeping bookkeeping;
  private final PairCounters<I, O> pairs;
  private final List<Watch> labels = new ArrayList<>();
  private final List<String> notJudged;
  private final SeenKeys seen = new SeenKeys();
  private final RolloutRecord record;
  private @Nullable String unreadableAsFirst;
  private Instant now;
  private long rows;
  private long compared;
  private long others;
  private long repeated;
  private long unreadable;
  private long unscored;
  private long liveUnscored;
  private long unjudged;

  /**
   * Prepares a run.
   *
   * @param plan with the guards that are asked for
   * @param rules of the guards about labels, by their names
   * @param from when the past begins, which is when the shadow of it does
   * @param hasScores whether the log has scores of answers that nothing but themselves scores
   */
  DryRunner(
      RouterSetup<I, O> setup,
      Function<? super Map<String, Object>, ? extends I> inputs,
      ServedModel live,
      Arm<I, O> arm,
      RolloutTerms plan,
      Map<String, LabelRule> rules,
      Actor actor,
      Bookkeeping bookkeeping,
      Instant from,
      boolean hasScores) {
    this.setup = setup;
    this.inputs = inputs;
    this.live = live;
    this.arm = arm;
    this.actor = actor;
    this.bookkeeping = bookkeeping;
    this.now = from;
    boolean knowsOutputs = setup.valid() == null && (setup.score() != null || hasScores);
    Predicate<GuardTerms> isJudged =
        guard -> !isTimed(guard) && (knowsOutputs || !isAboutOutputs(guard));
    this.notJudged =
        plan.guards().stream().filter(isJudged.negate()).map(GuardTerms::name).toList();
    this.terms = plan.asDryRun(plan.guards().stream().filter(isJudged).toList(), from);
    this.record = RolloutRecord.start(terms);
    List<WarmUp> warmUps =
        terms.guards().stream().map(guard -> new WarmUp(guard.warmUp())).toList();
    this.pairs = new PairCounters<>(terms, 0, warmUps, this::judge);
    for (int i = 0; i < terms.guards().size(); i++) {
      int guard = i;
      LabelRule rule = rules.get(terms.guards().get(i).name());
      if (rule != null) {
        labels.add(
            new Watch(
                rule,
                new TickCounter(terms.tick(), (counts, units) -> judge(guard, 0, counts, units))));
      }
    }
  }

  /** A time that was measured elsewhere, under another load, can't be compared. */
  private static boolean isTimed(GuardTerms guard) {
    return guard.kind() == GuardTerms.Kind.LATENCY
        || guard.kind() == GuardTerms.Kind.LATENCY_QUANTILE;
  }

  /**
   * Of an answer of then only the score is known: without one nobody knows whether it was valid.
   */
  private static boolean isAboutOutputs(GuardTerms guard) {
    return guard.kind() == GuardTerms.Kind.INVALID_OUTPUTS;
  }

  /** The predictions of the live model's name in a time, of all its versions. */
  private static PredictionQuery asked(
      PredictionSource log, ServedModel live, Instant from, Instant to) {
    return log.query().model(live.model()).between(from, to);
  }

  /** Whether the log has a score of the first answer that the live model has given in a time. */
  static boolean hasScores(PredictionSource log, ServedModel live, Instant from, Instant to) {
    try (Stream<Row> found = asked(log, live, from, to).version(live.version()).stream()) {
      return found
          .filter(row -> row.getString("outcome").equals(Outcome.OK.text))
          .findFirst()
          .map(row -> !Double.isNaN(row.getDouble("score")))
          .orElse(true);
    }
  }

  DryRun run(PredictionSource log, Instant to) {
    Instant from = terms.started();
    try (Stream<Row> found =
        asked(log, live, from, to).features().featurePrefix(FEATURE).stream()) {
      var all = found.iterator();
      while (all.hasNext() && !record.state().isOver()) {
        look(all.next());
      }
    }
    pairs.flush();
    labels.forEach(watch -> watch.counter.flush());
    requireRows(from, to);
    return new DryRun(
        record.verdict(now, labels()).adding(leftOut()),
        record.certificate(),
        rows,
        compared,
        others,
        repeated,
        unreadable,
        notJudged);
  }

  /** A log that has nothing to compare tells nothing, which is no verdict. */
  private void requireRows(Instant from, Instant to) {
    if (compared == 0) {
      throw new InvalidInputException(
          "the prediction log has nothing to compare with between %s and %s: of %s of model '%s', those that are not of version %s or were answered by a fallback are %s, those that make no input %s%s"
              .formatted(
                  from,
                  to,
                  Plural.of(rows, "prediction"),
                  live.model(),
                  live.version(),
                  Plural.grouped(others),
                  Plural.grouped(unreadable),
                  unreadableAsFirst == null ? "" : ", the first as " + unreadableAsFirst));
    }
    if (compared == 1 && repeated > 0) {
      throw new InvalidInputException(
          "the %s that could be compared all have the same unit key, so they say no more than one: what '%s' makes inputs of has no key; let .features(...) log it and .fromFeatures(...) read it, or plan with .independentRequests()"
              .formatted(Plural.of(compared + repeated, "prediction"), setup.name()));
    }
  }

  /** How much of the log was compared, and why the rest was not. */
  private String leftOut() {
    List<String> reasons = new ArrayList<>();
    add(reasons, others, "of other versions or answered by a fallback");
    add(reasons, repeated, "of a unit key that was compared before");
    add(reasons, unreadable, "of which no input could be made");
    if (!notJudged.isEmpty()) {
      reasons.add("the guards that a log can't tell about: " + String.join(", ", notJudged));
    }
    return ". Of %s %s compared%s"
        .formatted(
            Plural.of(rows, "prediction"),
            compared == 1 ? "1 is" : Plural.grouped(compared) + " are",
            reasons.isEmpty() ? "" : ". Left out: " + String.join("; ", reasons));
  }

  private static void add(List<String> reasons, long count, String why) {
    if (count > 0) {
      reasons.add(Plural.grouped(count) + " " + why);
    }
  }

  private Verdict.Labels labels() {
    return labels.isEmpty()
        ? Verdict.Labels.NONE
        : new Verdict.Labels(0, 0, 0, unscored, liveUnscored, 0, unjudged, 0);
  }

  private void look(Row row) {
    rows++;
    String outcome = row.getString("outcome");
    boolean failed = outcome.equals(Outcome.ERROR.text);
    if (!row.getString("version").equals(live.version())
        || !(failed || outcome.equals(Outcome.OK.text))) {
      others++;
      return;
    }
    I input = input(row);
    if (input == null) {
      unreadable++;
    } else if (isRepeated(input)) {
      repeated++;
    } else {
      compare(row, input, failed);
    }
  }

  private @Nullable I input(Row row) {
    Map<String, Object> features = new HashMap<>();
    for (Field field : row.schema().fields()) {
      Object value = field.name().startsWith(FEATURE) ? row.value(field.name()) : null;
      if (value != null) {
        features.put(field.name().substring(FEATURE.length()), value);
      }
    }
    if (features.isEmpty()) {
      return unreadable("it has no features");
    }
    try {
      I input = inputs.apply(features);
      return input == null ? unreadable("fromFeatures(...) gave null") : input;
    } catch (Throwable e) {
      bookkeeping.broken("making an input of logged features", e);
      return unreadable("fromFeatures(...) threw " + e);
    }
  }

  private @Nullable I unreadable(String why) {
    unreadableAsFirst = unreadableAsFirst == null ? why : unreadableAsFirst;
    return null;
  }

  private boolean isRepeated(I input) {
    Function<? super I, String> unitKey = setup.unitKey();
    if (unitKey == null || !terms.byKey()) {
      return false;
    }
    try {
      String key = unitKey.apply(input);
      return key != null && !seen.first(Buckets.hash(terms.salt(), key));
    } catch (Throwable e) {
      bookkeeping.broken("reading the unit key", e);
      return false;
    }
  }

  private void compare(Row row, I input, boolean failed) {
    compared++;
    now = row.getInstant("time");
    double score = row.getDouble("score");
    Output then = failed ? Output.NONE : new Output(score, true, !Double.isFinite(score));
    Attempt<O> attempt = arm.ask(input);
    O value = attempt.value();
    Output output = value == null ? Output.NONE : setup.read(value, bookkeeping);
    Mirrored<I, O> request =
        new Mirrored<>(
            input,
            null,
            then,
            new Ending(failed, false, then.invalid(), 0),
            compared,
            PredictionIds.NONE);
    pairs.count(request, value, output, new Ending(attempt.failed(), false, output.invalid(), 0));
    if (!failed && value != null) {
      judge(row, output);
    }
  }

  /** Judges both answers by the label, and counts what no guard can judge. */
  private void judge(Row row, Output output) {
    double score = row.getDouble("score");
    if (!output.isScored()) {
      unscored++;
      liveUnscored += Double.isNaN(score) ? 1 : 0;
    } else if (!row.isNull("label")) {
      label(score, output.score(), row.getDouble("label"));
    } else {
      unjudged += row.isNull("label_text") ? 0 : 1;
    }
  }

  private void label(double then, double candidate, double label) {
    boolean judged = true;
    for (Watch watch : labels) {
      try {
        boolean candidateBad = LabelCounters.isBad(watch.rule, candidate, label);
        boolean liveBad = LabelCounters.isBad(watch.rule, then, label);
        watch.counter.countPair(candidateBad, liveBad, compared);
      } catch (Throwable e) {
        judged = false;
        bookkeeping.broken("the rule of a guard about labels", e);
      }
    }
    unjudged += judged ? 0 : 1;
  }

  private void judge(int guard, int step, BadEventProcess.Tick counts, CountedUnits units) {
    if (!(record.state() instanceof RolloutState.RolledBack)) {
      var unused = record.tick(guard, step, counts, now, actor);
    }
  }
}
