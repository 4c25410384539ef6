package dev.mlops.serving;

import dev.mlops.error.Plural;
import dev.mlops.labels.Label;
import dev.mlops.labels.NumberLabel;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.Guard.LabelRule;
import dev.mlops.serving.PendingLabels.Pending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the labels of a rollout to its predictions, and counts them for the guards that wait for
 * the truth. Each step has its own counters, as its own share. Ticks are filled in the order in
 * which labels come, within a batch in the order of the predictions; both arms' labels come the
 * same way, so a tick compares like with like.
 */
final class LabelCounters {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  /**
   * What became of labels: those that guards judged, those whose prediction was not waiting any
   * more, and those of no prediction of this router.
   */
  record Joined(int judged, int unmatched, int unknown) {}

  private record Watch(int guard, String name, LabelRule rule, List<TickCounter> steps) {}

  private record Labelled(Pending prediction, double value) {}

  private final List<Watch> watches = new ArrayList<>();
  private final PendingLabels pending;
  private final EarlyLabels early = new EarlyLabels();
  private final Bookkeeping bookkeeping;
  private final RolloutTerms terms;
  private final int capacity;
  private final LongAdder unscoredOfCandidate = new LongAdder();
  private final LongAdder unscoredOfLive = new LongAdder();
  private final LongAdder unknown = new LongAdder();
  private final LongAdder unjudged = new LongAdder();
  private final AtomicBoolean toldText = new AtomicBoolean();
  private final AtomicBoolean toldForgotten = new AtomicBoolean();
  private final AtomicBoolean toldUnscored = new AtomicBoolean();
  private volatile @Nullable Rollout rollout;

  /**
   * Counts nothing before {@link #begin}.
   *
   * @param rules by the names of the guards about labels
   * @param capacity how many predictions may wait for their labels
   */
  LabelCounters(
      RolloutTerms terms, Map<String, LabelRule> rules, int capacity, Bookkeeping bookkeeping) {
    this.terms = terms;
    this.bookkeeping = bookkeeping;
    this.capacity = capacity;
    this.pending = new PendingLabels(capacity, terms.isShadow(0));
    for (int i = 0; i < terms.guards().size(); i++) {
      String name = terms.guards().get(i).name();
      LabelRule rule = rules.get(name);
      if (rule != null) {
        watches.add(new Watch(i, name, rule, steps(i)));
      }
    }
  }

  private List<TickCounter> steps(int guard) {
    List<TickCounter> counters = new ArrayList<>();
    for (int i = 0; i < terms.shares().size(); i++) {
      int step = i;
      counters.add(
          new TickCounter(
              terms.tick(),
              (counts, units) -> Objects.requireNonNull(rollout).tick(guard, step, counts, units)));
    }
    return counters;
  }

  /** From now on ticks are judged by the rollout. */
  void begin(Rollout begun) {
    rollout = begun;
  }

  /** Reports what was counted, though its tick is not full. */
  void flush() {
    watches.forEach(watch -> watch.steps.forEach(TickCounter::flush));
  }

  boolean isEmpty() {
    return watches.isEmpty();
  }

  void remember(Pending prediction) {
    if (pending.remember(prediction)) {
      return;
    }
    bookkeeping.forgotten();
    if (toldForgotten.compareAndSet(false, true)) {
      LOG.warn(
          "the rollout of {} on router '{}' forgets predictions before their labels come, as more than {} wait;"
              + " the verdict says how many; raise .pending(...)",
          terms.candidate(),
          terms.router(),
          Plural.grouped(capacity));
    }
  }

  /** Expects that a shadow answers a request, whose label may come before. */
  void mirrored(long number) {
    early.expect(number);
  }

  /** Remembers what a shadow has answered; its label may be there already. */
  void answered(Pending pair) {
    remember(pair); // First, so that a label finds it here or is found below.
    OptionalDouble label = early.remove(pair.number());
    Pending own = label.isPresent() ? pending.take(pair.number()) : null;
    if (own != null) {
      boolean judged = judge(new Labelled(own, label.getAsDouble()));
      unjudged.add(judged ? 0 : 1);
      bookkeeping.labels(0, new Joined(judged ? 1 : 0, 0, 0));
    }
  }

  /** Knows that a shadow has no answer to a request that a label could judge. */
  void notAnswered(long number) {
    unmatched(early.remove(number).isPresent() ? 1 : 0);
  }

  /** Knows that what a shadow has not answered yet will stay so. */
  void endMirroring() {
    unmatched(early.clear());
  }

  private void unmatched(int labels) {
    bookkeeping.labels(0, new Joined(0, labels, 0));
  }

  /** Counts an answer of which no label can tell whether it was right. */
  void unscored(boolean candidate) {
    (candidate ? unscoredOfCandidate : unscoredOfLive).increment();
    if (toldUnscored.compareAndSet(false, true)) {
      LOG.warn(
          "the rollout of {} on router '{}' waits for labels, and an answer has no score, so none can judge it;"
              + " the verdict says how many; give the router a .score(...)",
          terms.candidate(),
          terms.router());
    }
  }

  Verdict.Labels labels() {
    return new Verdict.Labels(
        pending.ofCandidate(),
        pending.ofLive(),
        pending.forgotten(),
        unscoredOfCandidate.sum(),
        unscoredOfLive.sum(),
        unknown.sum(),
        unjudged.sum(),
        inTick());
  }

  /** Every guard judges every label, so the first one tells for all. */
  private long inTick() {
    return watches.stream()
        .limit(1)
        .flatMap(watch -> watch.steps.stream())
        .mapToLong(TickCounter::waiting)
        .sum();
  }

  /** Counts labels while no rollout waits for any. */
  static Joined countUnawaited(List<Label> labels, ToLongFunction<String> numbers) {
    int ofNone = 0;
    for (Label label : labels) {
      ofNone += numbers.applyAsLong(label.predictionId()) == PredictionIds.UNKNOWN ? 1 : 0;
    }
    return new Joined(0, 0, ofNone);
  }

  /** Counts labels, by the numbers that {@link PredictionIds#awaited} gives. */
  Joined count(List<Label> labels, ToLongFunction<String> numbers) {
    List<Labelled> found = new ArrayList<>();
    int unmatched = 0;
    int ofNone = 0;
    for (Label label : labels) {
      long number = numbers.applyAsLong(label.predictionId());
      ofNone += number == PredictionIds.UNKNOWN ? 1 : 0;
      if (number >= 0 && label instanceof NumberLabel known) {
        Pending prediction = pending.take(number);
        if (prediction == null && !early.keep(number, known.value())) {
          prediction = pending.take(number); // The shadow may just have answered.
          unmatched += prediction == null ? 1 : 0;
        }
        if (prediction != null) {
          found.add(new Labelled(prediction, known.value()));
        }
      } else if (number >= 0) {
        texts(label); // the prediction waits on for a number
      }
    }
    unknown.add(ofNone);
    found.sort(Comparator.comparingLong(labelled -> labelled.prediction.number()));
    int judged = 0;
    for (Labelled labelled : found) {
      judged += judge(labelled) ? 1 : 0;
    }
    unjudged.add(found.size() - judged);
    return new Joined(judged, unmatched, ofNone);
  }

  private void texts(Label label) {
    unjudged.increment();
    if (toldText.compareAndSet(false, true)) {
      LOG.warn(
          "the rollout of {} on router '{}' waits for labels that are numbers, and that of prediction '{}' is a"
              + " text, which no guard judges; the verdict says how many; add a number for it",
          terms.candidate(),
          terms.router(),
          label.predictionId());
    }
  }

  /** Counts a labelled prediction of a process that has gone. */
  void adopt(int step, boolean candidate, double score, double label, long unit) {
    if (terms.isShadow(step)) {
      unjudged.increment(); // What the candidate answered is gone with its process.
    } else if (step < terms.shares().size()) {
      boolean judged = judge(new Labelled(new Pending(0, step, candidate, score, unit), label));
      unjudged.add(judged ? 0 : 1);
    }
  }

  /** Returns whether every guard could judge the label. */
  private boolean judge(Labelled labelled) {
    boolean judged = true;
    for (Watch watch : watches) {
      judged &= judge(watch, labelled.prediction, labelled.value);
    }
    return judged;
  }

  private boolean judge(Watch watch, Pending prediction, double label) {
    TickCounter counter = watch.steps.get(prediction.step());
    try {
      boolean bad = isBad(watch.rule, prediction.score(), label);
      if (terms.isShadow(prediction.step())) {
        boolean liveBad = isBad(watch.rule, prediction.liveScore(), label);
        counter.countPair(bad, liveBad, prediction.unit());
      } else {
        counter.count(prediction.candidate(), bad, prediction.unit());
      }
      return true;
    } catch (Throwable e) {
      bookkeeping.broken("the rule of guard '" + watch.name + "'", e);
      return false;
    }
  }

  /** A score that is NaN is wrong whatever the rule. */
  static boolean isBad(LabelRule rule, double score, double label) {
    return Double.isNaN(score) || rule.isBad(score, label);
  }
}
