package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ThinningTest {
  private static final int COLUMNS = 20;

  /** The slow twin looks at each column by itself. */
  @Property(tries = 300)
  void first_last_least_and_greatest_of_each_column_stay(
      @ForAll @Size(min = 81, max = 400) List<@DoubleRange(min = -5, max = 5) Double> drawn) {
    double[] values = drawn.stream().mapToDouble(v -> v > 4.5 ? Double.NaN : v).toArray();
    double[] places =
        IntStream.range(0, values.length)
            .mapToDouble(i -> (double) i * COLUMNS / values.length)
            .toArray();
    int[] kept = Thinning.kept(places, values, COLUMNS);
    int[] points = Arrays.stream(kept).filter(i -> i != Thinning.GAP).toArray();
    assertThat(points).isSorted().doesNotHaveDuplicates();
    assertThat(points.length).isLessThanOrEqualTo(4 * COLUMNS);
    assertThat(kept.length).isLessThan(5 * COLUMNS);
    for (int column = 0; column < COLUMNS; column++) {
      int now = column;
      double[] all = in(now, places, values, IntStream.range(0, values.length).toArray());
      double[] some = in(now, places, values, points);
      if (all.length == 0) {
        assertThat(some).isEmpty();
        continue;
      }
      assertThat(Arrays.stream(some).min()).isEqualTo(Arrays.stream(all).min());
      assertThat(Arrays.stream(some).max()).isEqualTo(Arrays.stream(all).max());
      assertThat(some[0]).isEqualTo(all[0]);
      assertThat(some[some.length - 1]).isEqualTo(all[all.length - 1]);
    }
  }

  private static double[] in(int column, double[] places, double[] values, int[] indexes) {
    return Arrays.stream(indexes)
        .filter(i -> Math.floor(places[i]) == column && !Double.isNaN(values[i]))
        .mapToDouble(i -> values[i])
        .toArray();
  }

  @Test
  void few_points_are_all_drawn_and_gaps_kept() {
    double[] values = {Double.NaN, 1, 2, Double.NaN, Double.NaN, 3, Double.POSITIVE_INFINITY, 4};
    double[] places = {0, 0, 0, 0, 0, 0, 0, 0};
    assertThat(Thinning.kept(places, values, 10))
        .containsExactly(1, 2, Thinning.GAP, 5, Thinning.GAP, 7);
  }
}
