package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.error.NotFoundException;
import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class BatchPredictionTest {

  private static final Schema SCHEMA =
      Schema.of(Field.of("id", DataType.INT64), Field.of("x", DataType.FLOAT64));

  private static final Field Y = Field.of("y", DataType.FLOAT64);

  private static final BatchPrediction HALF =
      BatchPrediction.ofRows(row -> row.getDouble("x") / 2).keep("id").output(Y);

  private static Dataset rows(long from, long to) {
    Dataset.Builder rows = Dataset.builder(SCHEMA);
    for (long id = from; id < to; id++) {
      rows.row(id, 10.0 * id);
    }
    return rows.build();
  }

  /** Batches of three, five, no and two rows. */
  private static Batches four() {
    return Batches.of(SCHEMA, List.of(rows(0, 3), rows(3, 8), rows(8, 8), rows(8, 10)));
  }

  /** Counts when it is asked that batches given before are still reachable, and its closings. */
  private static final class Source implements Iterator<Dataset>, AutoCloseable {
    private final List<WeakReference<Dataset>> given = new ArrayList<>();
    private final List<Long> alive = new ArrayList<>();
    private int closed;

    @Override
    public boolean hasNext() {
      return given.size() < 20;
    }

    @Override
    public Dataset next() {
      System.gc();
      alive.add(given.stream().filter(batch -> batch.get() != null).count());
      Dataset batch = rows(100L * given.size(), 100L * given.size() + 100);
      given.add(new WeakReference<>(batch));
      return batch;
    }

    @Override
    public void close() {
      closed++;
    }
  }

  @Test
  void keeps_the_batches_the_rows_and_their_order() {
    List<Integer> sizes = new ArrayList<>();
    Batches predicted = HALF.predict(four());
    predicted.forEach(batch -> sizes.add(batch.rowCount()));
    assertThat(sizes).containsExactly(3, 5, 0, 2);
    assertThat(predicted.schema()).isEqualTo(Schema.of(Field.of("id", DataType.INT64), Y));
    Dataset all = predicted.toDataset(10);
    assertThat(all.longs("id").toArray()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9);
    assertThat(all.doubles("y").toArray()).containsExactly(0, 5, 10, 15, 20, 25, 30, 35, 40, 45);
    assertThat(HALF).hasToString("prediction of [y] from all columns");
  }

  @Test
  void reads_a_batch_when_it_is_asked_for_and_holds_no_other() {
    Source source = new Source();
    Iterator<Dataset> predicted = HALF.predict(Batches.once(SCHEMA, source)).iterator();
    assertThat(source.given).isEmpty();
    assertThat(predicted.next().doubles("y").toArray()).hasSize(100);
    assertThat(source.given).hasSize(1);
    predicted.forEachRemaining(batch -> {});
    assertThat(source.alive).hasSize(20).allMatch(batches -> batches <= 1);
    assertThat(source.closed).isEqualTo(1);
  }

  @Test
  void closes_the_batches_and_not_the_predictor() throws Exception {
    AtomicInteger closed = new AtomicInteger();
    class Model implements Predictor<Dataset, Column>, AutoCloseable {
      @Override
      public Column predict(Dataset features) {
        return features.column("x");
      }

      @Override
      public void close() {
        closed.incrementAndGet();
      }
    }
    Source source = new Source();
    try (Model model = new Model()) {
      Batches rows = Batches.once(SCHEMA, source);
      Batches predicted = BatchPrediction.of(model).output(Y).predict(rows);
      assertThat(predicted.iterator().next().rowCount()).isEqualTo(100);
      predicted.close();
      assertThat(source.closed).isEqualTo(1);
      assertThatThrownBy(rows::iterator).isInstanceOf(IllegalStateException.class);
      assertThat(closed).hasValue(0);
    }
  }

  @Test
  void gives_the_features_in_the_order_that_is_said() {
    List<List<String>> given = new ArrayList<>();
    BatchPrediction prediction =
        BatchPrediction.of(
                (Dataset features) -> {
                  given.add(features.schema().names());
                  return features.column("id");
                })
            .output(Field.of("n", DataType.INT64));
    prediction.features("x", "id").predict(Batches.of(rows(0, 1))).forEach(batch -> {});
    prediction.predict(Batches.of(rows(0, 1))).forEach(batch -> {});
    assertThat(given).containsExactly(List.of("x", "id"), List.of("id", "x"));
  }

  @Test
  void takes_numbers_of_vectors_and_the_vectors_themselves() {
    Field vector = Field.of("v", DataType.vector(2));
    Dataset predicted =
        BatchPrediction.of((Dataset rows) -> Column.vectors(2, new float[] {1, 2, 3, 4}))
            .output("second", 1)
            .output(vector)
            .output("first", 0)
            .predict(Batches.of(rows(0, 2)))
            .toDataset(2);
    assertThat(predicted.schema().names()).containsExactly("second", "v", "first");
    assertThat(predicted.column("second").value(1)).isEqualTo(4f);
    assertThat(predicted.column("first").value(1)).isEqualTo(3f);
    assertThat(predicted.column("v").value(0)).isEqualTo(new float[] {1, 2});
  }

  @Nested
  class AFailure {

    private void isTold(
        BatchPrediction prediction, Class<? extends Exception> kind, String message) {
      assertThatThrownBy(() -> prediction.predict(four()).forEach(batch -> {}))
          .isInstanceOf(kind)
          .hasMessage(message);
    }

    private BatchPrediction failingAt(long id, RuntimeException failure) {
      return BatchPrediction.ofRows(
              row -> {
                if (row.getLong("id") == id) {
                  throw failure;
                }
                return 0.0;
              })
          .output(Y);
    }

    @Test
    void names_its_batch_and_its_rows() {
      isTold(
          failingAt(6, new IllegalStateException("no wind")),
          MlopsException.class,
          "prediction of batch 1 (rows 3 to 7) failed: row 3 of the batch: no wind");
      isTold(
          failingAt(9, new InvalidInputException("wind -3 is negative")),
          InvalidInputException.class,
          "prediction of batch 3 (rows 8 to 9) failed: row 1 of the batch: wind -3 is negative");
      isTold(
          failingAt(0, new UnsupportedOperationException()),
          MlopsException.class,
          "prediction of batch 0 (rows 0 to 2) failed: row 0 of the batch:"
              + " java.lang.UnsupportedOperationException");
      isTold(
          BatchPrediction.of(
                  (Dataset rows) -> {
                    if (rows.rowCount() == 0) {
                      throw new ArithmeticException("/ by zero");
                    }
                    return rows.column("x");
                  })
              .output(Y),
          MlopsException.class,
          "prediction of batch 2 without rows failed: / by zero");
    }

    @Test
    void is_told_anew_in_each_iteration_and_not_taken_for_the_end() {
      Batches predicted = failingAt(6, new IllegalStateException("no wind")).predict(four());
      for (int time = 0; time < 2; time++) {
        Iterator<Dataset> batches = predicted.iterator();
        assertThat(batches.next().rowCount()).isEqualTo(3);
        for (int ask = 0; ask < 2; ask++) {
          assertThatThrownBy(batches::next).hasMessageStartingWith("prediction of batch 1 (rows 3");
        }
      }
    }

    @Test
    @SuppressWarnings("NullAway") // A predictor written without checks of nulls.
    void is_an_answer_that_is_none() {
      isTold(
          BatchPrediction.of((Dataset rows) -> Column.doubles(1, 2, 3)).output(Y),
          MlopsException.class,
          "prediction of batch 1 (rows 3 to 7) failed: the predictor gave 3 answers for 5 rows");
      isTold(
          BatchPrediction.ofRows((Row row) -> null).output(Y),
          MlopsException.class,
          "prediction of batch 0 (rows 0 to 2) failed: row 0 of the batch: the predictor answered"
              + " null");
      isTold(
          BatchPrediction.of((Dataset rows) -> null).output(Y),
          MlopsException.class,
          "prediction of batch 0 (rows 0 to 2) failed: the predictor answered null");
    }

    @Test
    void is_an_answer_of_another_type_or_width() {
      BatchPrediction ids = BatchPrediction.of((Dataset rows) -> rows.column("id"));
      isTold(
          ids.output(Y),
          InvalidInputException.class,
          "prediction of batch 0 (rows 0 to 2) failed: the answers are INT64, but output 'y' is"
              + " FLOAT64");
      isTold(
          ids.output("y", 0),
          InvalidInputException.class,
          "prediction of batch 0 (rows 0 to 2) failed: the answers are INT64, not vectors, and"
              + " output 'y' is number 0 of a vector; take them by output(field)");
      isTold(
          BatchPrediction.of((Dataset rows) -> Column.vectors(1, new float[rows.rowCount()]))
              .output("y", 1),
          InvalidInputException.class,
          "prediction of batch 0 (rows 0 to 2) failed: an answer has 1 number, and output 'y' is"
              + " number 1, counted from 0");
    }

    @Test
    void is_a_null_unless_the_field_allows_it() {
      BatchPrediction texts =
          BatchPrediction.of(
              (Dataset rows) ->
                  Column.strings(
                      IntStream.range(0, rows.rowCount())
                          .mapToObj(row -> row == 1 ? null : "late")
                          .toList()));
      isTold(
          texts.output(Field.of("y", DataType.STRING)),
          InvalidInputException.class,
          "prediction of batch 0 (rows 0 to 2) failed: 1 of 3 answers are null, but output 'y'"
              + " is not nullable; say orNull() of its field if that is meant");
      Field some = Field.of("y", DataType.STRING).orNull();
      assertThat(texts.output(some).predict(four()).toDataset(10).column("y").nullCount())
          .isEqualTo(3);
    }
  }

  @Nested
  class Refuses {

    @Test
    void a_column_that_is_not_there_before_anything_is_read() {
      Source source = new Source();
      Batches rows = Batches.once(SCHEMA, source);
      assertThatThrownBy(() -> HALF.features("x", "z").predict(rows))
          .isInstanceOf(NotFoundException.class)
          .hasMessageStartingWith("no column 'z'");
      assertThatThrownBy(() -> BatchPrediction.ofRows(row -> 1.0).keep("z").output(Y).predict(rows))
          .isInstanceOf(NotFoundException.class);
      assertThat(source.given).isEmpty();
    }

    @Test
    void two_columns_of_one_name() {
      assertThatThrownBy(() -> HALF.output("id", 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage(
              "two columns of the result would be called 'id'; give the output another name");
      assertThatThrownBy(() -> BatchPrediction.ofRows(row -> 1.0).output(Y).keep("y"))
          .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void what_is_said_twice_or_not_at_all() {
      assertThatThrownBy(() -> HALF.keep("x"))
          .hasMessage("the option 'keep' is set already, to [id]");
      assertThatThrownBy(() -> HALF.features("x").features("x"))
          .hasMessage("the option 'features' is set already, to [x]");
      assertThatThrownBy(() -> HALF.features())
          .hasMessage("a prediction needs at least one feature");
      assertThatThrownBy(() -> HALF.output("z", -1))
          .hasMessage("a place in a vector must not be negative: -1");
      assertThatThrownBy(() -> BatchPrediction.ofRows(row -> 1.0).predict(four()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage(
              "a prediction without an output gives nothing; name one by output(name, place) or"
                  + " output(field)");
    }
  }

  @Test
  void predicts_for_one_dataset_too() {
    Dataset predicted = HALF.predict(rows(3, 5));
    assertThat(predicted.schema().names()).containsExactly("id", "y");
    assertThat(predicted.doubles("y").toArray()).containsExactly(15, 20);
    BatchPrediction broken =
        BatchPrediction.of(
                features -> {
                  throw new IllegalStateException("out of order");
                })
            .output(Y);
    assertThatThrownBy(() -> broken.predict(rows(3, 5)))
        .isExactlyInstanceOf(IllegalStateException.class)
        .hasMessage("out of order");
  }
}
