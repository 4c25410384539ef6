package dev.mlops.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Cuts a dataset into batches at places that a seed chooses; some batches are empty. */
final class Splits {

  private Splits() {}

  static Batches of(Dataset dataset, long seed) {
    Random random = new Random(seed);
    List<Dataset> parts = new ArrayList<>();
    for (int from = 0; from < dataset.rowCount(); ) {
      int to = Math.min(dataset.rowCount(), from + random.nextInt(1 + dataset.rowCount()));
      parts.add(dataset.slice(from, to));
      from = to;
    }
    return Batches.of(dataset.schema(), parts);
  }
}
