package dev.mlops.report;

import java.math.BigDecimal;
import java.util.List;

/** The rectangle that data is drawn in, with its axes. */
record Plot(double left, double right, double top, double bottom, Range x, Range y) {
  private static final double GAP = 10;
  private static final int LEAST = 5;
  private static final double NARROWEST = 44;
  private static final double NARROWEST_TIME = 68;

  double x(double value) {
    return left + (right - left) * x.share(value);
  }

  double y(double value) {
    return bottom - (bottom - top) * y.share(value);
  }

  /** How much room the texts of an upright axis take. */
  static double room(Unit unit, List<BigDecimal> ticks, BigDecimal step) {
    return ticks.stream()
            .mapToDouble(tick -> Lettering.width(unit.tick(tick, step)))
            .max()
            .orElse(0)
        + 8;
  }

  void upright(Canvas canvas, Unit unit, List<BigDecimal> ticks, BigDecimal step) {
    for (BigDecimal tick : ticks) {
      double place = y(Steps.at(tick));
      canvas.line("grid", left, place, right, place);
      canvas.text("tick e", left - 6, place, left, unit.tick(tick, step));
    }
  }

  /** Draws the axis below, and lets the canvas grow by it. */
  void level(Canvas canvas, Unit unit, String name, boolean whole) {
    canvas.line("axis", left, bottom, right, bottom);
    boolean context = false;
    for (Tick tick : levelTicks(canvas.width(), unit, whole)) {
      double place = x(tick.value());
      canvas.line("axis", place, bottom, place, bottom + 4);
      canvas.text("tick m", inside(place, tick, canvas.width()), bottom + 13, 200, tick.label());
      if (!tick.context().isEmpty()) {
        double middle = inside(place, tick, canvas.width());
        canvas.text("tick m", middle, bottom + 13 + Lettering.LINE, 200, tick.context());
        context = true;
      }
    }
    canvas.grow(20 + (context ? Lettering.LINE : 0));
    String label = unit.label(name);
    if (!label.isBlank()) {
      canvas.text("name m", (left + right) / 2, canvas.height() + 6, right - left, label);
      canvas.grow(Lettering.LINE);
    }
  }

  /** As many round ticks as there is room for their texts. */
  private List<Tick> levelTicks(double width, Unit unit, boolean whole) {
    List<Tick> ticks = List.of();
    double narrowest = unit.isTime() ? NARROWEST_TIME : NARROWEST;
    int most = Math.max(LEAST, (int) ((right - left) / narrowest));
    for (; most > 0; most--) {
      ticks = unit.isTime() ? CalendarTicks.within(x, most) : ticks(unit, whole, most);
      if (fit(ticks, width)) {
        return ticks;
      }
    }
    return ticks.subList(0, Math.min(1, ticks.size()));
  }

  private List<Tick> ticks(Unit unit, boolean whole, int most) {
    BigDecimal fine = unit.step(x.span(), most);
    BigDecimal step = whole ? fine.max(BigDecimal.ONE) : fine;
    return Steps.within(x, step).stream()
        .map(tick -> new Tick(Steps.at(tick), unit.tick(tick, step), ""))
        .toList();
  }

  private boolean fit(List<Tick> ticks, double width) {
    double end = Double.NEGATIVE_INFINITY;
    for (Tick tick : ticks) {
      double middle = inside(x(tick.value()), tick, width);
      if (middle - width(tick) / 2 < end) {
        return false;
      }
      end = middle + width(tick) / 2 + GAP;
    }
    return true;
  }

  /** The middle of a tick's text, moved so that no text begins or ends outside the drawing. */
  private static double inside(double place, Tick tick, double width) {
    double half = width(tick) / 2;
    return Math.max(half, Math.min(width - half, place));
  }

  private static double width(Tick tick) {
    return Math.max(Lettering.width(tick.label()), Lettering.width(tick.context()));
  }
}
