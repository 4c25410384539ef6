package dev.mlops.serving;

import dev.mlops.rollout.GuardTerms;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Moves the traffic of one rollout: each state of it is one routing plan. A closed router stays
 * closed.
 */
final class Traffic<I, O> implements Switchboard {

  private final LivePlan<I, O> live;
  private final Arm<I, O> arm;
  private final RolloutTerms terms;
  private final List<WarmUp> warmUps;
  private final RouterSetup<I, O> setup;
  private final Bookkeeping bookkeeping;
  private final RouterTime time;
  private final LabelCounters labels;
  private final RolloutLedger ledger;
  private final Map<Integer, RequestCounters> steps = new HashMap<>();
  private @Nullable Rollout rollout;
  private @Nullable Shadow<I, O> shadow;
  private int unitsOf = -1;
  private Units units = Units.requests(Units.Sample.ALL);

  /** Moves nothing yet. */
  Traffic(
      LivePlan<I, O> live,
      Arm<I, O> arm,
      RolloutTerms terms,
      LabelCounters labels,
      RolloutLedger ledger,
      RouterSetup<I, O> setup,
      RouterTime time,
      Bookkeeping bookkeeping) {
    this.live = live;
    this.arm = arm;
    this.terms = terms;
    this.labels = labels;
    this.ledger = ledger;
    this.warmUps = terms.guards().stream().map(guard -> new WarmUp(guard.warmUp())).toList();
    this.setup = setup;
    this.time = time;
    this.bookkeeping = bookkeeping;
  }

  /** Gives the candidate the share that the rollout has reached. */
  void begin(Rollout begun) {
    synchronized (steps) {
      rollout = begun;
    }
    labels.begin(begun);
    if (!begun.durableState().isOver()) {
      route(begun.durableState()).run();
    }
  }

  @Override
  public Runnable route(RolloutState state) {
    boolean isShadow = !state.isOver() && terms.isShadow(step(state));
    Shadow<I, O> ended = isShadow ? null : takeShadow();
    Runnable rest = move(state);
    return ended == null
        ? rest
        : () -> {
          rest.run();
          ended.close(); // What it has counted may decide, so no lock is held.
        };
  }

  private Runnable move(RolloutState state) {
    if (state instanceof RolloutState.Promoted) {
      return live.promote(arm);
    }
    if (state instanceof RolloutState.RolledBack) {
      return live.takeBack(arm);
    }
    live.trial(trial(state));
    return () -> {};
  }

  @Override
  public void withdraw() {
    live.trial(null);
  }

  @Override
  public boolean isLive() {
    return live.get().live() == arm && live.hasWayBack();
  }

  @Override
  public void sweep() {
    long now = time.nanos();
    counters().forEach(step -> step.sweep(now));
    Shadow<I, O> mirroring = shadow();
    if (mirroring != null) {
      mirroring.sweep(now);
    }
  }

  @Override
  public void flush() {
    long now = time.nanos();
    counters().forEach(step -> step.flush(now));
    Shadow<I, O> ended = takeShadow();
    if (ended != null) {
      ended.close();
    }
    labels.flush();
  }

  @Override
  public Verdict.Labels labels() {
    return labels.labels();
  }

  private List<RequestCounters> counters() {
    synchronized (steps) {
      return List.copyOf(steps.values());
    }
  }

  private @Nullable Shadow<I, O> shadow() {
    synchronized (steps) {
      return shadow;
    }
  }

  private @Nullable Shadow<I, O> takeShadow() {
    synchronized (steps) {
      Shadow<I, O> taken = shadow;
      shadow = null;
      return taken;
    }
  }

  /** Returns what mirrors requests in a step, if that is a shadow. */
  private @Nullable Shadow<I, O> shadow(int number, Rollout begun) {
    if (terms.isShadow(number) && shadow == null) {
      shadow =
          new Shadow<>(
              arm,
              setup,
              terms,
              new PairCounters<>(terms, number, warmUps, begun::tick),
              labels,
              time,
              bookkeeping);
      shadow.start();
    }
    return shadow;
  }

  private Trial<I, O> trial(RolloutState state) {
    int number = step(state);
    synchronized (steps) {
      Rollout begun = Objects.requireNonNull(rollout);
      RequestCounters requests =
          steps.computeIfAbsent(
              number, unused -> new RequestCounters(begun, number, warmUps, time.nanos()));
      return new Trial<>(
          arm,
          begun,
          number,
          Buckets.threshold(terms.shares().get(number)),
          terms.salt(),
          state instanceof RolloutState.Running ? terms.ends() : Instant.MAX,
          requests,
          labels,
          units(number),
          shadow(number, begun));
    }
  }

  private static int step(RolloutState state) {
    if (state instanceof RolloutState.Running running) {
      return running.step();
    }
    return state instanceof RolloutState.Paused paused
        ? paused.step()
        : ((RolloutState.Held) state).step();
  }

  /** A step whose traffic was stopped for a while goes on with the keys that it has seen. */
  private Units units(int number) {
    if (number != unitsOf) {
      int before = number == 0 ? 0 : Buckets.threshold(terms.shares().get(number - 1));
      units =
          terms.byKey()
              ? Units.keys(before, sample(number), ledger.others(errors(), number))
              : Units.requests(sample(number));
      unitsOf = number;
    }
    return units;
  }

  /** Of what a shadow has shown of a key, nothing may count again. */
  private Units.Sample sample(int number) {
    int mirrored = Buckets.threshold(terms.mirrored());
    if (terms.isShadow(number)) {
      return new Units.Sample(0, mirrored);
    }
    return terms.byKey() ? new Units.Sample(mirrored, Buckets.COUNT) : Units.Sample.ALL;
  }

  /** The guard of errors is part of every rollout, and counts every unit. */
  private int errors() {
    for (int i = 0; i < terms.guards().size(); i++) {
      if (terms.guards().get(i).kind() == GuardTerms.Kind.ERRORS) {
        return i;
      }
    }
    return 0;
  }
}
