package dev.mlops.labels;

import java.util.List;

/** Hears of labels once they are durable; see {@link Labels#subscribe}. */
@FunctionalInterface
public interface LabelListener {

  /**
   * Takes in labels. It is called on the thread that added them, after they became durable, and
   * must be safe for use by many threads.
   *
   * @param labels what was added, in its order; unmodifiable
   * @param receipt what became of them
   */
  void added(List<Label> labels, LabelReceipt receipt);
}
