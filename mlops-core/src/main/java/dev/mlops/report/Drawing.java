package dev.mlops.report;

/** A chart that was drawn, and what it says to those who do not see it. */
record Drawing(Canvas canvas, String description) {
  static Drawing of(Chart chart, Frame frame) {
    if (chart instanceof LineChart lines) {
      return lines.draw(frame);
    }
    return chart instanceof BarChart bars ? bars.draw(frame) : ((HistogramChart) chart).draw(frame);
  }

  static String alone(Chart chart) {
    return of(chart, Frame.WIDE).markup("chart", Style.CHARTS);
  }

  String markup(String id, String style) {
    return canvas.finish(id, description, style).toString();
  }
}
