package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Micros;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class PointSampleTest {

  @Property
  void keeps_the_first_last_least_and_greatest_point_and_the_first_NaN_of_each_stretch(
      @ForAll("series") List<Double> values, @ForAll @IntRange(min = 5, max = 60) int limit) {
    List<MetricPoint> sample = list(PointSample.of(points(values), limit));
    assertThat(sample).hasSizeLessThanOrEqualTo(limit).isEqualTo(twin(values, limit));
  }

  /** Walks through the values once for each thing that a stretch keeps. */
  private static List<MetricPoint> twin(List<Double> values, int limit) {
    if (values.size() <= limit) {
      return list(points(values));
    }
    int stretches = limit / (values.contains(Double.NaN) ? 5 : 4);
    TreeSet<Integer> kept = new TreeSet<>();
    for (int stretch = 0; stretch < stretches; stretch++) {
      int from = stretch * values.size() / stretches;
      int to = (stretch + 1) * values.size() / stretches;
      kept.add(from);
      kept.add(to - 1);
      IntStream.range(from, to).filter(i -> values.get(i).isNaN()).findFirst().ifPresent(kept::add);
      Comparator<Integer> byValue = Comparator.comparing(values::get);
      List<Integer> numbers =
          IntStream.range(from, to).filter(i -> !values.get(i).isNaN()).boxed().toList();
      numbers.stream().min(byValue).ifPresent(kept::add);
      numbers.stream().min(byValue.reversed()).ifPresent(kept::add);
    }
    List<MetricPoint> all = list(points(values));
    return kept.stream().map(all::get).toList();
  }

  @Property
  void points_are_sorted_as_objects_are(@ForAll("series") List<Double> values) {
    Points shuffled = new Points();
    for (int i = 0; i < values.size(); i++) {
      shuffled.add(i * 7 % 5, i * 3 % 2, values.get(i));
    }
    assertThat(list(shuffled.sorted())).isEqualTo(list(shuffled).stream().sorted().toList());
  }

  @Provide
  Arbitrary<List<Double>> series() {
    return Arbitraries.of(
            0.0,
            1.0,
            -1.0,
            7.5,
            Double.POSITIVE_INFINITY,
            Double.NEGATIVE_INFINITY,
            Double.NaN,
            1e-300)
        .list()
        .ofMaxSize(200);
  }

  @Test
  void a_peak_of_one_point_among_a_million_is_kept() {
    Points points = new Points();
    for (int step = 0; step < 1_000_000; step++) {
      points.add(step, step, step == 123_456 ? 9 : step == 654_321 ? Double.NaN : 1);
    }
    Points sample = PointSample.of(points, 2_500);
    assertThat(sample.size()).isBetween(1_000, 2_500);
    assertThat(list(sample))
        .contains(new MetricPoint(123_456, Instant.EPOCH.plusNanos(123_456_000), 9))
        .anyMatch(point -> point.step() == 654_321 && Double.isNaN(point.value()));
    assertThat(sample.step(0)).isZero();
    assertThat(sample.step(sample.size() - 1)).isEqualTo(999_999);
  }

  @Test
  void a_limit_below_five_is_refused() {
    assertThat(PointSample.checkedLimit(5)).isEqualTo(5);
    assertThatThrownBy(() -> PointSample.checkedLimit(4))
        .hasMessage(
            "a sampled history needs at least 5 points (first, last, least, greatest, NaN): 4");
  }

  private static Points points(List<Double> values) {
    Points points = new Points();
    for (int i = 0; i < values.size(); i++) {
      points.add(i, Micros.floor(Instant.EPOCH), values.get(i));
    }
    return points;
  }

  private static List<MetricPoint> list(Points points) {
    List<MetricPoint> list = new ArrayList<>();
    for (int i = 0; i < points.size(); i++) {
      list.add(points.point(i));
    }
    return list;
  }
}
