package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Journal;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionQuery;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource.Call;
import java.sql.SQLException;
import java.time.Instant;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What happens when the disk under a database is gone, or hangs. */
class FaultTest {
  private final FaultyDataSource source = FaultyDataSource.over(TestDatabases.h2DataSource());
  private final Database database = Database.over(source);

  private static SQLException diskGone() {
    return new SQLException("the disk is gone", "58030");
  }

  private void breakDisk() {
    source.failUntilHealed(Call.CONNECT, FaultTest::diskGone);
  }

  private static PredictionRecord record(int i) {
    return PredictionRecord.builder()
        .id("p" + i)
        .model("flights")
        .version("1")
        .time(Instant.ofEpochSecond(i))
        .build();
  }

  @Test
  void a_journal_fails_loudly_and_names_the_cause() {
    Journal journal = Journal.in(database, TestClock.at(Instant.EPOCH), "test", Actor.system());
    breakDisk();
    assertThatThrownBy(() -> journal.append(Entry.of("a")))
        .isInstanceOf(StorageException.class)
        .hasMessage("the transaction failed: the disk is gone")
        .hasCauseInstanceOf(SQLException.class);
    source.heal();
    assertThat(journal.append(Entry.of("a")).id()).isEqualTo(1);
  }

  @Test
  void a_prediction_log_does_not_trouble_the_request_path() {
    try (PredictionLog log = PredictionLog.in(database)) {
      breakDisk();
      assertThat(log.log(record(1))).isTrue();
      assertThatThrownBy(log::flush)
          .isInstanceOf(StorageException.class)
          .hasMessage("1 predictions could not be written since the last flush and are lost")
          .hasRootCauseMessage("the disk is gone");
      assertThat(log.counts()).isEqualTo(new LogCounts(1, 0, 0, 1, 0, 0));
      source.heal();
      assertThat(log.log(record(2))).isTrue();
      log.flush();
      assertThat(log.read(PredictionQuery.builder().build()).rowCount()).isEqualTo(1);
      assertThat(log.counts()).isEqualTo(new LogCounts(2, 0, 1, 1, 0, 0));
    }
  }

  @Test
  void a_prediction_log_outlives_a_short_fault() {
    try (PredictionLog log = PredictionLog.in(database)) {
      source.failNext(Call.CONNECT, 2, FaultTest::diskGone);
      assertThat(log.log(record(1))).isTrue();
      log.flush();
      assertThat(log.counts()).isEqualTo(new LogCounts(1, 0, 1, 0, 0, 0));
    }
  }

  @Test
  void a_full_queue_drops_and_counts() {
    CountDownLatch hanging = new CountDownLatch(1);
    try (PredictionLog log = PredictionLog.in(database, 10)) {
      source.before(Call.CONNECT, () -> await(hanging));
      // The writer may hold one batch of 1,000 and the queue 10 more.
      long taken = IntStream.range(0, 5_000).filter(i -> log.log(record(i))).count();
      assertThat(taken).isBetween(10L, 1_010L);
      LogCounts counts = log.counts();
      assertThat(counts.logged()).isEqualTo(taken);
      assertThat(counts.dropped()).isEqualTo(5_000 - taken);
      assertThat(counts.pending()).isEqualTo(taken);
      hanging.countDown();
      log.flush();
      assertThat(log.counts()).isEqualTo(new LogCounts(taken, 5_000 - taken, taken, 0, 0, 0));
    } finally {
      hanging.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
