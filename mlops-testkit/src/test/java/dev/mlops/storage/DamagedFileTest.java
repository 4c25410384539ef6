package dev.mlops.storage;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import dev.mlops.journal.Entry;
import dev.mlops.predictions.PredictionRecord;
import dev.mlops.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of an embedded database that something else has changed is told in words. */
class DamagedFileTest {
  private static final int HEADERS = 8_192;

  @TempDir Path directory;
  private Path file;
  private byte[] whole;

  @BeforeEach
  void write() throws IOException {
    file = directory.resolve("truth.mv.db");
    try (Workspace workspace = Workspace.open(directory)) {
      for (int i = 0; i < 200; i++) {
        workspace.journal().append(Entry.of("flight.landed").detail("number", "UA" + i));
        workspace
            .predictions()
            .log(
                PredictionRecord.builder()
                    .id("p" + i)
                    .model("flights")
                    .version(1)
                    .time(Instant.parse("2026-03-01T12:00:00Z"))
                    .build());
      }
      workspace.predictions().flush();
    }
    whole = Files.readAllBytes(file);
  }

  private Workspace open() {
    return Workspace.builder()
        .directory(directory)
        .clock(TestClock.at(Instant.parse("2026-03-01T12:00:00Z")))
        .open();
  }

  @Test
  void whose_tables_cannot_be_made_is_damaged() throws IOException {
    String text = new String(whole, ISO_8859_1);
    assertThat(text).contains("CREATE CACHED TABLE");
    Files.write(file, text.replace("CREATE CACHED", "CREATE C\u0001CHED").getBytes(ISO_8859_1));
    assertThatThrownBy(this::open)
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(
            "the file of database '" + directory.resolve("truth") + "' is damaged")
        .hasMessageContaining("put back a copy of that file")
        .hasMessageNotContaining("SQL statement:");
    Files.write(file, whole);
    try (Workspace again = open()) {
      assertThat(again.journal().events().count()).isEqualTo(200);
    }
  }

  /** Bits are turned over at places of any kind; what is found of it is of a kind of ours. */
  @Test
  void is_never_told_by_a_raw_exception() throws IOException {
    Random random = new Random(5);
    int told = 0;
    for (int i = 0; i < 60; i++) {
      byte[] damaged = whole.clone();
      damaged[HEADERS + random.nextInt(whole.length - HEADERS)] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, damaged);
      try (Workspace workspace = open()) {
        workspace.journal().verify();
        workspace.predictions().query().list();
      } catch (MlopsException e) {
        told++;
        assertThat(e).hasMessageNotContaining("SQL statement:");
      }
      Files.write(file, whole);
    }
    assertThat(told).isPositive();
  }
}
