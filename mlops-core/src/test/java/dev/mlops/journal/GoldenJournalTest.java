package dev.mlops.journal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.storage.Database;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Rows that an earlier release has written are read, and their hashes hold. */
class GoldenJournalTest {

  @Test
  void events_of_version_1_are_read() throws IOException {
    try (Database database = Database.h2InMemory()) {
      database.migrate("core", Database.class);
      for (String statement : statements("journal-v1.sql")) {
        database.transaction(session -> session.update(statement));
      }
      Journal journal = Journal.of(database, Clock.systemUTC(), "flights", Actor.system());
      assertThat(journal.verify())
          .isInstanceOfSatisfying(
              Verification.Intact.class, intact -> assertThat(intact.events()).isEqualTo(3));
      assertThat(journal.head().hex()).isEqualTo(HEAD);
      Event second = journal.events().about("model", "delay").first().orElseThrow();
      assertThat(second.id()).isEqualTo(2);
      assertThat(second.actor()).isEqualTo(Actor.human("ada", "data scientist"));
      assertThat(second.cause()).isEqualTo(1);
      assertThat(second.subjects()).containsOnlyKeys("data", "model");
      assertThat(second.details()).containsOnlyKeys("name", "note").containsEntry("name", "flüge");
    }
  }

  private static final String HEAD =
      "b0d8bf3b513ab9d6ba43f158a56e5386795bfc7a7661a4405c140b06a22ae6a4";

  private static List<String> statements(String name) throws IOException {
    try (InputStream file =
        Objects.requireNonNull(GoldenJournalTest.class.getResourceAsStream(name), name)) {
      return new String(file.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.isBlank())
          .toList();
    }
  }
}
