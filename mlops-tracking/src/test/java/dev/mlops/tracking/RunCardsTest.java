package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.data.Micros;
import dev.mlops.error.StorageException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RunCardsTest {

  @Provide
  Arbitrary<RunDetails> details() {
    Arbitrary<String> texts =
        Arbitraries.strings()
            .ofMaxLength(20)
            .map(text -> new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8));
    Arbitrary<MetricPoint> points =
        Combinators.combine(
                Arbitraries.longs(),
                Arbitraries.longs().between(-(1L << 50), 1L << 50),
                Arbitraries.oneOf(
                    Arbitraries.doubles(),
                    Arbitraries.of(-0.0, Double.NaN, Double.NEGATIVE_INFINITY)))
            .as((step, micros, value) -> new MetricPoint(step, Micros.instant(micros), value));
    Arbitrary<MetricPoint> few = points.list().ofSize(2).flatMap(Arbitraries::of);
    Arbitrary<List<MetricSummary>> metrics =
        Combinators.combine(
                texts, Arbitraries.longs().between(1, Long.MAX_VALUE), few, few, few, points)
            .as(MetricSummary::new)
            .list()
            .ofMaxSize(5);
    Arbitrary<List<RunView.Input>> inputs =
        Combinators.combine(texts, texts, texts)
            .as(
                (role, name, text) ->
                    new RunView.Input(role, name, Digest.of(text.getBytes(StandardCharsets.UTF_8))))
            .list()
            .ofMaxSize(3);
    Arbitrary<Map<String, String>> named = Arbitraries.maps(texts, texts).ofMaxSize(5);
    return Combinators.combine(named, named, metrics, inputs)
        .as(
            (params, tags, measured, read) -> {
              Map<String, MetricSummary> byName = new TreeMap<>();
              measured.forEach(metric -> byName.put(metric.name(), metric));
              return new RunDetails(params, byName, tags, read);
            });
  }

  @Property(tries = 300)
  void a_card_is_read_as_it_was_written(@ForAll("details") RunDetails details) {
    assertThat(RunCards.unpack(RunCards.pack(details))).isEqualTo(details);
  }

  @Test
  void any_changed_bit_is_told() {
    byte[] packed =
        RunCards.pack(
            new RunDetails(Map.of("depth", "6"), Map.of(), Map.of("team", "ops"), List.of()));
    for (int bit = 8; bit < 8 * packed.length; bit++) { // The first byte is the version.
      byte[] changed = packed.clone();
      changed[bit / 8] ^= (byte) (1 << bit % 8);
      assertThatThrownBy(() -> RunCards.unpack(changed))
          .isInstanceOf(StorageException.class)
          .hasMessage("a stored card of a run is damaged; put back a copy of the database");
    }
  }
}
