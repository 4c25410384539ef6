package dev.mlops.quality;

import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Adds up what a rule saw of rows that it looks at one by one. */
final class RowTally implements Tally {
  private final Rule rule;
  private final List<FailingRow> sample = new ArrayList<>();
  private long considered;
  private long failing;

  /** What is wrong with the schema, which all batches have, so that no row could be looked at. */
  private Rule.@Nullable Whole wrong;

  RowTally(Rule rule) {
    this.rule = rule;
  }

  @Override
  public Optional<Inspection> add(
      Expectation expectation, Dataset batch, Instant asOf, long before) {
    Rule.Observation seen = rule.observe(batch, asOf);
    if (seen instanceof Rule.Rows rows) {
      considered += rows.considered();
      failing += rows.failing().cardinality();
      rows.failing().stream()
          .limit(Inspection.SAMPLE - sample.size())
          .forEach(row -> sample.add(Inspection.failing(rows, row, before)));
    } else {
      wrong = (Rule.Whole) seen;
    }
    return Optional.of(new Inspection(expectation, seen));
  }

  @Override
  public ExpectationResult result(Expectation expectation, Instant asOf) {
    return wrong == null
        ? Inspection.ofRows(expectation, considered, failing, sample)
        : Inspection.ofWhole(expectation, wrong);
  }
}
