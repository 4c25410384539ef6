package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.stats.Histogram;
import dev.mlops.stats.SplitRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Element;

class ChartTest {
  private static final Instant JUNE = Instant.parse("2001-06-01T00:00:00Z");

  private static List<Instant> days(int count) {
    return IntStream.range(0, count).mapToObj(i -> JUNE.plus(Duration.ofDays(i))).toList();
  }

  private static String nothing(Chart chart) {
    Svg.read(chart, Frame.NARROW).assertTextsApart();
    return String.join(" ", Svg.read(chart, Frame.WIDE).texts("nothing"));
  }

  /** Any lines, names, limits and marks, drawn for a desk and for a phone. */
  @Property(tries = 80)
  void no_text_is_on_another_text(
      @ForAll @Size(max = 12) List<String> names,
      @ForAll @Size(max = 3) List<String> limits,
      @ForAll @Size(max = 6) List<String> marks,
      @ForAll @IntRange(min = 1, max = 60) int values,
      @ForAll @IntRange(min = -9, max = 9) int magnitude,
      @ForAll long seed) {
    SplitRandom random = SplitRandom.seeded(seed);
    double size = Math.pow(10, magnitude);
    boolean times = random.nextDouble() < 0.5;
    Unit[] units = {Unit.number(), Unit.share(), Unit.seconds(), Unit.bytes(), Unit.of("flights")};
    LineChart chart = LineChart.of("Any lines").y("a name", units[random.nextInt(units.length)]);
    for (String name : names) {
      double[] drawn =
          DoubleStream.generate(() -> size * random.nextGaussian()).limit(values).toArray();
      if (random.nextDouble() < 0.3) {
        drawn[random.nextInt(values)] = Double.NaN;
      }
      chart.line(times ? Line.over(name, days(values), drawn) : Line.of(name, drawn));
    }
    limits.forEach(limit -> chart.limit(limit, size * random.nextGaussian()));
    for (String mark : marks) {
      int place = random.nextInt(values);
      chart.mark(times ? Unit.seconds(days(values).get(place)) : place, mark);
    }
    Svg.read(chart, Frame.WIDE).assertTextsApart();
    Svg.read(chart, Frame.NARROW).assertTextsApart();
  }

  @Property(tries = 80)
  void no_text_of_bars_is_on_another_text(
      @ForAll @Size(max = 15) List<String> names,
      @ForAll @Size(max = 3) List<String> limits,
      @ForAll @IntRange(min = -9, max = 9) int magnitude,
      @ForAll long seed) {
    SplitRandom random = SplitRandom.seeded(seed);
    double size = Math.pow(10, magnitude);
    BarChart chart = BarChart.of("Any bars").unit("a name", Unit.number());
    for (String name : names) {
      double value = random.nextDouble() < 0.1 ? Double.NaN : size * random.nextGaussian();
      if (random.nextDouble() < 0.5) {
        chart.bar(name, value);
      } else {
        chart.bar(name, value, value - size, value + size);
      }
    }
    limits.forEach(limit -> chart.limit(limit, size * random.nextGaussian()));
    Svg.read(chart, Frame.WIDE).assertTextsApart();
    Svg.read(chart, Frame.NARROW).assertTextsApart();
  }

  @Property(tries = 80)
  void no_text_of_a_histogram_is_on_another_text(
      @ForAll @Size(max = 40) List<Double> values, @ForAll @IntRange(min = 0, max = 3) int nulls) {
    Histogram.Recorder recorder = Histogram.recorder();
    values.forEach(recorder::add);
    IntStream.range(0, nulls).forEach(i -> recorder.addNull());
    HistogramChart chart =
        HistogramChart.of("Any values", recorder.snapshot()).x("value", Unit.of("min"));
    Svg.read(chart, Frame.WIDE).assertTextsApart();
    Svg.read(chart, Frame.NARROW).assertTextsApart();
  }

  @Test
  void a_hundred_thousand_points_are_few_and_keep_their_extremes() {
    double[] values =
        DoubleStream.iterate(0, x -> (x + 0.618033988749895) % 1).limit(100_000).toArray();
    values[31_415] = 9;
    values[92_653] = -4;
    LineChart chart =
        LineChart.of("Many").line(Line.of("x", values).interval(values.clone(), values.clone()));
    Drawing drawing = Drawing.of(chart, Frame.WIDE);
    assertThat(drawing.description()).contains("x: from -4 to 9, at last ");
    Svg svg = Svg.read(chart, Frame.WIDE);
    Element line = svg.elements("path").get(1);
    double[] heights =
        Pattern.compile("[\\d.]+ ([\\d.]+)")
            .matcher(line.getAttribute("d"))
            .results()
            .mapToDouble(point -> Double.parseDouble(point.group(1)))
            .toArray();
    assertThat(heights.length).isLessThan(4 * 720);
    List<Element> grid =
        svg.elements("line").stream().filter(e -> e.getAttribute("class").equals("grid")).toList();
    double four = Double.parseDouble(grid.get(0).getAttribute("y1")); // the lowest tick is -5
    double ten = Double.parseDouble(grid.get(grid.size() - 1).getAttribute("y1"));
    double perUnit = (four - ten) / 15;
    assertThat(DoubleStream.of(heights).min().orElseThrow()).isBetween(ten, ten + 1.2 * perUnit);
    assertThat(DoubleStream.of(heights).max().orElseThrow()).isBetween(four - 1.2 * perUnit, four);
    assertThat(drawing.markup("chart", "").length()).isLessThan(90_000);
  }

  @Test
  void a_gap_is_a_gap_and_is_told() {
    LineChart chart =
        LineChart.of("Gap").line("loss", 1, 2, Double.NaN, 4, 5, Double.POSITIVE_INFINITY, 7);
    Svg svg = Svg.read(chart, Frame.WIDE);
    assertThat(svg.elements("path").get(1).getAttribute("d").split("M", -1)).hasSize(3);
    assertThat(svg.texts("note"))
        .containsExactly("of 7 values of 'loss', 1 is missing (NaN) and 1 is infinite");
    assertThat(svg.elements("circle")).hasSize(5); // the last value stands alone
  }

  @Test
  void an_empty_chart_says_why() {
    assertThat(nothing(LineChart.of("x"))).isEqualTo("nothing to show: no line was added");
    assertThat(nothing(LineChart.of("x").line("a", Double.NaN, Double.NaN).line("b")))
        .isEqualTo("nothing to show: of 2 values of 'a', 2 are missing (NaN); 'b' has no values");
    assertThat(nothing(BarChart.of("x"))).isEqualTo("nothing to show: no bar was added");
    assertThat(nothing(BarChart.of("x").bar("a", Double.NaN)))
        .isEqualTo("nothing to show: no value of 1 bar is finite: 'a' is NaN");
    assertThat(nothing(HistogramChart.of("x", Histogram.empty())))
        .isEqualTo("nothing to show: no values");
    assertThat(nothing(HistogramChart.of("x", Histogram.of(Double.NaN))))
        .isEqualTo("nothing to show: no values; 1 missing value not shown");
    assertThat(nothing(HistogramChart.of("x", Histogram.of(Double.POSITIVE_INFINITY))))
        .isEqualTo("nothing to show: no values; 100 % of values lie above, up to Infinity");
    assertThat(nothing(HistogramChart.of("x", new double[] {0, 1}, new long[] {0})))
        .isEqualTo("nothing to show: no values");
  }

  @Test
  void times_beyond_every_calendar_are_refused_and_not_drawn() {
    LineChart far =
        LineChart.of("x")
            .line(Line.over("a", List.of(Instant.MIN, Instant.MAX), new double[] {1, 2}));
    assertThat(nothing(far))
        .isEqualTo("nothing to show: the times lie outside of the years -90,000 to 90,000");
    assertThat(nothing(LineChart.of("x").x("at", Unit.time()).line("a", 1, 2).mark(1e300, "never")))
        .startsWith("nothing to show: the times lie outside");
  }

  @Test
  void more_than_can_be_shown_is_told() {
    LineChart lines = LineChart.of("x");
    BarChart bars = BarChart.of("x");
    for (int i = 0; i < 300; i++) {
      lines.line("line " + i, i, i + 1).mark(0.5, "mark " + i);
      bars.bar("bar " + i, i);
    }
    assertThat(Svg.read(lines, Frame.WIDE).texts("note"))
        .contains("the first 32 of 300 lines are shown", "the first 40 of 300 marks are shown");
    assertThat(Svg.read(lines, Frame.WIDE).texts("end")).hasSize(32);
    assertThat(Svg.read(bars, Frame.WIDE).texts("note"))
        .containsExactly("the first 200 of 300 bars are shown");
  }

  @Test
  void a_long_name_is_cut_and_whole_when_pointed_at() {
    String name = "a name of a line that is too long for the end of its line";
    Svg svg = Svg.read(LineChart.of("x").line(name, 1, 2), Frame.WIDE);
    assertThat(svg.texts("end").get(0)).endsWith("…").hasSizeLessThan(name.length());
    assertThat(svg.elements("title")).extracting(Element::getTextContent).contains(name);
    String family = "👨‍👩‍👧‍👦".repeat(40);
    assertThat(Lettering.cut(family, 60)).matches("(👨‍👩‍👧‍👦)*…");
  }

  @Test
  void lines_far_from_the_right_edge_keep_their_names() {
    LineChart chart =
        LineChart.of("x")
            .line(Line.over("early", new double[] {2, 0, 1}, new double[] {3, 1, 2}))
            .line(Line.over("late", new double[] {5, 6}, new double[] {3, 3}));
    Svg svg = Svg.read(chart, Frame.WIDE);
    assertThat(svg.texts("end")).containsExactly("early", "late");
    assertThat(svg.elements("line"))
        .filteredOn(e -> e.getAttribute("class").startsWith("lead"))
        .hasSize(2);
  }

  @Test
  void a_histogram_with_one_value_far_away_shows_the_others() {
    double[] values = IntStream.range(0, 10_000).mapToDouble(i -> i % 100).toArray();
    values[5] = 1e9;
    HistogramChart chart =
        HistogramChart.of("Far", Histogram.of(values)).x("delay", Unit.of("min"));
    Svg svg = Svg.read(chart, Frame.WIDE);
    assertThat(svg.elements("rect").size()).isGreaterThan(15);
    assertThat(svg.texts("note"))
        .containsExactly("0.01 % of values lie above, up to 1,000,000,000 min");
  }

  @Test
  void shares_of_unequal_bins_are_divided_by_their_width() {
    HistogramChart chart =
        HistogramChart.of("Unequal", new double[] {0, 1, 3}, new long[] {10, 20});
    List<Element> bars = Svg.read(chart, Frame.WIDE).elements("rect");
    assertThat(bars.get(0).getAttribute("height")).isEqualTo(bars.get(1).getAttribute("height"));
    assertThat(Svg.read(chart, Frame.WIDE).texts("name"))
        .containsExactly("share of values, divided by the width of the bin");
  }

  @Test
  void every_part_of_a_histogram_is_in_a_bar() {
    for (double[] values : new double[][] {{1, 2, 3, 4}, {5, 5, 5}, {-1e9, 1e9}, {0, 0.1, 0.2}}) {
      HistogramBars bars = RoundBins.of(Histogram.of(values));
      assertThat(DoubleStream.of(bars.shares()).sum()).isCloseTo(1, within(1e-9));
      assertThat(bars.areEqual()).isTrue();
    }
  }

  @Nested
  class Refuses {
    @Test
    void what_is_no_chart() {
      LineChart chart = LineChart.of("x").line("a", 1);
      assertThatThrownBy(() -> chart.line(Line.over("b", days(1), new double[] {1})))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("line 'b' is over times, and line 'a' is not; draw them in two charts");
      assertThatThrownBy(() -> chart.y("when", Unit.time()))
          .hasMessage(
              "times go on the x axis; the y axis takes any other unit, such as Unit.seconds()");
      assertThatThrownBy(() -> chart.limit("l", Double.NaN))
          .hasMessage("limit 'l' must be finite: NaN");
      assertThatThrownBy(() -> chart.x("a", Unit.number()).x("b", Unit.number()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessage("the option 'x' is set already, to a");
    }

    @Test
    void what_is_no_line() {
      assertThatThrownBy(() -> Line.over("a", days(2), new double[] {1}))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("line 'a' has 2 places and 1 values");
      assertThatThrownBy(() -> Line.over("a", new double[] {Double.NaN}, new double[] {1}))
          .hasMessage("place 0 of line 'a' must be finite: NaN");
      assertThatThrownBy(() -> Line.of("a", 1).interval(new double[] {2}, new double[] {1}))
          .hasMessage("interval 0 of line 'a' must not end below its beginning: 2 to 1");
    }

    @Test
    void what_is_no_histogram() {
      assertThatThrownBy(() -> HistogramChart.of("x", new double[] {0, 0}, new long[] {1}))
          .hasMessage("edge 1 must be finite and above the one before: 0");
      assertThatThrownBy(() -> HistogramChart.of("x", new double[] {0}, new long[] {1}))
          .hasMessage("there must be one edge more than counts: 1 edges and 1 counts");
      assertThatThrownBy(() -> HistogramChart.of("x", new double[] {0, 1}, new long[] {-1}))
          .hasMessage("count 0 must not be negative: -1");
    }
  }

  @Test
  void an_interval_follows_the_order_of_its_line() {
    Line line =
        Line.over("a", new double[] {2, 1}, new double[] {20, 10})
            .interval(new double[] {19, 9}, new double[] {21, 11});
    assertThat(line.places()).containsExactly(1, 2);
    assertThat(line.values()).containsExactly(10, 20);
    assertThat(line.low()).containsExactly(9, 19);
    assertThat(line.high()).containsExactly(11, 21);
  }
}
