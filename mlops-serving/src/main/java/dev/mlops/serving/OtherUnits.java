package dev.mlops.serving;

import dev.mlops.rollout.RolloutTerms;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The units that other processes have counted, by guard and step. */
final class OtherUnits {

  private final RolloutTerms terms;
  private final List<List<UnitSet>> sets;

  OtherUnits(RolloutTerms terms) {
    this.terms = terms;
    int steps = terms.shares().size();
    this.sets =
        IntStream.range(0, terms.guards().size())
            .mapToObj(guard -> Stream.generate(UnitSet::new).limit(steps).toList())
            .toList();
  }

  UnitSet of(int guard, int step) {
    return sets.get(guard).get(step);
  }

  void add(RolloutEntry entry) {
    if (entry instanceof RolloutEntry.Counted tick) {
      tick.units().addTo(of(tick.guard(), tick.step()));
    }
  }

  /** Takes out of an entry what others have counted. */
  RolloutEntry without(RolloutEntry entry) {
    return entry instanceof RolloutEntry.Counted tick && !tick.units().isEmpty()
        ? tick.units().without(of(tick.guard(), tick.step()), tick, terms.isShadow(tick.step()))
        : entry;
  }
}
