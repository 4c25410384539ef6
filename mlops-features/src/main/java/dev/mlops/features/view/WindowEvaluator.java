package dev.mlops.features.view;

import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.view.FeatureVector.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Aggregates over windows that end at the asked instant. */
final class WindowEvaluator implements Evaluator {

  /** One feature: where it stands, what it is and which input it takes, -1 for none. */
  private record Cell(int index, Aggregate aggregate, int input) {}

  /** The features of one window. */
  private record Group(long window, List<Cell> cells) {}

  private final boolean strict;
  private final int offset;
  private final int size;
  private final long widest;
  private final List<Group> groups = new ArrayList<>();

  WindowEvaluator(EventView view, int offset) {
    this.strict = view.strict();
    this.offset = offset;
    List<Measure> measures = view.measures();
    this.size = measures.size();
    List<String> names = view.inputs();
    Map<Long, List<Cell>> byWindow = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      Measure measure = measures.get(i);
      int input = measure.column() == null ? -1 : names.indexOf(measure.column());
      byWindow
          .computeIfAbsent(Spans.of(measure.window().length()), absent -> new ArrayList<>())
          .add(new Cell(offset + i, measure.aggregate(), input));
    }
    byWindow.forEach((window, cells) -> groups.add(new Group(window, List.copyOf(cells))));
    this.widest = byWindow.keySet().stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  @Override
  public void read(@Nullable EntityTimeline line, long t, boolean asKnown, Frame frame) {
    if (line == null || !isKnown(line, t, asKnown)) {
      frame.missing(offset, offset + size, Status.NOT_FOUND);
      return;
    }
    int end = line.end(t, strict);
    int[] hidden = line.hidden(line.start(t, widest, strict), end, t, asKnown);
    for (Group group : groups) {
      if (hasAll(line, t, group.window)) {
        Stretch stretch = new Stretch(line, line.start(t, group.window, strict), end, hidden);
        for (Cell cell : group.cells) {
          stretch.put(cell.aggregate, cell.input, frame, cell.index);
        }
      } else {
        group.cells.forEach(cell -> frame.missing(cell.index, Status.OUT_OF_RANGE));
      }
    }
  }

  /** Whether there was a row by then; where that cannot be told, no window is complete either. */
  private boolean isKnown(EntityTimeline line, long t, boolean asKnown) {
    int end = line.end(t, strict);
    return line.isFound(end, t, asKnown)
        || (line.dropped().any() && (line.dropped().known() <= t || isTooEarly(line, t)));
  }

  private boolean isTooEarly(EntityTimeline line, long t) {
    return !line.dropped().before(t, strict);
  }

  /** Whether no row was dropped that lay in the window. */
  private boolean hasAll(EntityTimeline line, long t, long window) {
    return line.dropped().before(Spans.minus(t, window), strict);
  }
}
