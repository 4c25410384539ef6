package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.StorageException;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.SQLTransientConnectionException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.h2.jdbcx.JdbcDataSource;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatabaseAwayTest {

  private final TestClock clock = TestClock.at(Instant.parse("2001-01-01T00:00:00Z"));
  private final Unreliable source = new Unreliable();
  private ExperimentTracker tracker;
  private Run run;

  @BeforeEach
  void start() {
    source.whole.setURL("jdbc:h2:mem:away-" + System.identityHashCode(this) + ";DB_CLOSE_DELAY=-1");
    Workspace workspace =
        Workspace.builder().database(Database.over(source.source())).clock(clock).open();
    tracker = ExperimentTracker.in(workspace);
    run = tracker.experiment("delays").start("gbm");
  }

  @Test
  void logging_goes_on_and_the_points_are_stored_later() {
    source.away = true;
    MetricSeries loss = run.series("loss");
    for (int step = 0; step < 20_000; step++) {
      loss.log(step, 0.5);
    }
    int attempts = source.refused.get();
    assertThat(attempts).as("attempts while the clock stands still").isEqualTo(1);
    assertThatThrownBy(run::flush).isInstanceOf(StorageException.class);
    source.away = false;
    clock.advance(Duration.ofSeconds(30));
    loss.log(20_000, 0.5);
    assertThat(tracker.history(run.id(), "loss").rowCount()).isEqualTo(20_001);
  }

  @Test
  void more_than_a_million_points_are_dropped_and_counted() {
    source.away = true;
    MetricSeries loss = run.series("loss");
    for (int step = 0; step < 1_000_007; step++) {
      loss.log(step, 0.5);
    }
    source.away = false;
    assertThatThrownBy(run::flush)
        .isInstanceOf(StorageException.class)
        .hasMessage(
            "run 'gbm' dropped 7 metric points while the database was away: more than 1000000 were waiting");
    run.flush();
    run.succeed();
    assertThat(tracker.get(run.id()).summary("loss").count()).isEqualTo(1_000_000);
  }

  @Test
  void an_end_that_could_not_be_stored_is_stored_by_close() {
    run.metric("auc", 0.8);
    source.away = true;
    assertThatThrownBy(run::succeed).isInstanceOf(StorageException.class);
    source.away = false;
    run.close();
    RunView view = tracker.get(run.id());
    assertThat(view.status()).isEqualTo(RunStatus.FINISHED);
    assertThat(view.metric("auc")).isEqualTo(0.8);
  }

  /** A database that can be cut off. */
  private static final class Unreliable implements InvocationHandler {
    private final JdbcDataSource whole = new JdbcDataSource();
    private volatile boolean away;
    private final AtomicInteger refused = new AtomicInteger();

    DataSource source() {
      return (DataSource)
          Proxy.newProxyInstance(
              getClass().getClassLoader(), new Class<?>[] {DataSource.class}, this);
    }

    @Override
    public Object invoke(Object proxy, Method method, Object[] arguments) throws Throwable {
      if (away) {
        refused.incrementAndGet();
        throw new SQLTransientConnectionException("the database is away");
      }
      return method.invoke(whole, arguments);
    }
  }
}
