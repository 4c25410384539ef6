package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.registry.AliasHistory.Op;
import dev.mlops.storage.ArtifactStore;
import dev.mlops.storage.Database;
import dev.mlops.testkit.CrashHarness;
import dev.mlops.testkit.CrashHarness.Running;
import dev.mlops.testkit.TestDatabases;
import dev.mlops.testkit.Together;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Four JVMs of four threads register versions and move one alias, on one PostgreSQL. */
class FourRegistriesTest {
  private static final int PROCESSES = 4;
  private static final int THREADS = 4;
  private static final int TURNS = 8;

  private final String url = TestDatabases.postgresUrl();

  @Test
  void answer_as_if_one_thing_happened_at_a_time() {
    try (Workspace workspace = workspace(url)) {
      ModelRegistry registry = ModelRegistry.of(workspace);
      registry.model("flights").register(TinyOnnx.candidate().build());
      List<String> lines = recorded(registry);
      List<Op> moves =
          lines.stream().filter(line -> line.startsWith("alias")).map(this::op).toList();
      assertThat(moves).hasSize(2 * PROCESSES * THREADS * TURNS);
      assertThat(moves).anyMatch(op -> op.answer() != Op.MOVED && op.to() != Op.LOOK);
      assertThat(AliasHistory.isLinearizable(moves)).as(lines.toString()).isTrue();
      long moved = moves.stream().filter(op -> op.answer() == Op.MOVED).count();
      assertThat(registry.alias("flights", "champion").history()).hasSize((int) moved);
      List<Op> numbers =
          lines.stream()
              .filter(line -> line.startsWith("version"))
              .map(this::op)
              .sorted(Comparator.comparingInt(Op::answer))
              .toList();
      assertThat(numbers.stream().map(Op::answer))
          .isEqualTo(IntStream.rangeClosed(2, PROCESSES * THREADS * TURNS + 1).boxed().toList());
      assertNumbersFollowTime(numbers);
    }
  }

  private List<String> recorded(ModelRegistry registry) {
    List<Running> processes =
        Stream.generate(() -> CrashHarness.of(Registering.class, url))
            .limit(PROCESSES)
            .map(CrashHarness::start)
            .toList();
    try {
      processes.forEach(process -> assertThat(process.line()).contains("ready"));
      registry.model("go").register(TinyOnnx.candidate().build());
      List<String> lines = new ArrayList<>();
      for (Running process : processes) {
        for (Optional<String> line = process.line(); line.isPresent(); line = process.line()) {
          lines.add(line.get());
        }
      }
      return lines;
    } finally {
      processes.forEach(Running::close);
    }
  }

  private static void assertNumbersFollowTime(List<Op> byNumber) {
    long latestStart = Long.MIN_VALUE;
    for (Op version : byNumber) {
      assertThat(version.end()).as("the end of " + version).isGreaterThanOrEqualTo(latestStart);
      latestStart = Math.max(latestStart, version.start());
    }
  }

  private Op op(String line) {
    String[] parts = line.split(" ", -1);
    return new Op(
        Long.parseLong(parts[1]),
        Long.parseLong(parts[2]),
        Integer.parseInt(parts[3]),
        Integer.parseInt(parts[4]),
        Integer.parseInt(parts[5]));
  }

  @Test
  void would_be_caught_with_two_winners_or_an_old_answer() {
    Op first = new Op(0, 10, 0, 1, Op.MOVED);
    Op rival = new Op(5, 15, 0, 2, Op.MOVED);
    Op loser = new Op(5, 15, 0, 2, 1);
    Op early = new Op(6, 7, 0, Op.LOOK, 0);
    Op late = new Op(11, 12, 0, Op.LOOK, 0);
    assertThat(AliasHistory.isLinearizable(List.of(first, loser, early))).isTrue();
    assertThat(AliasHistory.isLinearizable(List.of(first, rival))).isFalse();
    assertThat(AliasHistory.isLinearizable(List.of(first, loser, late))).isFalse();
    assertThat(AliasHistory.isLinearizable(List.of(new Op(0, 1, 0, 2, 0)))).isFalse();
  }

  private static Workspace workspace(String url) {
    return Workspace.builder()
        .database(Database.over(TestDatabases.postgresDataSource(url)))
        .artifactStore(ArtifactStore.inMemory(Clock.systemUTC()))
        .adoptContents()
        .open();
  }

  /**
   * Registers, looks and moves, and prints what each took and answered; Linux has one clock for
   * all.
   */
  static final class Registering {
    private Registering() {}

    public static void main(String[] arguments) {
      try (Workspace workspace = workspace(arguments[0])) {
        ModelRegistry registry = ModelRegistry.of(workspace);
        ModelPackage candidate = TinyOnnx.candidate().build();
        System.out.println("ready");
        while (registry.find("go").isEmpty()) {
          Thread.onSpinWait();
        }
        Together.run(THREADS, thread -> turns(registry, candidate, new Random(thread)));
      }
    }

    private static void turns(ModelRegistry registry, ModelPackage candidate, Random random) {
      Alias champion = registry.alias("flights", "champion");
      for (int turn = 0; turn < TURNS; turn++) {
        long start = System.nanoTime();
        int number = registry.model("flights").register(candidate).number();
        print("version", start, 0, 0, number);
        start = System.nanoTime();
        int seen = champion.find().map(ModelVersion::number).orElse(0);
        print("alias", start, 0, Op.LOOK, seen);
        int to = 1 + random.nextInt(number);
        Expect expected = seen == 0 ? Expect.none() : Expect.version(seen);
        start = System.nanoTime();
        AliasMove move = champion.tryMoveTo(to, expected, because("a test"));
        print("alias", start, seen, to, answer(move));
      }
    }

    private static int answer(AliasMove move) {
      if (move instanceof AliasMove.Conflict conflict) {
        Integer actual = conflict.actual();
        return actual == null ? 0 : actual;
      }
      return Op.MOVED;
    }

    private static void print(String what, long start, int expected, int to, int answer) {
      long end = System.nanoTime();
      System.out.println(what + " " + start + " " + end + " " + expected + " " + to + " " + answer);
    }
  }
}
