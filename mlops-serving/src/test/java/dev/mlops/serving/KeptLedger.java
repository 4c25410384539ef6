package dev.mlops.serving;

import dev.mlops.data.Digest;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/** A ledger in memory, for simulations of thousands of rollouts in one process. */
final class KeptLedger implements RolloutLedger {

  private static final Digest NONE = Digest.of(new byte[0]);

  private RolloutRecord record;
  private final Actor actor;
  private long number;

  KeptLedger(RolloutTerms terms, Actor actor) {
    this.record = RolloutRecord.start(terms);
    this.actor = actor;
  }

  Durable durable() {
    return new Durable(record, number);
  }

  @Override
  public Exchanged exchange(Durable known, List<Own> own, Supplier<Verdict.Labels> labels) {
    record = record.copy(); // What was given before stays as it was.
    List<Told> told = new ArrayList<>();
    for (Own each : own) {
      if (isAllowed(each.entry())) {
        number++;
        each.entry()
            .addTo(record, actor)
            .ifPresent(transition -> told.add(new Told(transition, "", NONE)));
      }
    }
    return new Exchanged(durable(), told);
  }

  private boolean isAllowed(RolloutEntry entry) {
    return entry instanceof RolloutEntry.Act act
        ? ActRules.allows(record.state(), act.kind(), record.terms())
        : !record.state().isOver();
  }

  @Override
  public long id() {
    return 0;
  }

  @Override
  public UnitSet others(int guard, int step) {
    return new UnitSet();
  }
}
