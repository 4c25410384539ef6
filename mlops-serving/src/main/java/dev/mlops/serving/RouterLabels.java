package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.labels.Label;
import dev.mlops.labels.LabelReceipt;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The labels that come for a router: those of its own predictions are counted for the rollout's
 * label guards, and those of other processes in the rollout are left to the process that answered.
 */
final class RouterLabels {

  private final Workspace workspace;
  private final PredictionIds ids;
  private final Bookkeeping bookkeeping;
  private final Supplier<Rollouts.@Nullable Joined> latest;

  RouterLabels(
      Workspace workspace,
      PredictionIds ids,
      Bookkeeping bookkeeping,
      Supplier<Rollouts.@Nullable Joined> latest) {
    this.workspace = workspace;
    this.ids = ids;
    this.bookkeeping = bookkeeping;
    this.latest = latest;
  }

  /** Adds labels to the workspace, which tells the router of them as of all; counts the unknown. */
  LabelReceipt add(List<Label> labels) {
    LabelReceipt receipt = workspace.labels().add(labels);
    count(labels.stream().filter(label -> !isOwn(label) && !isOfOthers(label)).toList());
    return receipt;
  }

  /**
   * Labels of another router's predictions are heard of too, and are none of this one's concern.
   */
  void countOwn(List<Label> labels) {
    count(labels.stream().filter(this::isOwn).toList());
    AdoptedLabels adopted = adopted();
    if (adopted != null) {
      labels.forEach(adopted::hear);
    }
  }

  private boolean isOfOthers(Label label) {
    AdoptedLabels adopted = adopted();
    return adopted != null && adopted.isOfOthers(label);
  }

  private @Nullable AdoptedLabels adopted() {
    Rollouts.Joined joined = latest.get();
    return joined == null ? null : joined.adopted();
  }

  private boolean isOwn(Label label) {
    return ids.awaited(label.predictionId()) != PredictionIds.UNKNOWN;
  }

  private void count(List<Label> labels) {
    Rollouts.Joined joined = latest.get();
    bookkeeping.labels(
        labels.size(),
        joined == null
            ? LabelCounters.countUnawaited(labels, ids::awaited)
            : joined.labels().count(labels, ids::awaited));
  }
}
