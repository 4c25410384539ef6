package dev.mlops.labels;

import dev.mlops.error.Elements;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What became of labels that were added together. It is stored in the transaction that stored them.
 *
 * @param id names the receipt in its project
 * @param received when they were added
 * @param labels how many there were: {@code first + repeated + corrected}
 * @param first how many were the first label of their prediction
 * @param repeated how many said what the label of their prediction said already; they changed
 *     nothing
 * @param corrected how many said something else than an earlier label of their prediction
 * @param waiting the ids of predictions that are not in the log, or were not yet when the labels
 *     were added, each once in the order given. Their labels are kept and join the prediction if it
 *     comes
 * @param again whether this receipt was stored before, so that nothing was added now
 */
public record LabelReceipt(
    String id,
    Instant received,
    long labels,
    long first,
    long repeated,
    long corrected,
    List<String> waiting,
    boolean again) {

  /**
   * Copies the ids.
   *
   * @param id names the receipt in its project
   * @param received when they were added
   * @param labels how many there were: {@code first + repeated + corrected}
   * @param first how many were the first label of their prediction
   * @param repeated how many said what the label of their prediction said already
   * @param corrected how many said something else than an earlier label of their prediction
   * @param waiting the ids of predictions that are not in the log
   * @param again whether this receipt was stored before
   */
  public LabelReceipt {
    Objects.requireNonNull(id, "id");
    Objects.requireNonNull(received, "received");
    waiting = Elements.copy(waiting, "waiting");
  }
}
