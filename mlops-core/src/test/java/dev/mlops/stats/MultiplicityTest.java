package dev.mlops.stats;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.Size;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class MultiplicityTest {

  private static final double[] GOLDEN = {
    .001, .008, .039, .041, .042, .06, .074, .205, .212, .216
  };
  private static final Offset<Double> EXACT = within(1e-12);

  @Test
  void adjusts_the_golden_vector_by_benjamini_hochberg() {
    assertThat(Multiplicity.benjaminiHochberg(GOLDEN))
        .usingComparatorWithPrecision(5e-7)
        .containsExactly(.01, .04, .084, .084, .084, .1, .105714, .216, .216, .216);
  }

  @Test
  void adjusts_the_golden_vector_by_holm() {
    // By hand: multiply by 10, 9, 8, ... and let no later one be smaller.
    assertThat(Multiplicity.holm(GOLDEN))
        .usingComparatorWithPrecision(1e-12)
        .containsExactly(.01, .072, .312, .312, .312, .312, .312, .615, .615, .615);
  }

  @Property(tries = 200)
  void answers_in_the_order_of_the_questions(
      @ForAll @Size(max = 12) List<@DoubleRange(max = 1) Double> drawn, @ForAll long seed) {
    double[] asked = drawn.stream().mapToDouble(Double::doubleValue).toArray();
    double[] sorted = asked.clone();
    Arrays.sort(sorted);
    double[] holm = Multiplicity.holm(asked);
    double[] rate = Multiplicity.benjaminiHochberg(asked);
    for (int i = 0; i < asked.length; i++) {
      int rank = Arrays.binarySearch(sorted, asked[i]);
      assertThat(holm[i]).isCloseTo(Multiplicity.holm(sorted)[rank], EXACT);
      assertThat(rate[i]).isCloseTo(Multiplicity.benjaminiHochberg(sorted)[rank], EXACT);
    }
  }

  @Property(tries = 200)
  void lies_between_the_bare_value_and_bonferroni_s(
      @ForAll @Size(max = 12) List<@DoubleRange(max = 1) Double> drawn) {
    double[] asked = drawn.stream().mapToDouble(Double::doubleValue).toArray();
    double[] holm = Multiplicity.holm(asked);
    double[] rate = Multiplicity.benjaminiHochberg(asked);
    for (int i = 0; i < asked.length; i++) {
      assertThat(asked[i]).isLessThanOrEqualTo(rate[i]);
      assertThat(rate[i]).isLessThanOrEqualTo(holm[i]);
      assertThat(holm[i]).isLessThanOrEqualTo(Math.min(1, asked.length * asked[i]));
    }
  }

  @Test
  void refuses_what_is_no_p_value() {
    assertThatThrownBy(() -> Multiplicity.holm(.1, Double.NaN))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("pValues[1] must lie between 0 and 1: NaN");
    assertThatThrownBy(() -> Multiplicity.benjaminiHochberg(-.1))
        .hasMessage("pValues[0] must lie between 0 and 1: -0.1");
  }
}
