package dev.mlops.quality;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;

class QualityPropertiesTest {
  private static final DataQuality SUITE =
      DataQuality.suite("s")
          .column("n", c -> c.notNull().between(-2, 3).mostly(0.5).notInSet(1).unique().warn())
          .column("w", c -> c.matches("a").lengthBetween(1, 2).inSet("a", "ab", "b"))
          .table(t -> t.unique("n", "w"))
          .build();

  private record Line(@Nullable Long n, @Nullable String w) {}

  @Provide
  Arbitrary<List<Line>> lines() {
    Arbitrary<@Nullable Long> numbers = Arbitraries.longs().between(-4, 5).injectNull(0.1);
    Arbitrary<@Nullable String> words = Arbitraries.of("a", "b", "ab", "abc", "").injectNull(0.1);
    return Combinators.combine(numbers, words).as(Line::new).list().ofMaxSize(30);
  }

  private static Dataset batch(List<Line> lines) {
    List<@Nullable Long> numbers = new ArrayList<>();
    List<@Nullable String> words = new ArrayList<>();
    for (Line line : lines) {
      numbers.add(line.n);
      words.add(line.w);
    }
    return Dataset.of(
        Schema.of(Field.of("n", DataType.INT64).orNull(), Field.of("w", DataType.STRING).orNull()),
        List.of(Column.of(DataType.INT64, numbers), Column.of(DataType.STRING, words)));
  }

  /** How many rows each expectation of the suite fails, found row by row. */
  private static long[] failures(List<Line> lines) {
    long[] failing = new long[8];
    for (Line line : lines) {
      Long n = line.n;
      String w = line.w;
      failing[0] += n == null ? 1 : 0;
      if (n != null) {
        failing[1] += n < -2 || n > 3 ? 1 : 0;
        failing[2] += n == 1 ? 1 : 0;
        failing[3] += lines.stream().filter(l -> n.equals(l.n)).count() > 1 ? 1 : 0;
      }
      if (w != null) {
        failing[4] += w.contains("a") ? 0 : 1;
        failing[5] += w.isEmpty() || w.length() > 2 ? 1 : 0;
        failing[6] += Set.of("a", "ab", "b").contains(w) ? 0 : 1;
      }
      if (n != null || w != null) {
        failing[7] += Collections.frequency(lines, line) > 1 ? 1 : 0;
      }
    }
    return failing;
  }

  @Property
  void counts_are_those_of_a_slow_twin(@ForAll("lines") List<Line> lines) {
    QualityReport report = SUITE.check(batch(lines), Instant.EPOCH);
    assertThat(report.results().stream().mapToLong(ExpectationResult::failing).toArray())
        .isEqualTo(failures(lines));
    assertThat(report.results())
        .allMatch(result -> result.failing() <= result.considered())
        .allMatch(result -> result.sample().size() == Math.min(20, result.failing()));
  }

  @Property
  void every_row_is_accepted_or_quarantined_with_a_reason(@ForAll("lines") List<Line> lines) {
    Dataset batch = batch(lines);
    Quarantine quarantine = SUITE.check(batch, Instant.EPOCH).quarantine();
    List<Integer> rejected = quarantine.quarantined().stream().map(QuarantinedRow::row).toList();
    assertThat(quarantine.accepted().rowCount() + rejected.size()).isEqualTo(lines.size());
    assertThat(rejected).isSorted().doesNotHaveDuplicates();
    int[] rows = rejected.stream().mapToInt(Integer::intValue).toArray();
    assertThat(values(quarantine.rejected())).isEqualTo(values(batch.take(rows)));
    QualityReport again = SUITE.check(quarantine.accepted(), Instant.EPOCH);
    assertThat(again.quarantine().quarantined()).isEmpty();
    assertThat(again.verdict()).isNotEqualTo(QualityVerdict.BLOCKED);
  }

  private static List<String> values(Dataset rows) {
    List<String> values = new ArrayList<>();
    for (Row row : rows) {
      values.add(row.value("n") + " " + row.value("w"));
    }
    return values;
  }

  @Property
  void the_order_of_rows_does_not_matter(@ForAll("lines") List<Line> lines, @ForAll Random random) {
    List<Line> shuffled = new ArrayList<>(lines);
    Collections.shuffle(shuffled, random);
    QualityReport one = SUITE.check(batch(lines), Instant.EPOCH);
    QualityReport other = SUITE.check(batch(shuffled), Instant.EPOCH);
    assertThat(other.verdict()).isEqualTo(one.verdict());
    for (Dimension dimension : Dimension.values()) {
      assertThat(other.score(dimension)).isEqualTo(one.score(dimension));
    }
    IntStream.range(0, one.results().size())
        .forEach(
            i ->
                assertThat(other.results().get(i).failing())
                    .isEqualTo(one.results().get(i).failing()));
  }
}
