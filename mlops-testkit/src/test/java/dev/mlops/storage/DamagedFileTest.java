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
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file of an embedded database that something else has changed is told in words. */
class DamagedFileTest {
  private static final int HEADERS = 8_192;

  private static final String[] WORDS_OF_H2 = {
    "SQL statement", "org.h2", "java.", "Exception", "mlops:", "recovery tool", "-240]"
  };

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
        .hasMessageStartingWith("the file '" + directory.resolve("truth.mv.db") + "' is damaged")
        .hasMessageContaining("put back a copy of that file")
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(WORDS_OF_H2))
        .hasRootCauseInstanceOf(SQLException.class);
    Files.write(file, whole);
    try (Workspace again = open()) {
      assertThat(again.journal().events().count()).isEqualTo(200);
    }
  }

  @Test
  void that_is_cut_to_nothing_but_its_beginning_is_damaged() throws IOException {
    Files.write(file, Arrays.copyOf(whole, 5));
    refused(
        this::open,
        "the file '" + directory.resolve("truth.mv.db") + "' is damaged; put back a copy");
  }

  @Test
  void is_not_called_damaged_when_it_is_no_file() throws IOException {
    Path other = directory.resolve("other");
    Path data = Files.createDirectory(directory.resolve("other.mv.db"));
    refused(
        () -> Database.h2(other),
        "cannot open database '" + data + "': it is no file; move it away, or name another");
    Files.delete(data);
    Files.createSymbolicLink(data, directory.resolve("gone"));
    refused(
        () -> Database.h2(other),
        "cannot open database '" + data + "': it is a link to a file that is not there;");
  }

  @Test
  void is_not_called_damaged_when_another_application_made_it() throws Exception {
    for (String options : List.of("", ";DATABASE_TO_LOWER=TRUE;USER=sa;PASSWORD=secret")) {
      Path other = directory.resolve("other" + options.length());
      try (Connection connection = DriverManager.getConnection("jdbc:h2:" + other + options);
          Statement statement = connection.createStatement()) {
        statement.execute("CREATE TABLE purchase (a INTEGER)");
      }
      refused(
          () -> Database.h2(other),
          "the file '" + other + ".mv.db' holds a database that another application made");
    }
  }

  @Test
  void with_a_table_of_ours_that_is_none_is_told_in_a_line() throws Exception {
    Path other = directory.resolve("other");
    String url = "jdbc:h2:" + other + ";DATABASE_TO_LOWER=TRUE";
    try (Connection connection = DriverManager.getConnection(url);
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE TABLE mlops_event (a INTEGER)");
    }
    try (Database database = Database.h2(other)) {
      refused(
          () -> database.migrate("core", Workspace.class),
          "cannot migrate the tables of 'core': Column \"chain\" not found; is there a table of this"
              + " name that another application or release made, or is the database damaged?");
    }
  }

  private static void refused(ThrowingCallable opening, String beginning) {
    assertThatThrownBy(opening)
        .isInstanceOf(StorageException.class)
        .hasMessageStartingWith(beginning)
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain(WORDS_OF_H2).hasLineCount(1));
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
        assertThat(e.getMessage()).doesNotContain(WORDS_OF_H2);
      }
      Files.write(file, whole);
    }
    assertThat(told).isPositive();
  }
}
