package dev.mlops.serving;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutState;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.RolloutEntry.Counted;
import dev.mlops.serving.RolloutLedger.Durable;
import dev.mlops.serving.RolloutTable.Begun;
import dev.mlops.serving.RolloutTable.Numbered;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Outcome;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.testkit.Together;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several JVMs serve one router and are killed again and again, while rollouts step up: no key
 * meets two models for longer than it takes to hear of a step, no key is counted twice, and what is
 * durable verifies.
 */
class RolloutKillTest {

  private static final int KILLS = Integer.getInteger("mlops.kills", 4);
  private static final int JVMS = Integer.getInteger("mlops.jvms", 2);

  /** Threads that run together must end within two minutes. */
  private static final int KILLS_AT_ONCE = 12;

  private static final int KEYS = 3_000;

  /** A process asks the database each second; two of them run beside a test on two processors. */
  private static final Duration HEARD_WITHIN = Duration.ofMillis(2_500);

  @TempDir Path directory;

  /** What a process printed of an answer. */
  private record Seen(long millis, String key, boolean canary) {

    static Seen of(String line) {
      String[] parts = line.split(" ", -1);
      return new Seen(Long.parseLong(parts[0]), parts[1], parts[2].equals("canary"));
    }
  }

  /** A share that was in force from a time on. */
  private record Share(long fromMillis, int threshold) {}

  @Test
  void keeps_keys_counts_and_certificates() {
    String url = TestDatabases.postgresUrl();
    List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
    AtomicInteger kills = new AtomicInteger();
    try (Workspace workspace = open(url, directory);
        DeploymentRouter<String, Double> router = router(workspace)) {
      begin(router);
      while (kills.get() < KILLS) {
        int until = Math.min(KILLS, kills.get() + KILLS_AT_ONCE);
        Together.run(
            JVMS + 1,
            thread -> {
              if (thread == JVMS) {
                lead(router, kills, until);
              } else {
                serve(url, thread, kills, until, seen);
              }
            });
      }
      router.rollout().orElseThrow().rollback(because("the end"));
      verify(workspace, seen);
    }
  }

  /** Begins another rollout when one has stepped as far as it goes. */
  private static void lead(
      DeploymentRouter<String, Double> router, AtomicInteger kills, int until) {
    while (kills.get() < until) {
      Rollout rollout = router.rollout().orElseThrow();
      if (rollout.state() instanceof RolloutState.Held) {
        rollout.rollback(because("far enough"));
        begin(router);
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  private void serve(String url, int thread, AtomicInteger kills, int until, List<Seen> seen) {
    Random random = new Random(31L * until + thread);
    while (kills.get() < until) {
      Outcome outcome =
          CrashHarness.of(Server.class, url, directory.toString(), Integer.toString(thread))
              .killAfter(random.nextInt(2_000), Duration.ofNanos(random.nextInt(20_000_000)));
      assertThat(outcome.errors()).isEmpty();
      outcome.acknowledged().stream().map(Seen::of).forEach(seen::add);
      kills.incrementAndGet();
    }
  }

  private void verify(Workspace workspace, List<Seen> seen) {
    List<Begun> rollouts = new ArrayList<>();
    for (long id = 1; ; id++) {
      long number = id;
      var found = workspace.database().read(session -> RolloutTable.find(session, number));
      if (found.isEmpty()) {
        break;
      }
      rollouts.add(found.get());
    }
    assertThat(rollouts).isNotEmpty();
    long counted = 0;
    for (Begun rollout : rollouts) {
      counted += counts(workspace, rollout);
      List<Share> shares = shares(workspace, rollout);
      long ends = shares.get(shares.size() - 1).fromMillis;
      long begins = shares.get(0).fromMillis;
      assertThat(
              seen.stream()
                  .filter(each -> each.millis >= begins + HEARD_WITHIN.toMillis())
                  .filter(each -> each.millis < ends)
                  .filter(each -> !isExplained(each, rollout.terms(), shares)))
          .as("answers of another model than the step's")
          .isEmpty();
    }
    assertThat(counted).isPositive().isLessThanOrEqualTo(seen.size() * 2L);
    assertThat(seen.stream().filter(Seen::canary)).isNotEmpty();
  }

  /** Each key once a guard and step, and no count without its key. */
  private static long counts(Workspace workspace, Begun rollout) {
    Set<String> units = new HashSet<>();
    long events = 0;
    for (Numbered row :
        workspace.database().read(session -> RolloutTable.behind(session, rollout.id(), 0))) {
      if (row.entry() instanceof Counted tick) {
        UnitSet counted = new UnitSet();
        tick.units().addTo(counted);
        assertThat(counted.size())
            .isEqualTo((int) (tick.counts().canary() + tick.counts().stable()));
        events += counted.size();
        for (long unit : tick.units().units()) {
          assertThat(units.add(tick.guard() + "/" + tick.step() + "/" + unit))
              .as("a key counts once in a step")
              .isTrue();
        }
      }
    }
    return events;
  }

  private static List<Share> shares(Workspace workspace, Begun rollout) {
    StoredRollout ledger =
        new StoredRollout(workspace, rollout, "observer", (session, terms, transition) -> {});
    RolloutRecord record =
        ledger
            .exchange(
                new Durable(RolloutRecord.start(rollout.terms()), 0),
                List.of(),
                () -> Verdict.Labels.NONE)
            .durable()
            .record();
    assertThat(record.certificate().verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    List<Share> shares = new ArrayList<>();
    shares.add(share(rollout.terms().started(), rollout.terms().shares().get(0)));
    record
        .transitions()
        .forEach(change -> shares.add(share(change.time(), change.state().share())));
    return shares;
  }

  private static Share share(Instant from, double percent) {
    return new Share(from.toEpochMilli(), Buckets.threshold(percent));
  }

  /** Whether the model is that of a share in force now, or a moment ago. */
  private static boolean isExplained(Seen seen, RolloutTerms terms, List<Share> shares) {
    int bucket = Buckets.of(Buckets.hash(terms.salt(), seen.key));
    for (int i = 0; i < shares.size(); i++) {
      long until =
          i + 1 == shares.size()
              ? Long.MAX_VALUE
              : shares.get(i + 1).fromMillis + HEARD_WITHIN.toMillis();
      boolean inForce = shares.get(i).fromMillis <= seen.millis && seen.millis <= until;
      if (inForce && seen.canary == bucket < shares.get(i).threshold) {
        return true;
      }
    }
    return false;
  }

  private static Workspace open(String url, Path directory) {
    return Workspace.builder()
        .database(Database.over(TestDatabases.postgresDataSource(url)))
        .artifactStore(ArtifactStore.files(directory))
        .open();
  }

  private static DeploymentRouter<String, Double> router(Workspace workspace) {
    return DeploymentRouter.builder(workspace, "departures")
        .live(model("1"))
        .models((name, version) -> model(version))
        .unitKey(key -> key)
        .open();
  }

  private static void begin(DeploymentRouter<String, Double> router) {
    router
        .canary(model("2"))
        .steps(10, 30, 50)
        .minimum(20, Duration.ofSeconds(4))
        .guard(Guard.errors())
        .start();
  }

  private static Candidate<String, Double> model(String version) {
    return Candidate.of("delay", version, key -> Double.parseDouble(version));
  }

  /** Answers requests of few keys, some thousand a second, until it is killed. */
  static final class Server {
    private Server() {}

    public static void main(String[] arguments) {
      Workspace workspace = open(arguments[0], Path.of(arguments[1]));
      Random random = new Random(Integer.parseInt(arguments[2]));
      DeploymentRouter<String, Double> router = router(workspace);
      while (true) {
        String key = "key" + random.nextInt(KEYS);
        String variant = router.answer(key).variant();
        System.out.println(System.currentTimeMillis() + " " + key + " " + variant);
        LockSupport.parkNanos(200_000);
      }
    }
  }
}
