package dev.mlops.quality;

import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.BitSet;
import java.util.Optional;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Looks at a batch and says what it saw; never throws because of the data. */
@FunctionalInterface
interface Rule {
  Observation observe(Dataset batch, Instant asOf);

  /** Begins to look at data that come in batches; empty if the rule needs all of them at once. */
  default Optional<Tally> tally() {
    return Optional.of(new RowTally(this));
  }

  /** What a rule saw. */
  sealed interface Observation {}

  /**
   * Rows were looked at one by one.
   *
   * @param considered how many rows the rule spoke about
   * @param failing the rows that break it, a subset of those considered
   * @param value the offending value of a failing row
   * @param reason what is wrong with a failing row
   */
  record Rows(
      long considered,
      BitSet failing,
      IntFunction<@Nullable Object> value,
      IntFunction<String> reason)
      implements Observation {}

  /**
   * The batch was judged as a whole.
   *
   * @param met whether it is as expected
   * @param observed what was seen, such as {@code 1503 rows}
   * @param number the number that was seen, with all its digits, if it was one
   */
  record Whole(boolean met, String observed, Optional<Number> number) implements Observation {
    static Whole seen(boolean met, String observed) {
      return new Whole(met, observed, Optional.empty());
    }
  }
}
