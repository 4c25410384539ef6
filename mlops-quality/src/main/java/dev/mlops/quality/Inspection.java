package dev.mlops.quality;

import dev.mlops.data.Dataset;
import dev.mlops.quality.ExpectationResult.Outcome;
import java.time.Instant;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/** One expectation held against one batch: its result, and the rows it would put aside. */
final class Inspection {
  static final int SAMPLE = 20;

  private final Expectation expectation;
  private final Rule.Observation observation;

  Inspection(Expectation expectation, Rule.Observation observation) {
    this.expectation = expectation;
    this.observation = observation;
  }

  static Inspection of(Expectation expectation, Dataset batch, Instant asOf) {
    return new Inspection(expectation, expectation.rule().observe(batch, asOf));
  }

  /** Marks the rows that may not go on. */
  void quarantineInto(BitSet rows) {
    if (quarantines() && observation instanceof Rule.Rows seen) {
      rows.or(seen.failing());
    }
  }

  /** Adds the reason why a row may not go on, if this expectation has one. */
  void reasonInto(int row, List<String> reasons) {
    if (quarantines() && observation instanceof Rule.Rows seen && seen.failing().get(row)) {
      reasons.add(seen.reason().apply(row));
    }
  }

  private boolean quarantines() {
    return expectation.severity() == Severity.BLOCK;
  }

  ExpectationResult result() {
    return observation instanceof Rule.Rows rows
        ? ofRows(expectation, rows.considered(), rows.failing().cardinality(), sample(rows))
        : ofWhole(expectation, (Rule.Whole) observation);
  }

  static ExpectationResult ofWhole(Expectation expectation, Rule.Whole whole) {
    OptionalDouble score = OptionalDouble.of(whole.met() ? 1 : 0);
    return new ExpectationResult(
        expectation,
        outcome(whole.met()),
        whole.observed(),
        whole.number(),
        0,
        0,
        List.of(),
        score);
  }

  private static Outcome outcome(boolean met) {
    return met ? Outcome.MET : Outcome.FAILED;
  }

  static ExpectationResult ofRows(
      Expectation expectation, long considered, long failing, List<FailingRow> sample) {
    OptionalDouble score =
        considered == 0
            ? OptionalDouble.empty()
            : OptionalDouble.of((considered - failing) / (double) considered);
    return new ExpectationResult(
        expectation,
        considered == 0 ? Outcome.NOT_JUDGED : outcome(score.getAsDouble() >= expectation.mostly()),
        seen(considered, failing),
        Optional.empty(),
        considered,
        failing,
        sample,
        score);
  }

  private static String seen(long considered, long failing) {
    if (considered == 0) {
      return "nothing to look at";
    }
    return failing == 0 ? "all " + considered + " hold" : failing + " of " + considered + " failed";
  }

  private static List<FailingRow> sample(Rule.Rows rows) {
    return rows.failing().stream().limit(SAMPLE).mapToObj(row -> failing(rows, row, 0)).toList();
  }

  /** A failing row of a batch, before which other rows came. */
  static FailingRow failing(Rule.Rows rows, int row, long before) {
    return new FailingRow(before + row, rows.value().apply(row), rows.reason().apply(row));
  }
}
