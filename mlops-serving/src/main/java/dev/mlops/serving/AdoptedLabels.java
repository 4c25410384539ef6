package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.data.Row;
import dev.mlops.labels.Label;
import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutTerms;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Counts labels of predictions whose process has gone: it remembered which of them are evidence,
 * and the ids and the prediction log tell it as well. A process that is present counts its labels
 * itself; if two count the same label, the database takes it once.
 */
final class AdoptedLabels {

  /** The clocks of machines differ; none is an hour behind. */
  private static final Duration SKEW = Duration.ofHours(1);

  private final Workspace workspace;
  private final Rollout rollout;
  private final RolloutLedger ledger;
  private final LabelCounters labels;
  private final PredictionIds ids;
  private final int guard;
  private final List<UnitSet> adopted;
  private final Presence presence;
  private final AtomicBoolean due;
  private volatile Set<String> alive = Set.of();

  /**
   * Takes part.
   *
   * @param isResumed whether predictions of other processes may have labels already
   */
  AdoptedLabels(
      Workspace workspace,
      Rollout rollout,
      RolloutLedger ledger,
      LabelCounters labels,
      PredictionIds ids,
      Presence presence,
      boolean isResumed) {
    this.workspace = workspace;
    this.rollout = rollout;
    this.ledger = ledger;
    this.labels = labels;
    this.ids = ids;
    this.due = new AtomicBoolean(isResumed);
    this.guard = guard(rollout.terms());
    this.adopted = Stream.generate(UnitSet::new).limit(rollout.terms().shares().size()).toList();
    this.presence = presence;
  }

  private static int guard(RolloutTerms terms) {
    return IntStream.range(0, terms.guards().size())
        .filter(i -> terms.guards().get(i).kind() == GuardTerms.Kind.LABELS)
        .findFirst()
        .orElseThrow();
  }

  /** Whether a label is of another process's prediction in this rollout. */
  boolean isOfOthers(Label label) {
    return processOf(label) != null;
  }

  /**
   * Takes in a label: one of a process that lives is counted by that; when it goes, all are due.
   */
  void hear(Label label) {
    String process = processOf(label);
    if (process != null && !alive.contains(process)) {
      due.set(true);
    }
  }

  private @Nullable String processOf(Label label) {
    PredictionIds.Awaited awaited = PredictionIds.read(label.predictionId());
    if (awaited == null
        || awaited.rollout() != rollout.id()
        || awaited.process().equals(ids.process())) {
      return null;
    }
    return awaited.process();
  }

  /** Counts the labels that nobody else counts, if there may be any. */
  void run() {
    Set<String> before = alive;
    alive = presence.alive();
    if (!alive.containsAll(before)) {
      due.set(true);
    }
    if (due.compareAndSet(true, false)) {
      try {
        workspace
            .predictions()
            .query()
            .from(rollout.terms().started().minus(SKEW))
            .labelledOnly()
            .stream()
            .forEach(this::count);
      } catch (RuntimeException | Error e) {
        due.set(true);
        throw e;
      }
    }
  }

  private void count(Row row) {
    PredictionIds.Awaited awaited = PredictionIds.read(row.getString("id"));
    if (awaited == null
        || awaited.rollout() != rollout.id()
        || alive.contains(awaited.process())
        || row.isNull("label")) {
      return;
    }
    int step = awaited.step();
    long unit = CountedUnits.unit(awaited.unit());
    if (step < adopted.size()
        && !ledger.others(guard, step).contains(unit)
        && adopted.get(step).add(unit)) {
      labels.adopt(
          step,
          awaited.candidate(),
          row.getDouble("score"),
          row.getDouble("label"),
          awaited.unit());
    }
  }
}
