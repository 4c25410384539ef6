package dev.mlops.features;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.ArrowFile;
import dev.mlops.data.Batches;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import dev.mlops.features.store.Appended;
import dev.mlops.features.store.Checkpoint;
import dev.mlops.features.store.Segment;
import dev.mlops.features.store.SegmentLog;
import dev.mlops.features.store.TimelineStore;
import dev.mlops.features.view.Entity;
import dev.mlops.features.view.EventSource;
import dev.mlops.features.view.EventView;
import dev.mlops.features.view.FeatureService;
import dev.mlops.features.view.FeatureView;
import dev.mlops.features.view.ServicePlan;
import dev.mlops.features.view.Window;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.testkit.TestClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Live rows go on from a checkpoint and what was ingested after it. */
class CheckpointTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden/checkpoint");
  private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
  private static final Schema ROWS =
      Schema.of(
          Field.of("payment", DataType.STRING),
          Field.of("user", DataType.STRING).orNull(),
          Field.of("at", DataType.INSTANT),
          Field.of("amount", DataType.FLOAT64),
          Field.of("shop", DataType.STRING).orNull());
  private static final EventSource SOURCE =
      EventSource.of("payments").eventTime("at").eventId("payment");
  private static final Entity USER = Entity.of("user", "user");
  private static final EventView DAY =
      EventView.of("day", USER, SOURCE).over(Window.hours(24)).count().sum("amount");
  private static final FeatureView LAST =
      FeatureView.of("last", USER, SOURCE)
          .features(
              Field.of("amount", DataType.FLOAT64), Field.of("shop", DataType.STRING).orNull())
          .noTtl();
  private static final FeatureService SERVICE = FeatureService.of("spending", DAY, LAST);

  @TempDir Path directory;

  private final TestClock clock = TestClock.at(NOON);
  private final AtomicInteger opened = new AtomicInteger();

  private Workspace workspace() {
    return Workspace.builder().directory(directory).clock(clock).open();
  }

  /** A store that counts the segments whose rows are read. */
  private FeatureStore store(Workspace workspace) {
    opened.set(0);
    return FeatureStore.builder(workspace).log(new CountingLog(workspace)).open();
  }

  private final class CountingLog implements SegmentLog {
    private final SegmentLog log;

    CountingLog(Workspace workspace) {
      log = SegmentLog.of(workspace);
    }

    @Override
    public Appended append(
        EventSource source, Batches rows, @Nullable String batch, boolean backfill) {
      return log.append(source, rows, batch, backfill);
    }

    @Override
    public List<Segment> read(EventSource source, long after, long upTo) {
      return log.read(source, after, upTo).stream().map(this::counted).toList();
    }

    private Segment counted(Segment segment) {
      return new Segment(
          segment.source(),
          segment.sequence(),
          segment.ingested(),
          segment.backfill(),
          segment.rowCount(),
          segment.digest(),
          () -> {
            opened.incrementAndGet();
            return segment.open();
          });
    }

    @Override
    public long latest(EventSource source) {
      return log.latest(source);
    }

    @Override
    public void close() {
      log.close();
    }
  }

  private static Dataset row(String id, String user, Instant at, double amount) {
    return Dataset.builder(ROWS).row(id, user, at, amount, "shop of " + id).build();
  }

  private void ingest(FeatureStore store, int from, int to) {
    for (int i = from; i < to; i++) {
      clock.set(NOON.plus(Duration.ofHours(i)));
      // Every third row corrects the one before.
      String id = "p" + (i % 3 == 2 ? i - 1 : i);
      store.ingest(SOURCE, row(id, "user" + i % 2, clock.instant(), i));
    }
  }

  private List<Map<String, Object>> answers(FeatureStore store) {
    FeatureReader reader = store.online(SERVICE);
    return List.of(
        reader.get(Map.of("user", "user0"), clock.instant()).toMap(),
        reader.get(Map.of("user", "user1"), clock.instant()).toMap(),
        reader.get(Map.of("user", "nobody"), clock.instant()).toMap());
  }

  @Test
  void an_opening_reads_only_what_was_ingested_since() {
    List<Map<String, Object>> before;
    try (Workspace workspace = workspace()) {
      FeatureStore store = store(workspace);
      store.register(SERVICE);
      assertThat(answers(store)).hasSize(3);
      ingest(store, 0, 30);
      store.checkpoint();
      ingest(store, 30, 33);
      before = answers(store);
    }

    try (Workspace workspace = workspace()) {
      FeatureStore store = store(workspace);
      assertThat(answers(store)).isEqualTo(before);
      assertThat(opened).as("three segments for each of two views").hasValue(6);
      ingest(store, 33, 40);
      List<Map<String, Object>> after = answers(store);
      try (TimelineStore anew = TimelineStore.inMemory()) {
        for (Segment segment : SegmentLog.of(workspace).read(SOURCE, 0, Long.MAX_VALUE)) {
          anew.apply(DAY, segment);
          anew.apply(LAST, segment);
        }
        assertThat(
                new ServicePlan(SERVICE)
                    .get(Map.of("user", "user1"), clock.instant(), 0, anew::find)
                    .toMap())
            .isEqualTo(after.get(1));
      }
    }
  }

  /** A row without a key is in no timeline, and may be the version that counts. */
  @Test
  void versions_without_a_key_are_kept_too() {
    Dataset lost = Dataset.builder(ROWS).row("p1", null, NOON, 5.0, null).build();
    try (Workspace workspace = workspace()) {
      FeatureStore store = store(workspace);
      store.register(SERVICE);
      store.online(SERVICE);
      store.ingest(SOURCE, row("p1", "user0", NOON, 1));
      clock.set(NOON.plusSeconds(60));
      store.ingest(SOURCE, lost);
      store.checkpoint();
    }
    try (Workspace workspace = workspace()) {
      FeatureStore store = store(workspace);
      store.online(SERVICE);
      assertThat(opened).hasValue(0);
      clock.set(NOON.plusSeconds(30)); // set back: these were known before the row without a key
      store.ingest(SOURCE, row("p1", "user1", NOON, 7));
      store.ingest(SOURCE, row("p2", "user1", NOON, 9));
      FeatureReader reader = store.online(SERVICE);
      Map<String, String> user = Map.of("user", "user1");
      assertThat(reader.get(user, NOON.plusSeconds(40)).toMap())
          .containsEntry("day_count_24h", 2L)
          .containsEntry("day_amount_sum_24h", 16.0);
      assertThat(reader.get(user, NOON.plusSeconds(60)).toMap())
          .containsEntry("day_count_24h", 1L)
          .containsEntry("day_amount_sum_24h", 9.0);
    }
  }

  @Test
  void a_store_that_closes_after_many_rows_leaves_one() {
    Dataset.Builder many = Dataset.builder(ROWS);
    for (int i = 0; i < 100_001; i++) {
      many.row("p" + i, "user" + i % 1000, NOON.minusSeconds(i), 1.0, null);
    }
    List<Map<String, Object>> before;
    try (Workspace workspace = workspace()) {
      FeatureStore store = store(workspace);
      store.register(SERVICE);
      store.ingest(SOURCE, many.build());
      before = answers(store);
    }

    try (Workspace workspace = workspace()) {
      assertThat(answers(store(workspace))).isEqualTo(before);
      assertThat(opened).hasValue(0);
    }
  }

  @Test
  void one_that_is_damaged_or_for_another_lateness_is_not_used() throws IOException {
    List<Map<String, Object>> before;
    try (Workspace workspace = workspace()) {
      FeatureStore store = store(workspace);
      store.register(SERVICE);
      store.online(SERVICE);
      ingest(store, 0, 5);
      store.checkpoint();
      before = answers(store);
    }
    try (Workspace workspace = workspace()) {
      FeatureStore store =
          FeatureStore.builder(workspace)
              .log(new CountingLog(workspace))
              .timelines(TimelineStore.inMemory(Duration.ofDays(2)))
              .open();
      opened.set(0);
      assertThat(answers(store)).isEqualTo(before);
      assertThat(opened).hasValue(10);
      Path kept =
          workspace
              .artifacts()
              .local(
                  workspace
                      .artifacts()
                      .get("features/default", ArtifactPath.of("checkpoints/day.arrow")))
              .orElseThrow();
      Files.write(kept, new byte[100]);
    }
    try (Workspace workspace = workspace()) {
      assertThat(answers(store(workspace))).isEqualTo(before);
      assertThat(opened).as("one view is read anew").hasValue(5);
    }
  }

  @Test
  void an_older_one_takes_no_place() {
    try (Workspace workspace = workspace()) {
      FeatureStore store = store(workspace);
      store.register(SERVICE);
      store.online(SERVICE);
      ingest(store, 0, 2);
      CheckpointTable table = new CheckpointTable(workspace);
      Checkpoint old = checkpoint(workspace, 1);
      Checkpoint young = checkpoint(workspace, 2);
      table.write(DAY, young);
      table.write(DAY, old);

      Checkpoint kept = table.find(DAY).orElseThrow();
      assertThat(kept.sequence()).isEqualTo(2);
      assertThat(kept.state()).isEqualTo(young.state());
      kept.rows().close();
    }
  }

  private static Checkpoint checkpoint(Workspace workspace, long upTo) {
    TimelineStore timelines = TimelineStore.inMemory();
    SegmentLog.of(workspace).read(SOURCE, 0, upTo).forEach(each -> timelines.apply(DAY, each));
    return timelines.checkpoint(DAY).orElseThrow();
  }

  /** What form 1 has written is read for ever. */
  @Test
  void the_golden_file_is_read() throws IOException {
    String state = Files.readString(GOLDEN.resolve("day-1.json")).strip();
    try (TimelineStore timelines = TimelineStore.inMemory();
        Batches rows = ArrowFile.batches(GOLDEN.resolve("day-1.arrow"))) {
      assertThat(timelines.restore(DAY, new Checkpoint(7, state, rows))).isTrue();

      assertThat(timelines.position(DAY)).isEqualTo(7);
      ServicePlan plan = new ServicePlan(FeatureService.of("s", DAY));
      Instant evening = NOON.plus(Duration.ofHours(70));
      assertThat(plan.get(Map.of("user", "ann"), evening, 0, timelines::find).toMap())
          .isEqualTo(Map.of("day_count_24h", 2L, "day_amount_sum_24h", 7.5));
      assertThat(timelines.checkpoint(DAY).orElseThrow().state()).isEqualTo(state);
    }
  }

  @Test
  void what_is_no_checkpoint_is_refused_and_changes_nothing() throws IOException {
    String state = Files.readString(GOLDEN.resolve("day-1.json")).strip();
    Dataset other = row("p", "ann", NOON, 1);
    try (TimelineStore timelines = TimelineStore.inMemory()) {
      for (String hostile :
          List.of(
              "",
              "{}",
              "no JSON",
              state.replace("\"form\":1", "\"form\":2"),
              state.replace("\"lateness\":", "\"late\":"),
              state.replace("\"view\":\"", "\"view\":\"0"))) {
        assertThatThrownBy(
                () -> timelines.restore(DAY, new Checkpoint(7, hostile, Batches.of(other))))
            .as(hostile)
            .isInstanceOf(MlopsException.class);
      }
      assertThatThrownBy(() -> timelines.restore(DAY, new Checkpoint(7, state, Batches.of(other))))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("the checkpoint of view 'day' has the columns [payment STRING");
      assertThat(timelines.position(DAY)).isZero();
    }
  }
}
