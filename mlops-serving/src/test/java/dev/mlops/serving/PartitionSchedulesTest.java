package dev.mlops.serving;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.journal.Actor;
import dev.mlops.rollout.Certificate;
import dev.mlops.rollout.RolloutRecord;
import dev.mlops.rollout.RolloutTerms;
import dev.mlops.rollout.Verdict;
import dev.mlops.serving.RolloutEntry.Counted;
import dev.mlops.serving.RolloutLedger.Durable;
import dev.mlops.serving.RolloutTable.Begun;
import dev.mlops.serving.RolloutTable.Numbered;
import dev.mlops.stats.BadEventProcess;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.FaultyDataSource;
import dev.mlops.testkit.FaultyDataSource.Call;
import dev.mlops.testkit.TestDatabases;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/**
 * Processes of one rollout that are cut off from the database, die, and come back, in drawn orders:
 * a partition delays what they count, and corrupts nothing. Each of them ends with the verdict of a
 * single node that is given the ticks in the database's order.
 */
class PartitionSchedulesTest {

  private static final int SCHEDULES = Integer.getInteger("mlops.schedules", 150);
  private static final int MOMENTS = 25;
  private static final int KEYS = 400;
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
  private static final Actor SYSTEM = Actor.system();

  private static final FaultyDataSource source =
      FaultyDataSource.over(TestDatabases.h2DataSource());
  private static final Database database = Database.over(source);
  private static final Workspace workspace =
      Workspace.builder().database(database).artifactStore(ArtifactStore.inMemory()).open();

  @AfterAll
  static void close() {
    workspace.close();
    database.close();
  }

  /** One process: what it has counted, and what of it waits. */
  private static final class Replica {
    final String name;
    final RolloutWriter writer;
    final StoredRollout ledger;
    final Set<Long> seen = new HashSet<>();
    int counted;

    Replica(String name, Begun rollout) {
      this.name = name;
      this.ledger = new StoredRollout(workspace, rollout, name, (session, terms, transition) -> {});
      Durable durable =
          ledger
              .exchange(
                  new Durable(RolloutRecord.start(rollout.terms()), 0),
                  List.of(),
                  () -> Verdict.Labels.NONE)
              .durable();
      this.writer =
          new RolloutWriter(
              SimulatedRollout.setup(),
              ledger,
              durable,
              task -> {},
              workspace.clock(),
              () -> 0,
              new Bookkeeping("partitions"),
              () -> Verdict.Labels.NONE);
    }

    RolloutRecord record() {
      return writer.durable().record();
    }

    void count(SplittableRandom chance, double badRate) {
      if (record().state().isOver()) {
        return;
      }
      long[] keys = chance.longs(10, 0, KEYS).filter(seen::add).toArray();
      long[] words =
          LongStream.of(keys)
              .map(
                  key -> {
                    boolean candidate = key % 10 == 0;
                    boolean bad = candidate && chance.nextDouble() < badRate;
                    return CountedUnits.word(Buckets.mix(key), candidate, bad);
                  })
              .toArray();
      writer.add(
          new Counted(NOON.plusSeconds(counted), 0, 0, counts(words), CountedUnits.of(words)));
      counted++;
    }

    private static BadEventProcess.Tick counts(long[] words) {
      long candidates = LongStream.of(words).filter(word -> (word & 1) != 0).count();
      long bad = LongStream.of(words).filter(word -> (word & 3) == 3).count();
      return new BadEventProcess.Tick(candidates, bad, words.length - candidates, 0);
    }
  }

  @Test
  void end_with_the_verdict_of_a_single_node() {
    int rolledBack = 0;
    for (int seed = 0; seed < SCHEDULES; seed++) {
      rolledBack += verdict(seed).equals("ROLLED_BACK") ? 1 : 0;
    }
    assertThat(rolledBack).isBetween(SCHEDULES / 10, SCHEDULES * 9 / 10);
  }

  private String verdict(int seed) {
    SplittableRandom chance = new SplittableRandom(seed);
    Begun rollout = begin(seed);
    List<Replica> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(new Replica("p" + i, rollout));
    }
    double badRate = seed % 2 == 0 ? 0.02 : 0.8;
    for (int moment = 0; moment < MOMENTS; moment++) {
      int who = chance.nextInt(processes.size());
      Replica process = processes.get(who);
      process.count(chance, badRate);
      switch (chance.nextInt(6)) {
        case 0 -> cutOff(process, chance);
        case 1 -> process.writer.write();
        case 2 -> {
          if (chance.nextInt(4) == 0) { // It dies with what waits, and another takes its place.
            processes.set(who, new Replica("q" + moment, rollout));
          }
        }
        default -> {} // It counts on.
      }
    }
    // Once for what waits, once more for what the others have written behind it.
    processes.forEach(process -> assertThat(process.writer.write()).isTrue());
    processes.forEach(process -> assertThat(process.writer.write()).isTrue());
    return check(rollout, processes);
  }

  /** The database is away before the transaction, at its commit, or with the answer to it. */
  private static void cutOff(Replica process, SplittableRandom chance) {
    Call call = List.of(Call.CONNECT, Call.COMMIT, Call.COMMITTED).get(chance.nextInt(3));
    source.failNth(call, 1 + chance.nextInt(2), () -> new SQLException("cut off", "08006"));
    boolean unused = process.writer.write();
    source.heal();
  }

  private static String check(Begun rollout, List<Replica> processes) {
    List<Numbered> rows = database.read(session -> RolloutTable.behind(session, rollout.id(), 0));
    RolloutRecord single = RolloutRecord.start(rollout.terms());
    Set<Long> units = new HashSet<>();
    Map<String, Integer> written = new HashMap<>();
    for (Numbered row : rows) {
      var unused = row.entry().addTo(single, SYSTEM);
      written.merge(row.process(), 1, Integer::sum);
      for (long unit : ((Counted) row.entry()).units().units()) {
        assertThat(units.add(unit)).as("a key counts once, whoever it came to").isTrue();
      }
    }
    for (Replica process : processes) {
      assertThat(process.record().certificate().toJson()).isEqualTo(single.certificate().toJson());
      assertThat(process.writer.waiting()).isEmpty();
      assertThat(written.getOrDefault(process.name, 0)).isLessThanOrEqualTo(process.counted);
    }
    assertThat(single.certificate().verify()).isInstanceOf(Certificate.Check.Confirmed.class);
    return single.state().toString();
  }

  private static Begun begin(int seed) {
    DeploymentTable table = new DeploymentTable(workspace, "partitions " + seed);
    long deployment = table.open(new ServedModel("delay", "7", null)).id();
    RolloutTerms terms =
        new RolloutTerms(
            "partitions " + seed,
            "delay:7",
            "delay:8",
            new RolloutTerms.Digests(null, null),
            7,
            true,
            true,
            10,
            List.of(10.0, 100.0),
            0,
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofDays(1),
            NOON,
            List.of(Guard.errors().terms(1_000_000)));
    Candidate<String, Double> candidate = Candidate.of("delay", 8, key -> 0.0);
    return database.transaction(
        session -> {
          long id = RolloutTable.insert(session, deployment, terms, candidate, SYSTEM, false);
          return RolloutTable.find(session, id).orElseThrow();
        });
  }
}
