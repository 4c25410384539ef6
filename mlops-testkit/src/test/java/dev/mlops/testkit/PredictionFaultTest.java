package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Column;
import dev.mlops.error.StorageException;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource.Call;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What becomes of predictions when the database under their log fails, or when they are bad. */
class PredictionFaultTest {
  private static final Duration SHORT = Duration.ofMillis(50);

  private final FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
  private final Database database = Database.over(source);

  private static PredictionRecord.Builder record(int i) {
    return PredictionRecord.builder()
        .id("p" + i)
        .model("flights")
        .version(1)
        .time(Instant.ofEpochSecond(i));
  }

  private PredictionLog open(int capacity) {
    return PredictionLog.builder(database, Clock.systemUTC())
        .capacity(capacity)
        .patience(SHORT)
        .open();
  }

  private static long logged(PredictionLog log, int records) {
    return IntStream.range(0, records).filter(i -> log.log(record(i).build())).count();
  }

  private long rows() {
    Column.OfLong records =
        database.query("SELECT records FROM mlops_prediction_segment").longs("records");
    return LongStream.of(records.toArray()).sum();
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Nested
  class A_database_that_is_away {
    @Test
    void loses_nothing_while_there_is_room() {
      try (PredictionLog log = open(10_000)) {
        source.failUntilHealed(Call.CONNECT, FaultTest::diskGone);
        assertThat(logged(log, 5_000)).isEqualTo(5_000);
        assertThatThrownBy(log::flush)
            .isInstanceOf(StorageException.class)
            .hasMessage(
                "5,000 predictions are not written yet, since the database has taken none for 50"
                    + " milliseconds; they are kept and tried again: connecting to the database failed: the disk is gone");
        assertThat(log.counts()).isEqualTo(new LogCounts(5_000, 0, 0, 0, 0, 0, 0, 5_000));
        source.heal();
        flushPatiently(log);
        assertThat(log.counts()).isEqualTo(new LogCounts(5_000, 0, 0, 5_000, 0, 0, 0, 0));
        assertThat(rows()).isEqualTo(5_000);
      }
    }

    /** The next attempt comes after a pause of up to a second, longer than the log is patient. */
    private static void flushPatiently(PredictionLog log) {
      while (true) {
        try {
          log.flush();
          return;
        } catch (StorageException notYet) {
          assertThat(notYet).hasMessageContaining("kept and tried again");
        }
      }
    }

    @Test
    void drops_the_newest_when_there_is_no_room_and_counts_each() {
      try (PredictionLog log = open(10)) {
        source.failUntilHealed(Call.CONNECT, FaultTest::diskGone);
        // One batch of up to 8,192 may be on its way, and 10 more may wait.
        long taken = logged(log, 50_000);
        assertThat(taken).isBetween(10L, 8_202L);
        assertThat(log.counts())
            .isEqualTo(new LogCounts(taken, 50_000 - taken, 0, 0, 0, 0, 0, taken));
        source.heal();
        flushPatiently(log);
        assertThat(log.counts())
            .isEqualTo(new LogCounts(taken, 50_000 - taken, 0, taken, 0, 0, 0, 0));
        assertThat(rows()).isEqualTo(taken);
      }
    }

    @Test
    void is_not_waited_for_for_ever_when_the_log_is_closed() {
      PredictionLog log = open(10_000);
      source.failUntilHealed(Call.CONNECT, FaultTest::diskGone);
      logged(log, 3_000);
      assertThatThrownBy(log::close)
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "3,000 predictions could not be written since the last flush and are lost:"
                  + " connecting to the database failed: the disk is gone");
      assertThat(log.counts()).isEqualTo(new LogCounts(3_000, 0, 0, 0, 0, 0, 3_000, 0));
      assertThat(log.log(record(1).build())).isFalse();
    }

    @Test
    void is_not_waited_for_when_it_is_full_of_waiting_records_and_closed() {
      PredictionLog log = open(10);
      source.failUntilHealed(Call.CONNECT, FaultTest::diskGone);
      long taken = logged(log, 30_000);
      assertThatThrownBy(log::close).isInstanceOf(StorageException.class);
      assertThat(log.counts())
          .isEqualTo(new LogCounts(taken, 30_000 - taken, 0, 0, 0, 0, taken, 0));
    }

    @Test
    void that_hangs_does_not_hang_whoever_closes_the_log() {
      CountDownLatch hanging = new CountDownLatch(1);
      CountDownLatch reached = new CountDownLatch(1);
      PredictionLog log = open(100);
      source.before(
          Call.COMMIT,
          () -> {
            reached.countDown();
            await(hanging);
          });
      log.log(record(0).build());
      await(reached);
      IntStream.range(1, 8).forEach(i -> log.log(record(i).build()));
      assertThatThrownBy(log::close)
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "7 predictions could not be written since the last flush and are lost,"
                  + " and of 1 more it is unknown, since the database does not answer:"
                  + " the database has not answered for 50 milliseconds");
      assertThat(log.counts()).isEqualTo(new LogCounts(8, 0, 0, 0, 0, 0, 7, 1));
      hanging.countDown();
    }

    @Test
    void that_has_committed_and_could_not_say_so_keeps_each_record_once() {
      try (PredictionLog log = open(100)) {
        source.failNext(Call.COMMITTED, 1, FaultTest::diskGone);
        logged(log, 10);
        flushPatiently(log);
        assertThat(log.counts()).isEqualTo(new LogCounts(10, 0, 0, 10, 0, 0, 0, 0));
        assertThat(rows()).isEqualTo(10);
      }
    }

    @Test
    void and_was_closed_before_its_log_is_not_waited_for() {
      PredictionLog log =
          PredictionLog.builder(database, Clock.systemUTC())
              .capacity(100)
              .patience(Duration.ofHours(1))
              .open();
      database.close();
      logged(log, 10);
      assertThatThrownBy(log::close)
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "10 predictions could not be written since the last flush and are lost: "
                  + database
                  + " is closed; open it again");
    }
  }

  @Nested
  class An_error_of_the_driver {
    private void isOutlived(Call call, Supplier<? extends Throwable> error) {
      try (PredictionLog log = open(10_000)) {
        logged(log, 10);
        log.flush();
        source.failNext(call, 2, error);
        log.log(record(100).build());
        A_database_that_is_away.flushPatiently(log);
        assertThat(IntStream.range(200, 1_200).filter(i -> log.log(record(i).build())).count())
            .isEqualTo(1_000);
        A_database_that_is_away.flushPatiently(log);
        assertThat(log.counts()).isEqualTo(new LogCounts(1_011, 0, 0, 1_011, 0, 0, 0, 0));
        assertThat(rows()).isEqualTo(1_011);
      }
    }

    @Test
    void does_not_end_the_thread_that_writes() {
      isOutlived(Call.CONNECT, () -> new OutOfMemoryError("Java heap space"));
    }

    @Test
    void does_not_either_in_the_middle_of_a_transaction() {
      isOutlived(Call.EXECUTE, StackOverflowError::new);
    }

    @Test
    void does_not_either_while_giving_a_connection_back() {
      isOutlived(Call.CLOSE, () -> new NoClassDefFoundError("org/h2/Driver"));
    }
  }

  @Nested
  class A_bad_record_is_lost_alone {
    private final PredictionLog log = PredictionLog.builder(database, Clock.systemUTC()).open();

    private void among100(PredictionRecord bad) {
      logged(log, 50);
      assertThat(log.log(bad)).isTrue();
      IntStream.range(50, 100).forEach(i -> log.log(record(i).build()));
    }

    private void isLostAlone(String because) {
      assertThatThrownBy(log::flush)
          .isInstanceOf(StorageException.class)
          .hasMessage(
              "1 prediction could not be written since the last flush and is lost" + because);
      assertThat(log.counts()).isEqualTo(new LogCounts(101, 0, 0, 100, 0, 0, 1, 0));
      assertThat(rows()).isEqualTo(100);
      assertThat(log.query().features().list().rowCount()).isEqualTo(100);
      log.close();
    }

    @Test
    void if_one_of_its_values_throws_an_exception() {
      among100(
          record(999)
              .features(Map.of("amount", new Evil(() -> new IllegalStateException("evil"))))
              .build());
      isLostAlone(": evil");
    }

    @Test
    void if_one_of_its_values_throws_an_error() {
      among100(
          record(999)
              .features(Map.of("amount", new Evil(() -> new StackOverflowError("evil"))))
              .build());
      isLostAlone(": evil");
    }

    @Test
    void if_the_database_refuses_it_with_a_code_that_nobody_knows() {
      database.transaction(
          session ->
              session.update(
                  "ALTER TABLE mlops_prediction_segment ADD CONSTRAINT nobody_knows CHECK (model <> 'bad')"));
      among100(record(999).model("bad").build());
      assertThatThrownBy(log::flush)
          .isInstanceOf(StorageException.class)
          .hasMessageContaining("nobody_knows");
      assertThat(log.counts()).isEqualTo(new LogCounts(101, 0, 0, 100, 0, 0, 1, 0));
      assertThat(rows()).isEqualTo(100);
      log.close();
    }
  }

  /** A number that throws whenever it is asked what it is. */
  private static final class Evil extends Number {
    private static final long serialVersionUID = 1L;
    private final transient Supplier<? extends Throwable> failure;

    Evil(Supplier<? extends Throwable> failure) {
      this.failure = failure;
    }

    private RuntimeException raised() {
      Throwable made = failure.get();
      if (made instanceof Error error) {
        throw error;
      }
      return (RuntimeException) made;
    }

    @Override
    public int intValue() {
      throw raised();
    }

    @Override
    public long longValue() {
      throw raised();
    }

    @Override
    public float floatValue() {
      throw raised();
    }

    @Override
    public double doubleValue() {
      throw raised();
    }

    @Override
    public String toString() {
      throw raised();
    }
  }
}
