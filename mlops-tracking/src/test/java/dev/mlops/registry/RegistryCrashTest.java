package dev.mlops.registry;

import static dev.mlops.journal.Reason.because;
import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.journal.Verification;
import dev.mlops.testkit.CrashHarness;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RegistryCrashTest {

  private static final int ROUNDS = 4;

  @TempDir private Path place;

  @Test
  void a_version_is_whole_or_absent_after_kill_9() {
    for (int round = 0; round < ROUNDS; round++) {
      CrashHarness.Outcome outcome =
          CrashHarness.of(Registering.class, place.toString())
              .killAfter(2 + round, Duration.ofMillis(5L * round));
      assertThat(outcome.acknowledged()).as(outcome.errors()).hasSizeGreaterThan(round);
      check(Integer.parseInt(outcome.acknowledged().get(outcome.acknowledged().size() - 1)));
    }
  }

  private void check(int acknowledged) {
    try (Workspace workspace = Workspace.open(place)) {
      RegisteredModel flights = ModelRegistry.of(workspace).get("flights");
      workspace.artifacts().collectGarbage(Duration.ZERO, 1);
      List<ModelVersion> versions = flights.list();
      int newest = versions.get(0).number();
      assertThat(newest).isBetween(acknowledged, acknowledged + 1);
      assertThat(versions.stream().map(ModelVersion::number))
          .isEqualTo(IntStream.rangeClosed(1, newest).map(i -> newest + 1 - i).boxed().toList());
      versions.forEach(RegistryCrashTest::checkWhole);
      assertThat(flights.alias("champion").get().number()).isBetween(acknowledged, newest);
      assertThat(workspace.journal().events().kind("model.registered").list()).hasSize(newest);
      assertThat(workspace.journal().verify()).isInstanceOf(Verification.Intact.class);
    }
  }

  private static void checkWhole(ModelVersion version) {
    assertThat(version.files()).hasSize(4);
    assertThat(version.bytes("model.onnx")).isEqualTo(TinyOnnx.bytes());
    assertThat(version.tags()).containsEntry("made", "by hand");
    assertThat(version.golden().orElseThrow().replay(TinyOnnx.MODEL))
        .isInstanceOf(GoldenCheck.Same.class);
  }

  /** Registers versions and moves an alias to each, until it is killed. */
  static final class Registering {
    private Registering() {}

    public static void main(String[] arguments) {
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        RegisteredModel flights = ModelRegistry.of(workspace).model("flights");
        ModelPackage candidate =
            TinyOnnx.candidate().golden(TinyOnnx.golden()).tag("made", "by hand").build();
        while (true) {
          int number = flights.register(candidate).number();
          flights.alias("champion").moveTo(number, Expect.any(), because("newest"));
          System.out.println(number);
        }
      }
    }
  }
}
