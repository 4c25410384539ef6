package dev.mlops.features.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.features.FeatureReader;
import dev.mlops.features.FeatureStore;
import dev.mlops.features.Ingestion;
import dev.mlops.features.ParityReport;
import dev.mlops.features.TrainingSet;
import dev.mlops.features.view.BruteForce.Event;
import dev.mlops.features.view.FeatureVector.Status;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;
import org.jspecify.annotations.Nullable;

/**
 * Training and live features against the brute-force twin. Times lie within 40 microseconds around
 * the epoch, so that ties, equal instants, negative epochs, late rows and rows known before they
 * happened are common.
 */
class PointInTimePropertyTest {

  private static final Schema EVENTS =
      Schema.of(
          Field.of("id", DataType.INT64),
          Field.of("a", DataType.STRING).orNull(),
          Field.of("b", DataType.INT64).orNull(),
          Field.of("at", DataType.INSTANT),
          Field.of("known", DataType.INSTANT),
          Field.of("amount", DataType.FLOAT64).orNull(),
          Field.of("flag", DataType.BOOLEAN).orNull());

  private static final Schema LABELS =
      Schema.of(
          Field.of("a", DataType.STRING).orNull(),
          Field.of("note", DataType.STRING).orNull(),
          Field.of("b", DataType.INT64).orNull(),
          Field.of("t", DataType.INSTANT));

  private static final List<Aggregate> WITH_INPUT =
      List.of(
          Aggregate.SUM,
          Aggregate.MEAN,
          Aggregate.SHARE,
          Aggregate.MIN,
          Aggregate.MAX,
          Aggregate.LAST,
          Aggregate.STD);

  private static final long[] WINDOWS = {1, 7, 30};
  private static final long TTL = 9;

  private static final TestClock CLOCK = TestClock.at(Instant.EPOCH);
  private static final AtomicInteger NAMES = new AtomicInteger();
  private static @Nullable Workspace shared;
  private static @Nullable FeatureStore opened;

  record Label(@Nullable String a, @Nullable Long b, long t) {}

  @BeforeContainer
  static void open() {
    shared = Workspace.builder().clock(CLOCK).open();
    opened = FeatureStore.open(shared);
  }

  @AfterContainer
  static void close() {
    java.util.Objects.requireNonNull(shared).close();
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void training_equals_the_twin_row_for_row(
      @ForAll("batches") List<List<Event>> batches,
      @ForAll("labels") List<Label> labels,
      @ForAll boolean strict,
      @ForAll boolean versioned,
      @ForAll boolean asKnown) {
    FeatureStore store = store();
    FeatureService service = register(store, strict, versioned);
    List<Event> ingested = ingest(store, service, batches);

    TrainingSet.Builder builder = store.trainingSet(service).labels(dataset(labels), "t");
    TrainingSet set = asKnown ? builder.build() : builder.asIfKnownImmediately().build();

    assertThat(set.dataset().select("a", "note", "b", "t").digest())
        .isEqualTo(dataset(labels).digest());
    int changed = 0;
    for (int row = 0; row < labels.size(); row++) {
      List<Object> wanted = twin(ingested, versioned, labels.get(row), strict, asKnown);
      assertThat(values(service, set.dataset().row(row)))
          .as("%s of %s", labels.get(row), ingested)
          .isEqualTo(wanted.stream().map(PointInTimePropertyTest::orNull).toList());
      changed +=
          wanted.equals(twin(ingested, versioned, labels.get(row), strict, !asKnown)) ? 0 : 1;
    }
    assertThat(set.leakReport().changedRows()).isEqualTo(changed);
  }

  @Property(tries = 200, edgeCases = EdgeCasesMode.NONE)
  void live_equals_the_twin_and_the_training_set_after_each_ingestion(
      @ForAll("batches") List<List<Event>> batches,
      @ForAll("labels") List<Label> labels,
      @ForAll boolean versioned,
      @ForAll boolean strict) {
    FeatureStore store = store();
    FeatureService service = register(store, strict, versioned);
    FeatureReader live = store.online(service);
    Dataset requests = dataset(labels);
    List<Event> ingested = new ArrayList<>();
    for (List<Event> batch : batches) {
      ingested.addAll(ingest(store, service, List.of(batch)));
      for (int row = 0; row < labels.size(); row++) {
        FeatureVector vector = live.get(requests.row(row), instant(labels.get(row).t));
        assertThat(values(service, vector))
            .as("%s of %s", labels.get(row), ingested)
            .isEqualTo(twin(ingested, versioned, labels.get(row), strict, true));
      }
      ParityReport report = store.prove(service).over(requests, "t");
      assertThat(report.differences()).as("%s", report).isZero();
      assertThat(report.behind()).isEmpty();
    }
  }

  @Property(tries = 30, edgeCases = EdgeCasesMode.NONE)
  void a_training_set_can_be_had_again_whatever_was_ingested_since(
      @ForAll("batches") List<List<Event>> batches,
      @ForAll("batches") List<List<Event>> later,
      @ForAll("labels") List<Label> labels,
      @ForAll boolean versioned) {
    FeatureStore store = store();
    FeatureService service = register(store, false, versioned);
    ingest(store, service, batches);
    TrainingSet first = store.trainingSet(service).labels(dataset(labels), "t").build();
    ingest(store, service, later);

    TrainingSet again =
        store
            .trainingSet(service)
            .labels(dataset(labels), "t")
            .atSequence(first.sequence())
            .build();

    assertThat(again.digest()).isEqualTo(first.digest());
  }

  @Provide
  Arbitrary<List<List<Event>>> batches() {
    Arbitrary<Double> amounts =
        Arbitraries.frequencyOf(
            Tuple.of(6, Arbitraries.of(1.0, 2.5, -3.0, 0.1, 0.2, 0.3, 1e16, -0.0)),
            Tuple.of(2, Arbitraries.of(1e300, -1e300, Double.MIN_VALUE, 1e-290, 1.7e308)),
            Tuple.of(
                1, Arbitraries.of(Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY)),
            Tuple.of(3, Arbitraries.doubles()));
    // Every second event is another version of one that is there or comes.
    Arbitrary<Long> ids = Arbitraries.oneOf(Arbitraries.longs().between(0, 3), Arbitraries.longs());
    Arbitrary<Event> event =
        Combinators.combine(
                ids,
                a(),
                b(),
                Arbitraries.longs().between(-20, 20),
                Arbitraries.of(-5L, 0L, 0L, 0L, 1L, 2L, 9L, 40L),
                amounts.injectNull(0.2),
                Arbitraries.of(true, false).injectNull(0.2))
            .as(
                (id, a, b, time, lag, amount, flag) ->
                    new Event(id, a, b, time, time + lag, amount, flag));
    Arbitrary<List<Event>> batch =
        Arbitraries.oneOf(event.list().ofMaxSize(25), event.list().ofSize(150));
    return batch.list().ofMinSize(1).ofMaxSize(3);
  }

  @Provide
  Arbitrary<List<Label>> labels() {
    Arbitrary<Long> times = Arbitraries.longs().between(-25, 60);
    return Combinators.combine(a(), b(), times).as(Label::new).list().ofMinSize(1).ofMaxSize(12);
  }

  /** Keys that would be the same if they were written one after the other. */
  private static Arbitrary<String> a() {
    return Arbitraries.of("x", "x1", "x", "x").injectNull(0.05);
  }

  private static Arbitrary<Long> b() {
    return Arbitraries.of(11L, 1L, 1L, 1L).injectNull(0.05);
  }

  private static FeatureService register(FeatureStore store, boolean strict, boolean versioned) {
    int name = NAMES.incrementAndGet();
    Entity entity = Entity.of("e", Field.of("a", DataType.STRING), Field.of("b", DataType.INT64));
    EventSource source = EventSource.of("r" + name).eventTime("at").knownAt("known");
    source = versioned ? source.eventId("id") : source;
    EventView events =
        EventView.of("w" + name, entity, source)
            .over(window(0), window(1), window(2))
            .count()
            .sum("amount")
            .mean("amount")
            .share("flag")
            .min("amount")
            .max("amount")
            .last("amount")
            .std("amount");
    FeatureView latest =
        FeatureView.of("l" + name, entity, source)
            .features(Field.of("amount", DataType.FLOAT64).orNull())
            .ttl(Duration.of(TTL, ChronoUnit.MICROS));
    FeatureService service =
        FeatureService.of(
            "s" + name,
            strict ? events.strictlyBefore() : events,
            strict ? latest.strictlyBefore() : latest);
    store.register(service);
    return service;
  }

  private static List<Event> ingest(
      FeatureStore store, FeatureService service, List<List<Event>> batches) {
    List<Event> all = new ArrayList<>();
    for (List<Event> batch : batches) {
      // Batches arrive before, amid and after the times of their rows; some are a backfill.
      boolean backfill = batch.size() % 3 == 0;
      long arrival = 15L * (batch.size() % 5) - 20;
      CLOCK.set(instant(arrival));
      Dataset.Builder rows = Dataset.builder(EVENTS);
      for (Event e : batch) {
        rows.row(e.id(), e.a(), e.b(), instant(e.time()), instant(e.known()), e.amount(), e.flag());
      }
      EventSource source = service.views().get(0).source();
      Dataset given = rows.build();
      Ingestion receipt =
          backfill ? store.asBackfill().ingest(source, given) : store.ingest(source, given);
      assertThat(receipt.backfill()).isEqualTo(backfill);
      batch.forEach(event -> all.add(backfill ? event : event.knownFrom(arrival)));
    }
    return all;
  }

  private static List<Object> twin(
      List<Event> ingested, boolean versioned, Label label, boolean strict, boolean asKnown) {
    BruteForce twin =
        new BruteForce(ingested, versioned, label.a, label.b, label.t, strict, asKnown);
    List<Object> values = new ArrayList<>();
    for (long window : WINDOWS) {
      values.add(twin.window(Aggregate.COUNT, label.t, window, strict));
    }
    for (Aggregate aggregate : WITH_INPUT) {
      for (long window : WINDOWS) {
        values.add(twin.window(aggregate, label.t, window, strict));
      }
    }
    values.add(twin.latest(label.t, TTL));
    return values;
  }

  private static List<@Nullable Object> values(FeatureService service, Row row) {
    List<@Nullable Object> values = new ArrayList<>();
    service.features().forEach(feature -> values.add(row.value(feature)));
    return values;
  }

  private static List<Object> values(FeatureService service, FeatureVector vector) {
    List<Object> values = new ArrayList<>();
    for (String feature : service.features()) {
      Object value = vector.value(feature);
      Status status = vector.status(feature);
      values.add(value == null ? status.name() : value);
    }
    return values;
  }

  private static @Nullable Object orNull(Object value) {
    return value instanceof String ? null : value;
  }

  private static Dataset dataset(List<Label> labels) {
    Dataset.Builder rows = Dataset.builder(LABELS);
    labels.forEach(label -> rows.row(label.a, "kept", label.b, instant(label.t)));
    return rows.build();
  }

  private static Window window(int index) {
    return new Window(Duration.of(WINDOWS[index], ChronoUnit.MICROS), WINDOWS[index] + "us");
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  private static FeatureStore store() {
    return java.util.Objects.requireNonNull(opened);
  }
}
