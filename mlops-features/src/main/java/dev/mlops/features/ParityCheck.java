package dev.mlops.features;

import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.features.ParityReport.Difference;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.PartitionJoin;
import dev.mlops.features.view.View;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Computes every label row by both paths, that of a training set and that of a live read, from the
 * look-up of the entity on, and compares status and bits.
 */
final class ParityCheck {

  private final FeatureReader live;
  private final Dataset labels;
  private final String time;
  private final String[] asked;
  private long values;
  private long present;
  private long outOfRange;
  private long differences;
  private @Nullable Difference first;

  ParityCheck(FeatureReader live, Dataset labels, String time) {
    this.live = live;
    this.labels = labels;
    this.time = time;
    this.asked = live.service().requestFields().stream().map(Field::name).toArray(String[]::new);
  }

  ParityReport run(
      Function<View, ? extends Iterable<EventRows>> events,
      long sequence,
      List<String> behind,
      long backfilled) {
    FeatureService service = live.service();
    new PartitionJoin(service, time, true).forEach(labels, events, this::compare);
    return new ParityReport(
        service.name(),
        sequence,
        behind,
        backfilled,
        labels.rowCount(),
        values,
        present,
        outOfRange,
        differences,
        first);
  }

  private void compare(FeatureVector offline, int row) {
    Row request = labels.row(row);
    FeatureVector online = live.get(request, offline.at());
    for (String feature : offline.names()) {
      if (online.status(feature) == Status.OUT_OF_RANGE) {
        outOfRange++;
        continue;
      }
      values++;
      present += isPresent(offline, feature) || isPresent(online, feature) ? 1 : 0;
      if (!offline.same(feature, online)) {
        differences++;
        first = first == null ? difference(row, feature, offline, online) : first;
      }
    }
  }

  private static boolean isPresent(FeatureVector vector, String feature) {
    return vector.status(feature) == Status.PRESENT;
  }

  private Difference difference(
      int row, String feature, FeatureVector offline, FeatureVector online) {
    return new Difference(
        row,
        labels.select(asked).row(row).toMap(),
        offline.at(),
        feature,
        offline.text(feature),
        online.text(feature));
  }
}
