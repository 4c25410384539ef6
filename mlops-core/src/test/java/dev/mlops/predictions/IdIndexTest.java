package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.predictions.IdIndex.Place;
import dev.mlops.storage.Database;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The index beside a map of what was stored, while segments are remembered and forgotten. */
class IdIndexTest {
  private static final int SEGMENTS = 40;
  private static final int RECORDS = 300;

  private final Database database = Database.h2InMemory();
  private final SegmentTable table = new SegmentTable("flights");
  private final IdIndex index = new IdIndex();
  private final Map<String, Long> stored = new LinkedHashMap<>();
  private final List<Segment> segments = new ArrayList<>();

  @BeforeEach
  void store() {
    database.migrate("core", Database.class);
    for (int segment = 0; segment < SEGMENTS; segment++) {
      store(segment);
    }
  }

  @AfterEach
  void close() {
    database.close();
  }

  private void store(int number) {
    List<ReadRecord> records =
        IntStream.range(0, RECORDS).mapToObj(i -> record("id-" + number + "-" + i)).toList();
    long[] hashes = records.stream().mapToLong(ReadRecord::hash).sorted().toArray();
    Segment segment =
        database
            .transaction(
                session ->
                    table.insert(session, "m", RecordColumns.of(records), hashes, "writer", number))
            .segment();
    segments.add(segment);
    records.forEach(read -> stored.put(read.id(), segment.id()));
    // A part stays unknown to the memory, and another is known and forgotten.
    if (number % 3 != 0) {
      index.remember(segment, hashes);
    }
    if (number % 3 == 2) {
      index.forget(segment);
    }
  }

  private static ReadRecord record(String id) {
    return ReadRecord.of(
        PredictionRecord.builder().id(id).model("m").version(1).time(Instant.EPOCH).build());
  }

  @Test
  void finds_every_id_where_it_is_and_no_other() {
    Set<String> wanted = Set.copyOf(stored.keySet());
    Map<String, Place> found = find(wanted);
    assertThat(found.keySet()).isEqualTo(wanted);
    found.forEach(
        (id, place) -> {
          assertThat(place.segment().id()).isEqualTo(stored.get(id));
          assertThat(place.records().strings("id").get(place.row())).isEqualTo(id);
        });
    assertThat(find(Set.of("id-1-" + RECORDS, "id-" + SEGMENTS + "-0"))).isEmpty();
  }

  @Test
  void finds_single_ids_among_unknown_ones() {
    for (int segment = 0; segment < SEGMENTS; segment++) {
      assertThat(find(Set.of("unknown-" + segment, "id-" + segment + "-7")).keySet())
          .containsExactly("id-" + segment + "-7");
    }
  }

  private Map<String, Place> find(Set<String> ids) {
    return database.read(session -> index.find(session, segments, ids, IdIndex.sortedHashes(ids)));
  }
}
