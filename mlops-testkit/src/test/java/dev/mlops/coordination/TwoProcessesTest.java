package dev.mlops.coordination;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.storage.Session;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Running;
import dev.mlops.testkit.TestDatabases;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/**
 * JVMs on one PostgreSQL that are paused and killed while they hold a lease, run a job and read the
 * feed. The system property {@code mlops.pauses} sets how often the holder is paused.
 */
class TwoProcessesTest {
  private static final int PAUSES = Integer.getInteger("mlops.pauses", 2);
  private static final Duration LEASE = Duration.ofMillis(500);
  private static final Duration INTERVAL = Duration.ofMillis(500);
  private static final Duration LONG = Duration.ofSeconds(60);

  private final String url = TestDatabases.postgresUrl();
  private final Map<String, Running> running = new HashMap<>();

  @Test
  void never_both_write_under_a_lease_nor_lose_or_double_a_run_or_an_event() {
    try (Workspace workspace = workspace(url, "test")) {
      workspace
          .database()
          .transaction(session -> session.update("CREATE TABLE mirror (event BIGINT PRIMARY KEY)"));
      List<Long> heard = new CopyOnWriteArrayList<>();
      Following following =
          Feed.of(workspace).follow(0, Duration.ofMillis(20), event -> heard.add(event.id()));
      try {
        start("a");
        start("b");
        String holder = newHolder(workspace, 0, "");
        awaitRun(workspace, 0);
        for (int pause = 0; pause < PAUSES; pause++) {
          holder = takenOverWhilePaused(workspace, holder);
        }
        takenOverAfterTheKillOf(workspace, holder);
        start("c");
        newHolder(workspace, workspace.journal().position(), "");
      } finally {
        running.values().forEach(Running::close);
      }
      Feed.of(workspace).once("mirror", Worker::mirror);
      long last = workspace.journal().position();
      await().atMost(LONG).until(() -> following.position() == last);
      following.close();
      verify(workspace, heard);
    }
  }

  private void start(String name) {
    running.put(name, CrashHarness.of(Worker.class, url, name).start());
  }

  /** Waits until a process other than one writes under the lease, behind a position. */
  private static String newHolder(Workspace workspace, long position, String other) {
    return await()
        .atMost(LONG)
        .until(
            () ->
                Feed.of(workspace).kind("work.done").after(position).stream()
                    .map(event -> event.actor().id())
                    .filter(id -> !id.equals(other))
                    .findFirst()
                    .orElse(""),
            found -> !found.isEmpty());
  }

  /** Waits until a process runs the job, behind a position. */
  private static void awaitRun(Workspace workspace, long position) {
    await().atMost(LONG).until(() -> !Feed.of(workspace).kind("job.ran").after(position).isEmpty());
  }

  private String takenOverWhilePaused(Workspace workspace, String holder) {
    long position = workspace.journal().position();
    Running paused = Objects.requireNonNull(running.get(holder));
    paused.pause();
    try {
      awaitRun(workspace, position);
      return newHolder(workspace, position, holder);
    } finally {
      paused.resume();
    }
  }

  private void takenOverAfterTheKillOf(Workspace workspace, String holder) {
    long position = workspace.journal().position();
    Objects.requireNonNull(running.remove(holder)).close();
    newHolder(workspace, position, holder);
    awaitRun(workspace, position);
  }

  private static void verify(Workspace workspace, List<Long> heard) {
    List<Event> all = workspace.journal().events().list();
    assertThat(workspace.journal().verify().isIntact()).isTrue();
    // The order of the journal is that of the commits.
    List<Long> tokens =
        all.stream()
            .filter(event -> event.kind().equals("work.done"))
            .map(event -> Long.valueOf(event.details().get("token")))
            .toList();
    assertThat(tokens).as("tokens in the order of the commits").isSorted();
    assertThat(tokens.stream().distinct().count()).isGreaterThan(PAUSES + 1);
    List<Instant> planned =
        all.stream()
            .filter(event -> event.kind().equals("job.ran"))
            .map(event -> Instant.parse(event.details().get("due")))
            .toList();
    assertThat(planned).as("runs of the job").doesNotHaveDuplicates().isSorted();
    assertThat(planned).hasSizeGreaterThan(PAUSES);
    assertThat(planned)
        .allMatch(
            due -> Duration.between(planned.get(0), due).toNanos() % INTERVAL.toNanos() == 0,
            "is on the grid of the job");
    List<Long> ids = LongStream.rangeClosed(1, all.size()).boxed().toList();
    assertThat(heard).as("the feed").isEqualTo(ids);
    assertThat(
            workspace
                .database()
                .<List<Long>>read(
                    session ->
                        session.list(
                            "SELECT event FROM mirror ORDER BY event", row -> row.number("event"))))
        .as("handled once")
        .isEqualTo(ids);
  }

  private static Workspace workspace(String url, String name) {
    return Workspace.builder()
        .database(Database.over(TestDatabases.postgresDataSource(url)))
        .artifactStore(ArtifactStore.inMemory(Clock.systemUTC()))
        .adoptContents()
        .actor(Actor.ci(name))
        .open();
  }

  /** Wants the lease, runs the job and reads the feed until it is killed. */
  static final class Worker {
    private Worker() {}

    public static void main(String[] arguments) throws InterruptedException {
      Workspace workspace = workspace(arguments[0], arguments[1]);
      Scheduler.open(workspace, LEASE)
          .every(
              "tick",
              INTERVAL,
              lease ->
                  lease.write(
                      session -> workspace.journal().append(session, Entry.of("tick.done"))));
      Writing writing = new Writing(workspace);
      Repeater.onThread("mlops-writing", Duration.ofMillis(30), writing::step);
      Repeater.onThread(
          "mlops-mirror",
          Duration.ofMillis(50),
          () -> Feed.of(workspace).once("mirror", Worker::mirror));
      Thread.currentThread().join();
    }

    static void mirror(Session session, Event event) {
      session.update("INSERT INTO mirror (event) VALUES (?)", event.id());
    }
  }

  /** Writes under the lease as long as it can, whatever the lease says: only the check counts. */
  private static final class Writing {
    private static final int TURN = 100;

    private final Workspace workspace;
    private Optional<Lease> lease = Optional.empty();
    private int steps;

    private Writing(Workspace workspace) {
      this.workspace = workspace;
    }

    private void step() {
      if (lease.isEmpty()) {
        lease = Leases.of(workspace).take("work", LEASE);
        steps = 0;
      }
      lease.ifPresent(this::write);
    }

    private void write(Lease held) {
      try {
        held.write(
            session ->
                workspace
                    .journal()
                    .append(
                        session,
                        Entry.of("work.done").detail("token", String.valueOf(held.token()))));
        if (++steps == TURN) {
          giveBack(held);
        }
      } catch (ConflictException | StorageException lost) {
        giveBack(held);
      }
    }

    private void giveBack(Lease held) {
      held.close();
      lease = Optional.empty();
    }
  }
}
