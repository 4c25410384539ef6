package dev.mlops.serving;

import dev.mlops.Workspace;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Entry;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Transition;
import dev.mlops.rollout.Certificates;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.RolloutTable.Numbered;
import dev.mlops.storage.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * A rollout in the database. A process first reads what others have added and works out what
 * follows from that and its own entries, with the certificates of the transitions; then it writes
 * all of it in one transaction, unless another process was quicker: then it starts again. So a
 * transition, its certificate, its event, the model that is live by it and the alias that moves
 * with it are there together, or none of them.
 */
final class StoredRollout implements RolloutLedger {

  private final Workspace workspace;
  private final Certificates certificates;
  private final RolloutTerms terms;
  private final long id;
  private final String process;
  private final Actor decides;
  private final Promotion promotion;
  private final OtherUnits others;

  /** Moves what moves with a promotion, such as an alias, in the transaction of it. */
  @FunctionalInterface
  interface Promotion {
    void changed(Session session, RolloutTerms terms, Transition transition);
  }

  StoredRollout(
      Workspace workspace, RolloutTable.Begun rollout, String process, Promotion promotion) {
    this.workspace = workspace;
    this.certificates = Certificates.of(workspace);
    this.terms = rollout.terms();
    this.id = rollout.id();
    this.process = process;
    this.decides = rollout.actor();
    this.promotion = promotion;
    this.others = new OtherUnits(terms);
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public UnitSet others(int guard, int step) {
    return others.of(guard, step);
  }

  @Override
  public Exchanged exchange(Durable known, List<Own> own, Supplier<Verdict.Labels> labels) {
    while (true) {
      Draft draft = new Draft(known);
      workspace
          .database()
          .read(session -> RolloutTable.behind(session, id, known.number()))
          .forEach(draft::read);
      own.forEach(entry -> draft.add(entry, labels));
      if (draft.rows.isEmpty() || workspace.database().transaction(draft::write)) {
        return new Exchanged(new Durable(draft.record, draft.number), List.copyOf(draft.told));
      }
    }
  }

  /** What follows from the entries of others and of this process, before it is written. */
  private final class Draft {

    final RolloutRecord record;
    final List<Told> told = new ArrayList<>();
    final List<Numbered> rows = new ArrayList<>();
    long number;
    private final List<Consumer<Session>> writes = new ArrayList<>();
    private long durableOwn = -1;
    private long found;

    Draft(Durable known) {
      this.record = known.record().copy();
      this.number = known.number();
      this.found = number;
    }

    void read(Numbered row) {
      number = row.number();
      found = number;
      if (row.process().equals(process)) {
        durableOwn = Math.max(durableOwn, row.sequence()); // The answer of a commit was lost.
      } else {
        others.add(row.entry());
      }
      Optional<Transition> made = row.entry().addTo(record, decides);
      made.ifPresent(
          transition ->
              told.add(
                  new Told(
                      transition,
                      record.verdict(transition.time(), Verdict.Labels.NONE).sentence(),
                      record.certificate().digest())));
    }

    void add(Own own, Supplier<Verdict.Labels> labels) {
      if (own.sequence() <= durableOwn || !isAllowed(own.entry())) {
        return;
      }
      RolloutEntry entry = others.without(own.entry()).notBefore(record);
      RolloutState before = record.state();
      Optional<Transition> made = entry.addTo(record, decides);
      if (entry instanceof RolloutEntry.Act && made.isEmpty()) {
        return;
      }
      number++;
      rows.add(new Numbered(number, process, own.sequence(), entry));
      made.ifPresent(transition -> decide(before, transition, labels.get()));
    }

    private boolean isAllowed(RolloutEntry entry) {
      return entry instanceof RolloutEntry.Act act
          ? ActRules.allows(record.state(), act.kind(), terms)
          : !record.state().isOver() && !isEmpty(entry);
    }

    private boolean isEmpty(RolloutEntry entry) {
      return others.without(entry) instanceof RolloutEntry.Counted tick
          && tick.counts().canary() + tick.counts().stable() == 0;
    }

    private void decide(RolloutState before, Transition transition, Verdict.Labels labels) {
      String sentence = record.verdict(transition.time(), labels).sentence();
      Certificate certificate = record.certificate();
      Consumer<Session> staged = certificates.stage(certificate);
      Told one = new Told(transition, sentence, certificate.digest());
      Entry event = RolloutEvents.changed(terms, one, before);
      told.add(one);
      writes.add(
          session -> {
            staged.accept(session);
            promotion.changed(session, terms, transition);
            workspace.journal().append(session, event);
          });
    }

    /** Returns false if another process has added something in between. */
    boolean write(Session session) {
      if (RolloutTable.lock(session, id) != found) {
        return false;
      }
      RolloutTable.add(session, id, rows, number, state());
      writes.forEach(write -> write.accept(session));
      return true;
    }

    private String state() {
      return record.state().toString();
    }
  }
}
