package dev.mlops.report;

/**
 * The size of a drawing. A chart is drawn twice, as a drawing for a desk would be unreadable when
 * it is shrunk to the width of a phone.
 *
 * @param name the class of the drawing
 * @param width its width in pixels
 * @param plot the least height of the rectangle that data is drawn in
 */
record Frame(String name, double width, double plot) {
  static final Frame WIDE = new Frame("wide", 720, 230);
  static final Frame NARROW = new Frame("narrow", 336, 200);

  boolean isNarrow() {
    return width < WIDE.width;
  }
}
