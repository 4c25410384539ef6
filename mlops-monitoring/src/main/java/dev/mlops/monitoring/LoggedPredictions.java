package dev.mlops.monitoring;

import dev.mlops.data.Dataset;
import dev.mlops.predictions.PredictionQuery;
import java.util.function.ObjIntConsumer;

/** Reads predictions page by page, so that only a page is in memory at a time. */
final class LoggedPredictions {
  private LoggedPredictions() {}

  /** Hands each prediction of a query, oldest first, as a page and a row in it. */
  static void each(PredictionQuery query, ObjIntConsumer<Dataset> reader) {
    for (Dataset page : query.pages()) {
      for (int row = 0; row < page.rowCount(); row++) {
        reader.accept(page, row);
      }
    }
  }
}
