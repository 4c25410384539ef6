package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.mlops.error.StorageException;
import dev.mlops.predictions.LogCounts;
import dev.mlops.predictions.PredictionLog;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.storage.Database;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A PostgreSQL server is stopped under a prediction log and started again.
 *
 * <p>In the default build it is away for as long as 2,000 predictions take, and a failed flush.
 * {@code mvn -pl mlops-testkit test -Dtest=PredictionOutageTest -Doutage.seconds=60} logs 500 a
 * second for a minute.
 */
class PredictionOutageTest {
  private static final int A_SECOND = 500;

  @TempDir Path directory;

  private int logged;

  private EmbeddedPostgres start(int port) throws IOException {
    return EmbeddedPostgres.builder()
        .setDataDirectory(directory.resolve("data"))
        .setCleanDataDirectory(false)
        .setPort(port)
        .start();
  }

  @Test
  void loses_nothing() throws IOException {
    int seconds = Integer.getInteger("outage.seconds", 0);
    EmbeddedPostgres server = start(0);
    int port = server.getPort();
    Database database = Database.over(server.getPostgresDatabase());
    PredictionLog log =
        PredictionLog.builder(database, Clock.systemUTC())
            .capacity(65_536)
            .patience(Duration.ofMillis(500))
            .open();
    try {
      logSeconds(log, 2, seconds > 0);
      server.close();
      logSeconds(log, Math.max(4, seconds), seconds > 0);
      assertThat(catchThrowableOfType(StorageException.class, log::flush))
          .hasMessageContaining("they are kept and tried again");
      server = start(port);
      logSeconds(log, 2, seconds > 0);
      flushPatiently(log);
      assertThat(log.counts()).isEqualTo(new LogCounts(logged, 0, 0, logged, 0, 0, 0, 0));
      assertThat(log.query().count()).isEqualTo(logged);
    } finally {
      log.close();
      server.close();
    }
  }

  private void logSeconds(PredictionLog log, int seconds, boolean inRealTime) {
    long end = System.nanoTime();
    for (int second = 0; second < seconds; second++) {
      IntStream.range(0, A_SECOND).forEach(i -> assertThat(log.log(record(logged++))).isTrue());
      end += TimeUnit.SECONDS.toNanos(1);
      while (inRealTime && System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }
  }

  private static PredictionRecord record(int number) {
    return PredictionRecord.builder()
        .id("p" + number)
        .model("flights")
        .version(1)
        .time(Instant.ofEpochSecond(number))
        .score(0.5)
        .build();
  }

  /** A log pauses for up to a second between attempts, which may be longer than it is patient. */
  private static void flushPatiently(PredictionLog log) {
    StorageException notYet;
    do {
      notYet = catchThrowableOfType(StorageException.class, log::flush);
    } while (notYet != null && notYet.toString().contains("they are kept and tried again"));
    assertThat(notYet).isNull();
  }
}
