package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.journal.Journal;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class TestDatabasesTest {
  @Test
  void postgres_carries_a_journal() {
    try (var database = TestDatabases.postgres()) {
      Journal journal = Journal.in(database, TestClock.at(Instant.EPOCH), "test", Actor.system());
      assertThat(journal.append(Entry.of("a.b").detail("x", "é")).id()).isEqualTo(1);
      assertThat(journal.verify().isIntact()).isTrue();
    }
  }
}
