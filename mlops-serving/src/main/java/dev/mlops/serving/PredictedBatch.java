package dev.mlops.serving;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** One iteration of a prediction: knows which batch and which rows it is at. Used by one thread. */
final class PredictedBatch {

  private final Predictor<? super Dataset, ? extends Column> predictor;
  private final String[] features;
  private final String[] kept;
  private final List<PredictedColumn> outputs;
  private final Schema result;
  private long batches;
  private long rows;

  PredictedBatch(
      Predictor<? super Dataset, ? extends Column> predictor,
      String[] features,
      String[] kept,
      List<PredictedColumn> outputs,
      Schema result) {
    this.predictor = predictor;
    this.features = features;
    this.kept = kept;
    this.outputs = outputs;
    this.result = result;
  }

  static void requireOtherNames(List<String> kept, List<PredictedColumn> outputs) {
    Set<String> names = new HashSet<>(kept);
    for (PredictedColumn output : outputs) {
      if (!names.add(output.field().name())) {
        throw new IllegalArgumentException(
            "two columns of the result would be called '"
                + output.field().name()
                + "'; give the output another name");
      }
    }
  }

  Dataset next(Dataset batch) {
    Dataset predicted;
    try {
      predicted = predict(batch);
    } catch (RuntimeException e) {
      throw failure(place(batch), e);
    }
    batches++;
    rows += batch.rowCount();
    return predicted;
  }

  /** Predicts for a batch whose place nobody counts. */
  Dataset predict(Dataset batch) {
    Column answers = predictor.predict(batch.select(features));
    if (answers == null) {
      throw new MlopsException("the predictor answered null");
    }
    if (answers.size() != batch.rowCount()) {
      throw new MlopsException(
          "the predictor gave %s for %s"
              .formatted(Plural.of(answers.size(), "answer"), Plural.of(batch.rowCount(), "row")));
    }
    List<Column> columns = new ArrayList<>();
    for (String name : kept) {
      columns.add(batch.column(name));
    }
    outputs.forEach(output -> columns.add(output.of(answers)));
    return Dataset.of(result, columns);
  }

  static Column rowByRow(Predictor<? super Row, Double> predictor, Dataset batch) {
    double[] answers = new double[batch.rowCount()];
    for (Row row : batch) {
      answers[row.index()] = answer(predictor, row);
    }
    return Column.doubles(answers);
  }

  private static double answer(Predictor<? super Row, Double> predictor, Row row) {
    Double answer;
    try {
      answer = predictor.predict(row);
    } catch (RuntimeException e) {
      throw failure("row " + row.index() + " of the batch: ", e);
    }
    if (answer == null) {
      throw new MlopsException("row " + row.index() + " of the batch: the predictor answered null");
    }
    return answer;
  }

  private static MlopsException failure(String place, RuntimeException e) {
    String message = place + (e.getMessage() == null ? e.toString() : e.getMessage());
    return e instanceof InvalidInputException
        ? new InvalidInputException(message, e)
        : new MlopsException(message, e);
  }

  private String place(Dataset batch) {
    return "prediction of batch %s%s failed: "
        .formatted(
            Plural.grouped(batches),
            batch.rowCount() == 0
                ? " without rows"
                : " (rows %s to %s)"
                    .formatted(Plural.grouped(rows), Plural.grouped(rows + batch.rowCount() - 1)));
  }
}
