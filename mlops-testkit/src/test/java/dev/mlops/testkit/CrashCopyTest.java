package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Digest;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Event;
import dev.mlops.journal.Journal;
import dev.mlops.journal.Verification;
import dev.mlops.storage.Database;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A copy of an open database's file is what a kill at that moment leaves behind.
 *
 * <p>Recovering and closing compacts the file, so that what is written next goes into holes; H2
 * 2.5.252 forgets to tell its header of that, and finds none of it after a kill.
 */
class CrashCopyTest {
  private static final int EVENTS = 20;

  @TempDir Path directory;

  /** The second life is the first that writes into holes; these are eighty commits. */
  @Test
  void has_every_commit_that_had_returned() throws IOException {
    hasEveryCommit(4);
  }

  @Test
  @Tag("slow")
  void has_every_commit_of_many_lives() throws IOException {
    hasEveryCommit(12);
  }

  private void hasEveryCommit(int lives) throws IOException {
    Path live = directory.resolve("life-0");
    for (int life = 1; life <= lives; life++) {
      Database.h2(live).close();
      Path crashed = directory.resolve("life-" + life);
      try (Database database = Database.h2(live)) {
        Journal journal = journal(database);
        for (int i = 0; i < EVENTS; i++) {
          Event last =
              journal.append(Entry.of("test").subject("it", Digest.of(new byte[] {(byte) i})));
          copy(live, crashed);
          assertThat(verify(crashed)).isEqualTo(new Verification.Intact(last.id(), last.hash()));
        }
        copy(live, crashed);
      }
      live = crashed;
    }
  }

  private static Journal journal(Database database) {
    return Journal.of(database, TestClock.at(Instant.EPOCH), "test", Actor.system());
  }

  private static void copy(Path database, Path to) throws IOException {
    Files.copy(
        Path.of(database + ".mv.db"), Path.of(to + ".mv.db"), StandardCopyOption.REPLACE_EXISTING);
  }

  private static Verification verify(Path copy) {
    try (Database database = Database.h2(copy)) {
      return journal(database).verify();
    }
  }
}
