package dev.mlops.registry;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.error.MlopsException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a stranger wrote into a model directory, the answer is an error of the library's own.
 */
class MlModelMutantsTest {

  private static final int MUTANTS = 12_000;
  private static final String GOOD =
      """
      flavors:
        mlops_java:
          version: 1
          format: onnx
          files:
          - path: model.onnx
            digest: %s
          tolerance: 1e-6
          tags: {a: b}
          data_digest: sha256:abababababababababababababababababababababababababababababababab
          description: x
          golden: golden.arrow
        onnx:
          data: model.onnx
      run_id: 0123456789abcdef0123456789abcdef
      signature:
        inputs: '[{"type":"float","name":"distance"},{"type":"float","name":"wind","required":true}]'
        outputs: '[{"type":"float","name":"delay"}]'
      """
          .formatted(Digest.of(TinyOnnx.bytes()));
  private static final List<String> PIECES =
      List.of(
          ("\"\"|''|null|-1|NaN|[]|{}|0|\\0|\"\\ud800\"|!!x|..|  |: |tensor|datetime|sha256:|1e999"
                  + "|MLmodel|,|\"name\":\"\"|"
                  + "x".repeat(300))
              .split("\\|"));

  @TempDir private Path root;
  private final Random random = new Random(7);

  @BeforeEach
  void makeDirectory() {
    TinyOnnx.candidate().golden(TinyOnnx.golden()).build().write(root, Instant.EPOCH);
  }

  @Test
  void of_the_description_are_read_or_refused() throws IOException {
    int refused = 0;
    for (int i = 0; i < MUTANTS; i++) {
      byte[] mutant = mutant();
      Files.write(root.resolve("MLmodel"), mutant);
      try {
        ModelPackage.read(root, TinyOnnx.FORMAT);
      } catch (MlopsException expected) {
        refused++;
      } catch (RuntimeException | Error raw) {
        throw new AssertionError("mutant " + i + ":\n" + new String(mutant, UTF_8), raw);
      }
    }
    assertThat(refused).isBetween(MUTANTS / 4, MUTANTS - MUTANTS / 100);
  }

  private byte[] mutant() {
    StringBuilder text = new StringBuilder(GOOD);
    for (int edits = 1 + random.nextInt(3); edits > 0; edits--) {
      int from = random.nextInt(text.length());
      int to = Math.min(text.length(), from + random.nextInt(12));
      switch (random.nextInt(4)) {
        case 0 -> text.delete(from, to);
        case 1 -> text.insert(from, PIECES.get(random.nextInt(PIECES.size())));
        case 2 -> text.replace(from, to, PIECES.get(random.nextInt(PIECES.size())));
        default -> text.setCharAt(from, (char) random.nextInt(256));
      }
    }
    return text.toString().getBytes(UTF_8);
  }

  @Test
  void of_the_other_files_are_read_or_refused() throws IOException {
    int refused = 0;
    for (String file : new String[] {"signature.json", "golden.arrow"}) {
      byte[] good = Files.readAllBytes(root.resolve(file));
      for (int i = 0; i < 300; i++) {
        byte[] mutant = good.clone();
        mutant[random.nextInt(mutant.length)] = (byte) random.nextInt();
        Files.write(root.resolve(file), mutant);
        try {
          ModelPackage.read(root, TinyOnnx.FORMAT);
        } catch (MlopsException expected) {
          refused++;
        } catch (RuntimeException | Error raw) {
          throw new AssertionError(file + " mutant " + i, raw);
        }
      }
      Files.write(root.resolve(file), good);
    }
    assertThat(refused).isBetween(100, 599);
  }

  @Test
  void with_a_digest_that_is_none_name_it() throws IOException {
    Files.writeString(root.resolve("MLmodel"), GOOD.replace("sha256:abab", "sha256:xyab"));
    assertThatThrownBy(() -> ModelPackage.read(root, TinyOnnx.FORMAT))
        .hasMessageStartingWith("MLmodel of '" + root.toRealPath() + "': data_digest: ");
  }
}
