package dev.mlops.benchmarks;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.serving.onnx.OnnxPredictor;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/**
 * One model asked three ways, for one row and for many: by us, by ONNX Runtime's own Java as its
 * tutorial shows it (arrays of arrays), and by ONNX Runtime with nothing left to save (tensors made
 * once over direct buffers, numbers not even read).
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OnnxBenchmark {

  static final int MANY = 256;
  private static final int INPUTS = MultilayerPerceptron.INPUTS;

  private final float[] row = new float[INPUTS];
  private final float[][] rows = new float[MANY][INPUTS];
  private final Dataset table;
  private final Dataset rowMajor;
  private final OnnxPredictor ours;
  private final RawOnnx theirs;
  private final RawOnnx.Pinned one;
  private final RawOnnx.Pinned many;

  /** Loads the model for all. */
  public OnnxBenchmark() {
    SplittableRandom random = new SplittableRandom(2);
    for (float[] each : rows) {
      for (int i = 0; i < INPUTS; i++) {
        each[i] = (float) random.nextDouble(-1, 1);
      }
    }
    System.arraycopy(rows[0], 0, row, 0, INPUTS);
    byte[] model = MultilayerPerceptron.bytes(1);
    table = table(rows);
    rowMajor = rowMajor(rows);
    ours = OnnxPredictor.load(model);
    theirs = RawOnnx.load(model);
    one = theirs.pin(row);
    many = theirs.pin(rows);
  }

  private static Dataset table(float[][] rows) {
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (int i = 0; i < INPUTS; i++) {
      float[] values = new float[rows.length];
      for (int row = 0; row < rows.length; row++) {
        values[row] = rows[row][i];
      }
      fields.add(Field.of("f" + i, DataType.FLOAT32));
      columns.add(Column.floats(values));
    }
    return Dataset.of(Schema.of(fields), columns);
  }

  /** One column of vectors: the rows' numbers lie one after the other, as the model takes them. */
  private static Dataset rowMajor(float[][] rows) {
    float[] all = new float[rows.length * INPUTS];
    for (int row = 0; row < rows.length; row++) {
      System.arraycopy(rows[row], 0, all, row * INPUTS, INPUTS);
    }
    return Dataset.of(
        Schema.of(Field.of("features", DataType.vector(INPUTS))),
        List.of(Column.vectors(INPUTS, all)));
  }

  /** Closes what was loaded. */
  @TearDown
  public void close() {
    ours.close();
    one.close();
    many.close();
    theirs.close();
  }

  /** One row, by us. */
  @Benchmark
  public float[] oursOne() {
    return ours.predict(row);
  }

  /** Many rows, by us. */
  @Benchmark
  public Column.OfVector oursMany() {
    return ours.predict(table);
  }

  /** Many rows, by us, that lie one after the other. */
  @Benchmark
  public Column.OfVector oursRowMajor() {
    return ours.predict(rowMajor);
  }

  /** One row, as in the tutorial. */
  @Benchmark
  public Object arraysOne() {
    return theirs.predict(row);
  }

  /** Many rows, as in the tutorial. */
  @Benchmark
  public Object arraysMany() {
    return theirs.predict(rows);
  }

  /** One row, with nothing left to save. */
  @Benchmark
  public void pinnedOne() {
    one.run();
  }

  /** Many rows, with nothing left to save. */
  @Benchmark
  public void pinnedMany() {
    many.run();
  }
}
