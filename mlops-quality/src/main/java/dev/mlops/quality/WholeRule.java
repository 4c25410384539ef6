package dev.mlops.quality;

import dev.mlops.data.Dataset;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A rule that judges data as a whole, and says how it does so when they come in batches.
 *
 * @param rule judges rows that are all there
 * @param inBatches begins to look at batches; null if that cannot be done
 */
record WholeRule(Rule rule, @Nullable Supplier<Tally> inBatches) implements Rule {

  /** A rule that needs all values at once, such as a median. */
  static WholeRule ofAll(Rule rule) {
    return new WholeRule(rule, null);
  }

  /** A rule that looks at the schema, which all batches have, and at no row. */
  static WholeRule ofSchema(Rule rule) {
    return folding(rule, (kept, batch) -> batch.head(0));
  }

  /**
   * A rule that sees the same in some of the rows as in all of them.
   *
   * @param fold chooses these among the rows kept so far and the next batch; the first is without
   *     rows
   */
  static WholeRule folding(Rule rule, Fold fold) {
    return new WholeRule(rule, () -> new Folding(rule, fold));
  }

  /** Chooses rows. */
  interface Fold {
    Dataset keep(Dataset kept, Dataset batch);
  }

  @Override
  public Observation observe(Dataset batch, Instant asOf) {
    return rule.observe(batch, asOf);
  }

  @Override
  public Optional<Tally> tally() {
    return Optional.ofNullable(inBatches).map(Supplier::get);
  }

  /** What is known of the batches so far, and what it means at the end. */
  abstract static class Summary implements Tally {

    abstract void add(Dataset batch);

    abstract Observation seen(Instant asOf);

    @Override
    public final Optional<Inspection> add(
        Expectation expectation, Dataset batch, Instant asOf, long before) {
      add(batch);
      return Optional.empty();
    }

    @Override
    public final ExpectationResult result(Expectation expectation, Instant asOf) {
      return Inspection.ofWhole(expectation, (Whole) seen(asOf));
    }
  }

  private static final class Folding extends Summary {
    private final Rule rule;
    private final Fold fold;
    private @Nullable Dataset kept;

    Folding(Rule rule, Fold fold) {
      this.rule = rule;
      this.fold = fold;
    }

    @Override
    void add(Dataset batch) {
      kept = fold.keep(kept == null ? batch.head(0) : kept, batch);
    }

    @Override
    Observation seen(Instant asOf) {
      if (kept == null) {
        throw new IllegalStateException("no batch was added, not even one without rows");
      }
      return rule.observe(kept, asOf);
    }
  }
}
