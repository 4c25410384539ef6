package dev.mlops.report;

import java.util.ArrayList;
import java.util.List;

/** A drawing that grows downwards: the title, what a chart draws, and notes. */
final class Canvas {
  private static final int TITLE_LINES = 3;
  private static final int NOTE_LINES = 4;
  private static final double BASELINE = 4;

  private final Frame frame;
  private final String title;
  private final Markup body = new Markup();
  private final List<String> notes = new ArrayList<>();
  private double height;

  Canvas(Frame frame, String title) {
    this.frame = frame;
    this.title = title;
    // The title is set bold, and a little larger than other text.
    for (String line : Lettering.lines(title, frame.width() * 0.85, TITLE_LINES)) {
      body.element("text", line, "class", "title", "x", "0", "y", height + 14);
      height += 18;
    }
    height += 4;
  }

  Frame frame() {
    return frame;
  }

  double width() {
    return frame.width();
  }

  /** How far down the drawing reaches. */
  double height() {
    return height;
  }

  void grow(double by) {
    height += by;
  }

  /** Adds a sentence below the drawing. */
  void note(String note) {
    notes.add(note);
  }

  /** Writes text around a height, cut to its room; anchored as its class says. */
  void text(String type, double x, double y, double room, String text) {
    String shown = Lettering.cut(text, room);
    Object[] attributes = {"class", type, "x", x, "y", y + BASELINE};
    if (shown.equals(text)) {
      body.element("text", text, attributes);
    } else {
      body.cut("text", shown, text, attributes);
    }
  }

  void line(String type, double x1, double y1, double x2, double y2) {
    body.empty("line", "class", type, "x1", x1, "y1", y1, "x2", x2, "y2", y2);
  }

  void path(String type, String points) {
    body.empty("path", "class", type, "d", points);
  }

  void dot(String type, double x, double y) {
    body.empty("circle", "class", type, "cx", x, "cy", y, "r", 2.6);
  }

  void bar(String type, double x, double y, double width, double height) {
    body.empty(
        "rect", "class", type, "x", x, "y", y, "width", Math.max(0, width), "height", height);
  }

  /** Says that there is nothing to draw, and why. */
  void nothing(String why) {
    for (String line : Lettering.lines("nothing to show: " + why, width() - 24, 6)) {
      height += Lettering.LINE;
      text("nothing", 12, height, width() - 24, line);
    }
    height += Lettering.LINE;
  }

  /**
   * Ends the drawing.
   *
   * @param id begins the ids of its parts, and is like no other on the page
   * @param description the chart in a few sentences, for those who do not see it
   * @param style a style of its own; empty inside a page that has it
   */
  Markup finish(String id, String description, String style) {
    for (String note : notes) {
      for (String line : Lettering.lines(note, width(), NOTE_LINES)) {
        height += Lettering.LINE;
        text("note", 0, height - BASELINE, width(), line);
      }
    }
    height += 6;
    Markup svg = new Markup();
    svg.open(
        "svg",
        "xmlns",
        "http://www.w3.org/2000/svg",
        "class",
        "chart " + frame.name(),
        "viewBox",
        "0 0 " + Markup.at(width()) + " " + Markup.at(height),
        "role",
        "img",
        "aria-labelledby",
        id + "-title",
        "aria-describedby",
        id + "-desc");
    svg.element("title", title, "id", id + "-title");
    svg.element(
        "desc", String.join(" ", description, String.join(". ", notes)), "id", id + "-desc");
    if (!style.isEmpty()) {
      svg.append("<style>").append(style).append("</style>\n");
    }
    return svg.add(body).close("svg");
  }
}
