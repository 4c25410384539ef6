package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.mlops.error.InvalidInputException;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.stats.PairedProcess;
import dev.mlops.stats.Pairs;
import dev.mlops.stats.SplitRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** What pairs of a shadow are worth, alone and for the canary that follows. */
class ShadowEvidenceTest {

  private static final Instant NOON = Instant.parse("2026-11-27T12:00:00Z");
  private static final Actor ACTOR = Actor.system();

  static RolloutRecord record(Guard guard) {
    return RolloutRecord.start(
        new RolloutTerms(
            "departures",
            "delay:7",
            "delay:8",
            new RolloutTerms.Digests(null, null),
            7,
            false,
            false,
            100,
            List.of(0.0, 10.0, 100.0),
            50,
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofDays(1),
            NOON,
            List.of(
                guard.terms(400),
                Guard.disagreement(0.1).atMost(0.5).terms(0),
                Guard.errors().notDecisive().terms(0))));
  }

  static int step(RolloutRecord record) {
    return record.state() instanceof RolloutState.Running running ? running.step() : -1;
  }

  /** Draws pairs: only the candidate bad, only the live model, both. */
  static void shadow(
      RolloutRecord record, SplitRandom random, int size, double only, double live, double both) {
    long[] counts = new long[4];
    for (int i = 0; i < size; i++) {
      double drawn = random.nextDouble();
      boolean candidateBad = drawn < only || (drawn >= only + live && drawn < only + live + both);
      boolean liveBad = drawn >= only && drawn < only + live + both;
      counts[0]++;
      counts[1] += candidateBad ? 1 : 0;
      counts[2] += liveBad ? 1 : 0;
      counts[3] += candidateBad && liveBad ? 1 : 0;
    }
    record.tick(
        0, 0, new BadEventProcess.Tick(counts[0], counts[1], counts[2], counts[3]), NOON, ACTOR);
  }

  static void canary(
      RolloutRecord record,
      SplitRandom random,
      int size,
      double share,
      double candidate,
      double live) {
    long[] counts = new long[4];
    for (int i = 0; i < size; i++) {
      boolean canary = random.nextDouble() < share;
      int arm = canary ? 0 : 2;
      counts[arm]++;
      counts[arm + 1] += random.nextDouble() < (canary ? candidate : live) ? 1 : 0;
    }
    record.tick(
        0, 1, new BadEventProcess.Tick(counts[0], counts[1], counts[2], counts[3]), NOON, ACTOR);
  }

  /** Worse beyond the chance of the alpha of a guard over the whole life of a candidate. */
  private static int rolledBack(int runs, double only, double live, double both) {
    int rolledBack = 0;
    for (int run = 0; run < runs; run++) {
      SplitRandom random = SplitRandom.seeded(20_261_127).split(run);
      RolloutRecord record = record(Guard.labelErrors().alpha(0.05).beta(0.01));
      for (int tick = 0; tick < 40 && !record.state().isOver(); tick++) {
        if (step(record) == 0) {
          shadow(record, random, 100, only, live, both);
        } else {
          canary(record, random, 100, 0.1, only + both, live + both);
        }
      }
      rolledBack += record.state() instanceof RolloutState.RolledBack ? 1 : 0;
    }
    return rolledBack;
  }

  /** 5 % of 1,000 are 50; more than 71 would happen by chance once in a thousand. */
  @Test
  void an_equal_candidate_is_seldom_rolled_back() {
    assertThat(rolledBack(1_000, 0.05, 0.05, 0.05)).isLessThanOrEqualTo(71);
  }

  /**
   * 15 % against 10 %, alone 7 % and 2 %: a canary of half of the traffic takes four times more.
   */
  @Test
  void a_worse_one_is_found_on_a_quarter_of_the_labels() {
    int paired = median(random -> labels(random, true));
    int split = median(random -> labels(random, false));
    assertThat(paired).isLessThanOrEqualTo(500);
    assertThat((double) split / paired).as("%s and %s labels", split, paired).isGreaterThan(4);
  }

  private static int median(ToIntFunction<SplitRandom> run) {
    int[] all = new int[301];
    for (int i = 0; i < all.length; i++) {
      all[i] = run.applyAsInt(SplitRandom.seeded(7).split(i));
    }
    Arrays.sort(all);
    return all[all.length / 2];
  }

  /** How many labels it takes until a candidate is rolled back; ticks are of ten. */
  private static int labels(SplitRandom random, boolean paired) {
    RolloutRecord record = record(Guard.labelErrors().alpha(0.05).minimum(1_000_000));
    int labels = 0;
    while (!record.state().isOver()) {
      if (paired) {
        shadow(record, random, 10, 0.07, 0.02, 0.08);
      } else {
        canary(record, random, 10, 0.5, 0.15, 0.1);
      }
      labels += 10;
    }
    return labels;
  }

  /** The stake of a shadow and the odds of the canary, recomputed by hand. */
  @Test
  void is_carried_by_half() {
    RolloutRecord record = record(Guard.labelErrors());
    record.tick(0, 0, new BadEventProcess.Tick(400, 30, 20, 12), NOON, ACTOR);
    assertThat(record.state()).isEqualTo(new RolloutState.Running(1, 10));
    BadEventProcess.Tick later = new BadEventProcess.Tick(50, 4, 450, 20);
    record.tick(0, 1, later, NOON, ACTOR);
    double pairs = PairedProcess.start().after(18, 8, 12).eValue();
    double odds = BadEventProcess.rollback(1).after(later).eValue();
    assertThat(Math.exp(record.ticks().get(0).logWorse())).isCloseTo((pairs + 1) / 2, within(1e-9));
    assertThat(Math.exp(record.ticks().get(1).logWorse()))
        .isCloseTo((pairs + 1) / 2 * odds, within(1e-9));
    assertThat(record.ticks().get(0).logNotWorse()).as("a shadow proves nothing").isZero();
    assertThat(record.verdict(NOON, Verdict.Labels.NONE).findings().get(0).total())
        .isEqualTo(new BadEventProcess.Tick(450, 34, 850, 40));
  }

  @Test
  void counts_that_no_pairs_have_are_refused() {
    RolloutRecord record = record(Guard.labelErrors());
    assertThatThrownBy(() -> record.tick(0, 0, new BadEventProcess.Tick(10, 6, 6, 1), NOON, ACTOR))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "no 10 pairs can be bad on the candidate 6 times, on the live model 6 times and on both 1 time");
    assertThat(record.ticks()).isEmpty();
    record.tick(0, 0, new BadEventProcess.Tick(10, 4, 6, 1), NOON, ACTOR);
    String text = record.certificate().toJson().replace(",0,10,4,6,1,", ",0,10,4,6,5,");
    assertThatThrownBy(() -> Certificate.fromJson(text))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("no 10 pairs can be bad on the candidate 4 times");
    assertThat(Pairs.one(true, true)).isEqualTo(new BadEventProcess.Tick(1, 1, 1, 1));
  }

  @Test
  void a_plan_with_a_shadow_says_how_much_it_mirrors() {
    String text = record(Guard.labelErrors()).certificate().toJson();
    assertThatThrownBy(
            () -> Certificate.fromJson(text.replace("\"mirrored\":50.0", "\"mirrored\":0.0")))
        .hasMessageContaining(
            "must be above 0 and at most 100 percent, as the plan begins with a shadow");
  }
}
