package dev.mlops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.mlops.data.Digest;
import dev.mlops.environment.Environment;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The form of a package on disk. Each version of it has a directory among the resources, which
 * stays for ever: whoever changes the form adds a version, and still reads the old ones.
 */
class PackageFormsTest {

  private static final Path VERSION_1 =
      Path.of("src/test/resources/dev/mlops/registry/package-version-1");
  private static final List<String> FILES =
      List.of("MLmodel", "model.onnx", "signature.json", "golden.arrow", "environment.json");
  private static final Environment WHERE =
      Environment.of(
          Map.ofEntries(
              Map.entry("java", "17.0.15+6"),
              Map.entry("vm", "OpenJDK 64-Bit Server VM, Eclipse Adoptium"),
              Map.entry("os", "Linux 6.1"),
              Map.entry("arch", "amd64"),
              Map.entry("cpus", "4"),
              Map.entry("heap", "1073741824"),
              Map.entry("locale", "en-GB"),
              Map.entry("zone", "Europe/Berlin"),
              Map.entry("charset", "UTF-8"),
              Map.entry("commit", "0123456789abcdef0123456789abcdef01234567"),
              Map.entry("changes", "none")),
          Map.of("jackson-core", "2.22.1"));

  @TempDir private Path place;

  private static ModelPackage made() {
    return TinyOnnx.candidate()
        .golden(TinyOnnx.golden())
        .environment(WHERE)
        .run("0123456789abcdef0123456789abcdef")
        .data(Digest.of(new byte[] {1}))
        .description("linear, by hand")
        .tag("team", "blue")
        .build();
  }

  @Test
  void is_written_in_version_1_byte_for_byte() {
    Path written = made().write(place.resolve("new"), Instant.parse("2001-03-04T12:00:00Z"));
    for (String file : FILES) {
      assertThat(written.resolve(file)).hasSameBinaryContentAs(VERSION_1.resolve(file));
    }
  }

  @Test
  void of_version_1_is_read() {
    ModelPackage read = ModelPackage.read(VERSION_1, TinyOnnx.FORMAT);
    assertThat(read.format().name()).isEqualTo("onnx");
    assertThat(read.model().digest()).isEqualTo(Digest.of(TinyOnnx.bytes()));
    assertThat(read.signature()).isEqualTo(TinyOnnx.SIGNATURE);
    assertThat(read.environment()).contains(WHERE);
    assertThat(read.run()).contains("0123456789abcdef0123456789abcdef");
    assertThat(read.data()).contains(Digest.of(new byte[] {1}));
    assertThat(read.description()).contains("linear, by hand");
    assertThat(read.tags()).isEqualTo(Map.of("team", "blue"));
    assertThat(read.golden().orElseThrow().replay(TinyOnnx.MODEL))
        .isEqualTo(new GoldenCheck.Same(3, 1e-6, 0));
    assertThat(read)
        .hasToString(
            "package of the onnx model model.onnx, "
                + TinyOnnx.bytes().length
                + " bytes, "
                + Digest.of(TinyOnnx.bytes())
                + ", [distance FLOAT32, wind FLOAT32] -> [delay FLOAT32],"
                + " 3 golden predictions of [delay]");
  }

  @Test
  void of_another_version_is_refused() throws IOException {
    assertRefused(
        "MLmodel",
        "    version: 1\n",
        "    version: 2\n",
        "cannot read the flavor mlops_java of MLmodel of '%s': form 2 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    assertRefused(
        "MLmodel",
        "    version: 1\n",
        "",
        "cannot read the flavor mlops_java of MLmodel of '%s': the number of its form must be 1 or more, and is none");
    assertRefused(
        "signature.json",
        "\"version\":1",
        "\"version\":3",
        "cannot read 'signature.json': form 3 is newer than form 1, the highest that this release knows; use the release that wrote it, or a later one");
    assertRefused(
        "environment.json",
        "\"version\":1",
        "\"version\":0",
        "cannot read the JSON of an environment: the number of its form must be 1 or more, and is 0");
  }

  @Test
  void with_other_files_than_it_names_is_refused() throws IOException {
    String digest = Digest.of(TinyOnnx.bytes()).toString();
    String other = Digest.of(new byte[0]).toString();
    assertRefused(
        "MLmodel",
        digest,
        other,
        "MLmodel of '%s' names the file 'model.onnx' with the digest "
            + other
            + ", but it has "
            + digest
            + "; it is damaged, or another one");
    assertRefused(
        "MLmodel",
        digest,
        "sha256:0",
        "MLmodel of '%s': files: a SHA-256 digest has 64 hexadecimal digits in lower case: '0'");
    assertRefused(
        "MLmodel",
        "- path: \"model.onnx\"",
        "- path: \"../model.onnx\"",
        "artifact path '../model.onnx' has the segment '..'");
    assertRefused(
        "MLmodel",
        "files:\n    - path: \"model.onnx\"\n      digest: \"" + digest + "\"",
        "files: []",
        "MLmodel of '%s': files: a model needs at least one file, and each path once: []");
    assertRefused(
        "MLmodel",
        "format: \"onnx\"",
        "format: \"pickle\"",
        "MLmodel of '%s' is of the format 'pickle', which none of the given formats reads: [onnx];"
            + " give its format to ModelPackage.read(directory, formats)");
  }

  private void assertRefused(String file, String wanted, String replacement, String message)
      throws IOException {
    Path copy = Files.createTempDirectory(place, "hostile").toRealPath();
    for (String each : FILES) {
      Files.copy(VERSION_1.resolve(each), copy.resolve(each));
    }
    String before = Files.readString(copy.resolve(file));
    assertThat(before).contains(wanted);
    Files.writeString(copy.resolve(file), before.replace(wanted, replacement));
    assertThatThrownBy(() -> ModelPackage.read(copy, TinyOnnx.FORMAT))
        .isInstanceOfAny(InvalidInputException.class, NewerFormException.class)
        .hasMessage(message.formatted(copy));
  }
}
