package dev.mlops.features;

import dev.mlops.features.FeatureVector.Status;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Aggregates over windows that end at the asked instant. */
final class WindowEvaluator implements Evaluator {

  /** The features of one window: where they stand, what they are and which input they take. */
  private record Group(long window, int[] cells, Aggregate[] aggregates, int[] inputs) {}

  private final boolean strict;
  private final int offset;
  private final int size;
  private final long widest;
  private final List<Group> groups = new ArrayList<>();

  WindowEvaluator(EventView view, int offset) {
    this.strict = view.timing().strict();
    this.offset = offset;
    this.size = view.measures().size();
    Map<Long, List<Integer>> byWindow = new LinkedHashMap<>();
    for (int i = 0; i < size; i++) {
      long window = Micros.of(view.measures().get(i).window().length());
      byWindow.computeIfAbsent(window, absent -> new ArrayList<>()).add(i);
    }
    byWindow.forEach((window, cells) -> groups.add(group(view, window, cells)));
    this.widest = byWindow.keySet().stream().mapToLong(Long::longValue).max().orElseThrow();
  }

  /** The columns that the view's aggregates take, each once. */
  static List<String> inputs(EventView view) {
    List<String> inputs = new ArrayList<>();
    for (Measure measure : view.measures()) {
      if (measure.column() != null && !inputs.contains(measure.column())) {
        inputs.add(measure.column());
      }
    }
    return inputs;
  }

  @Override
  public void read(@Nullable Timeline line, long t, boolean asKnown, Frame frame) {
    int end = line == null ? 0 : line.end(t, strict);
    if (line == null || (asKnown ? line.lastKnown(end, t) : end - 1) < 0) {
      frame.missing(offset, offset + size, Status.NOT_FOUND);
      return;
    }
    int[] hidden = asKnown ? line.hidden(line.start(t, widest, strict), end, t) : new int[0];
    for (Group group : groups) {
      Stretch stretch = new Stretch(line, line.start(t, group.window, strict), end, hidden);
      for (int i = 0; i < group.cells.length; i++) {
        stretch.put(group.aggregates[i], group.inputs[i], frame, offset + group.cells[i]);
      }
    }
  }

  private static Group group(EventView view, long window, List<Integer> cells) {
    List<String> names = inputs(view);
    Group group =
        new Group(
            window,
            cells.stream().mapToInt(Integer::intValue).toArray(),
            new Aggregate[cells.size()],
            new int[cells.size()]);
    for (int i = 0; i < group.cells.length; i++) {
      Measure measure = view.measures().get(group.cells[i]);
      group.aggregates[i] = measure.aggregate();
      group.inputs[i] = measure.column() == null ? -1 : names.indexOf(measure.column());
    }
    return group;
  }
}
