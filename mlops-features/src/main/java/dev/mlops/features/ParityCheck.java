package dev.mlops.features;

import dev.mlops.data.Dataset;
import dev.mlops.data.Micros;
import dev.mlops.features.ParityReport.Difference;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Computes every label row by both paths, that of a training set and that of a live read, from the
 * look-up of the entity on, and compares status and bits.
 */
final class ParityCheck {

  private final ServicePlan plan;
  private final LabelRows rows;
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
    long values = (long) rows.size() * plan.size();
    return new ParityReport(
        plan.service().name(), sequence, rows.size(), values, differences, first);
  }

  private void compare(int row, Request request, Frame offline, Frame online) {
    for (int i = 0; i < plan.size(); i++) {
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
