package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.Certificate.Check;
import dev.mlops.rollout.Certificate.Tick;
import dev.mlops.rollout.Forged;
import dev.mlops.rollout.RolloutState;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.testkit.TestClock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

class CertificateTest {

  private static final TestClock CLOCK = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));

  private static final Certificate GENUINE = certificate(0.1);

  private static Certificate certificate(double candidateRate) {
    try (Workspace workspace = Workspace.builder().clock(CLOCK).open()) {
      SplittableRandom chance = new SplittableRandom(7);
      SimulatedRollout simulation =
          new SimulatedRollout(
              workspace,
              1,
              canary ->
                  canary
                      .steps(10, 50, 100)
                      .minimum(100)
                      .guard(Guard.errors().minimum(200).margin(3))
                      .guard(
                          Guard.latencyOver(Duration.ofMillis(20))
                              .ratio(1.5)
                              .warmUp(10)
                              .notDecisive()));
      for (int i = 0; i < 5_000; i++) {
        CLOCK.advance(Duration.ofMillis(3));
        simulation.request(chance, 0.02, candidateRate);
      }
      return simulation.rollout().certificate();
    }
  }

  @Test
  void of_a_promotion_is_confirmed() {
    Certificate certificate = certificate(0.02);
    assertThat(certificate.verify())
        .isEqualTo(
            new Check.Confirmed(
                certificate.ticks().size(),
                new RolloutState.Promoted(
                    "every step is passed, and it is proven: errors (below 3 times the live model's"
                        + " odds, or below 0.1 %)")));
    assertThat(certificate.transitions()).hasSize(2);
  }

  @Test
  void of_a_rollback_is_confirmed() {
    Check check = certificate(0.3).verify();
    assertThat(check).isInstanceOf(Check.Confirmed.class);
    assertThat(((Check.Confirmed) check).state()).isInstanceOf(RolloutState.RolledBack.class);
  }

  @Test
  void survives_its_text_to_the_bit() {
    Certificate certificate = certificate(0.1);
    Certificate read = Certificate.fromJson(certificate.toJson());
    assertThat(read.toJson()).isEqualTo(certificate.toJson());
    assertThat(read.ticks()).isEqualTo(certificate.ticks());
    assertThat(read.transitions()).isEqualTo(certificate.transitions());
    assertThat(read.digest()).isEqualTo(certificate.digest());
    assertThat(read.verify()).isInstanceOf(Check.Confirmed.class);
    assertThat(read).hasToString(certificate.toString());
  }

  /**
   * The formula of the evidence once more, straight from the hypergeometric law, as an outsider
   * would write it.
   */
  @Test
  void can_be_recomputed_by_anyone() {
    Certificate certificate = certificate(0.1);
    double[] logs = new double[6];
    double[] grid = {1.25, 1.5, 2, 3, 5, 10};
    int checked = 0;
    for (Tick tick : certificate.ticks()) {
      if (tick.guard().equals("errors")) {
        BadEventProcess.Tick c = tick.counts();
        double mean = 0;
        for (int i = 0; i < grid.length; i++) {
          logs[i] += logLikelihoodRatio(c, grid[i]);
          mean += Math.exp(logs[i]) / grid.length;
        }
        assertThat(tick.logWorse()).isCloseTo(Math.log(mean), within(1e-9));
        checked++;
      }
    }
    assertThat(checked).isGreaterThan(3);
  }

  private static org.assertj.core.data.Offset<Double> within(double value) {
    return org.assertj.core.api.Assertions.within(value);
  }

  private static double logLikelihoodRatio(BadEventProcess.Tick c, double odds) {
    long bad = c.canaryBad() + c.stableBad();
    double atOdds = 0;
    double atOne = 0;
    for (long j = Math.max(0, bad - c.stable()); j <= Math.min(bad, c.canary()); j++) {
      double ways = choose(c.canary(), j) * choose(c.stable(), bad - j);
      atOdds += ways * Math.pow(odds, (double) j);
      atOne += ways;
    }
    return c.canaryBad() * Math.log(odds) - Math.log(atOdds / atOne);
  }

  private static double choose(long n, long k) {
    double ways = 1;
    for (long i = 1; i <= k; i++) {
      ways = ways * (n - k + i) / i;
    }
    return ways;
  }

  @Nested
  class Refutes {

    private final Certificate genuine = GENUINE;

    private Check forged(String from, String to) {
      String json = genuine.toJson();
      assertThat(json).contains(from);
      return Certificate.fromJson(json.replaceFirst(java.util.regex.Pattern.quote(from), to))
          .verify();
    }

    private Check forged(List<Tick> ticks) {
      return Forged.certificate(genuine.terms(), ticks, genuine.transitions()).verify();
    }

    @Test
    void any_single_count_that_was_changed() {
      List<Tick> ticks = genuine.ticks();
      for (int i = 0; i < ticks.size(); i++) {
        BadEventProcess.Tick c = ticks.get(i).counts();
        if (c.stableBad() == 0) {
          continue;
        }
        BadEventProcess.Tick changed =
            new BadEventProcess.Tick(c.canary(), c.canaryBad(), c.stable(), c.stableBad() - 1);
        Check check = forged(with(ticks, i, changed));
        if (c.canary() > 0 && c.canary() + c.stable() > c.canaryBad() + c.stableBad()) {
          assertThat(check).isInstanceOf(Check.Refuted.class);
          assertThat(((Check.Refuted) check).tick()).isEqualTo(i);
        }
      }
    }

    private List<Tick> with(List<Tick> ticks, int index, BadEventProcess.Tick counts) {
      List<Tick> copy = new java.util.ArrayList<>(ticks);
      Tick t = ticks.get(index);
      copy.set(
          index, new Tick(t.guard(), t.time(), t.step(), counts, t.logWorse(), t.logNotWorse()));
      return copy;
    }

    @Test
    void evidence_that_was_changed_by_a_bit() {
      List<Tick> ticks = new java.util.ArrayList<>(genuine.ticks());
      Tick t = ticks.get(2);
      ticks.set(
          2,
          new Tick(
              t.guard(),
              t.time(),
              t.step(),
              t.counts(),
              Math.nextUp(t.logWorse()),
              t.logNotWorse()));
      assertThat(forged(ticks))
          .isEqualTo(
              new Check.Refuted(
                  2,
                  "evidence for worse: recorded %s, but the counts give %s"
                      .formatted(Math.nextUp(t.logWorse()), t.logWorse())));
    }

    @Test
    void a_tick_that_was_left_out() {
      assertThat(forged(genuine.ticks().subList(1, genuine.ticks().size())))
          .isInstanceOf(Check.Refuted.class);
    }

    @Test
    void another_rule_or_outcome() {
      assertThat(forged("\"alpha\":0.01", "\"alpha\":1.0E-9")).isInstanceOf(Check.Refuted.class);
      assertThat(forged("\"name\":\"ROLLED_BACK\"", "\"name\":\"PROMOTED\""))
          .isInstanceOf(Check.Refuted.class);
    }

    @Test
    void a_transition_that_was_left_out() {
      Check check = Forged.certificate(genuine.terms(), genuine.ticks(), List.of()).verify();
      int last = genuine.ticks().size() - 1;
      assertThat(check)
          .isEqualTo(
              new Check.Refuted(
                  last, "transition: recorded none, but the counts give ROLLED_BACK"));
    }

    @Test
    void an_act_that_the_rules_do_not_allow() {
      Certificate.Transition late =
          new Certificate.Transition(
              genuine.ticks().size(),
              CLOCK.instant(),
              Certificate.Cause.HAND,
              Actor.human("ann", "owner"),
              new RolloutState.Promoted("please"));
      List<Certificate.Transition> transitions = new java.util.ArrayList<>(genuine.transitions());
      transitions.add(late);
      assertThat(Forged.certificate(genuine.terms(), genuine.ticks(), transitions).verify())
          .isEqualTo(
              new Check.Refuted(
                  genuine.ticks().size(),
                  "transition: recorded PROMOTED, but the counts give none"));
    }

    @Test
    void a_guard_that_was_never_set() {
      assertThat(forged("[\"errors\"", "[\"luck\""))
          .isEqualTo(
              new Check.Refuted(
                  0,
                  "no guard 'luck'; found: [errors, latency over 20 milliseconds, invalid outputs]"));
    }
  }

  @Nested
  class Reading {

    @Test
    void refuses_what_is_no_certificate() {
      assertThatThrownBy(() -> Certificate.fromJson("{}"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage("the text is no rollout certificate: it is no JSON object with a 'format'");
      assertThatThrownBy(() -> Certificate.fromJson("no json"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageStartingWith("the text is no rollout certificate: ");
      assertThatThrownBy(() -> Certificate.fromJson("{\"format\":\"mlops-rollout-certificate-9\"}"))
          .isInstanceOf(NewerFormException.class)
          .hasMessage(
              "cannot read the rollout certificate: form 9 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
      assertThatThrownBy(() -> Certificate.fromJson("{\"format\":\"mlops-rollout-certificate\"}"))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "the text is no rollout certificate: its format is 'mlops-rollout-certificate', not"
                  + " mlops-rollout-certificate- and a number");
    }

    @Test
    void refuses_impossible_counts() {
      String json = certificate(0.1).toJson().replaceFirst("Z\",0,\\d+,", "Z\",0,-1,");
      assertThatThrownBy(() -> Certificate.fromJson(json))
          .isInstanceOf(InvalidInputException.class)
          .hasMessageContaining("of the certificate must be a whole number within 0 and 32768: -1");
    }
  }
}
