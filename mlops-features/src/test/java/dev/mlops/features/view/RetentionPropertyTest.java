package dev.mlops.features.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.store.Checkpoint;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.view.BruteForce.Event;
import dev.mlops.features.view.FeatureVector.Status;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.lifecycle.AfterContainer;
import org.jspecify.annotations.Nullable;

/**
 * Live features of a store that drops old rows against the twin that keeps them all: each value is
 * the twin's or OUT_OF_RANGE, and it is the twin's wherever the store has said that it answers.
 */
class RetentionPropertyTest {

  private static final long[] WINDOWS = {1, 7, 30};
  private static final long TTL = 9;
  private static final Entity ENTITY =
      Entity.of("e", Field.of("a", DataType.STRING), Field.of("b", DataType.INT64));
  private static final EventSource SOURCE = EventSource.of("s").eventTime("at").knownAt("known");
  private static final EventSource VERSIONED = SOURCE.eventId("id");
  private static final Schema ROWS =
      Schema.of(
          Field.of("id", DataType.INT64),
          Field.of("a", DataType.STRING).orNull(),
          Field.of("b", DataType.INT64).orNull(),
          Field.of("at", DataType.INSTANT),
          Field.of("known", DataType.INSTANT),
          Field.of("amount", DataType.FLOAT64).orNull(),
          Field.of("flag", DataType.BOOLEAN).orNull());
  private static final List<Aggregate> AGGREGATES = List.of(Aggregate.values());
  private static final AtomicLong OUT = new AtomicLong();
  private static final AtomicLong SAME = new AtomicLong();

  private final Random random = new Random();

  @AfterContainer
  static void rows_were_dropped_and_values_compared() {
    assertThat(OUT.get()).isGreaterThan(10_000);
    assertThat(SAME.get()).isGreaterThan(10_000);
  }

  @Property(tries = 400)
  void a_value_is_that_of_all_rows_or_out_of_range(@ForAll long seed, @ForAll boolean versioned) {
    random.setSeed(seed);
    boolean strict = random.nextBoolean();
    long lateness = random.nextInt(20);
    FeatureService service = service(versioned ? VERSIONED : SOURCE, strict);
    ServicePlan plan = new ServicePlan(service);
    List<Event> all = new ArrayList<>();
    long now = 0;
    long latest = Long.MIN_VALUE;
    TimelineStore store = TimelineStore.inMemory(Duration.of(lateness, ChronoUnit.MICROS));
    try {
      for (int sequence = 1; sequence <= 12; sequence++) {
        now += random.nextInt(25);
        boolean backfill = random.nextInt(3) == 0;
        List<Event> batch = batch(now);
        for (View view : service.views()) {
          store.apply(view, segment(sequence, now, backfill, batch));
        }
        for (Event event : batch) {
          latest = Math.max(latest, event.time());
          all.add(backfill ? event : event.knownFrom(now));
        }
        if (random.nextInt(3) == 0) {
          store = restored(store, service, lateness);
        }
        long horizon = Math.min(latest, now) - lateness;
        for (int label = 0; label < 15; label++) {
          long t = now - 60 + random.nextInt(80);
          // What was dropped may have been corrected, so not even late answers are sure.
          boolean sure = !versioned && latest > Long.MIN_VALUE && t >= horizon;
          compare(plan, store, all, t, strict, versioned, sure);
        }
      }
    } finally {
      store.close();
    }
  }

  /** Goes on from checkpoints, as a process does that has just started. */
  private static TimelineStore restored(
      TimelineStore store, FeatureService service, long lateness) {
    TimelineStore other = TimelineStore.inMemory(Duration.of(lateness, ChronoUnit.MICROS));
    for (View view : service.views()) {
      Checkpoint checkpoint = store.checkpoint(view).orElseThrow();
      assertThat(other.restore(view, checkpoint)).isTrue();
      assertThat(other.position(view)).isEqualTo(store.position(view));
    }
    store.close();
    return other;
  }

  private void compare(
      ServicePlan plan,
      TimelineStore store,
      List<Event> all,
      long t,
      boolean strict,
      boolean versioned,
      boolean sure) {
    String a = random.nextInt(20) == 0 ? "ghost" : "x" + random.nextInt(2);
    long b = random.nextInt(2);
    FeatureVector vector = plan.get(Map.of("a", a, "b", b), instant(t), 0, store::find);
    BruteForce twin = new BruteForce(all, versioned, a, b, t, strict, true);
    List<Object> wanted = new ArrayList<>();
    for (Aggregate aggregate : AGGREGATES) {
      for (long window : WINDOWS) {
        wanted.add(twin.window(aggregate, t, window, strict));
      }
    }
    wanted.add(twin.latest(t, TTL));
    wanted.add(twin.latest(t, Long.MAX_VALUE / 2));
    for (int i = 0; i < wanted.size(); i++) {
      String feature = vector.names().get(i);
      if (vector.status(feature) == Status.OUT_OF_RANGE) {
        assertThat(sure).as("%s of %s at %s in %s", feature, a + b, t, all).isFalse();
        OUT.incrementAndGet();
      } else {
        assertThat(value(vector, feature))
            .as("%s of %s at %s in %s", feature, a + b, t, all)
            .isEqualTo(wanted.get(i));
        SAME.incrementAndGet();
      }
    }
    assertThat(vector.status("derived") == Status.OUT_OF_RANGE)
        .isEqualTo(vector.status("w_amount_sum_7us") == Status.OUT_OF_RANGE);
  }

  private static Object value(FeatureVector vector, String feature) {
    Object value = vector.value(feature);
    return value == null ? vector.status(feature).name() : value;
  }

  private List<Event> batch(long now) {
    List<Event> batch = new ArrayList<>();
    int size = random.nextInt(12);
    for (int i = 0; i < size; i++) {
      long time = now - (random.nextInt(6) == 0 ? random.nextInt(90) : random.nextInt(6));
      time += random.nextInt(20) == 0 ? 15 : 0;
      long lag = new long[] {-5, 0, 0, 1, 2, 9, 40}[random.nextInt(7)];
      Double amount = random.nextInt(5) == 0 ? null : random.nextInt(2000) / 8.0 - 100;
      Boolean flag = random.nextInt(5) == 0 ? null : random.nextBoolean();
      String a = random.nextInt(20) == 0 ? null : "x" + random.nextInt(2);
      long id = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextLong();
      batch.add(new Event(id, a, (long) random.nextInt(2), time, time + lag, amount, flag));
    }
    return batch;
  }

  private static Segment segment(
      long sequence, long ingested, boolean backfill, List<Event> batch) {
    Dataset.Builder rows = Dataset.builder(ROWS);
    for (Event e : batch) {
      rows.row(e.id(), e.a(), e.b(), instant(e.time()), instant(e.known()), e.amount(), e.flag());
    }
    Dataset built = rows.build();
    Digest digest = Digest.of(new byte[0]);
    return new Segment(
        "s", sequence, ingested, backfill, batch.size(), digest, () -> Batches.of(built));
  }

  private static FeatureService service(EventSource source, boolean strict) {
    EventView events =
        EventView.of("w", ENTITY, source)
            .over(
                Arrays.stream(WINDOWS)
                    .mapToObj(RetentionPropertyTest::window)
                    .toArray(Window[]::new));
    events = strict ? events.strictlyBefore() : events;
    for (Aggregate aggregate : AGGREGATES) {
      events = events.with(aggregate, column(aggregate));
    }
    FeatureView aging =
        FeatureView.of("l", ENTITY, source)
            .features(Field.of("amount", DataType.FLOAT64).orNull())
            .ttl(Duration.of(TTL, ChronoUnit.MICROS));
    FeatureView lasting =
        FeatureView.of("k", ENTITY, source)
            .features(Field.of("amount", DataType.FLOAT64).orNull())
            .noTtl();
    return FeatureService.of(
            "service",
            events,
            strict ? aging.strictlyBefore() : aging,
            strict ? lasting.strictlyBefore() : lasting)
        .derive("derived", 1, c -> c.feature("w_amount_sum_7us") > 0 ? 1 : 0);
  }

  private static @Nullable String column(Aggregate aggregate) {
    return switch (aggregate) {
      case COUNT -> null;
      case SHARE -> "flag";
      default -> "amount";
    };
  }

  private static Window window(long micros) {
    return new Window(Duration.of(micros, ChronoUnit.MICROS), micros + "us");
  }

  private static Instant instant(long micros) {
    return Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
