package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Dataset;
import dev.mlops.error.MlopsException;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/** The stored form of predictions: what form 1 wrote is read for ever, and damage is told. */
class PackedTest {
  private static final int HEAD = 9;

  /** The records of the golden file, which was written by form 1 of this code. */
  static List<ReadRecord> records() {
    Map<String, Object> features = new LinkedHashMap<>();
    features.put("distance", 940);
    features.put("delay", 0.5);
    features.put("carrier", "UA");
    features.put("night", true);
    features.put("gate", null);
    PredictionRecord full =
        PredictionRecord.builder()
            .id("a")
            .model("flights")
            .version(3)
            .time(Instant.parse("2001-05-01T08:30:00.000001Z"))
            .entity("UA 12")
            .features(features)
            .score(0.31)
            .output(ModelOutput.classScores(Map.of("late", 0.31)))
            .latency(Duration.ofMillis(2))
            .trace("t-1")
            .build();
    PredictionRecord sparse =
        PredictionRecord.builder()
            .id("Ä 🛫")
            .model("flights")
            .version(4)
            .variant("canary")
            .time(Instant.parse("2001-05-02T00:00:00Z"))
            .output(ModelOutput.vector(1.5f, -2))
            .outcome("error")
            .build();
    PredictionRecord word =
        PredictionRecord.builder()
            .id("c")
            .model("flights")
            .version(4)
            .time(Instant.parse("2001-05-03T00:00:00Z"))
            .features(Map.of("distance", 1.5))
            .output(ModelOutput.text("late"))
            .build();
    return List.of(ReadRecord.of(full), ReadRecord.of(sparse), ReadRecord.of(word));
  }

  /** The records of the second golden file, whose features say where they come from. */
  static List<ReadRecord> served() {
    Map<String, Object> request = new LinkedHashMap<>();
    request.put("from", "ORD");
    request.put("miles", 940);
    request.put("gate", null);
    ServedFeatures features =
        new KeptFeatures(
            Map.of("delay", 0.5),
            Map.of("late", "EXPIRED"),
            request,
            "flight-delay",
            "sha256:1",
            Instant.parse("2001-05-01T08:29:59.999999Z"),
            41);
    PredictionRecord.Builder record =
        PredictionRecord.builder().model("flights").version(3).time(Instant.EPOCH);
    return List.of(
        ReadRecord.of(record.id("a").features(features).build()),
        ReadRecord.of(record.id("b").features(Map.of("delay", 1.5)).build()));
  }

  private static byte[] golden(String name) {
    try (InputStream in = PackedTest.class.getResourceAsStream(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void form_1_is_read() {
    Dataset read = Packed.records("segment 1", golden("records-form-1.bin"));
    assertThat(read.schema())
        .hasToString(
            "id STRING, version STRING, variant STRING, time INSTANT, score FLOAT64, latency INT64, outcome STRING,"
                + " entity STRING?, trace STRING?, f.distance FLOAT64?, f.delay FLOAT64?, f.carrier STRING?,"
                + " f.night BOOLEAN?, n.gate BOOLEAN?, output STRING?, c.late FLOAT64?, v.2 VECTOR(2)?");
    Dataset now = RecordColumns.of(records());
    assertThat(read.digest()).isEqualTo(now.digest());
    assertThat(Packed.hashes("segment 1", golden("hashes-form-1.bin")))
        .isEqualTo(IdIndex.sortedHashes(List.of("a", "Ä 🛫", "c")));
  }

  @Test
  void form_1_is_read_with_where_features_come_from() {
    Dataset read = Packed.records("segment 1", golden("records-served-form-1.bin"));
    assertThat(read.schema())
        .hasToString(
            "id STRING, version STRING, variant STRING, time INSTANT, score FLOAT64, latency INT64, outcome STRING,"
                + " f.delay FLOAT64?, s.service STRING?, s.definition STRING?, s.at INSTANT?, s.position INT64?,"
                + " r.from STRING?, r.miles INT64?, a.late STRING?");
    assertThat(read.digest()).isEqualTo(RecordColumns.of(served()).digest());
  }

  /** Stored beside each segment, so it never changes. */
  @Test
  void the_hash_of_an_id_is_what_it_was() {
    assertThat(IdHash.of("")).isEqualTo(-1166397803181037274L);
    assertThat(IdHash.of("7d1f")).isEqualTo(-5165835481524180229L);
    assertThat(IdHash.of("Ä 🛫")).isEqualTo(-2228755861014496162L);
  }

  @Test
  void what_is_packed_is_read_back() {
    Dataset records = RecordColumns.of(records());
    assertThat(Packed.records("it", Packed.records(records)).digest()).isEqualTo(records.digest());
    long[] hashes = {Long.MIN_VALUE, -1, 0, 7, Long.MAX_VALUE};
    assertThat(Packed.hashes("it", Packed.hashes(hashes))).isEqualTo(hashes);
    assertThat(Packed.hashes("it", Packed.hashes(new long[0]))).isEmpty();
  }

  @Test
  void what_is_cut_or_changed_anywhere_is_refused() {
    for (String name : List.of("records-form-1.bin", "hashes-form-1.bin")) {
      byte[] good = golden(name);
      for (int at = 0; at < good.length; at++) {
        refused(name, Arrays.copyOf(good, at));
        byte[] flipped = good.clone();
        flipped[at] ^= (byte) (1 << (at % 8));
        refused(name, flipped);
      }
    }
  }

  private static void refused(String name, byte[] bytes) {
    assertThatThrownBy(() -> read(name, bytes)).isInstanceOf(MlopsException.class);
  }

  private static Object read(String name, byte[] bytes) {
    return name.startsWith("records")
        ? Packed.records("segment 1", bytes)
        : Packed.hashes("segment 1", bytes);
  }

  @Test
  void says_what_is_wrong() {
    byte[] good = golden("records-form-1.bin");
    byte[] later = good.clone();
    later[4] = 2;
    assertThatThrownBy(() -> Packed.records("segment 1", later))
        .hasMessage(
            "cannot read segment 1: form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    byte[] cut = Arrays.copyOf(good, good.length - 1);
    assertThatThrownBy(() -> Packed.records("segment 1", cut))
        .hasMessage(
            "segment 1 is damaged: its checksum is another; restore the database from a copy");
    assertThatThrownBy(() -> Packed.hashes("segment 1", good))
        .hasMessage(
            "segment 1 is damaged: it does not begin as one; restore the database from a copy");
  }

  /** Whoever forges a checksum too is still given no memory for numbers that he claims. */
  @Test
  void numbers_that_are_claimed_are_not_believed() {
    byte[] good = golden("records-form-1.bin");
    for (int at = HEAD; at < good.length; at++) {
      byte[] forged = good.clone();
      forged[at] = 0x7F;
      try {
        Packed.records("segment 1", sealed(forged));
      } catch (StorageException refused) {
        assertThat(refused).hasMessageStartingWith("segment 1 is damaged");
      }
    }
    byte[] torn = Arrays.copyOf(golden("hashes-form-1.bin"), HEAD + 12);
    assertThatThrownBy(() -> Packed.hashes("segment 1", sealed(torn)))
        .hasMessageContaining("its hashes end in the middle of one");
  }

  private static byte[] sealed(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, HEAD, bytes.length - HEAD);
    ByteBuffer.wrap(bytes).putInt(5, (int) checksum.getValue());
    return bytes;
  }
}
