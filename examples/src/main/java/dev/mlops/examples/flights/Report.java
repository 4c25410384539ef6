package dev.mlops.examples.flights;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** One HTML page that needs nothing but itself: no script, no font, no network. */
final class Report {
  private static final String STYLE =
      """
      body { font: 15px/1.5 system-ui, sans-serif; color: #1c2430; max-width: 780px; margin: 32px auto; padding: 0 20px; }
      h1 { font-size: 26px; margin-bottom: 4px; }
      h2 { font-size: 18px; margin: 36px 0 6px; border-top: 1px solid #dde3ea; padding-top: 18px; }
      p { margin: 6px 0 12px; color: #3a4656; }
      table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
      th { text-align: left; color: #5b6879; font-weight: 600; border-bottom: 1px solid #c9d2dc; padding: 4px 8px 4px 0; }
      td { border-bottom: 1px solid #eef1f5; padding: 4px 8px 4px 0; vertical-align: top; }
      svg { width: 100%; height: auto; margin: 6px 0; }
      svg text { font: 11px system-ui, sans-serif; fill: #3a4656; dominant-baseline: middle; }
      svg text.value { text-anchor: end; }
      svg text.tick { text-anchor: middle; }
      svg line.grid { stroke: #e6ebf0; }
      svg line.limit { stroke: #a33; stroke-dasharray: 5 4; }
      """;

  private final Markup body = new Markup();

  Report(String title, String subtitle) {
    body.add("<h1>%s</h1>", title).add("<p>%s</p>", subtitle);
  }

  Report section(String title, String text) {
    body.add("<h2>%s</h2>", title).add("<p>%s</p>", text);
    return this;
  }

  Report text(String text) {
    body.add("<p>%s</p>", text);
    return this;
  }

  Report chart(Markup svg) {
    body.add("%s", svg);
    return this;
  }

  Report table(List<String> header, List<List<String>> rows) {
    body.add("<table>").add("%s", row("th", header));
    rows.forEach(row -> body.add("%s", row("td", row)));
    body.add("</table>");
    return this;
  }

  void write(Path file) {
    Markup page = new Markup();
    page.add("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">");
    page.add("<title>The story of a flight</title>\n<style>\n%s</style>\n</head>\n<body>", STYLE);
    page.add("%s", body).add("</body>\n</html>");
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      Files.writeString(file, page.toString());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Markup row(String cell, List<String> texts) {
    Markup row = new Markup();
    row.add("<tr>");
    texts.forEach(text -> row.add("<" + cell + ">%s</" + cell + ">", text));
    return row.add("</tr>");
  }
}
