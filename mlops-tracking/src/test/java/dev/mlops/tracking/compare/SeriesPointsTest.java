package dev.mlops.tracking.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SeriesPointsTest {

  private static final long[] STEPS = {0, 1, 2};

  private static List<String> differences(double[] one, double[] other, double tolerance) {
    return SeriesPoints.of(STEPS, one)
        .differences(SeriesPoints.of(STEPS, other), "loss", tolerance)
        .stream()
        .map(Object::toString)
        .toList();
  }

  @Test
  void names_the_first_step_with_both_values_and_their_distance() {
    double next = Math.nextUp(0.5);
    assertThat(differences(new double[] {1, 0.5, 3}, new double[] {1, next, 4}, 0))
        .containsExactly("metric loss at step 1: 0.5 and 0.5000000000000001, 1 ulp apart");
  }

  @Test
  void looks_beyond_what_is_within_the_tolerance() {
    double[] one = {1, 100, 3};
    assertThat(differences(one, new double[] {1, 101, 3}, 0.01)).hasSize(1);
    assertThat(differences(one, new double[] {1, 101, 4}, 0.01))
        .hasSize(2)
        .last()
        .asString()
        .startsWith("metric loss at step 2: 3 and 4, ");
  }

  @Test
  void names_a_point_that_only_one_has() {
    SeriesPoints whole = SeriesPoints.of(STEPS, new double[] {1, 2, 3});
    SeriesPoints holed = SeriesPoints.of(new long[] {0, 2}, new double[] {1, 3});
    assertThat(whole.differences(holed, "loss", 1))
        .singleElement()
        .hasToString("metric loss at step 1: 2 and nothing");
    assertThat(holed.differences(whole, "loss", 1))
        .singleElement()
        .hasToString("metric loss at step 1: nothing and 2");
    SeriesPoints shorter = SeriesPoints.of(new long[] {0, 1}, new double[] {1, 2});
    assertThat(shorter.differences(whole, "loss", 1))
        .singleElement()
        .hasToString("metric loss at step 2: nothing and 3");
  }

  @Test
  void takes_nan_for_the_same_as_nan_only_and_zeros_apart_by_one() {
    double[] nan = {Double.NaN, 1, 1};
    double[] one = {1, 1, 1};
    assertThat(differences(nan, nan, 0)).isEmpty();
    assertThat(differences(nan, one, 1)).containsExactly("metric loss at step 0: NaN and 1");
    assertThat(differences(new double[] {0.0, 1, 1}, new double[] {-0.0, 1, 1}, 0))
        .containsExactly("metric loss at step 0: 0 and -0, 1 ulp apart");
    assertThat(
            differences(
                new double[] {Double.MAX_VALUE, 1, 1}, new double[] {-Double.MAX_VALUE, 1, 1}, 1))
        .containsExactly(
            "metric loss at step 0: 1.7976931348623157e308 and -1.7976931348623157e308, 9,223,372,036,854,775,807 ulps apart");
  }

  @Test
  void does_not_care_which_of_two_points_at_a_step_came_first() {
    long[] steps = {5, 5};
    assertThat(
            SeriesPoints.of(steps, new double[] {1, 2})
                .differences(SeriesPoints.of(steps, new double[] {2, 1}), "loss", 0))
        .isEmpty();
  }

  /** {@link Math#nextUp} passes over 0.0 on its way up from -0.0. */
  private static double next(double value) {
    return Double.compare(value, -0.0) == 0 ? 0.0 : Math.nextUp(value);
  }

  @Property
  void counts_the_doubles_between_two_one_by_one(
      @ForAll double start, @ForAll @IntRange(max = 50) int count) {
    double end = start;
    long steps = 0;
    while (steps < count && end < Double.MAX_VALUE) {
      end = next(end);
      steps++;
    }
    Long ulps = SeriesPoints.ulps(start, end);
    assertThat(ulps).isEqualTo(steps);
    assertThat(SeriesPoints.ulps(end, start)).isEqualTo(ulps);
  }
}
