package dev.mlops.quality;

import dev.mlops.data.Batches;
import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** One check of data that come in batches, of which none is kept. */
final class BatchCheck {
  private final List<Expectation> expectations;
  private final List<Tally> tallies;
  private final Instant asOf;
  private long rows;
  private long setAside;

  private BatchCheck(List<Expectation> expectations, Instant asOf) {
    this.expectations = expectations;
    this.asOf = asOf;
    this.tallies =
        expectations.stream()
            .map(expectation -> expectation.rule().tally())
            .flatMap(Optional::stream)
            .toList();
  }

  static QualityReport of(
      String suite, List<Expectation> expectations, Batches batches, Instant asOf) {
    refuseWhatNeedsAll(suite, expectations);
    BatchCheck check = new BatchCheck(expectations, asOf);
    // What no batch has, such as a wrong type, is seen where there is no batch at all.
    check.add(Dataset.empty(batches.schema()));
    for (Dataset batch : batches) {
      check.add(batch);
    }
    return new QualityReport(suite, check.rows, check.setAside, asOf, check.results());
  }

  private static void refuseWhatNeedsAll(String suite, List<Expectation> expectations) {
    List<Expectation> refused =
        expectations.stream().filter(expectation -> expectation.rule().tally().isEmpty()).toList();
    if (!refused.isEmpty()) {
      String words =
          refused.stream()
              .map(expectation -> "'" + expectation + "' (" + expectation.name() + ")")
              .collect(Collectors.joining(", "));
      throw new IllegalStateException(
          "suite "
              + suite
              + " cannot be checked in batches, as all values must be there at once for: "
              + words
              + "; leave that to a suite of its own, checked on batches.toDataset(mostRows)");
    }
  }

  private void add(Dataset batch) {
    List<Inspection> inspections = new ArrayList<>();
    for (int i = 0; i < tallies.size(); i++) {
      tallies.get(i).add(expectations.get(i), batch, asOf, rows).ifPresent(inspections::add);
    }
    rows += batch.rowCount();
    setAside += new Quarantine(batch, inspections).size();
  }

  private List<ExpectationResult> results() {
    List<ExpectationResult> results = new ArrayList<>();
    for (int i = 0; i < tallies.size(); i++) {
      results.add(tallies.get(i).result(expectations.get(i), asOf));
    }
    return results;
  }
}
