package dev.mlops.serving;

import dev.mlops.journal.Actor;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.serving.RolloutEntry.Act;
import dev.mlops.serving.RolloutEntry.Counted;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rollouts and their entries as rows. */
final class RolloutTable {

  /**
   * A rollout as it was begun.
   *
   * @param actor in whose name it decides
   * @param hasOwnRules whether it judges labels by rules that only the code that began it has
   */
  record Begun(
      long id,
      RolloutTerms terms,
      ServedModel candidate,
      Actor actor,
      boolean hasOwnRules,
      String state) {

    boolean isOver() {
      return state.equals("PROMOTED") || state.equals("ROLLED_BACK");
    }
  }

  /** An entry with its place, and whose it is. */
  record Numbered(long number, String process, long sequence, RolloutEntry entry) {}

  private static final String COLUMNS =
      "SELECT id, plan, candidate_model, candidate_version, actor_kind, actor_id, actor_role, own_rules, state FROM mlops_rollout";

  private RolloutTable() {}

  static long insert(
      Session session,
      long deployment,
      RolloutTerms terms,
      Candidate<?, ?> candidate,
      Actor actor,
      boolean hasOwnRules) {
    return session.insert(
        "INSERT INTO mlops_rollout (deployment, plan, candidate_model, candidate_version, actor_kind, actor_id, actor_role, own_rules, entries, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 0, ?)",
        deployment,
        terms.toJson(),
        candidate.model(),
        candidate.version(),
        actor.kind(),
        actor.id(),
        actor.role(),
        hasOwnRules,
        RolloutRecord.start(terms).state().toString());
  }

  static Optional<Begun> find(Session session, long id) {
    return session.first(COLUMNS + " WHERE id = ?", RolloutTable::begun, id);
  }

  /** Locks a rollout until the transaction ends; returns how many entries it has. */
  static long lock(Session session, long id) {
    return session
        .lock("SELECT entries FROM mlops_rollout WHERE id = ?", row -> row.number("entries"), id)
        .orElseThrow(() -> new IllegalStateException("rollout " + id + " is gone"));
  }

  static List<Numbered> behind(Session session, long rollout, long number) {
    return session.list(
        "SELECT number, process, sequence, time, act, guard, step, candidate, candidate_bad, live, live_bad, units, reason, actor_kind, actor_id, actor_role FROM mlops_rollout_entry WHERE rollout = ? AND number > ? ORDER BY number",
        RolloutTable::numbered,
        rollout,
        number);
  }

  static void add(Session session, long rollout, List<Numbered> entries, long total, String state) {
    session.batch(
        "INSERT INTO mlops_rollout_entry (rollout, number, process, sequence, time, act, guard, step, candidate, candidate_bad, live, live_bad, units, reason, actor_kind, actor_id, actor_role) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        entries.stream().map(entry -> arguments(rollout, entry)).toList());
    session.update(
        "UPDATE mlops_rollout SET entries = ?, state = ? WHERE id = ?", total, state, rollout);
  }

  private static @Nullable Object[] arguments(long rollout, Numbered row) {
    RolloutEntry entry = row.entry();
    Counted tick = entry instanceof Counted counted ? counted : null;
    Act act = entry instanceof Act done ? done : null;
    BadEventProcess.Tick counts = tick == null ? null : tick.counts();
    return new @Nullable Object[] {
      rollout,
      row.number(),
      row.process(),
      row.sequence(),
      entry.time(),
      act == null ? null : act.kind(),
      tick == null ? null : tick.guard(),
      tick == null ? null : tick.step(),
      counts == null ? null : counts.canary(),
      counts == null ? null : counts.canaryBad(),
      counts == null ? null : counts.stable(),
      counts == null ? null : counts.stableBad(),
      tick == null ? new byte[0] : tick.units().toBytes(),
      act == null ? null : act.reason(),
      act == null ? null : act.actor().kind(),
      act == null ? null : act.actor().id(),
      act == null ? null : act.actor().role()
    };
  }

  private static Numbered numbered(ResultRow row) {
    return new Numbered(
        row.number("number"), row.text("process"), row.number("sequence"), entry(row));
  }

  private static RolloutEntry entry(ResultRow row) {
    String act = row.textOrNull("act");
    return act == null
        ? new Counted(
            row.instant("time"),
            (int) row.number("guard"),
            (int) row.number("step"),
            new BadEventProcess.Tick(
                row.number("candidate"),
                row.number("candidate_bad"),
                row.number("live"),
                row.number("live_bad")),
            CountedUnits.of(row.bytes("units")))
        : new Act(row.instant("time"), Act.Kind.valueOf(act), row.text("reason"), actor(row));
  }

  private static Begun begun(ResultRow row) {
    RolloutTerms terms = RolloutTerms.fromJson(row.text("plan"));
    return new Begun(
        row.number("id"),
        terms,
        new ServedModel(
            row.text("candidate_model"),
            row.text("candidate_version"),
            terms.digests().candidate()),
        actor(row),
        row.flag("own_rules"),
        row.text("state"));
  }

  private static Actor actor(ResultRow row) {
    return new Actor(
        Actor.Kind.valueOf(row.text("actor_kind")),
        row.text("actor_id"),
        row.textOrNull("actor_role"));
  }
}
