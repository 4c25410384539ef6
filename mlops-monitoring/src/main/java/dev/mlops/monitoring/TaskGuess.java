package dev.mlops.monitoring;

import dev.mlops.data.Dataset;
import dev.mlops.design.Task;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Which task all labels that are numbers, and their scores, speak of. Not safe for use by many
 * threads.
 */
final class TaskGuess {
  private static final int MOST_CLASSES = 20;

  private final SortedSet<Double> labels = new TreeSet<>();
  private final SortedSet<Double> scores = new TreeSet<>();
  private long labelled;

  void add(Dataset page, int row) {
    if (page.doubles("label").isNull(row)) {
      return;
    }
    labelled++;
    keep(labels, page.doubles("label").get(row));
    double score = page.doubles("score").get(row);
    if (!Double.isNaN(score)) {
      keep(scores, score);
    }
  }

  /** One more than can be classes is enough to know that they are none. */
  private static void keep(SortedSet<Double> values, double value) {
    if (values.size() <= MOST_CLASSES) {
      values.add(value + 0.0);
    }
  }

  long labelled() {
    return labelled;
  }

  /** Labels of 0 and 1 are binary; scores that are all labels are classes; the rest are amounts. */
  Optional<Task> task() {
    if (labelled == 0) {
      return Optional.empty();
    }
    if (labels.stream().allMatch(label -> label == 0 || label == 1)) {
      return Optional.of(Task.binary());
    }
    boolean classes =
        labels.size() <= MOST_CLASSES
            && labels.size() > 1
            && !scores.isEmpty()
            && labels.containsAll(scores);
    return Optional.of(classes ? new Task.Classes(labels.stream().toList()) : Task.regression());
  }
}
