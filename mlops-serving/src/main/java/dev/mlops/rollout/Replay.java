package dev.mlops.rollout;

import dev.mlops.data.Digest;
import dev.mlops.rollout.Certificate.Cause;
import dev.mlops.rollout.Certificate.Check;
import dev.mlops.rollout.Certificate.Tick;
import dev.mlops.rollout.Certificate.Transition;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Judges a certificate's ticks anew. What the clock and humans did is taken from the certificate,
 * as far as the rules allow it; what follows from evidence must follow at the recorded tick, to the
 * recorded state.
 */
final class Replay {

  private final Certificate certificate;
  private final Judge judge;
  private final List<String> names;

  Replay(Certificate certificate) {
    this.certificate = certificate;
    this.judge = new Judge(certificate.terms());
    this.names = certificate.terms().guards().stream().map(GuardTerms::name).toList();
  }

  Check check() {
    List<Tick> ticks = certificate.ticks();
    List<Transition> left = new ArrayList<>(certificate.transitions());
    for (int i = 0; i <= ticks.size(); i++) {
      String fault = outside(left, i);
      if (fault == null && i < ticks.size()) {
        fault = tick(ticks.get(i), i, left);
      }
      if (fault != null) {
        return new Check.Refuted(i, fault);
      }
    }
    if (!left.isEmpty()) {
      return new Check.Refuted(
          ticks.size(), "recorded a transition to " + left.get(0).state() + " out of order");
    }
    Digest stated = certificate.stated();
    Digest follows = certificate.digest();
    return stated == null || stated.equals(follows)
        ? new Check.Confirmed(ticks.size(), judge.state())
        : new Check.Refuted(
            ticks.size(), "digest: recorded %s, but the content has %s".formatted(stated, follows));
  }

  /** Applies the acts of clock and humans that were recorded between two ticks. */
  private @Nullable String outside(List<Transition> left, int done) {
    while (!left.isEmpty()
        && left.get(0).afterTicks() == done
        && left.get(0).cause() != Cause.EVIDENCE) {
      Transition recorded = left.remove(0);
      RolloutState follows = follows(recorded);
      if (!recorded.state().equals(follows)) {
        return differs("transition", recorded.state(), follows);
      }
    }
    return null;
  }

  private @Nullable RolloutState follows(Transition recorded) {
    if (recorded.cause() == Cause.DEADLINE) {
      return judge.clock(recorded.time());
    }
    try {
      return byHand(recorded);
    } catch (IllegalStateException e) {
      return null;
    }
  }

  private @Nullable RolloutState byHand(Transition recorded) {
    if (recorded.state() instanceof RolloutState.Promoted promoted) {
      return judge.promote(recorded.time(), promoted.reason());
    }
    if (recorded.state() instanceof RolloutState.RolledBack back) {
      return judge.rollback(recorded.time(), back.reason());
    }
    if (recorded.state() instanceof RolloutState.Paused paused) {
      return judge.pause(paused.reason());
    }
    if (recorded.state() instanceof RolloutState.Running) {
      return judge.state() instanceof RolloutState.Paused paused && isAt(paused.step(), recorded)
          ? judge.resume()
          : judge.step(recorded.time());
    }
    return null;
  }

  private static boolean isAt(int step, Transition recorded) {
    return recorded.state() instanceof RolloutState.Running running && running.step() == step;
  }

  private @Nullable String tick(Tick tick, int index, List<Transition> left) {
    int guard = names.indexOf(tick.guard());
    if (guard < 0) {
      return "no guard '" + tick.guard() + "'; found: " + names;
    }
    if (judge.state().isOver()) {
      return "recorded a tick after the rollout was " + judge.state();
    }
    RolloutState follows = judge.tick(guard, tick.step(), tick.counts(), tick.time());
    GuardEvidence evidence = judge.guard(guard);
    if (!sameBits(tick.logWorse(), evidence.logWorse())) {
      return differs("evidence for worse", tick.logWorse(), evidence.logWorse());
    }
    if (!sameBits(tick.logNotWorse(), evidence.logNotWorse())) {
      return differs("evidence for no worse", tick.logNotWorse(), evidence.logNotWorse());
    }
    RolloutState recorded = recorded(left, index + 1);
    return Objects.equals(recorded, follows) ? null : differs("transition", recorded, follows);
  }

  private static @Nullable RolloutState recorded(List<Transition> left, int done) {
    boolean due =
        !left.isEmpty()
            && left.get(0).afterTicks() == done
            && left.get(0).cause() == Cause.EVIDENCE;
    return due ? left.remove(0).state() : null;
  }

  private static boolean sameBits(double a, double b) {
    return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
  }

  private static String differs(String what, @Nullable Object recorded, @Nullable Object follows) {
    return what
        + ": recorded "
        + (recorded == null ? "none" : recorded)
        + ", but the counts give "
        + (follows == null ? "none" : follows);
  }
}
