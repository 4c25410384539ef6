package dev.mlops.features;

import dev.mlops.data.Dataset;
import dev.mlops.data.Micros;
import dev.mlops.features.ParityReport.Difference;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Computes every label row by both paths, that of a training set and that of a live read, from the
 * look-up of the entity on, and compares status and bits.
 */
final class ParityCheck {

  private final ServicePlan plan;
  private final LabelRows rows;
  private long present;
  private long differences;
  private @Nullable Difference first;

  ParityCheck(ServicePlan plan, Dataset labels, String time) {
    this.plan = plan;
    this.rows = new LabelRows(plan.service(), labels, time);
  }

  ParityReport run(List<History> stored, List<History> live, long sequence) {
    Frame offline = new Frame(plan.size());
    Frame online = new Frame(plan.size());
    LabelLines entities = new LabelLines(plan, rows, stored);
    @Nullable Timeline[] lines = new @Nullable Timeline[stored.size()];
    for (int row = 0; row < rows.size(); row++) {
      Request label = rows.get(row);
      Request call = plan.request(label.row());
      entities.get(row, lines);
      plan.fill(lines, label, rows.time(row), true, offline);
      plan.fill(plan.find(live, call), call, rows.time(row), true, online);
      compare(row, label, offline, online);
    }
    return new ParityReport(
        plan.service().name(),
        sequence,
        behind(stored, live),
        stored.stream().mapToLong(History::backfilled).sum(),
        rows.size(),
        (long) rows.size() * plan.size(),
        present,
        differences,
        first);
  }

  /** The views whose live rows lack some that are stored. */
  private static List<String> behind(List<History> stored, List<History> live) {
    return IntStream.range(0, stored.size())
        .filter(view -> live.get(view).sequence() < stored.get(view).sequence())
        .mapToObj(view -> stored.get(view).view().name())
        .toList();
  }

  private void compare(int row, Request request, Frame offline, Frame online) {
    for (int i = 0; i < plan.size(); i++) {
      present += offline.present(i) || online.present(i) ? 1 : 0;
      if (!offline.same(i, online)) {
        differences++;
        first = first == null ? difference(row, request, i, offline, online) : first;
      }
    }
  }

  private Difference difference(int row, Request request, int i, Frame offline, Frame online) {
    return new Difference(
        row,
        request.row().toMap(),
        Micros.instant(rows.time(row)),
        plan.field(i).name(),
        offline.text(i, plan.field(i)),
        online.text(i, plan.field(i)));
  }
}
