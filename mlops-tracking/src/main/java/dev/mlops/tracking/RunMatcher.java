package dev.mlops.tracking;

import java.util.BitSet;
import java.util.Map;
import java.util.Set;
import java.util.function.IntPredicate;

/**
 * Which runs of a group fulfil a condition: a bit each.
 *
 * <p>Each comparison reads one column from end to end, which takes a fraction of a millisecond for
 * 100,000 runs; so none is made on the rows of a database, and none is left out because another has
 * failed.
 */
final class RunMatcher {

  private static final long MICROS = 1_000; // in a millisecond

  private final RunColumns columns;
  private final Map<Condition, Set<Long>> byInput;
  private final int size;

  /**
   * Looks at a group.
   *
   * @param byInput the keys of the runs that fulfil each condition on inputs, which is looked for
   *     beforehand, as a run has any number of them
   */
  RunMatcher(RunColumns columns, Map<Condition, Set<Long>> byInput) {
    this.columns = columns;
    this.byInput = byInput;
    this.size = columns.base().size();
  }

  BitSet matching(Condition condition) {
    if (condition instanceof Condition.And and) {
      BitSet both = matching(and.left());
      both.and(matching(and.right()));
      return both;
    }
    if (condition instanceof Condition.Or or) {
      BitSet either = matching(or.left());
      either.or(matching(or.right()));
      return either;
    }
    if (condition instanceof Condition.Not not) {
      BitSet turned = matching(not.turned());
      turned.flip(0, size);
      return turned;
    }
    return compared(condition);
  }

  private BitSet compared(Condition condition) {
    if (condition instanceof Condition.OnMetric on) {
      NumberColumn column = columns.metric(on.name(), on.which());
      return bits(run -> column.passes(run, on.test()));
    }
    if (condition instanceof Condition.OnText on) {
      return passing(columns.text(on.source(), on.name()), on.test());
    }
    if (condition instanceof Condition.OnRun on) {
      return passing(columns.attribute(on.attribute()), on.test());
    }
    RunBase base = columns.base();
    if (condition instanceof Condition.OnTime on) {
      return bits(run -> passes(on, time(base, on.moment(), run)));
    }
    if (condition instanceof Condition.OnMillis on) {
      return bits(run -> passes(on, time(base, on.moment(), run)));
    }
    Set<Long> runs = byInput.getOrDefault(condition, Set.of());
    return bits(run -> runs.contains(base.id(run)));
  }

  private static long time(RunBase base, Condition.Moment moment, int run) {
    return moment == Condition.Moment.START ? base.start(run) : base.end(run);
  }

  private static boolean passes(Condition.OnTime on, long micros) {
    return micros != RunBase.NONE && on.sign().holds(Long.compare(micros, on.micros()), 0);
  }

  private static boolean passes(Condition.OnMillis on, long micros) {
    return micros != RunBase.NONE
        && on.sign().holds((double) Math.floorDiv(micros, MICROS), on.limit());
  }

  private BitSet passing(TextColumn column, Condition.TextTest test) {
    boolean[] passing = column.passing(test);
    return bits(run -> column.has(run) && passing[column.code(run)]);
  }

  private BitSet bits(IntPredicate test) {
    BitSet bits = new BitSet(size);
    for (int run = 0; run < size; run++) {
      if (test.test(run)) {
        bits.set(run);
      }
    }
    return bits;
  }
}
