package dev.mlops.features.timeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Versions of live events: forgotten with their rows, and taken back with a broken segment. */
class VersionsTest {

  private static final TimelineLayout LAYOUT =
      new TimelineLayout(
          "at", null, null, "id", List.of("user"), List.of(), true, new BitSet(), 100);
  private static final Schema ROWS =
      Schema.of(
          Field.of("id", DataType.INT64),
          Field.of("user", DataType.STRING),
          Field.of("at", DataType.INSTANT));

  private final Versions versions = new Versions();
  private final TimelineBuffer buffer = new TimelineBuffer(LAYOUT);

  private void add(long id, long micros, long arrival) {
    Dataset row =
        Dataset.builder(ROWS).row(id, "ann", Instant.EPOCH.plusNanos(micros * 1_000)).build();
    Grouping grouping = new Grouping(LAYOUT, new EntityNumbers(), versions);
    grouping.add(new EventRows(row, arrival, false));
    grouping.forEach(
        (entity, line) -> {
          line.heldBy(buffer);
          buffer.add(line, Long.MIN_VALUE);
        });
  }

  private int visible(long t) {
    EntityTimeline line = buffer.timeline();
    int end = line.end(t, false);
    return end - line.first() - line.hidden(line.first(), end, t, true).length;
  }

  @Test
  void are_forgotten_when_no_row_of_the_event_is_kept() {
    for (int i = 0; i < 10_000; i++) {
      versions.begin();
      add(i, i, i);
      buffer.drop(i - 100, i);
      versions.sweep(2, i);
    }

    assertThat(versions.size()).isBetween(100, 300);
    assertThat(visible(10_000)).isEqualTo(101);
  }

  @Test
  void that_a_broken_segment_brought_are_taken_back() {
    versions.begin();
    add(1, 10, 10);
    versions.begin();
    add(1, 11, 20);
    assertThat(versions.changed()).containsExactly(buffer);
    buffer.renew();
    assertThat(visible(30)).isEqualTo(1);

    versions.undo();

    assertThat(versions.changed()).isEmpty();
    assertThat(versions.size()).isEqualTo(1);
    versions.begin();
    add(1, 12, 40);
    buffer.renew();
    // The row of the broken segment is still in this buffer, and nobody replaces it.
    assertThat(visible(39)).isEqualTo(2);
    assertThat(visible(40)).isEqualTo(2);
  }

  @Test
  void that_may_be_older_than_a_forgotten_one_count_for_nothing() {
    versions.begin();
    add(1, 10, 50);
    buffer.drop(11, 11);
    versions.sweep(1, 11);
    assertThat(versions.size()).isZero();

    versions.begin();
    add(1, 20, 40);

    assertThat(visible(60)).isZero();
    assertThat(buffer.timeline().dropped().through())
        .as("reads that need it are out of range")
        .isEqualTo(20);
  }
}
