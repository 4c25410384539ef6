package dev.mlops.features;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.features.ParityReport.Difference;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.timeline.Spans;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureVector;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.features.view.PartitionJoin;
import dev.mlops.features.view.ServicePlan;
import dev.mlops.predictions.PredictionQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Compares the features that a prediction log has with the training rows of the same requests and
 * instants.
 *
 * <p>A training row is made of all rows that had arrived by its instant, whether the reader had
 * seen them or not: that it had not is what this is to find.
 */
final class ServedCheck {

  private static final String AT = "served.at";
  private static final String ABSENT = "served.absent.";

  /** Features may have the name of any column of the log. */
  private static final String FEATURE = "feature.";

  /** Rows of the log that are compared at once. */
  private static final int AT_ONCE = 100_000;

  private final ServicePlan plan;
  private final Map<Long, List<Dataset>> waiting = new TreeMap<>();
  private final ServedRows stored;
  private final long within;
  private final Map<String, Long> byFeature = new HashMap<>();
  private final Set<String> notLogged = new LinkedHashSet<>();
  private final Map<String, Long> withoutVector = new HashMap<>();
  private final Set<String> models = new LinkedHashSet<>();
  private long predictions;
  private long rows;
  private long values;
  private long present;
  private long outOfRange;
  private long differences;
  private ServedReport.@Nullable First first;
  private long otherDefinition;
  private long otherService;
  private long otherInstant;
  private long stale;
  private long backfilled;

  ServedCheck(FeatureService service, SegmentLog log, Duration within) {
    this.plan = new ServicePlan(service);
    this.stored = new ServedRows(log, service.views());
    this.within = Spans.of(within);
  }

  ServedReport run(PredictionQuery query) {
    PredictionQuery all = query.hasFeatures() ? query : query.features();
    all = all.hasServed() ? all : all.served();
    all = all.featurePrefix().isEmpty() ? all.featurePrefix(FEATURE) : all;
    String prefix = all.featurePrefix();
    for (Dataset page : all.pages()) {
      add(page, prefix);
    }
    waiting.forEach((backfill, pages) -> compare(pages, prefix, backfill));
    return report();
  }

  private ServedReport report() {
    Map<String, Long> counts =
        byFeature.entrySet().stream()
            .sorted(
                Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder())
                    .thenComparing(Map.Entry.comparingByKey()))
            .collect(
                Collectors.toMap(
                    Map.Entry::getKey, Map.Entry::getValue, (a, b) -> a, LinkedHashMap::new));
    long beside = models.stream().mapToLong(model -> withoutVector.getOrDefault(model, 0L)).sum();
    long without = withoutVector.values().stream().mapToLong(Long::longValue).sum();
    return new ServedReport(
        plan.service().name(),
        predictions,
        rows,
        new ServedReport.Compared(values, present, outOfRange, differences),
        counts,
        first,
        plan.service().features().stream().filter(notLogged::contains).toList(),
        new ServedReport.NotCompared(without, beside, otherService, otherDefinition),
        otherInstant,
        stale,
        backfilled);
  }

  private void add(Dataset page, String prefix) {
    Column.OfString services = page.strings("served.service");
    Column.OfString models = page.strings("model");
    Map<Long, BitSet> groups = new TreeMap<>();
    for (int row = 0; row < page.rowCount(); row++) {
      predictions++;
      String model = String.valueOf(models.get(row));
      if (services.isNull(row)) {
        withoutVector.merge(model, 1L, Long::sum);
      } else if (isOurs(page, row)) {
        this.models.add(model);
        groups.computeIfAbsent(group(page, row), none -> new BitSet()).set(row);
      }
    }
    groups.forEach((backfill, mask) -> add(page.where(mask), prefix, backfill));
  }

  /** Each comparison reads all stored rows, so it waits until there are many to compare. */
  private void add(Dataset logged, String prefix, long backfill) {
    List<Dataset> pages = waiting.computeIfAbsent(backfill, none -> new ArrayList<>());
    boolean fits = pages.isEmpty() || pages.get(0).schema().equals(logged.schema());
    if (!fits || pages.stream().mapToInt(Dataset::rowCount).sum() >= AT_ONCE) {
      compare(pages, prefix, backfill);
      pages.clear();
    }
    pages.add(logged);
  }

  private void compare(List<Dataset> pages, String prefix, long backfill) {
    if (!pages.isEmpty()) {
      compare(Dataset.concat(pages), prefix, backfill);
    }
  }

  private boolean isOurs(Dataset page, int row) {
    if (!plan.service().name().equals(page.strings("served.service").get(row))) {
      otherService++;
      return false;
    }
    if (!plan.definition().equals(page.strings("served.definition").get(row))) {
      otherDefinition++;
      return false;
    }
    return true;
  }

  /** Rows of one group are compared with training rows of the same backfills. */
  private long group(Dataset page, int row) {
    long at = page.instants(AT).micros(row);
    long position = page.longs("served.position").get(row);
    stale += stored.isStale(position, at) ? 1 : 0;
    long time = page.instants("time").micros(row);
    boolean isFar = at < Spans.minus(time, within) || at > Spans.plus(time, within);
    otherInstant += isFar ? 1 : 0;
    return stored.backfill(position);
  }

  private void compare(Dataset logged, String prefix, long backfill) {
    backfilled = Math.max(backfilled, stored.leftOut(backfill));
    Dataset requests = plan.requests(logged);
    Cells cells = new Cells(logged, requests, prefix);
    new PartitionJoin(plan.service(), AT, true)
        .forEach(
            requests,
            view -> stored.of(view, backfill),
            (trained, row) ->
                plan.service()
                    .features()
                    .forEach(feature -> compare(trained, cells, feature, row)));
    rows += logged.rowCount();
  }

  private void compare(FeatureVector trained, Cells cells, String feature, int row) {
    Object served = cells.value(feature, row);
    String absent = cells.absent(feature, row);
    if (served == null && absent == null) {
      notLogged.add(feature);
      return;
    }
    if (Status.OUT_OF_RANGE.name().equals(absent)) {
      outOfRange++;
      return;
    }
    values++;
    present += served != null || trained.status(feature) == Status.PRESENT ? 1 : 0;
    if (!trained.isLoggedAs(feature, served, absent)) {
      differences++;
      byFeature.merge(feature, 1L, Long::sum);
      if (first == null) {
        String text = absent == null ? String.valueOf(served) : absent;
        first = cells.first(trained, feature, text, row);
      }
    }
  }

  /** The logged cells of the rows of one group. */
  private final class Cells {

    private final Dataset logged;
    private final Dataset requests;
    private final Map<String, Column> values = new HashMap<>();
    private final Map<String, Column> absent = new HashMap<>();

    Cells(Dataset logged, Dataset requests, String prefix) {
      this.logged = logged;
      this.requests = requests;
      for (String feature : plan.service().features()) {
        put(values, feature, prefix + feature);
        put(absent, feature, ABSENT + feature);
      }
    }

    private void put(Map<String, Column> columns, String feature, String name) {
      if (logged.schema().contains(name)) {
        columns.put(feature, logged.column(name));
      }
    }

    @Nullable Object value(String feature, int row) {
      Column column = values.get(feature);
      return column == null ? null : column.value(row);
    }

    @Nullable String absent(String feature, int row) {
      Column column = absent.get(feature);
      Object why = column == null ? null : column.value(row);
      return why == null ? null : why.toString();
    }

    ServedReport.First first(FeatureVector trained, String feature, String served, int row) {
      Difference difference =
          new Difference(
              (int) Math.min(rows + row, Integer.MAX_VALUE),
              requests.without(AT).row(row).toMap(),
              trained.at(),
              feature,
              trained.text(feature),
              served);
      return new ServedReport.First(String.valueOf(logged.strings("id").get(row)), difference);
    }
  }
}
