package dev.mlops.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.data.Batches;
import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.journal.Event;
import dev.mlops.testkit.TestClock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** A suite says the same of rows in batches as of the same rows in one dataset. */
class BatchesQualityTest {

  private static final Instant NOON = Instant.parse("2001-03-04T12:00:00Z");

  private static final Schema SCHEMA =
      Schema.of(
          Field.of("n", DataType.INT64).orNull(),
          Field.of("x", DataType.FLOAT64).orNull(),
          Field.of("w", DataType.STRING).orNull(),
          Field.of("t", DataType.INSTANT).orNull());

  private static final DataQuality SUITE =
      DataQuality.suite("rows")
          .table(
              t ->
                  t.rowCount(3, 20)
                      .columns("n", "x", "w", "t")
                      .hasColumns("n", "gone")
                      .ordered("n", "x")
                      .ordered("n", "w"))
          .column(
              "n",
              c ->
                  c.notNull()
                      .between(-2, 3)
                      .mostly(0.5)
                      .ofType(DataType.INT64)
                      .meanBetween(-1, 1)
                      .sumBetween(Long.MIN_VALUE, 10))
          .column("x", c -> c.isNull().warn().meanBetween(0, 1).sumBetween(-3.5, 3.5).warn())
          .column("w", c -> c.matches("a").lengthBetween(1, 2).inSet("a", "ab").meanBetween(0, 1))
          .column("t", c -> c.notFuture().freshWithin(Duration.ofMinutes(3)))
          .column("gone", c -> c.notNull().freshWithin(Duration.ofDays(1)).meanBetween(0, 1))
          .build();

  private static Dataset rows(Random random) {
    Dataset.Builder rows = Dataset.builder(SCHEMA);
    for (int row = random.nextInt(60); row > 0; row--) {
      rows.row(
          maybe(random, random.nextInt(10) == 0 ? Long.MAX_VALUE : (long) random.nextInt(9) - 4),
          maybe(random, random.nextInt(9) == 0 ? Double.NaN : random.nextGaussian() * 1e5),
          maybe(random, List.of("a", "ab", "abc", "").get(random.nextInt(4))),
          maybe(random, NOON.plusSeconds(random.nextInt(600) - 500)));
    }
    return rows.build();
  }

  private static @Nullable Object maybe(Random random, Object value) {
    return random.nextInt(8) == 0 ? null : value;
  }

  private static Batches split(Dataset rows, Random random) {
    List<Dataset> parts = new ArrayList<>();
    for (int from = 0; from < rows.rowCount(); ) {
      int to = Math.min(rows.rowCount(), from + random.nextInt(1 + rows.rowCount()));
      parts.add(rows.slice(from, to));
      from = to;
    }
    return Batches.of(rows.schema(), parts);
  }

  @Property(tries = 200)
  void the_report_is_the_same_in_any_split(@ForAll long seed) {
    Random random = new Random(seed);
    Dataset rows = rows(random);
    QualityReport whole = SUITE.check(rows, NOON);
    QualityReport parts = SUITE.check(split(rows, random), NOON);
    assertThat(parts.results()).isEqualTo(whole.results());
    assertThat(parts.toJson()).isEqualTo(whole.toJson());
    assertThat(parts).hasToString(whole.toString());
  }

  @Test
  void no_batch_at_all_is_as_no_row() {
    QualityReport none = SUITE.check(Batches.of(SCHEMA, List.of()), NOON);
    assertThat(none.toJson()).isEqualTo(SUITE.check(Dataset.empty(SCHEMA), NOON).toJson());
  }

  @Test
  void what_needs_all_values_at_once_is_refused_by_name() {
    DataQuality suite =
        DataQuality.suite("flights")
            .table(t -> t.unique("n", "w"))
            .column(
                "n",
                c ->
                    c.notNull()
                        .unique()
                        .distinctBetween(1, 2)
                        .medianBetween(1, 2)
                        .standardDeviationBetween(1, 2))
            .build();
    Batches batches = Batches.of(SCHEMA, List.of());
    assertThatThrownBy(() -> suite.check(batches))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "suite flights cannot be checked in batches, as all values must be there at once for:"
                + " 'the combination of [n, w] is unique' (unique), 'n is unique' (unique), 'n has"
                + " between 1 and 2 distinct values' (distinctBetween), 'n has a median between 1 and"
                + " 2' (medianBetween), 'n has a standard deviation between 1 and 2'"
                + " (standardDeviationBetween); leave that to a suite of its own, checked on"
                + " batches.toDataset(mostRows)");
  }

  @Test
  void no_row_is_kept_to_be_parted() {
    DataQuality suite = DataQuality.suite("flights").column("n", c -> c.atLeast(0)).build();
    Dataset rows =
        Dataset.of(Schema.of(Field.of("n", DataType.INT64)), List.of(Column.longs(1, -1)));
    QualityReport report = suite.check(Batches.of(rows));
    assertThat(report.setAside()).isEqualTo(1);
    assertThatThrownBy(report::quarantine)
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "the rows of flights came in batches and are not kept; check each batch as a dataset to"
                + " part its rows");
  }

  private static final Schema SCHEMA_OF_N = Schema.of(Field.of("n", DataType.INT64));

  /** Ten rows a batch; after each it counts how many of those before can still be reached. */
  private static Iterator<Dataset> counted(int batches, List<Long> alive) {
    List<WeakReference<Dataset>> made = new ArrayList<>();
    return IntStream.range(0, batches)
        .mapToObj(
            batch -> {
              System.gc();
              alive.add(made.stream().filter(part -> part.get() != null).count());
              Dataset part = numbers(batch * 10 - 3, batch * 10 + 7);
              made.add(new WeakReference<>(part));
              return part;
            })
        .iterator();
  }

  private static Dataset numbers(long from, long to) {
    return Dataset.of(SCHEMA_OF_N, List.of(Column.longs(LongStream.range(from, to).toArray())));
  }

  @Test
  void a_gate_of_batches_leaves_the_event_of_the_whole_dataset() {
    Dataset rows = numbers(-3, 97);
    DataQuality suite = DataQuality.suite("flights").column("n", c -> c.atLeast(0)).build();
    try (Workspace workspace = Workspace.builder().clock(TestClock.at(NOON)).open()) {
      QualityReport whole = suite.gate(workspace, rows);
      List<Long> alive = new ArrayList<>();

      QualityReport report = suite.gate(workspace, Batches.once(SCHEMA_OF_N, counted(10, alive)));

      assertThat(report.toJson()).isEqualTo(whole.toJson());
      assertThat(alive).hasSize(10).allMatch(batches -> batches <= 1);
      List<Event> events = workspace.journal().events().list();
      assertThat(events).hasSize(2);
      assertThat(events.get(1).subjects()).isEqualTo(events.get(0).subjects());
      assertThat(events.get(1).subjects()).containsEntry("dataset", rows.digest());
      assertThat(events.get(1).details()).isEqualTo(events.get(0).details());
      assertThat(events.get(1).outcome()).isEqualTo("blocked");
    }
  }

  @Test
  void a_gate_of_batches_that_cannot_be_read_leaves_no_event() {
    DataQuality suite = DataQuality.suite("flights").column("n", c -> c.atLeast(0)).build();
    Batches broken =
        Batches.of(Dataset.empty(SCHEMA_OF_N))
            .map(
                SCHEMA_OF_N,
                batch -> {
                  throw new IllegalStateException("the cable is out");
                });
    try (Workspace workspace = Workspace.builder().clock(TestClock.at(NOON)).open()) {
      assertThatThrownBy(() -> suite.gate(workspace, broken)).hasMessage("the cable is out");
      assertThat(workspace.journal().events().list()).isEmpty();
    }
  }
}
