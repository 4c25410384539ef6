package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Digest;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.journal.Journal;
import dev.mlops.journal.Verification;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness.Outcome;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** However many append to a journal, it has neither a gap nor a fork. */
class JournalWritersTest {
  @TempDir Path directory;

  private static Journal journal(Database database) {
    return Journal.of(database, Clock.systemUTC(), "test", Actor.system());
  }

  private static void assertOneChain(Journal journal, int events) {
    List<Event> all = journal.events().list();
    assertThat(all)
        .extracting(Event::id)
        .containsExactlyElementsOf(LongStream.rangeClosed(1, events).boxed().toList());
    assertThat(journal.verify())
        .isEqualTo(new Verification.Intact(events, all.get(events - 1).hash()));
  }

  private static void append(Journal journal, String who, int events) {
    IntStream.range(0, events)
        .forEach(
            i ->
                journal.append(
                    Entry.of("test.step")
                        .subject("it", Digest.of(new byte[] {(byte) i}))
                        .detail("who", who + i)));
  }

  @Test
  void eight_threads_on_h2() {
    try (Database database = TestDatabases.h2(directory)) {
      Journal journal = journal(database);
      Together.run(
          IntStream.range(0, 8)
              .mapToObj(i -> (Runnable) () -> append(journal, "t" + i, 50))
              .toArray(Runnable[]::new));
      assertOneChain(journal, 400);
    }
  }

  @Test
  void eight_threads_on_postgresql() {
    try (Database database = TestDatabases.postgres()) {
      Journal journal = journal(database);
      Together.run(
          IntStream.range(0, 8)
              .mapToObj(i -> (Runnable) () -> append(journal, "t" + i, 50))
              .toArray(Runnable[]::new));
      assertOneChain(journal, 400);
    }
  }

  @Test
  void two_processes_of_two_threads_on_postgresql() {
    String url = TestDatabases.postgresUrl();
    AtomicReferenceArray<Outcome> outcomes = new AtomicReferenceArray<>(2);
    Together.run(
        () -> outcomes.set(0, CrashHarness.of(Appender.class, url, "left").run()),
        () -> outcomes.set(1, CrashHarness.of(Appender.class, url, "right").run()));
    try (Database database = Database.over(TestDatabases.postgresDataSource(url))) {
      assertThat(outcomes.get(0).errors() + outcomes.get(1).errors()).isEmpty();
      assertThat(Stream.of(0, 1).map(i -> outcomes.get(i).exit())).containsOnly(0);
      assertOneChain(journal(database), 2 * 2 * Appender.EVENTS);
    }
  }

  /**
   * A process that appends from two threads; both processes also race for the migration of an empty
   * database.
   */
  static final class Appender {
    static final int EVENTS = 100;

    private Appender() {}

    public static void main(String[] arguments) {
      Journal journal = journal(Database.over(TestDatabases.postgresDataSource(arguments[0])));
      Together.run(
          () -> append(journal, arguments[1] + "-a", EVENTS),
          () -> append(journal, arguments[1] + "-b", EVENTS));
    }
  }
}
