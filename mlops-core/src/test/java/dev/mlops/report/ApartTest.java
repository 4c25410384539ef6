package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class ApartTest {
  private static final double GAP = 16;

  @Property(tries = 300)
  void labels_never_overlap_and_stay_inside(
      @ForAll @Size(min = 1, max = 20) List<@DoubleRange(min = 0, max = 320) Double> wanted) {
    double[] places = wanted.stream().mapToDouble(Double::doubleValue).toArray();
    double[] moved = Apart.moved(places, GAP, 0, 320);
    double[] sorted = moved.clone();
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      assertThat(sorted[i] - sorted[i - 1]).isGreaterThanOrEqualTo(GAP - 1e-9);
    }
    assertThat(sorted[0]).isGreaterThanOrEqualTo(-1e-9);
    assertThat(sorted[sorted.length - 1]).isLessThanOrEqualTo(320 + 1e-9);
    for (int i = 0; i < places.length; i++) {
      for (int j = 0; j < places.length; j++) {
        if (places[i] < places[j]) {
          assertThat(moved[i]).isLessThan(moved[j]);
        }
      }
    }
  }

  /** The slow twin tries every shift of two labels. */
  @Property(tries = 40)
  void two_labels_move_as_little_as_possible(
      @ForAll @DoubleRange(min = 30, max = 60) double first,
      @ForAll @DoubleRange(min = 30, max = 60) double second) {
    double[] moved = Apart.moved(new double[] {first, second}, GAP, 0, 100);
    double cost = cost(first, second, moved[0], moved[1]);
    for (double a = 0; a <= 100; a += 0.5) {
      for (double b = 0; b <= 100; b += 0.5) {
        if (Math.abs(a - b) >= GAP) {
          assertThat(cost).isLessThanOrEqualTo(cost(first, second, a, b) + 1e-9);
        }
      }
    }
  }

  private static double cost(double a, double b, double x, double y) {
    return (a - x) * (a - x) + (b - y) * (b - y);
  }

  @Test
  void what_has_room_stays() {
    assertThat(Apart.moved(new double[] {80, 10, 40}, GAP, 0, 100)).containsExactly(80, 10, 40);
    assertThat(Apart.moved(new double[] {50, 50}, GAP, 0, 100)).containsExactly(42, 58);
    assertThat(Apart.moved(new double[] {99, 100}, GAP, 0, 100)[0]).isCloseTo(84, within(1e-9));
    assertThat(Apart.moved(new double[0], GAP, 0, 100)).isEmpty();
  }

  @Test
  void spans_that_touch_get_rows() {
    assertThat(Apart.rows(new double[] {0, 5, 20, 6}, new double[] {10, 15, 30, 16}))
        .containsExactly(0, 1, 0, 2);
  }
}
