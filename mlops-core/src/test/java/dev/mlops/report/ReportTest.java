package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.NotFoundException;
import dev.mlops.error.StorageException;
import dev.mlops.stats.Histogram;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

class ReportTest {
  private static final String HOSTILE =
      "</text></svg></style><script>alert(1)</script><img src=x onerror=alert(1)>\" onload=\"x' &amp;"
          + " \u0000\u0007\uD800\uFFFF\u202E\u2028 ]]> <!-- javascript:alert(1) {{7*7}}";

  private static Dataset table(String name, String text) {
    return Dataset.of(Schema.of(Field.of(name, DataType.STRING)), List.of(Column.strings(text)));
  }

  /** A report in which every text is the same. */
  private static Report everywhere(String text) {
    return Report.of(text)
        .text(text)
        .figure(text, text, text)
        .figure(text, text, text)
        .section(text, text)
        .chart(
            LineChart.of(text)
                .x(text, Unit.number())
                .y(text, text.isBlank() ? Unit.number() : Unit.of(text))
                .line(
                    Line.of(text, 1, 2, 3).interval(new double[] {0, 1, 2}, new double[] {2, 3, 4}))
                .line(text, Double.NaN)
                .limit(text, 2)
                .mark(1, text))
        .chart(LineChart.of(text).line(text, Double.NaN))
        .chart(BarChart.of(text).bar(text, 1).bar(text, Double.NaN).limit(text, 1))
        .chart(HistogramChart.of(text, Histogram.of(1, 2, 3)).x(text, Unit.number()))
        .table(
            table(
                text.isBlank() || text.indexOf('\uD800') >= 0 ? "name" : text,
                text.replace("\uD800", "")));
  }

  @Test
  void hostile_text_is_only_text() {
    String html = everywhere(HOSTILE).html();
    Svg page = Svg.read(html);
    assertThat(page.elements("*").stream().map(Element::getTagName).distinct())
        .containsExactlyInAnyOrder(
            "head", "meta", "title", "style", "body", "main", "h1", "h2", "p", "dl", "div", "dt",
            "dd", "figure", "svg", "desc", "text", "line", "path", "circle", "rect", "table",
            "thead", "tbody", "tr", "th", "td");
    assertThat(page.elements("*").stream().flatMap(ReportTest::attributes).distinct())
        .noneMatch(name -> name.startsWith("on") || name.equals("src") || name.equals("href"))
        .noneMatch(name -> name.equals("style"));
    String shown = HOSTILE.replaceAll("[\u0000\u0007\uD800\uFFFF]", "\uFFFD");
    assertThat(page.elements("h1").get(0).getTextContent()).isEqualTo(shown);
    assertThat(html).doesNotContain("<script", "<img", "<!--", "http-equiv=\"refresh\"");
  }

  private static Stream<String> attributes(Element element) {
    return IntStream.range(0, element.getAttributes().getLength())
        .mapToObj(i -> element.getAttributes().item(i).getNodeName());
  }

  @Property(tries = 40)
  void any_text_gives_a_well_formed_page(@ForAll String text) {
    Report report =
        everywhere(new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    Svg page = Svg.read(report.html());
    assertThat(page.elements("svg")).hasSize(8);
  }

  @Test
  void ids_are_unique_and_every_reference_is_met() {
    Svg page = Svg.read(everywhere("x").html());
    List<String> ids =
        page.elements("*").stream()
            .map(e -> e.getAttribute("id"))
            .filter(id -> !id.isEmpty())
            .toList();
    assertThat(ids).doesNotHaveDuplicates().hasSize(17);
    for (Element svg : page.elements("svg")) {
      assertThat(ids)
          .contains(svg.getAttribute("aria-labelledby"), svg.getAttribute("aria-describedby"));
      assertThat(svg.getAttribute("role")).isEqualTo("img");
    }
  }

  @Test
  void the_page_forbids_all_but_its_own_style() throws NoSuchAlgorithmException {
    Svg page = Svg.read(everywhere("x").html());
    String style = page.elements("style").get(0).getTextContent();
    byte[] digest =
        MessageDigest.getInstance("SHA-256").digest(style.getBytes(StandardCharsets.UTF_8));
    assertThat(page.elements("style")).hasSize(1);
    assertThat(page.elements("meta").get(1).getAttribute("content"))
        .isEqualTo(
            "default-src 'none'; style-src 'sha256-"
                + Base64.getEncoder().encodeToString(digest)
                + "'; base-uri 'none'; form-action 'none'");
    assertThat(style).doesNotContain("url(", "@import", "<", "&");
  }

  @Test
  void the_same_report_is_the_same_bytes() {
    assertThat(everywhere("x").html()).isEqualTo(everywhere("x").html());
    assertThat(everywhere("x").html()).isNotEqualTo(everywhere("y").html());
    Report once = everywhere("x");
    assertThat(once.html()).isEqualTo(once.html());
  }

  @Test
  void a_chart_is_drawn_when_it_is_added() {
    LineChart chart = LineChart.of("x").line("a", 1, 2);
    Report report = Report.of("r").chart(chart);
    String before = report.html();
    chart.line("b", 3, 4);
    assertThat(report.html()).isEqualTo(before);
  }

  @Test
  void charts_alone_are_as_they_always_were() throws IOException {
    LineChart lines =
        LineChart.of("ROC AUC by day")
            .x("day", Unit.time())
            .y("ROC AUC", Unit.number())
            .line(
                Line.over(
                        "version 3",
                        List.of(
                            Instant.parse("2001-06-01T00:00:00Z"),
                            Instant.parse("2001-06-02T00:00:00Z"),
                            Instant.parse("2001-06-03T00:00:00Z"),
                            Instant.parse("2001-06-04T00:00:00Z")),
                        new double[] {0.75, 0.76, Double.NaN, 0.74})
                    .interval(
                        new double[] {0.74, 0.75, Double.NaN, 0.73},
                        new double[] {0.76, 0.77, Double.NaN, 0.75}))
            .limit("retrain below", 0.72)
            .mark(Instant.parse("2001-06-02T00:00:00Z"), "live");
    BarChart bars =
        BarChart.of("Drift")
            .unit("PSI", Unit.number())
            .bar("distance", 0.31, 0.28, 0.34)
            .bar("origin", -0.04)
            .limit("drift from", 0.05);
    HistogramChart histogram =
        HistogramChart.of("Delay", Histogram.of(1, 2, 2, 3)).x("delay", Unit.of("min"));
    assertGolden("lines.svg", lines);
    assertGolden("bars.svg", bars);
    assertGolden("histogram.svg", histogram);
  }

  private static void assertGolden(String name, Chart chart) throws IOException {
    Path file = Path.of("src/test/resources/dev/mlops/report", name);
    assertThat(chart.svg()).isEqualTo(Files.readString(file));
    assertThat(Svg.read(chart.svg()).elements("style")).hasSize(1);
  }

  static Dataset rowsOfAllTypes() {
    return Dataset.builder(
            Schema.of(
                Field.of("run", DataType.STRING).orNull(),
                Field.of("at", DataType.INSTANT),
                Field.of("rows", DataType.INT64),
                Field.of("auc", DataType.FLOAT64),
                Field.of("late", DataType.FLOAT64),
                Field.of("ok", DataType.BOOLEAN)))
        .row("a", Instant.parse("2001-04-01T06:00:00Z"), 264_775L, 0.61432, 0.21, true)
        .row(null, Instant.EPOCH, 1L, 0.7, Double.NaN, false)
        .build();
  }

  @Test
  void a_table_writes_what_people_read() {
    Dataset rows = rowsOfAllTypes();
    Svg page = Svg.read(Report.of("r").table(Table.of(rows).unit("late", Unit.share())).html());
    assertThat(page.elements("td"))
        .extracting(Element::getTextContent)
        .containsExactly(
            "a",
            "2001-04-01 06:00 UTC",
            "264,775",
            "0.6143",
            "21 %",
            "true",
            "–",
            "1970-01-01",
            "1",
            "0.7000",
            "NaN",
            "false");
    assertThat(page.elements("th"))
        .extracting(e -> e.getAttribute("class"))
        .containsExactly("t", "time", "n", "n", "n", "t");
  }

  @Test
  void a_page_has_a_bound_whatever_is_put_on_it() {
    List<@Nullable String> texts = Collections.nCopies(5_000, "x".repeat(10_000));
    Dataset rows =
        Dataset.of(Schema.of(Field.of("long", DataType.STRING)), List.of(Column.strings(texts)));
    Svg page = Svg.read(Report.of("r").table(rows).html());
    assertThat(page.elements("td")).hasSize(1_000);
    assertThat(page.elements("td").get(0).getTextContent()).hasSize(301).endsWith("…");
    assertThat(page.elements("td").get(0).getAttribute("title"))
        .hasSizeLessThan(4_100)
        .endsWith("… (10,000 characters)");
    assertThat(page.elements("p").get(0).getTextContent())
        .isEqualTo("the first 1000 of 5,000 rows are shown");
    double[] many = IntStream.range(0, 100_000).mapToDouble(i -> Math.sin(i) * i).toArray();
    Report charts = Report.of("r");
    for (int i = 0; i < 20; i++) {
      charts.chart(LineChart.of("chart " + i).line("a", many).line("b", many));
    }
    assertThat(charts.html().length()).isLessThan(20 * 2 * 75_000);
  }

  @Test
  void a_table_without_rows_says_so() {
    Svg page = Svg.read(Report.of("r").table(table("a", "b").head(0)).html());
    assertThat(page.elements("p").get(0).getTextContent())
        .isEqualTo("nothing to show: the table has no rows");
  }

  @Test
  void refuses_a_unit_for_texts_and_unknown_columns() {
    Table table = Table.of(table("a", "b"));
    assertThatThrownBy(() -> table.unit("a", Unit.share()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("column 'a' has no numbers; a unit is for numbers");
    assertThatThrownBy(() -> table.unit("z", Unit.share())).isInstanceOf(NotFoundException.class);
    assertThatThrownBy(() -> table.rows(0)).hasMessage("rows must be from 1 to 1000: 0");
    assertThatThrownBy(() -> Unit.of(" "))
        .hasMessage("the word of a unit must not be blank; Unit.number() has none");
  }

  @Test
  void writes_a_file_and_its_directories(@TempDir Path directory) throws IOException {
    Path file = directory.resolve("a/b/report.html");
    Report.of("été").write(file);
    assertThat(Files.readString(file)).isEqualTo(Report.of("été").html());
    Report.of("again").write(file);
    assertThat(Files.readString(file)).contains("<h1>again</h1>");
    Path taken = Files.createDirectory(directory.resolve("taken"));
    assertThatThrownBy(() -> Report.of("x").write(taken))
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith("cannot write " + taken);
  }
}
