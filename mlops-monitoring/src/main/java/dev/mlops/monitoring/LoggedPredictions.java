package dev.mlops.monitoring;

import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import java.util.function.Supplier;

/** Reads a prediction log page by page, so that only a page is in memory at a time. */
final class LoggedPredictions {
  private static final int PAGE = 20_000;

  private final PredictionLog log;

  LoggedPredictions(PredictionLog log) {
    this.log = log;
  }

  /** Hands each prediction of a query, oldest first, as a page and a row in it. */
  void each(Supplier<PredictionQuery.Builder> query, ObjIntConsumer<Dataset> reader) {
    pages(
        query,
        page -> {
          for (int row = 0; row < page.rowCount(); row++) {
            reader.accept(page, row);
          }
        });
  }

  private void pages(Supplier<PredictionQuery.Builder> query, Consumer<Dataset> reader) {
    Dataset page = log.read(query.get().limit(PAGE).build());
    reader.accept(page);
    while (page.rowCount() == PAGE) {
      Row last = page.row(PAGE - 1);
      page =
          log.read(
              query.get().after(last.getInstant("time"), last.getString("id")).limit(PAGE).build());
      reader.accept(page);
    }
  }
}
