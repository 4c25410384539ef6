package dev.mlops.tracking;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import dev.mlops.tracking.RunSeal.Kind;
import dev.mlops.tracking.RunSeal.Part;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunSealTest {

  private static final List<Part> PARTS =
      List.of(
          new Part(Kind.OUTCOME, "", "FINISHED"),
          new Part(Kind.PARAM, "depth", "6"),
          new Part(Kind.PARAM, "é", "x".repeat(200)));

  /** Computed apart, in another language. */
  private static final String DIGEST =
      "sha256:9a0c3ba035c48149b49b1b753873ed119c8eb9ea9d10d4cb9618f073c5366260";

  @Test
  void isTheDigestThatItsFormSays() {
    assertThat(RunSeal.of(PARTS).digest()).hasToString(DIGEST);
    assertThat(RunSeal.of(PARTS).parts()).hasSize(1 + 3 * 9);
    assertThat(RunSeal.of(PARTS).changes(PARTS)).isEmpty();
  }

  @Test
  void namesEachChangeOfManyParts() {
    List<Part> many =
        IntStream.range(0, 5_000)
            .mapToObj(i -> new Part(Kind.PARAM, "p" + i, Integer.toString(i)))
            .toList();
    List<Part> changed =
        many.stream()
            .map(part -> part.name().equals("p17") ? new Part(Kind.PARAM, "p17", "18") : part)
            .toList();
    assertThat(RunSeal.of(many).changes(changed))
        .containsExactly("param p17 is another than it was");
    assertThat(RunSeal.of(many).changes(many.subList(1, many.size())))
        .containsExactly("one param is gone");
  }

  @Test
  void keepsBothValuesOfAPartThatIsThereTwice() {
    List<Part> twice =
        List.of(
            new Part(Kind.INPUT, "training/rows", "a"), new Part(Kind.INPUT, "training/rows", "b"));
    assertThat(RunSeal.of(twice).changes(twice)).isEmpty();
    assertThat(RunSeal.of(twice).changes(twice.subList(0, 1)))
        .containsExactly("the seal is not that of the run");
  }

  @Test
  void refusesBytesThatItDidNotWrite() {
    RunSeal seal = RunSeal.of(PARTS);
    RunSeal cut = new RunSeal(seal.digest(), Arrays.copyOf(seal.parts(), 12));
    assertThatThrownBy(() -> cut.changes(PARTS))
        .isInstanceOf(StorageException.class)
        .hasMessage("the stored seal of a run is damaged; put back a copy of the database");
    RunSeal newer = new RunSeal(seal.digest(), new byte[] {2});
    assertThatThrownBy(() -> newer.changes(PARTS)).isInstanceOf(NewerFormException.class);
  }
}
