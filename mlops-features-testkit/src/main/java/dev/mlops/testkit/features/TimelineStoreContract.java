package dev.mlops.testkit.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.store.Checkpoint;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.timeline.EntityTimeline;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.View;
import dev.mlops.features.view.Window;
import dev.mlops.testkit.Together;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link TimelineStore} does alike. A backend's test extends this class and opens its
 * store.
 */
@SuppressWarnings("CheckReturnValue") // A contract calls a method for what it does to others.
public abstract class TimelineStoreContract {

  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");
  private static final EventSource VISITS =
      EventSource.of("visits").eventTime("at").knownAfter(Duration.ofSeconds(10));
  private static final EventView SPENT =
      EventView.of("spent", Entity.of("user", "user"), VISITS)
          .over(Window.minutes(10))
          .sum("price")
          .integers("item")
          .max("item");
  private static final EventView CORRECTED =
      EventView.of("corrected", Entity.of("user", "user"), VISITS.eventId("note"))
          .over(Window.minutes(10))
          .sum("price");
  private static final FeatureView LAST =
      FeatureView.of("last", Entity.of("place", "user", "shop"), VISITS)
          .features(
              Field.of("price", DataType.FLOAT64).orNull(),
              Field.of("item", DataType.INT64).orNull(),
              Field.of("note", DataType.STRING).orNull(),
              Field.of("taste", DataType.vector(2)).orNull())
          .ttl(Duration.ofMinutes(10));
  private static final Schema SCHEMA =
      Schema.of(
          Field.of("at", DataType.INSTANT),
          Field.of("user", DataType.STRING).orNull(),
          Field.of("shop", DataType.STRING).orNull(),
          Field.of("price", DataType.FLOAT64).orNull(),
          Field.of("item", DataType.INT64).orNull(),
          Field.of("note", DataType.STRING).orNull(),
          Field.of("taste", DataType.vector(2)).orNull());

  private TimelineStore store;
  private long sequence;

  /** Makes the contract for one test; JUnit calls this. */
  protected TimelineStoreContract() {}

  /**
   * Opens the store under test: empty, and one that answers for the last minute at least.
   *
   * @return the store; the contract closes it
   */
  protected abstract TimelineStore open();

  @BeforeEach
  void openStore() {
    store = open();
  }

  @AfterEach
  void closeStore() {
    store.close();
  }

  private static Dataset.Builder visits() {
    return Dataset.builder(SCHEMA);
  }

  private static void visit(Dataset.Builder rows, int second, @Nullable String user, double price) {
    rows.row(
        NOON.plusSeconds(second),
        user,
        "shop",
        price,
        (long) second,
        "note " + second,
        new float[] {second, 1});
  }

  private static Segment segment(long sequence, Dataset rows) {
    long ingested = NOON.plusSeconds(7_200 + sequence).toEpochMilli() * 1_000;
    return new Segment(
        "visits",
        sequence,
        ingested,
        true,
        rows.rowCount(),
        Digest.of(new byte[0]),
        () -> Batches.of(rows));
  }

  /** A segment that cannot be read behind some of its rows. */
  private static Segment breakingOff(Dataset... rows) {
    Iterator<Dataset> broken =
        Stream.concat(
                Stream.of(rows),
                Stream.generate(
                    () -> {
                      throw new IllegalStateException("the disk is gone");
                    }))
            .iterator();
    return new Segment(
        "visits", 9, 0, true, 3, Digest.of(new byte[0]), () -> Batches.once(SCHEMA, broken));
  }

  private void apply(View view, Dataset rows) {
    store.apply(view, segment(++sequence, rows));
  }

  private EntityTimeline found(View view, Object key) {
    return Objects.requireNonNull(store.find(view, key), "a timeline");
  }

  private static List<Double> prices(@Nullable EntityTimeline line) {
    List<Double> prices = new ArrayList<>();
    if (line != null) {
      for (int i = line.first(); i < line.end(); i++) {
        prices.add(line.series(0).get(i));
      }
    }
    return prices;
  }

  private static Dataset one(int second, String user, double price) {
    Dataset.Builder rows = visits();
    visit(rows, second, user, price);
    return rows.build();
  }

  @Nested
  class A_fresh_store {
    @Test
    void knows_nobody() {
      assertThat(store.find(SPENT, "ann")).isNull();
      assertThat(store.position(SPENT)).isZero();
    }
  }

  @Nested
  class A_timeline {
    @Test
    void has_the_rows_of_its_entity_in_the_order_of_their_times() {
      Dataset.Builder rows = visits();
      visit(rows, 3, "ann", 3);
      visit(rows, 1, "ann", 1);
      visit(rows, 2, "bob", 2);
      visit(rows, 4, null, 4);
      apply(SPENT, rows.build());
      apply(SPENT, one(2, "ann", 2));
      apply(SPENT, one(9, "ann", 9));

      EntityTimeline ann = found(SPENT, "ann");
      assertThat(prices(ann)).containsExactly(1.0, 2.0, 3.0, 9.0);
      assertThat(prices(store.find(SPENT, "bob"))).containsExactly(2.0);
      assertThat(store.find(SPENT, "shop")).isNull();
      assertThat(ann.event(ann.first())).isEqualTo(NOON.plusSeconds(1).toEpochMilli() * 1_000);
      assertThat(ann.known(ann.first())).isEqualTo(NOON.plusSeconds(11).toEpochMilli() * 1_000);
      assertThat(ann.series(1).integer(ann.end() - 1)).isEqualTo(9);
    }

    @Test
    void has_later_rows_of_one_time_behind_earlier_ones() {
      apply(SPENT, one(5, "ann", 1));
      apply(SPENT, one(5, "ann", 2));
      apply(SPENT, one(7, "ann", 4));
      apply(SPENT, one(5, "ann", 3));

      assertThat(prices(store.find(SPENT, "ann"))).containsExactly(1.0, 2.0, 3.0, 4.0);
    }

    @Test
    void that_was_read_before_stays_as_it_was() {
      apply(SPENT, one(5, "ann", 1));
      EntityTimeline before = store.find(SPENT, "ann");
      for (int i = 6; i < 40; i++) {
        apply(SPENT, one(i, "ann", i));
      }
      apply(SPENT, one(5, "ann", 2));

      assertThat(prices(before)).containsExactly(1.0);
      assertThat(prices(store.find(SPENT, "ann"))).hasSize(36).startsWith(1.0, 2.0, 6.0);
    }

    @Test
    void has_values_of_any_type_and_keys_of_several_parts() {
      apply(LAST, one(5, "ann", 1.5));

      EntityTimeline line = found(LAST, List.of("ann", "shop"));
      assertThat(line.value(line.first(), 0)).isEqualTo(1.5);
      assertThat(line.value(line.first(), 1)).isEqualTo(5L);
      assertThat(line.value(line.first(), 2)).isEqualTo("note 5");
      assertThat(line.value(line.first(), 3)).isEqualTo(new float[] {5, 1});
      assertThat(store.find(LAST, List.of("annshop", ""))).isNull();
    }

    @Test
    void has_every_row_that_a_read_of_the_last_minute_needs() {
      for (int minute = 0; minute < 60; minute++) {
        apply(SPENT, one(minute * 60, "ann", minute));
      }

      EntityTimeline line = found(SPENT, "ann");
      long needed = NOON.plus(Duration.ofMinutes(59 - 11)).toEpochMilli() * 1_000;
      assertThat(line.dropped().before(needed, false)).isTrue();
      assertThat(prices(line))
          .endsWith(49.0, 50.0, 51.0, 52.0, 53.0, 54.0, 55.0, 56.0, 57.0, 58.0, 59.0);
      assertThat(prices(line).size() < 60).isEqualTo(line.dropped().any());
    }
  }

  @Nested
  class A_segment {
    @Test
    void moves_the_position_of_its_view_alone() {
      store.apply(SPENT, segment(7, one(1, "ann", 1)));

      assertThat(store.position(SPENT)).isEqualTo(7);
      assertThat(store.position(LAST)).isZero();
      assertThat(store.find(LAST, List.of("ann", "shop"))).isNull();
    }

    @Test
    void that_is_there_already_is_not_added_again() {
      store.apply(SPENT, segment(7, one(1, "ann", 1)));
      store.apply(SPENT, segment(7, one(1, "ann", 1)));
      store.apply(SPENT, segment(6, one(1, "ann", 1)));

      assertThat(prices(store.find(SPENT, "ann"))).containsExactly(1.0);
      assertThat(store.position(SPENT)).isEqualTo(7);
    }

    @Test
    void without_rows_moves_the_position_too() {
      store.apply(SPENT, segment(7, visits().build()));

      assertThat(store.position(SPENT)).isEqualTo(7);
    }

    @Test
    void that_cannot_be_read_moves_nothing() {
      Segment broken =
          new Segment(
              "visits",
              3,
              0,
              true,
              1,
              Digest.of(new byte[0]),
              () -> {
                throw new IllegalStateException("the disk is gone");
              });

      assertThatThrownBy(() -> store.apply(SPENT, broken)).isInstanceOf(RuntimeException.class);
      assertThat(store.position(SPENT)).isZero();
      store.apply(SPENT, segment(3, one(1, "ann", 1)));
      assertThat(prices(store.find(SPENT, "ann"))).containsExactly(1.0);
    }

    @Test
    void that_breaks_off_adds_nothing() {
      apply(SPENT, one(1, "ann", 1));
      Segment segment = breakingOff(one(2, "ann", 2), one(3, "bob", 3));

      assertThatThrownBy(() -> store.apply(SPENT, segment)).isInstanceOf(RuntimeException.class);

      assertThat(store.position(SPENT)).isEqualTo(1);
      assertThat(prices(store.find(SPENT, "ann"))).containsExactly(1.0);
      store.apply(SPENT, segment(9, one(2, "ann", 2)));
      assertThat(prices(store.find(SPENT, "ann"))).containsExactly(1.0, 2.0);
      assertThat(prices(store.find(SPENT, "bob"))).isEmpty();
    }

    @Test
    void is_seen_wholly_or_not_at_all() {
      AtomicBoolean done = new AtomicBoolean();
      Together.run(
          () -> {
            try {
              for (int i = 0; i < 200; i++) {
                Dataset.Builder three = visits();
                visit(three, i, "ann", 1);
                visit(three, i, "ann", 1);
                visit(three, i % 7 == 0 ? i - 1 : i, "ann", 1);
                apply(SPENT, three.build());
              }
            } finally {
              done.set(true);
            }
          },
          () -> readThrees(done),
          () -> readThrees(done));
    }

    private void readThrees(AtomicBoolean done) {
      while (!done.get()) {
        EntityTimeline line = store.find(SPENT, "ann");
        if (line != null) {
          int rows = line.end() - line.first();
          assertThat(rows % 3).isZero();
          assertThat(line.series(0).sum(line.first(), line.end(), new int[0], 0)).isEqualTo(rows);
        }
      }
    }
  }

  /** Visits have the event ids "note 1", "note 2", and so on, and are known ten seconds later. */
  @Nested
  class A_later_version {
    private List<Double> counted(String user, int second) {
      EntityTimeline line = store.find(CORRECTED, user);
      List<Double> prices = new ArrayList<>();
      if (line != null) {
        long t = NOON.plusSeconds(second).toEpochMilli() * 1_000;
        int end = line.end(t, false);
        int[] hidden = line.hidden(line.first(), end, t, true);
        for (int i = line.first(); i < end; i++) {
          int row = i;
          if (IntStream.of(hidden).noneMatch(each -> each == row)) {
            prices.add(line.series(0).get(i));
          }
        }
      }
      return prices;
    }

    private Dataset version(int id, int second, String user, double price) {
      return visits()
          .row(NOON.plusSeconds(second), user, "shop", price, 0L, "note " + id, null)
          .build();
    }

    @Test
    void takes_the_place_of_the_one_before_when_it_is_known() {
      apply(CORRECTED, version(1, 1, "ann", 1));
      apply(CORRECTED, version(2, 2, "ann", 2));
      apply(CORRECTED, version(1, 5, "ann", 9));

      assertThat(counted("ann", 14)).containsExactly(1.0, 2.0);
      assertThat(counted("ann", 15)).containsExactly(2.0, 9.0);
    }

    @Test
    void takes_it_from_another_entity() {
      apply(CORRECTED, version(1, 1, "ann", 1));
      EntityTimeline before = store.find(CORRECTED, "ann");
      apply(CORRECTED, version(1, 5, "bob", 9));

      assertThat(counted("ann", 14)).containsExactly(1.0);
      assertThat(counted("ann", 15)).isEmpty();
      assertThat(counted("bob", 15)).containsExactly(9.0);
      assertThat(prices(before)).containsExactly(1.0);
    }

    @Test
    void counts_before_one_that_became_known_earlier_and_came_later() {
      apply(CORRECTED, version(1, 5, "ann", 9));
      apply(CORRECTED, version(1, 1, "ann", 1));

      assertThat(counted("ann", 14)).containsExactly(1.0);
      assertThat(counted("ann", 15)).containsExactly(9.0);
    }

    @Test
    void of_a_segment_that_breaks_off_replaces_nothing() {
      apply(CORRECTED, version(1, 1, "ann", 1));
      Segment segment = breakingOff(version(1, 5, "ann", 9), version(1, 6, "bob", 9));
      assertThatThrownBy(() -> store.apply(CORRECTED, segment))
          .isInstanceOf(RuntimeException.class);

      apply(CORRECTED, version(2, 20, "ann", 2));

      assertThat(counted("ann", 30)).containsExactly(1.0, 2.0);
      apply(CORRECTED, version(1, 25, "ann", 3));
      assertThat(counted("ann", 40)).containsExactly(2.0, 3.0);
      assertThat(counted("bob", 40)).isEmpty();
    }

    @Test
    void is_one_among_many_rows_that_stay() {
      for (int i = 1; i < 200; i++) {
        apply(CORRECTED, version(i, i, "ann", i));
      }
      for (int i = 1; i < 200; i += 2) {
        apply(CORRECTED, version(i, i, "ann", -i));
      }

      List<Double> all = counted("ann", 250);
      assertThat(all).hasSize(199);
      assertThat(all.stream().filter(price -> price < 0)).hasSize(100);
    }
  }

  /** A store that makes none keeps its timelines by itself. */
  @Nested
  class A_checkpoint {
    @Test
    void is_taken_up_by_another_store() {
      Dataset.Builder rows = visits();
      visit(rows, 3, "ann", 3);
      visit(rows, 1, "ann", 1);
      visit(rows, 2, "bob", 2);
      for (View view : List.of(SPENT, LAST, CORRECTED)) {
        store.apply(view, segment(4, rows.build()));
        Optional<Checkpoint> made = store.checkpoint(view);
        if (made.isPresent()) {
          store.apply(view, segment(5, one(4, "ann", 4)));
          try (TimelineStore other = open()) {
            assertThat(other.restore(view, made.get())).isTrue();
            assertThat(other.position(view)).isEqualTo(4);
            other.apply(view, segment(4, rows.build()));
            other.apply(view, segment(5, one(4, "ann", 4)));
            Object key = view == LAST ? List.of("ann", "shop") : "ann";
            EntityTimeline line = Objects.requireNonNull(other.find(view, key));
            assertThat(line.end() - line.first()).isEqualTo(3);
            assertThat(line.event(line.end() - 1))
                .isEqualTo(NOON.plusSeconds(4).toEpochMilli() * 1_000);
            assertThatThrownBy(() -> other.restore(view, made.get()))
                .isInstanceOf(IllegalStateException.class);
          }
        }
      }
    }
  }

  @Nested
  class Closing {
    @Test
    void twice_is_fine_and_ends_all_use() {
      store.close();
      store.close();
      for (Runnable use :
          List.<Runnable>of(
              () -> apply(SPENT, one(1, "ann", 1)),
              () -> store.find(SPENT, "ann"),
              () -> store.position(SPENT))) {
        assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
      }
    }
  }
}
