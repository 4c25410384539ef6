package dev.mlops.features.view;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.ArrowFile;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.features.timeline.EventRows;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A join that has travelled to another JVM gives the same rows there, however the labels are cut.
 */
class PartitionJoinTest {

  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final EventSource FLIGHTS =
      EventSource.of("flights").eventTime("at").knownAfter(Duration.ofMinutes(3));
  private static final EventView ORIGIN =
      EventView.of("origin", Entity.of("airport", "from"), FLIGHTS)
          .over(Window.hours(1), Window.days(1))
          .count()
          .mean("delay")
          .std("delay")
          .share("late");
  private static final FeatureView ROUTE =
      FeatureView.of("route", Entity.of("route", "from", "to"), FLIGHTS)
          .features(
              Field.of("delay", DataType.FLOAT64).orNull(), Field.of("late", DataType.BOOLEAN))
          .ttl(Duration.ofHours(2));
  private static final double LIMIT = 1.5;
  private static final FeatureService SERVICE =
      FeatureService.of("delay", ORIGIN, ROUTE)
          .request(Field.of("distance", DataType.INT64))
          .include("distance")
          .derive("far", 3, c -> c.feature("distance") > LIMIT ? c.feature("origin_count_1h") : -1);
  private static final Schema EVENTS =
      Schema.of(
          Field.of("from", DataType.STRING).orNull(),
          Field.of("to", DataType.STRING),
          Field.of("at", DataType.INSTANT),
          Field.of("delay", DataType.FLOAT64).orNull(),
          Field.of("late", DataType.BOOLEAN));
  private static final Schema LABELS =
      Schema.of(
          Field.of("row", DataType.INT64),
          Field.of("from", DataType.STRING).orNull(),
          Field.of("to", DataType.STRING),
          Field.of("distance", DataType.INT64),
          Field.of("at", DataType.INSTANT));

  private final Random random = new Random(20_260_301);

  @TempDir private Path directory;

  @Test
  void parts_that_are_joined_in_another_jvm_are_those_of_the_whole() throws Exception {
    List<EventRows> segments = List.of(events(400, 0, false), events(300, 60, true));
    Dataset labels = labels(500);
    PartitionJoin join = new PartitionJoin(SERVICE, "at", true);
    JoinedRows whole = join.join(labels, view -> segments);

    for (int parts : new int[] {1, 4}) {
      Path home = Files.createDirectory(directory.resolve("parts" + parts));
      write(home, join, cut(labels, parts), segments);
      joinElsewhere(home, parts);

      List<Dataset> joined = new ArrayList<>();
      for (int part = 0; part < parts; part++) {
        joined.add(ArrowFile.open(home.resolve(part + ".joined")));
      }
      Dataset together = Dataset.concat(joined).sortBy("row");
      assertThat(together.digest()).isEqualTo(whole.dataset().digest());
      assertThat(Integer.parseInt(Files.readString(home.resolve("changed"))))
          .isEqualTo(whole.changedRows())
          .isPositive();
    }
  }

  @Test
  void a_service_that_has_travelled_is_the_same() throws Exception {
    Path file = directory.resolve("service");
    try (ObjectOutputStream out = new ObjectOutputStream(Files.newOutputStream(file))) {
      out.writeObject(SERVICE);
    }
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(file))) {
      assertThat(((FeatureService) in.readObject()).digest()).isEqualTo(SERVICE.digest());
    }
  }

  private static void write(
      Path home, PartitionJoin join, List<Dataset> parts, List<EventRows> segments)
      throws IOException {
    try (ObjectOutputStream out =
        new ObjectOutputStream(Files.newOutputStream(home.resolve("join")))) {
      out.writeObject(join);
    }
    for (int part = 0; part < parts.size(); part++) {
      ArrowFile.write(parts.get(part), home.resolve(part + ".labels"));
      for (int segment = 0; segment < segments.size(); segment++) {
        EventRows rows = segments.get(segment);
        String name = part + "-" + segment + "-" + rows.ingested() + "-" + rows.backfill();
        // Only the rows of the airports that the part is about, which has all rows of its routes.
        Dataset labels = parts.get(part);
        Set<String> airports =
            labels.strings("from").dictionary().stream().collect(Collectors.toSet());
        ArrowFile.write(
            rows.rows()
                .where(row -> !row.isNull("from") && airports.contains(row.getString("from"))),
            home.resolve(name + ".events"));
      }
    }
  }

  private static void joinElsewhere(Path home, int parts) throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                PartitionJoinTest.class.getName(),
                home.toString(),
                Integer.toString(parts))
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  /** The other JVM: has the class path, the files and nothing else. */
  public static void main(String[] arguments) throws Exception {
    Path home = Path.of(arguments[0]);
    int changed = 0;
    try (ObjectInputStream in = new ObjectInputStream(Files.newInputStream(home.resolve("join")))) {
      PartitionJoin join = (PartitionJoin) in.readObject();
      for (int part = Integer.parseInt(arguments[1]) - 1; part >= 0; part--) {
        Function<View, List<EventRows>> events = events(home, part);
        JoinedRows joined = join.join(ArrowFile.open(home.resolve(part + ".labels")), events);
        ArrowFile.write(joined.dataset(), home.resolve(part + ".joined"));
        changed += joined.changedRows();
      }
    }
    Files.writeString(home.resolve("changed"), Integer.toString(changed));
  }

  private static Function<View, List<EventRows>> events(Path home, int part) throws IOException {
    List<EventRows> rows = new ArrayList<>();
    try (var files = Files.newDirectoryStream(home, part + "-*.events")) {
      List<Path> sorted = new ArrayList<>();
      files.forEach(sorted::add);
      sorted.sort(null);
      for (Path file : sorted) {
        String[] said = file.getFileName().toString().replace(".events", "").split("-", -1);
        rows.add(
            new EventRows(
                ArrowFile.open(file), Long.parseLong(said[2]), Boolean.parseBoolean(said[3])));
      }
    }
    return view -> rows;
  }

  private List<Dataset> cut(Dataset labels, int parts) {
    int[] partOf = random.ints(labels.rowCount(), 0, parts).toArray();
    List<Dataset> cut = new ArrayList<>();
    for (int part = 0; part < parts; part++) {
      int wanted = part;
      cut.add(labels.where(row -> partOf[(int) row.getLong("row")] == wanted));
    }
    return cut;
  }

  private EventRows events(int count, int minute, boolean backfill) {
    Dataset.Builder rows = Dataset.builder(EVENTS);
    for (int i = 0; i < count; i++) {
      Double delay = random.nextInt(9) == 0 ? null : random.nextInt(900) / 10.0;
      String from = random.nextInt(30) == 0 ? null : airport();
      rows.row(from, airport(), time(minute), delay, random.nextBoolean());
    }
    long ingested = NOON.plusSeconds(60L * minute).toEpochMilli() * 1_000;
    return new EventRows(rows.build(), ingested, backfill);
  }

  private Dataset labels(int count) {
    Dataset.Builder rows = Dataset.builder(LABELS);
    for (int i = 0; i < count; i++) {
      String from = random.nextInt(30) == 0 ? null : airport();
      rows.row((long) i, from, airport(), (long) random.nextInt(4), time(60));
    }
    return rows.build();
  }

  private String airport() {
    return "A" + random.nextInt(7);
  }

  private Instant time(int minute) {
    return NOON.plusSeconds(60L * (minute + random.nextInt(240) - 120));
  }
}
