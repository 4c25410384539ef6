package dev.mlops.benchmarks;

import dev.mlops.stats.Histogram;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.DoubleHistogram;
import org.apache.datasketches.kll.KllDoublesSketch;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Counts a million log-normal values, as latencies and amounts of money are. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class HistogramBenchmark {

  static final int VALUES = 1_000_000;

  private final double[] values = new double[VALUES];

  /** Draws the values. */
  @Setup
  public void draw() {
    Random random = new Random(1);
    for (int i = 0; i < VALUES; i++) {
      values[i] = Math.exp(3 + random.nextGaussian());
    }
  }

  /** Counts them in ours. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public Histogram ours() {
    Histogram.Recorder recorder = Histogram.recorder();
    for (double value : values) {
      recorder.add(value);
    }
    return recorder.snapshot();
  }

  /** Counts them in HdrHistogram, within one part in a hundred as ours. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public DoubleHistogram hdrHistogram() {
    DoubleHistogram histogram = new DoubleHistogram(2);
    for (double value : values) {
      histogram.recordValue(value);
    }
    return histogram;
  }

  /** Counts them in DataSketches' KLL of its default size. */
  @Benchmark
  @OperationsPerInvocation(VALUES)
  public KllDoublesSketch kll() {
    KllDoublesSketch sketch = KllDoublesSketch.newHeapInstance();
    for (double value : values) {
      sketch.update(value);
    }
    return sketch;
  }
}
