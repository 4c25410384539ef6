package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.Workspace;
import dev.mlops.error.ConflictException;
import dev.mlops.journal.Actor;
import dev.mlops.journal.Event;
import dev.mlops.labels.Label;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.TestClock;
import dev.mlops.testkit.TestDatabases;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Several processes serve one router: they meet the same model for the same key, count together,
 * and decide the same. Each workspace stands for a process.
 */
class SharedRolloutTest {

  private static final Actor ANN = Actor.human("ann", "model owner");

  private final TestClock clock = TestClock.at(Instant.parse("2026-11-23T12:00:00Z"));
  private final String url = TestDatabases.postgresUrl();
  private final ArtifactStore artifacts = ArtifactStore.inMemory();
  private final List<Replica> processes = new ArrayList<>();

  /** One process with its router; time passes when it is told. */
  private final class Replica {
    final ManualTime time = new ManualTime();
    Duration slow = Duration.ZERO;
    int unmounted;
    final Workspace workspace =
        Workspace.builder()
            .database(Database.over(TestDatabases.postgresDataSource(url)))
            .artifactStore(artifacts)
            .clock(clock)
            .open();
    final DeploymentRouter<String, Double> router;

    Replica(String live, boolean opens) {
      RouterBuilder<String, Double> builder =
          DeploymentRouter.builder(workspace, "departures")
              .live(model(live).andThen(this::late))
              .unitKey(key -> key)
              .wrong((score, label) -> score != label)
              .time(time)
              .executor(Runnable::run);
      router = (opens ? builder.models((name, version) -> opened(version)) : builder).open();
      processes.add(this);
    }

    private Candidate<String, Double> opened(String version) {
      if (unmounted > 0) {
        unmounted--;
        throw new NoClassDefFoundError("the disk with the models is not mounted yet");
      }
      return model(version);
    }

    private Double late(Double answer) {
      time.advance(slow);
      return answer;
    }

    void close() {
      router.close();
      workspace.close();
    }

    Rollout rollout() {
      return router.rollout().orElseThrow();
    }

    String variants() {
      StringBuilder variants = new StringBuilder();
      for (int i = 0; i < 2_000; i++) {
        variants.append(router.answer("k" + i).variant().charAt(0));
      }
      return variants.toString();
    }
  }

  @AfterEach
  void close() {
    processes.forEach(Replica::close);
    artifacts.close();
  }

  private Replica process() {
    return new Replica("1", true);
  }

  private static Candidate<String, Double> model(String version) {
    return Candidate.of("delay", version, key -> Double.parseDouble(version));
  }

  private static Canary plan(Replica process, String version) {
    return plan(process, version, 50);
  }

  /** The minimum may be one that is never reached. */
  private static Canary plan(Replica process, String version, long minimum) {
    return plan(process.router.canary(model(version)), minimum);
  }

  private static Canary plan(Canary canary, long minimum) {
    return canary.steps(20, 50, 100).minimum(minimum).guard(Guard.errors().negligible(0.2));
  }

  private static long counted(Rollout rollout, String guard) {
    return rollout.ticks().stream()
        .filter(tick -> tick.guard().equals(guard))
        .mapToLong(tick -> tick.counts().canary() + tick.counts().stable())
        .sum();
  }

  /** Each mirrors what it is asked; a key that comes to both is one pair, and both judge it. */
  @Test
  void mirrors_a_key_once_in_all_processes_and_goes_on_after_a_restart() {
    Replica first = process();
    Replica second = process();
    first
        .router
        .canary(model("2"))
        .steps(0, 50, 100)
        .minimum(900)
        .guard(Guard.labelErrors().minimum(0))
        .guard(Guard.disagreement(0).atMost(0.999))
        .start();
    second.time.tick();
    List<String> ids = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      ids.add(second.router.answer("k" + i).id());
    }
    long early = mirrored(first.rollout(), 0, 400);
    awaitShadow(second, early);
    second.close();
    processes.remove(second);
    first.time.tick();
    for (int i = 0; i < 1_000; i++) {
      first.router.answer("k" + i);
    }
    long all = mirrored(first.rollout(), 0, 1_000);
    awaitShadow(first, all - early);
    assertThat(first.rollout().state()).hasToString("RUNNING as a shadow");
    first.close();
    processes.remove(first);
    Replica third = process();
    assertThat(third.rollout().state()).hasToString("RUNNING as a shadow");
    assertThat(pairs(third.rollout(), "errors")).as("each key once").isEqualTo(all);
    // What the candidate answered there is gone, so the labels of those keys judge nothing.
    third.router.feedback(ids.stream().map(id -> Label.of(id, clock.instant(), 1)).toList());
    third.time.tick();
    assertThat(counted(third.rollout(), "label errors")).isZero();
    assertThat(third.rollout().verdict().labels().unjudged()).isPositive();
    for (int i = 0; third.rollout().state().share() == 0; i++) {
      third.router.answer("n" + i);
      LockSupport.parkNanos(100_000);
    }
    assertThat(third.rollout().state()).isEqualTo(new RolloutState.Running(1, 50));
    assertThat(third.variants()).contains("c");
    assertThat(third.rollout().certificate().verify())
        .isInstanceOf(Certificate.Check.Confirmed.class);
  }

  private static long pairs(Rollout rollout, String guard) {
    return rollout.ticks().stream()
        .filter(tick -> tick.guard().equals(guard))
        .mapToLong(tick -> tick.counts().canary())
        .sum();
  }

  /** How many of the keys of some numbers are mirrored. */
  private static long mirrored(Rollout rollout, int from, int to) {
    long salt = rollout.certificate().terms().salt();
    return IntStream.range(from, to)
        .filter(i -> Buckets.ofShadow(Buckets.hash(salt, "k" + i)) < Buckets.COUNT / 2)
        .count();
  }

  private static void awaitShadow(Replica process, long answered) {
    long end = System.nanoTime() + Duration.ofMinutes(1).toNanos();
    while (process.router.counts().shadowed() < answered) {
      assertThat(System.nanoTime() - end).as("a minute has passed").isNegative();
      LockSupport.parkNanos(100_000);
    }
  }

  @Test
  void meets_the_same_model_for_the_same_key_in_every_process() {
    Replica first = process();
    Replica second = process();
    plan(first, "2", 1_000_000).start();
    assertThat(second.router.rollout()).isEmpty();
    second.time.tick();
    assertThat(second.rollout().state()).isEqualTo(new RolloutState.Running(0, 20));
    assertThat(second.variants()).isEqualTo(first.variants()).contains("c");
    first.rollout().step(because("quick").by(ANN));
    second.time.tick();
    assertThat(second.variants()).isEqualTo(first.variants());
    second.rollout().rollback(because("slow").by(ANN));
    first.time.tick();
    assertThat(first.rollout().state()).isEqualTo(new RolloutState.RolledBack("slow"));
    assertThat(first.variants()).isEqualTo(second.variants()).doesNotContain("c");
  }

  @Test
  void counts_a_key_once_though_it_comes_to_every_process() {
    Replica first = process();
    Replica second = process();
    plan(first, "2", 1_000_000).start();
    second.time.tick();
    String here = first.variants();
    assertThat(second.variants()).isEqualTo(here);
    first.close();
    second.close();
    processes.clear();
    Replica third = process();
    assertThat(counted(third.rollout(), "errors")).isEqualTo(2_000);
    assertThat(third.variants()).isEqualTo(here);
    third.router.close();
    assertThat(counted(third.rollout(), "errors")).isEqualTo(2_000);
  }

  @Test
  void decides_by_what_all_of_them_have_counted() {
    Replica first = process();
    Replica second = process();
    plan(first, "2").start();
    second.time.tick();
    for (int i = 0; !first.rollout().durableState().isOver(); i++) {
      assertThat(i).isLessThan(20_000);
      (i % 2 == 0 ? first : second).router.predict("k" + i);
      if (i % 100 == 0) {
        first.time.tick();
        second.time.tick();
      }
    }
    second.time.tick();
    assertThat(second.rollout().state()).isEqualTo(first.rollout().state());
    assertThat(second.router.live().version()).isEqualTo("2");
    assertThat(second.rollout().certificate().toJson())
        .isEqualTo(first.rollout().certificate().toJson());
    assertThat(first.rollout().certificate().verify())
        .isInstanceOf(Certificate.Check.Confirmed.class);
    assertThat(first.workspace.journal().events().kind("rollout").list())
        .extracting(Event::kind)
        .containsExactly("rollout.started", "rollout.stepped", "rollout.promoted");
  }

  @Test
  void goes_on_after_a_restart_where_it_was() {
    Replica first = process();
    plan(first, "2", 1_000_000).start();
    first.rollout().step(because("quick").by(ANN));
    String before = first.variants();
    long counted = counted(first.rollout(), "errors");
    first.close();
    processes.clear();
    Replica again = process();
    assertThat(again.rollout().state()).isEqualTo(new RolloutState.Running(1, 50));
    assertThat(counted(again.rollout(), "errors")).isGreaterThanOrEqualTo(counted);
    assertThat(again.variants()).isEqualTo(before);
  }

  @Test
  void serves_the_promoted_model_after_a_restart_and_can_still_go_back() {
    Replica first = process();
    plan(first, "2").start().promote(because("good").by(ANN));
    first.close();
    processes.clear();
    Replica again = process();
    assertThat(again.router.live().version()).isEqualTo("2");
    Replica beside = process();
    again.router.rollback(because("a customer has called").by(ANN));
    assertThat(again.router.live().version()).isEqualTo("1");
    beside.time.tick();
    assertThat(beside.router.live().version()).isEqualTo("1");
    assertThat(again.rollout().state())
        .isEqualTo(new RolloutState.RolledBack("a customer has called"));
    assertThatThrownBy(() -> again.router.rollback(because("again").by(ANN)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "router 'departures' knows no model before delay:1 to go back to; use replace(...)");
  }

  @Test
  void follows_a_replacement_and_the_way_back() {
    Replica first = process();
    Replica second = process();
    first.router.replace(model("3"));
    second.time.tick();
    assertThat(second.router.predict("k")).isEqualTo(3.0);
    second.router.rollback(because("no").by(ANN));
    first.time.tick();
    assertThat(first.router.predict("k")).isEqualTo(1.0);
  }

  @Test
  void refuses_to_serve_a_model_that_was_replaced() {
    Replica first = process();
    first.router.replace(model("2"));
    first.close();
    processes.clear();
    assertThatThrownBy(() -> new Replica("1", false))
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "router 'departures' serves delay:2, which took over from delay:1, and can't open it; give the router .models(...), give .live(...) the model delay:2, or put delay:1 back by rollback(...) where the router is open");
    Replica given = new Replica("3", false);
    assertThat(given.router.predict("k")).as("what is given anew replaces").isEqualTo(3.0);
  }

  @Test
  void closes_what_it_was_given_and_does_not_serve() {
    AtomicInteger closed = new AtomicInteger();
    Replica first = process();
    first.router.replace(model("2"));
    first.router.close();
    try (DeploymentRouter<String, Double> again =
        DeploymentRouter.builder(first.workspace, "departures")
            .live(model("1").closing(closed::incrementAndGet))
            .models((name, version) -> model(version))
            .time(new ManualTime())
            .open()) {
      assertThat(again.live().version()).isEqualTo("2");
      assertThat(closed).hasValue(1);
    }
    assertThat(closed).hasValue(1);
  }

  @Test
  void joins_by_the_same_plan_and_refuses_another() {
    Replica first = process();
    Replica second = new Replica("1", false);
    plan(first, "2", 1_000_000).start();
    second.time.tick();
    assertThat(second.router.rollout()).isEmpty();
    assertThatThrownBy(() -> plan(second, "2", 1_000_000).tick(7).start())
        .isInstanceOf(ConflictException.class)
        .hasMessage(
            "router 'departures' has a rollout of delay:2 under way, RUNNING at 20 %, with another plan, so another can't start; promote it or roll it back first, or start it with the same plan to join it");
    Rollout joined = plan(second, "2", 1_000_000).start();
    assertThat(second.variants()).isEqualTo(first.variants());
    assertThat(joined.certificate().terms()).isEqualTo(first.rollout().certificate().terms());
  }

  /** As after a restart, what can't be opened yet is counted and tried again. */
  @Test
  void follows_later_to_a_model_that_it_cannot_open_yet() {
    Replica first = process();
    Replica second = process();
    second.unmounted = 2;
    Rollout rollout = plan(first, "2").start();
    second.time.tick();
    assertThat(second.router.rollout()).isEmpty();
    second.time.tick();
    second.time.tick();
    assertThat(second.rollout().state()).isEqualTo(rollout.state());
    assertThat(second.router.counts().bookkeepingFailures()).isEqualTo(2);
    rollout.rollback(because("enough"));
    second.time.tick();
    second.unmounted = 1;
    assertThat(first.router.replace(model("3"))).isTrue();
    second.time.tick();
    assertThat(second.router.predict("k")).isEqualTo(1);
    second.time.tick();
    assertThat(second.router.predict("k")).isEqualTo(3);
    assertThat(second.router.counts().bookkeepingFailures()).isEqualTo(3);
  }

  /** It may have heard of the rollout before its code comes to start it: a second decides that. */
  @Test
  void joins_by_the_same_plan_what_it_has_resumed_already() {
    Replica first = process();
    Replica second = process();
    Rollout begun = plan(first, "2", 1_000_000).start();
    second.time.tick();
    Rollout resumed = second.rollout();
    AtomicInteger closed = new AtomicInteger();
    Candidate<String, Double> again = model("2").closing(closed::incrementAndGet);
    Preflight<String, Double> preflight =
        Preflight.<String, Double>samples(List.of("k")).check("never", asked -> Optional.of("no"));
    assertThat(plan(second.router.canary(again), 1_000_000).start()).isSameAs(resumed);
    assertThat(closed).as("another is in service").hasValue(1);
    assertThat(plan(second.router.canary(again, preflight), 1_000_000).start()).isSameAs(resumed);
    assertThat(plan(first, "2", 1_000_000).start()).isSameAs(begun);
    assertThat(second.variants()).isEqualTo(first.variants());
    assertThatThrownBy(() -> plan(second, "2", 1_000_000).tick(7).start())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage(
            "router 'departures' has a rollout of delay:2, RUNNING at 20 %, so another can't start; promote it or roll it back first");
  }

  /** The model in service is not closed by a second start with the same candidate. */
  @Test
  void keeps_the_model_that_both_starts_were_given() {
    Replica only = process();
    AtomicInteger closed = new AtomicInteger();
    Candidate<String, Double> candidate = model("2").closing(closed::incrementAndGet);
    Canary canary = plan(only.router.canary(candidate), 1_000_000);
    assertThat(canary.start()).isSameAs(canary.start());
    assertThat(closed).hasValue(0);
    only.rollout().rollback(because("enough"));
    assertThat(closed).hasValue(1);
  }

  /** Times are taken once, by the process that starts; the others and a restart read them. */
  @Test
  void judges_a_latency_quantile_by_the_same_times_everywhere() {
    Replica first = process();
    Replica second = process();
    first.slow = Duration.ofMillis(7);
    for (int i = 0; i < RecentLatencies.START + 1_000; i++) {
      first.router.predict("k" + i);
    }
    quantile(first).start();
    RolloutTerms terms = first.rollout().terms();
    assertThat(terms.guards().get(0).lateNanos(true)).isBetween(8_700_000L, 8_800_000L);
    assertThat(quantile(second).start().terms()).isEqualTo(terms);
    first.close();
    second.close();
    processes.clear();
    assertThat(process().rollout().terms()).isEqualTo(terms);
  }

  private static Canary quantile(Replica process) {
    return process
        .router
        .canary(model("2"))
        .share(20)
        .guard(Guard.latencyQuantile(0.99).ratio(1.25));
  }

  /** The candidate is always wrong; the process that has answered is gone when the labels come. */
  @Test
  void counts_labels_of_predictions_whose_process_has_gone() {
    Replica first = process();
    Replica second = process();
    first.router.canary(model("2")).share(50).guard(Guard.labelErrors()).start();
    second.time.tick();
    List<String> ids =
        IntStream.range(0, 600).mapToObj(i -> first.router.answer("k" + i).id()).toList();
    first.workspace.predictions().flush();
    first.close();
    processes.remove(first);
    second
        .workspace
        .labels()
        .add(ids.stream().map(id -> Label.of(id, clock.instant(), 1)).toList());
    clock.advance(Duration.ofSeconds(30));
    second.time.advance(Duration.ofSeconds(30));
    second.time.tick();
    second.time.tick();
    assertThat(second.rollout().state()).isInstanceOf(RolloutState.RolledBack.class);
    assertThat(counted(second.rollout(), "label errors")).isLessThanOrEqualTo(600);
    assertThat(second.router.counts().unknownLabels()).isZero();
  }
}
