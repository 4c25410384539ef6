package dev.mlops.features.view;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

class SquareSumTest {

  private static double sum(List<Double> squares) {
    SquareSum sum = new SquareSum(Collections.max(squares));
    squares.forEach(sum::add);
    return sum.sum();
  }

  private static double exact(List<Double> squares) {
    return squares.stream()
        .map(BigDecimal::new)
        .reduce(BigDecimal.ZERO, BigDecimal::add)
        .doubleValue();
  }

  @Test
  void is_the_exact_sum_rounded_once() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      double unit = Math.scalb(1.0, random.nextInt(1_600) - 800);
      List<Double> squares =
          DoubleStream.generate(() -> unit * Math.pow(random.nextGaussian(), 2))
              .limit(1 + random.nextInt(60))
              .boxed()
              .toList();

      assertThat(sum(squares)).as("%s", squares).isEqualTo(exact(squares));
    }
  }

  @Test
  void is_the_same_in_every_order_however_far_apart_they_are() {
    Random random = new Random(8);
    for (int round = 0; round < 500; round++) {
      List<Double> squares =
          Arrays.asList(
              random
                  .doubles(200)
                  .map(each -> Math.exp(200 * each - 100))
                  .boxed()
                  .toArray(Double[]::new));
      double before = sum(squares);

      Collections.shuffle(squares, random);

      assertThat(sum(squares)).isEqualTo(before);
    }
  }

  @Test
  void reaches_from_the_least_double_to_the_greatest() {
    assertThat(sum(List.of(Double.MIN_VALUE))).isEqualTo(Double.MIN_VALUE);
    assertThat(sum(List.of(Double.MIN_VALUE, Double.MIN_VALUE))).isEqualTo(2 * Double.MIN_VALUE);
    assertThat(sum(List.of(Double.MAX_VALUE, 0.0))).isEqualTo(Double.MAX_VALUE);
    assertThat(sum(List.of(Double.MAX_VALUE, Double.MAX_VALUE))).isInfinite();
  }
}
