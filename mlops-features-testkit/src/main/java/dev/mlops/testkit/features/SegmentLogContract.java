package dev.mlops.testkit.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.ConflictException;
import dev.mlops.features.store.Appended;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.view.EventSource;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.Together;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link SegmentLog} does alike. A backend's test extends this class and opens its log.
 */
@SuppressWarnings("CheckReturnValue") // A contract calls a method for what it does to others.
public abstract class SegmentLogContract {

  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");
  private static final EventSource VISITS = EventSource.of("visits").eventTime("at");
  private static final EventSource SALES = EventSource.of("sales").eventTime("at");
  private static final Schema SCHEMA =
      Schema.of(
          Field.of("at", DataType.INSTANT),
          Field.of("user", DataType.STRING).orNull(),
          Field.of("item", DataType.INT64).orNull(),
          Field.of("price", DataType.FLOAT64).orNull(),
          Field.of("rating", DataType.FLOAT32).orNull(),
          Field.of("paid", DataType.BOOLEAN).orNull(),
          Field.of("taste", DataType.vector(2)).orNull());

  private final TestClock clock = TestClock.at(NOON);
  private SegmentLog log;

  /** Makes the contract for one test; JUnit calls this. */
  protected SegmentLogContract() {}

  /**
   * Opens the log under test: empty at the first call of a test, and at later ones the same again.
   *
   * @param clock dates the segments
   * @param project whose log it is; another project has another log in the same backend
   * @return the log; the contract closes it
   */
  protected abstract SegmentLog open(Clock clock, String project);

  @BeforeEach
  void openLog() {
    log = open(clock, "one");
  }

  @AfterEach
  void closeLog() {
    log.close();
  }

  private static Dataset rows(int count) {
    Dataset.Builder rows = Dataset.builder(SCHEMA);
    for (int i = 0; i < count; i++) {
      rows.row(
          NOON.minusSeconds(i),
          i % 5 == 0 ? null : "user " + i % 7,
          i % 11 == 0 ? null : (Long) (long) i,
          i % 3 == 0 ? Double.NaN : (Double) (i / 7.0),
          i % 4 == 0 ? null : (Float) (i / 3f),
          i % 6 == 0 ? null : (Boolean) (i % 2 == 0),
          i % 9 == 0 ? null : new float[] {i, -i});
    }
    return rows.build();
  }

  private Appended append(EventSource source, Dataset rows, @Nullable String batch) {
    return log.append(source, Batches.of(rows), batch, false);
  }

  private List<Segment> all(EventSource source) {
    return log.read(source, 0, Long.MAX_VALUE);
  }

  private static Dataset read(Segment segment) {
    try (Batches batches = segment.open()) {
      return batches.toDataset(Integer.MAX_VALUE);
    }
  }

  @Nested
  class A_fresh_log {
    @Test
    void has_nothing() {
      assertThat(all(VISITS)).isEmpty();
      assertThat(log.latest(VISITS)).isZero();
    }
  }

  @Nested
  class A_segment {
    @Test
    void has_the_rows_that_were_given_of_every_type_and_null() {
      Appended appended = append(VISITS, rows(100), null);

      Segment segment = all(VISITS).get(0);
      assertThat(read(segment).digest()).isEqualTo(rows(100).digest());
      assertThat(read(appended.segment()).digest()).isEqualTo(rows(100).digest());
      assertThat(segment.rowCount()).isEqualTo(100);
      assertThat(segment.source()).isEqualTo("visits");
      assertThat(segment.sequence()).isEqualTo(appended.segment().sequence()).isPositive();
      assertThat(segment.digest()).isEqualTo(appended.segment().digest());
      assertThat(appended.repeated()).isFalse();
      assertThat(log.latest(VISITS)).isEqualTo(segment.sequence());
    }

    @Test
    void has_the_rows_of_all_batches_in_order() {
      Dataset rows = rows(50);
      Batches cut =
          Batches.of(
              SCHEMA, List.of(rows.head(20), rows.head(0), rows.slice(20, 21), rows.slice(21, 50)));

      log.append(VISITS, cut, null, false);

      assertThat(read(all(VISITS).get(0)).digest()).isEqualTo(rows.digest());
      assertThat(all(VISITS).get(0).rowCount()).isEqualTo(50);
    }

    @Test
    void may_have_no_row() {
      append(VISITS, rows(0), null);

      assertThat(read(all(VISITS).get(0)).schema()).isEqualTo(SCHEMA);
      assertThat(all(VISITS).get(0).rowCount()).isZero();
    }

    @Test
    void says_when_it_arrived_and_whether_it_was_loaded_afterwards() {
      append(VISITS, rows(1), null);
      clock.advance(Duration.ofHours(1));
      log.append(VISITS, Batches.of(rows(1)), null, true);

      assertThat(all(VISITS)).extracting(Segment::backfill).containsExactly(false, true);
      assertThat(all(VISITS))
          .extracting(Segment::ingested)
          .containsExactly(
              NOON.toEpochMilli() * 1_000, NOON.plusSeconds(3_600).toEpochMilli() * 1_000);
    }

    @Test
    void whose_rows_break_off_leaves_nothing() {
      Iterator<Dataset> broken =
          new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
              return true;
            }

            @Override
            public Dataset next() {
              if (next++ < 3) {
                return rows(10);
              }
              throw new IllegalStateException("the cable was pulled");
            }
          };

      assertThatThrownBy(() -> log.append(VISITS, Batches.once(SCHEMA, broken), "b", false))
          .isInstanceOf(RuntimeException.class);

      assertThat(all(VISITS)).isEmpty();
      append(VISITS, rows(2), "b");
      assertThat(all(VISITS)).hasSize(1);
    }

    @Test
    void stays_readable_when_its_batches_are_closed() {
      append(VISITS, rows(10), null);
      Dataset kept;
      try (Batches batches = all(VISITS).get(0).open()) {
        kept = batches.iterator().next();
      }

      assertThat(kept.row(9).getInstant("at")).isEqualTo(NOON.minusSeconds(9));
    }
  }

  @Nested
  class The_order {
    @Test
    void is_that_of_ingestion_over_all_sources() {
      long first = append(VISITS, rows(1), null).segment().sequence();
      long second = append(SALES, rows(2), null).segment().sequence();
      long third = append(VISITS, rows(3), null).segment().sequence();

      assertThat(first).isLessThan(second);
      assertThat(second).isLessThan(third);
      assertThat(all(VISITS)).extracting(Segment::sequence).containsExactly(first, third);
      assertThat(all(SALES)).extracting(Segment::sequence).containsExactly(second);
      assertThat(log.latest(SALES)).isEqualTo(second);
    }

    @Test
    void can_be_read_in_part() {
      long first = append(VISITS, rows(1), null).segment().sequence();
      long second = append(VISITS, rows(2), null).segment().sequence();
      long third = append(VISITS, rows(3), null).segment().sequence();

      assertThat(log.read(VISITS, first, third))
          .extracting(Segment::sequence)
          .containsExactly(second, third);
      assertThat(log.read(VISITS, 0, second))
          .extracting(Segment::sequence)
          .containsExactly(first, second);
      assertThat(log.read(VISITS, third, Long.MAX_VALUE)).isEmpty();
    }
  }

  @Nested
  class A_batch_id {
    @Test
    void is_stored_once_however_the_rows_are_cut() {
      Dataset rows = rows(30);
      Appended first = append(VISITS, rows, "monday");
      Batches cut = Batches.of(SCHEMA, List.of(rows.head(7), rows.slice(7, 30)));
      Appended again = log.append(VISITS, cut, "monday", false);

      assertThat(again.repeated()).isTrue();
      assertThat(again.segment().sequence()).isEqualTo(first.segment().sequence());
      assertThat(all(VISITS)).hasSize(1);
    }

    @Test
    void is_refused_with_other_rows() {
      append(VISITS, rows(3), "monday");

      assertThatThrownBy(() -> append(VISITS, rows(4), "monday"))
          .isInstanceOf(ConflictException.class);
      assertThat(all(VISITS)).hasSize(1);
    }

    @Test
    void is_refused_as_a_backfill_if_it_was_none() {
      append(VISITS, rows(3), "monday");

      assertThatThrownBy(() -> log.append(VISITS, Batches.of(rows(3)), "monday", true))
          .isInstanceOf(ConflictException.class);
    }

    @Test
    void belongs_to_its_source() {
      append(VISITS, rows(3), "monday");

      assertThat(append(SALES, rows(4), "monday").repeated()).isFalse();
    }

    @Test
    void is_stored_once_by_two_writers() {
      Set<Long> sequences = ConcurrentHashMap.newKeySet();
      Runnable writer =
          () ->
              IntStream.range(0, 5)
                  .forEach(
                      i -> sequences.add(append(VISITS, rows(3), "b" + i).segment().sequence()));
      Together.run(writer, writer, writer);

      assertThat(sequences).hasSize(5);
      assertThat(all(VISITS)).hasSize(5);
    }
  }

  @Nested
  class Two_projects {
    @Test
    void see_nothing_of_each_other() {
      try (SegmentLog other = open(clock, "two")) {
        append(VISITS, rows(3), "monday");

        assertThat(other.read(VISITS, 0, Long.MAX_VALUE)).isEmpty();
        assertThat(other.latest(VISITS)).isZero();
        assertThat(other.append(VISITS, Batches.of(rows(4)), "monday", false).repeated()).isFalse();
        assertThat(all(VISITS)).hasSize(1);
        assertThat(read(all(VISITS).get(0)).rowCount()).isEqualTo(3);
      }
    }
  }

  @Nested
  class Closing {
    @Test
    void keeps_all_segments() {
      append(VISITS, rows(3), "monday");
      log.close();
      log = open(clock, "one");

      assertThat(read(all(VISITS).get(0)).digest()).isEqualTo(rows(3).digest());
      assertThat(append(VISITS, rows(3), "monday").repeated()).isTrue();
    }

    @Test
    void twice_is_fine_and_ends_all_use() {
      log.close();
      log.close();
      for (Runnable use :
          List.<Runnable>of(
              () -> append(VISITS, rows(1), null), () -> all(VISITS), () -> log.latest(VISITS))) {
        assertThatThrownBy(use::run).isInstanceOf(IllegalStateException.class);
      }
    }
  }
}
