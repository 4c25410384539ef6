package dev.mlops.features;

import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.data.Micros;
import dev.mlops.error.InvalidInputException;
import dev.mlops.features.ParityReport.Difference;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.timeline.EventRows;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.PartitionJoin;
import dev.mlops.features.view.ServicePlan;
import dev.mlops.features.view.View;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares logged features with the training rows of the same requests and instants.
 *
 * <p>A training row is made of all rows that had arrived by its instant, whether the reader had
 * seen them or not: that it had not is what this is to find. Only rows that were loaded afterwards
 * are left out where they came after the reader's position, since nobody could have served them.
 */
final class ServedCheck {

  private static final String AT = "served.at";

  private final ServicePlan plan;
  private final Map<String, List<Segment>> segments = new LinkedHashMap<>();
  private final Map<String, Long> byFeature = new HashMap<>();
  private final List<String> notLogged = new ArrayList<>();
  private int rows;
  private long values;
  private long present;
  private long differences;
  private @Nullable Difference first;
  private int otherDefinition;
  private int otherService;
  private int stale;
  private long backfilled;

  ServedCheck(FeatureService service, SegmentLog log) {
    this.plan = new ServicePlan(service);
    for (View view : service.views()) {
      segments.computeIfAbsent(
          view.source().name(), name -> log.read(view.source(), 0, Long.MAX_VALUE));
    }
  }

  ServedReport run(Batches logged) {
    for (Dataset batch : logged) {
      if (batch.rowCount() > 0) {
        add(batch, prefix(batch));
      }
    }
    Map<String, Long> counts =
        byFeature.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    return new ServedReport(
        plan.service().name(),
        rows,
        values,
        present,
        differences,
        counts,
        first,
        notLogged,
        otherDefinition,
        otherService,
        stale,
        backfilled);
  }

  /** A log may put something before all names. */
  private static String prefix(Dataset batch) {
    return batch.schema().names().stream()
        .filter(name -> name.endsWith(AT))
        .map(name -> name.substring(0, name.length() - AT.length()))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidInputException(
                    "logged rows lack the column '%s'; log the map that FeatureVector.logged() gives, and read the log with its features"
                        .formatted(AT)));
  }

  private void add(Dataset batch, String prefix) {
    Map<Long, BitSet> groups = new TreeMap<>();
    for (int row = 0; row < batch.rowCount(); row++) {
      if (isOurs(String.valueOf(batch.row(row).value(prefix + "served.service")))) {
        long position = whole(batch, row, prefix + "served.position");
        stale += isStale(position, whole(batch, row, prefix + AT)) ? 1 : 0;
        groups.computeIfAbsent(loaded(position), none -> new BitSet()).set(row);
      }
    }
    groups.forEach((loaded, mask) -> compare(batch.where(mask), prefix, loaded));
  }

  private boolean isOurs(String title) {
    if (title.equals(plan.title())) {
      return true;
    }
    boolean sameName = title.startsWith(plan.service().name() + " ");
    otherDefinition += sameName ? 1 : 0;
    otherService += sameName ? 0 : 1;
    return false;
  }

  private static long whole(Dataset batch, int row, String column) {
    Object value = batch.row(row).value(column);
    return value instanceof Number number ? number.longValue() : -1;
  }

  private boolean isStale(long position, long at) {
    return segments.values().stream()
        .flatMap(List::stream)
        .anyMatch(
            segment ->
                segment.sequence() > position && !segment.backfill() && segment.ingested() < at);
  }

  /**
   * The last backfill that a reader at a position had seen; rows of one group had seen the same.
   */
  private long loaded(long position) {
    return segments.values().stream()
        .flatMap(List::stream)
        .filter(segment -> segment.backfill() && segment.sequence() <= position)
        .mapToLong(Segment::sequence)
        .max()
        .orElse(0);
  }

  private void compare(Dataset logged, String prefix, long loaded) {
    Dataset requests = plan.requests(logged, prefix);
    rows += logged.rowCount();
    backfilled = Math.max(backfilled, leftOut(loaded));
    Map<String, @Nullable Column> columns = new LinkedHashMap<>();
    for (String feature : plan.service().features()) {
      boolean there = logged.schema().contains(prefix + feature);
      columns.put(feature, there ? logged.column(prefix + feature) : null);
      if (!there && !notLogged.contains(feature)) {
        notLogged.add(feature);
      }
    }
    new PartitionJoin(plan.service(), AT, true)
        .forEach(
            requests,
            view -> events(view, loaded),
            (trained, row) -> compare(trained, requests, columns, row));
  }

  private long leftOut(long loaded) {
    return segments.values().stream()
        .flatMap(List::stream)
        .filter(segment -> segment.backfill() && segment.sequence() > loaded)
        .mapToLong(Segment::rowCount)
        .sum();
  }

  private List<EventRows> events(View view, long loaded) {
    List<Segment> all = Objects.requireNonNull(segments.get(view.source().name()));
    return StoredRows.of(
        all.stream().filter(each -> !each.backfill() || each.sequence() <= loaded).toList());
  }

  private void compare(
      FeatureVector trained, Dataset requests, Map<String, @Nullable Column> columns, int row) {
    columns.forEach(
        (feature, column) -> {
          if (column == null) {
            return;
          }
          Object served = column.value(row);
          values++;
          present += served != null || trained.status(feature) == Status.PRESENT ? 1 : 0;
          if (!trained.isLoggedAs(feature, served)) {
            differences++;
            byFeature.merge(feature, 1L, Long::sum);
            first = first == null ? difference(trained, requests, feature, served, row) : first;
          }
        });
  }

  private static Difference difference(
      FeatureVector trained, Dataset requests, String feature, @Nullable Object served, int row) {
    return new Difference(
        row,
        requests.without(AT).row(row).toMap(),
        Micros.instant(Micros.floor(trained.at())),
        feature,
        trained.text(feature),
        String.valueOf(served));
  }
}
