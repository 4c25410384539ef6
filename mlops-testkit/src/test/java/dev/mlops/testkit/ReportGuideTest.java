package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.report.BarChart;
import dev.mlops.report.HistogramChart;
import dev.mlops.report.Line;
import dev.mlops.report.LineChart;
import dev.mlops.report.Report;
import dev.mlops.report.Table;
import dev.mlops.report.Unit;
import dev.mlops.stats.Histogram;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportGuideTest {
  @Test
  void the_page_shows_what_is_tested() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/reports.md"),
        Path.of("src/test/java/dev/mlops/testkit/ReportGuideTest.java"));
  }

  @Test
  void the_page_is_true(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("report.html");
    Instant june = Instant.parse("2001-06-01T00:00:00Z");
    List<Instant> days =
        IntStream.range(0, 30).mapToObj(i -> june.plus(Duration.ofDays(i))).toList();
    double[] auc = IntStream.range(0, 30).mapToDouble(i -> 0.75 + 0.01 * Math.sin(i)).toArray();
    double[] before = DoubleStream.of(auc).map(value -> value - 0.02).toArray();
    double[] low = DoubleStream.of(auc).map(value -> value - 0.01).toArray();
    double[] high = DoubleStream.of(auc).map(value -> value + 0.01).toArray();
    double[] delays = IntStream.range(0, 1000).mapToDouble(i -> i % 60).toArray();
    Dataset runs =
        Dataset.of(
            Schema.of(Field.of("run", DataType.STRING), Field.of("late", DataType.FLOAT64)),
            List.of(Column.strings("calendar only"), Column.doubles(0.21)));
    // guide:begin
    Report report =
        Report.of("Delay model, June 2001")
            .text("Version 3 answered every request of June.")
            .figure("ROC AUC", "0.754", "0.741 to 0.767 with 95 % confidence; the limit is 0.72")
            .figure("Typical answer", Unit.seconds().text(0.0014), "half of all answers took less")
            .section("Quality by day")
            .chart(
                LineChart.of("ROC AUC by day")
                    .x("day", Unit.time())
                    .y("ROC AUC", Unit.number())
                    .line(Line.over("version 3", days, auc).interval(low, high))
                    .line(Line.over("version 2", days, before))
                    .limit("retrain below", 0.72)
                    .mark(days.get(2), "version 3 is live"))
            .section("Inputs that moved", "The change of each input since training, as PSI.")
            .chart(
                BarChart.of("Drift of the inputs")
                    .unit("PSI", Unit.number())
                    .bar("origin_delay_1h", 0.31, 0.28, 0.34)
                    .bar("distance", 0.01, 0.0, 0.02)
                    .limit("drift from", 0.05))
            .chart(HistogramChart.of("Delay", Histogram.of(delays)).x("delay", Unit.of("min")))
            .table(Table.of(runs).unit("late", Unit.share()));

    report.write(file);
    // guide:end
    assertThat(Files.readString(file))
        .isEqualTo(report.html())
        .contains("1.4 ms", "retrain below 0.72", "4 Jun", "delay (min)", "21 %");
    String svg = LineChart.of("ROC AUC by day").line("version 3", auc).svg();
    assertThat(svg).startsWith("<svg xmlns=").contains("<style>").endsWith("</svg>\n");
  }
}
