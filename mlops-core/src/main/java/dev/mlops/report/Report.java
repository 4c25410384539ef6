package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Dataset;
import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One HTML page that needs nothing but itself: no script, no font, no network. It is readable from
 * 360 pixels of width on, in light and dark, and by a screen reader.
 *
 * <p>Whatever is added is text: it is shown as it is, and never becomes a part of the page. The
 * same calls give the same bytes. Built by one thread.
 */
public final class Report {
  private final String title;
  private final Markup body = new Markup();
  private int sections;
  private int charts;
  private boolean figures;

  private Report(String title) {
    this.title = title;
    body.element("h1", title);
  }

  /**
   * Returns a report with nothing but its title.
   *
   * @param title the title of the page
   * @return the report
   */
  public static Report of(String title) {
    return new Report(requireNonNull(title, "title"));
  }

  /**
   * Begins a section.
   *
   * @param heading its heading
   * @return this
   */
  @CanIgnoreReturnValue
  public Report section(String heading) {
    requireNonNull(heading, "heading");
    sections++;
    content().element("h2", heading, "id", "section-" + sections);
    return this;
  }

  /**
   * Begins a section with a paragraph.
   *
   * @param heading its heading
   * @param text the paragraph
   * @return this
   */
  @CanIgnoreReturnValue
  public Report section(String heading, String text) {
    requireNonNull(heading, "heading");
    return section(heading).text(text);
  }

  /**
   * Adds a paragraph.
   *
   * @param text the sentences
   * @return this
   */
  @CanIgnoreReturnValue
  public Report text(String text) {
    requireNonNull(text, "text");
    content().element("p", text);
    return this;
  }

  /**
   * Adds a number that matters. Figures that follow one another stand side by side.
   *
   * @param name what it is
   * @param value the number with its unit, as {@link Unit#text} writes it
   * @param sentence what it means
   * @return this
   */
  @CanIgnoreReturnValue
  public Report figure(String name, String value, String sentence) {
    requireNonNull(name, "name");
    requireNonNull(value, "value");
    requireNonNull(sentence, "sentence");
    if (!figures) {
      body.open("dl", "class", "figures");
      figures = true;
    }
    body.open("div").element("dt", name).element("dd", value, "class", "value");
    body.element("dd", sentence, "class", "why").close("div");
    return this;
  }

  /**
   * Adds a chart, as it is now.
   *
   * @param chart the chart
   * @return this
   */
  @CanIgnoreReturnValue
  public Report chart(Chart chart) {
    requireNonNull(chart, "chart");
    charts++;
    content().open("figure");
    body.append(Drawing.of(chart, Frame.WIDE).markup("chart-" + charts, ""));
    body.append(Drawing.of(chart, Frame.NARROW).markup("chart-" + charts + "-narrow", ""));
    body.close("figure");
    return this;
  }

  /**
   * Adds a table, as it is now.
   *
   * @param table the table
   * @return this
   */
  @CanIgnoreReturnValue
  public Report table(Table table) {
    requireNonNull(table, "table");
    content().add(table.markup());
    return this;
  }

  /**
   * Adds a table of all columns.
   *
   * @param rows its rows, of which the first 1,000 are shown
   * @return this
   */
  @CanIgnoreReturnValue
  public Report table(Dataset rows) {
    return table(Table.of(rows));
  }

  private Markup content() {
    if (figures) {
      body.close("dl");
      figures = false;
    }
    return body;
  }

  /**
   * Returns the page.
   *
   * @return an HTML document that is well-formed as XML too, to be kept as UTF-8
   */
  public String html() {
    Markup page = new Markup();
    page.append("<!DOCTYPE html>\n").open("html", "lang", "en").open("head");
    page.empty("meta", "charset", "utf-8");
    page.empty("meta", "http-equiv", "Content-Security-Policy", "content", Style.policy());
    page.empty("meta", "name", "viewport", "content", "width=device-width, initial-scale=1");
    page.empty("meta", "name", "color-scheme", "content", "light dark");
    page.element("title", title);
    page.append("<style>").append(Style.ALL).append("</style>\n").close("head");
    page.open("body").open("main").add(body);
    if (figures) {
      page.close("dl");
    }
    return page.close("main").close("body").close("html").toString();
  }

  /**
   * Writes the page to a file. Missing directories are made, and a file of that name is replaced.
   *
   * @param file the file, such as {@code report.html}
   * @throws StorageException if it cannot be written
   */
  public void write(Path file) {
    requireNonNull(file, "file");
    Path target = file.toAbsolutePath();
    try {
      Files.createDirectories(requireNonNull(target.getParent(), "directory of " + file));
      Files.writeString(target, html());
    } catch (IOException e) {
      throw new StorageException("cannot write " + target + ": " + FileFailure.reason(e), e);
    }
  }

  @Override
  public String toString() {
    return "report '" + title + "'";
  }
}
