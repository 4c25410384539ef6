package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.ArrowFile;
import dev.mlops.data.BadCell;
import dev.mlops.data.Batches;
import dev.mlops.data.Csv;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Imported;
import dev.mlops.data.Schema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataGuideTest {

  @TempDir Path directory;

  @Test
  void the_code_of_the_page_runs() throws IOException {
    Path arrow = directory.resolve("flights.arrow");
    Path csv = directory.resolve("flights.csv");
    Files.writeString(
        csv,
        """
        date,delay,distance,origin
        2001-01-01 00:01,33,2176,LAS
        2001-01-01 00:01,19,215,ATL
        2001-01-01 00:02,late,405,MCI
        2001-01-01 00:03,-13,2345,ANC
        """);
    // guide:begin
    Schema schema =
        Schema.of(
            Field.of("date", DataType.INSTANT),
            Field.of("delay", DataType.INT64).orNull(),
            Field.of("distance", DataType.INT64),
            Field.of("origin", DataType.STRING));

    Imported imported = Csv.read(csv).schema(schema).zone(ZoneOffset.UTC).load();
    assertThat(imported.badCells())
        .hasToString("[line 4, column 'delay': 'late' is not a whole number]");

    Dataset flights = imported.dataset(); // imported.orThrow() throws if any cell is bad
    Dataset late = flights.where(row -> row.getDouble("delay") > 15).sortBy("delay");
    double mean = Arrays.stream(late.doubles("delay").toArray()).average().orElseThrow();

    record Flight(Instant date, Optional<Long> delay, int distance, String origin) {}
    List<Flight> records =
        flights.toRecords(Flight.class); // and Dataset.of(records) is the way back

    ArrowFile.write(flights, arrow); // in Python: pandas.read_feather("flights.arrow")
    Dataset mapped = ArrowFile.open(arrow); // pages are read when they are touched
    assertThat(mapped.digest()).isEqualTo(flights.digest());
    // guide:end
    assertThat(mean).isEqualTo(26);
    assertThat(records.get(2).delay()).isEmpty();
    assertThat(Dataset.of(records).digest()).isEqualTo(flights.digest());
  }

  @Test
  void the_code_on_batches_runs() throws IOException {
    Path arrow = directory.resolve("flights.arrow");
    Path csv = directory.resolve("flights.csv");
    Files.writeString(csv, "delay,origin\n33,LAS\n19,ATL\nlate,MCI\n-13,ANC\n");
    Schema schema =
        Schema.of(Field.of("delay", DataType.INT64).orNull(), Field.of("origin", DataType.STRING));
    // guide:begin
    List<BadCell> bad = new ArrayList<>();
    try (Batches rows = Csv.read(csv).schema(schema).batches(100_000, bad::add)) {
      ArrowFile.write(rows, arrow);
    }

    long late = 0;
    try (Batches rows = ArrowFile.batches(arrow)) {
      for (Dataset batch : rows) {
        late += batch.where(row -> row.getDouble("delay") > 15).rowCount();
      }
    }
    // guide:end
    assertThat(bad).hasToString("[line 4, column 'delay': 'late' is not a whole number]");
    assertThat(late).isEqualTo(2);
  }

  @Test
  void the_page_shows_this_code() {
    GuidePage.assertSameCode(
        Path.of("../docs/guide/data.md"),
        Path.of("src/test/java/dev/mlops/testkit/DataGuideTest.java"));
  }
}
