package dev.mlops.report;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.stats.Histogram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real browser measures a page with its own fonts. Without Chromium on the path the test is
 * skipped and says so, unless {@code MLOPS_BROWSER} is {@code required}.
 */
class BrowserTest {
  /**
   * Puts the page into frames, measures them, and writes what it found into its own body. The page
   * itself runs no script; its policy holds for it alone.
   */
  private static final String HARNESS =
      """
      <!DOCTYPE html><html><body><script>
      const page = decodeURIComponent(escape(atob('%s')));
      const found = [];
      let open = 0;
      function apart(svg, width) {
        const boxes = [...svg.querySelectorAll('text')].map(t => [t.textContent, t.getBoundingClientRect()]);
        const all = svg.getBoundingClientRect();
        boxes.forEach(([text, a], i) => {
          if (a.left < all.left - 1 || a.right > all.right + 1) found.push(width + ': outside: ' + text);
          boxes.slice(0, i).forEach(([other, b]) => {
            const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
            const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
            if (across > 1 && down > 4) found.push(width + ': ' + text + ' is on ' + other);
          });
        });
      }
      function measured(frame, width) {
        const page = frame.contentDocument;
        const root = page.documentElement;
        if (root.scrollWidth > root.clientWidth) found.push(width + ': overflow to ' + root.scrollWidth);
        const shown = [...page.querySelectorAll('svg')].filter(svg => svg.getBoundingClientRect().width > 0);
        if (2 * shown.length !== page.querySelectorAll('svg').length) found.push(width + ': shows ' + shown.length);
        if (getComputedStyle(page.querySelector('h1')).fontSize !== '26px') found.push(width + ': no style');
        shown.forEach(svg => apart(svg, width));
        if (--open === 0) document.body.innerHTML = '<pre>measured ' + JSON.stringify(found) + ' end</pre>';
      }
      for (const width of [360, 500, 700, 1200]) {
        const frame = document.createElement('iframe');
        open++;
        frame.width = width;
        frame.height = 900;
        frame.onload = () => measured(frame, width);
        frame.srcdoc = page;
        document.body.append(frame);
      }
      </script></body></html>
      """;

  private static Optional<Path> chromium() {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
        .flatMap(
            folder ->
                Stream.of("chromium", "chromium-browser", "google-chrome")
                    .map(Path.of(folder)::resolve))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static Report page() {
    Instant june = Instant.parse("2001-06-01T00:00:00Z");
    List<Instant> days =
        IntStream.range(0, 30).mapToObj(i -> june.plus(Duration.ofDays(i))).toList();
    double[] values = IntStream.range(0, 30).mapToDouble(i -> 0.75 + 0.02 * Math.sin(i)).toArray();
    LineChart many = LineChart.of("Lines that end together").y("took", Unit.seconds());
    for (int i = 0; i < 14; i++) {
      double own = i;
      many.line("run " + i, Arrays.stream(values).map(value -> 200 + value * own).toArray());
    }
    BarChart bars =
        BarChart.of("Drift of the inputs").unit("PSI", Unit.number()).limit("drift from", 0.05);
    bars.bar("a_name_that_is_much_longer_than_its_place_on_the_page_of_a_phone", 0.31, 0.28, 0.34);
    bars.bar("distance", 0.01).bar("WWWWWWWWWWWWWWWW", -0.04).bar("broken", Double.NaN);
    return Report.of("A report that a browser measures")
        .text("unbroken".repeat(60))
        .figure("ROC AUC", "0.754", "0.741 to 0.767 with 95 % confidence")
        .figure("Typical answer", Unit.seconds().text(0.0014), "half of all answers took less")
        .section("Section " + "W".repeat(80))
        .chart(
            LineChart.of("ROC AUC by day, with a title that is longer than a phone is wide")
                .y("ROC AUC", Unit.number())
                .line(Line.over("version 3", days, values))
                .limit("retrain below", 0.72)
                .limit("alert below", 0.721)
                .mark(days.get(2), "version 3 is live")
                .mark(days.get(3), "labels are late")
                .mark(days.get(29), "the end of the month"))
        .chart(many)
        .chart(bars)
        .chart(LineChart.of("Nothing").line("loss", Double.NaN))
        .chart(HistogramChart.of("Delay", Histogram.of(values)).x("delay", Unit.of("min")))
        .table(ReportTest.rowsOfAllTypes());
  }

  @Test
  void nothing_overflows_overlaps_or_is_refused(@TempDir Path directory) throws Exception {
    Path browser = required();
    String html = page().html();
    assertThat(measured(browser, html, directory)).isEqualTo("[]");
    assertThat(console(browser, html, directory)).doesNotContain("CONSOLE");
  }

  /** What the other test must find, is found when it is planted. */
  @Test
  void what_is_planted_is_found(@TempDir Path directory) throws Exception {
    Path browser = required();
    String html = page().html();
    String planted =
        html.replace("<main>", "<main><script>alert(1)</script><hr width=\"900\"/>")
            .replaceFirst("(<text class=\"title\".*</text>)", "$1$1");
    assertThat(measured(browser, planted, directory))
        .contains("360: overflow to", "1200: ROC AUC by day, with a title that is longer")
        .doesNotContain("no style", "1200: overflow");
    assertThat(console(browser, planted, directory)).contains("CONSOLE", "Content Security Policy");
    assertThat(measured(browser, html.replace("26px", "27px"), directory)).contains("no style");
  }

  private static Path required() {
    Optional<Path> browser = chromium();
    if (!"required".equals(System.getenv("MLOPS_BROWSER"))) {
      Assumptions.assumeTrue(browser.isPresent(), "no Chromium on the path: no page was measured");
    }
    return browser.orElseThrow();
  }

  private static String measured(Path browser, String html, Path directory) throws Exception {
    String base64 = Base64.getEncoder().encodeToString(html.getBytes(StandardCharsets.UTF_8));
    Path harness = directory.resolve("harness.html");
    Files.writeString(harness, HARNESS.replace("%s", base64));
    String dom = run(browser, directory, "--dump-dom", harness);
    int from = dom.indexOf("<pre>measured ");
    assertThat(from).as("the browser measured nothing: %s", dom).isNotNegative();
    return dom.substring(from + "<pre>measured ".length(), dom.indexOf(" end</pre>", from));
  }

  /** What the browser says of a page that is opened by itself. */
  private static String console(Path browser, String html, Path directory) throws Exception {
    Path file = directory.resolve("page.html");
    Files.writeString(file, html);
    run(browser, directory, "--dump-dom", file);
    return Files.readString(directory.resolve("console"));
  }

  private static String run(Path browser, Path directory, String what, Path page)
      throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                browser.toString(),
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--enable-logging=stderr",
                "--user-data-dir=" + directory.resolve("profile"),
                "--virtual-time-budget=5000",
                what,
                page.toUri().toString())
            .redirectError(directory.resolve("console").toFile())
            .start();
    try (InputStream out = process.getInputStream()) {
      String dom = new String(out.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
      return dom;
    } finally {
      process.destroyForcibly();
    }
  }
}
