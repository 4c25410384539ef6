package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Micros;
import java.util.Comparator;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class RunningSummaryTest {

  @Property
  void is_what_sorting_all_points_gives(@ForAll("logs") List<MetricPoint> points) {
    RunningSummary summary = new RunningSummary();
    points.forEach(point -> summary.add(point.step(), Micros.floor(point.time()), point.value()));
    assertThat(summary.toSummary("m")).isEqualTo(twin(points));
  }

  @Property
  void goes_on_from_what_was_known(@ForAll("logs") List<MetricPoint> points) {
    RunningSummary summary = new RunningSummary();
    for (MetricPoint point : points) {
      summary.add(point.step(), Micros.floor(point.time()), point.value());
      summary = RunningSummary.of(summary.toSummary("m"));
    }
    assertThat(summary.toSummary("m")).isEqualTo(twin(points));
  }

  private static MetricSummary twin(List<MetricPoint> points) {
    List<MetricPoint> sorted =
        points.stream()
            .map(point -> new MetricPoint(point.step(), point.time(), point.value() + 0.0))
            .sorted()
            .toList();
    return new MetricSummary(
        "m",
        points.size(),
        sorted.get(0),
        sorted.get(sorted.size() - 1),
        extreme(sorted, Comparator.naturalOrder()),
        extreme(sorted, Comparator.reverseOrder()));
  }

  /**
   * The first point with the value that comes first; the sort is stable, so equal values keep their
   * order.
   */
  private static MetricPoint extreme(List<MetricPoint> sorted, Comparator<Double> order) {
    List<MetricPoint> numbers =
        sorted.stream().filter(point -> !Double.isNaN(point.value())).toList();
    return numbers.isEmpty()
        ? sorted.get(0)
        : numbers.stream()
            .sorted(Comparator.comparing(MetricPoint::value, order))
            .findFirst()
            .orElseThrow();
  }

  @Property
  void segments_give_back_what_was_packed(@ForAll("logs") List<MetricPoint> points) {
    Points packed = new Points();
    points.forEach(point -> packed.add(point.step(), Micros.floor(point.time()), point.value()));
    Points unpacked = SegmentCodec.unpack(SegmentCodec.pack(packed));
    assertThat(unpacked.size()).isEqualTo(points.size());
    for (int i = 0; i < points.size(); i++) {
      assertThat(unpacked.point(i)).isEqualTo(points.get(i));
    }
  }

  @Provide
  Arbitrary<List<MetricPoint>> logs() {
    Arbitrary<Long> steps =
        Arbitraries.oneOf(Arbitraries.longs().between(-3, 3), Arbitraries.longs());
    Arbitrary<Long> times =
        Arbitraries.oneOf(
            Arbitraries.longs().between(-3, 3), Arbitraries.longs().between(-1L << 60, 1L << 60));
    Arbitrary<Double> values =
        Arbitraries.oneOf(
            Arbitraries.of(
                0.0, -0.0, 1.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY),
            Arbitraries.doubles());
    return Combinators.combine(steps, times, values)
        .as((step, time, value) -> new MetricPoint(step, Micros.instant(time), value))
        .list()
        .ofMinSize(1)
        .ofMaxSize(60);
  }
}
