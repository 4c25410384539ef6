package dev.mlops.serving;

import dev.mlops.predictions.Label;
import dev.mlops.serving.PendingLabels.Pending;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Joins the labels of a rollout to its predictions, and counts them for the guards that wait for
 * the truth. Each step has its own counters, as its own share; within a batch the predictions are
 * counted in the order in which they were made, so that a tick holds neighbours in time, however
 * their labels were shuffled on the way.
 */
final class LabelCounters {

  private static final Logger LOG = LoggerFactory.getLogger(DeploymentRouter.class);

  private record Watch(Guard guard, List<TickCounter> steps) {}

  private record Labelled(Pending prediction, double value) {}

  private final List<Watch> watches = new ArrayList<>();
  private final PendingLabels pending;

  LabelCounters(Rollout rollout, List<Guard> guards, int tick, int capacity) {
    pending = new PendingLabels(capacity);
    for (int i = 0; i < guards.size(); i++) {
      if (guards.get(i).isAboutLabels()) {
        watches.add(new Watch(guards.get(i), steps(rollout, i, tick)));
      }
    }
  }

  private static List<TickCounter> steps(Rollout rollout, int guard, int tick) {
    List<TickCounter> counters = new ArrayList<>();
    for (int step = 0; step < rollout.terms().shares().size(); step++) {
      counters.add(RequestCounters.counter(rollout, guard, step, tick));
    }
    return counters;
  }

  boolean isEmpty() {
    return watches.isEmpty();
  }

  void remember(long sequence, int step, boolean candidate, double score) {
    pending.remember(sequence, step, candidate, score);
  }

  /**
   * Returns how many labels met a prediction that waited for one; a negative sequence is a foreign
   * id.
   */
  int count(List<Label> labels, ToLongFunction<String> sequences) {
    List<Labelled> found = new ArrayList<>();
    for (Label label : labels) {
      long sequence = sequences.applyAsLong(label.predictionId());
      Pending prediction = sequence < 0 ? null : pending.take(sequence);
      if (prediction != null) {
        found.add(new Labelled(prediction, label.value()));
      }
    }
    found.sort(Comparator.comparingLong(labelled -> labelled.prediction.sequence()));
    found.forEach(this::count);
    return found.size();
  }

  private void count(Labelled labelled) {
    Pending prediction = labelled.prediction;
    for (Watch watch : watches) {
      try {
        boolean bad = watch.guard.isBad(prediction.score(), labelled.value);
        watch.steps.get(prediction.step()).count(prediction.candidate(), bad);
      } catch (RuntimeException e) {
        LOG.warn("the rule of guard '{}' failed; the label is not judged", watch.guard.name(), e);
      }
    }
  }
}
