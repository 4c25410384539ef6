package dev.mlops.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.Workspace;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.ArtifactPath;
import dev.mlops.testkit.CrashHarness.Outcome;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An artifact passes through in pieces: sixteen times the heap goes in and comes out. */
class LargeArtifactTest {
  private static final long BYTES = 1L << 30;

  @TempDir Path directory;

  @Test
  void of_a_gigabyte_fits_a_heap_of_64_megabytes() {
    // With the second compiler, which knows how processors compute SHA-256.
    Outcome outcome =
        CrashHarness.of(Copier.class, directory.toString())
            .jvmOptions("-Xmx64m", "-XX:TieredStopAtLevel=4")
            .run();
    assertThat(outcome.errors()).isEmpty();
    assertThat(outcome.acknowledged()).containsExactly("wrote " + BYTES, "read " + BYTES);
  }

  /** Writes and reads one large artifact. */
  static final class Copier {
    private Copier() {}

    public static void main(String[] arguments) throws IOException {
      try (Workspace workspace = Workspace.open(Path.of(arguments[0]))) {
        Artifact artifact =
            workspace.artifacts().write("run/1", ArtifactPath.of("model.bin"), new Pattern(BYTES));
        System.out.println("wrote " + artifact.size());
        try (InputStream bytes = workspace.artifacts().open(artifact)) {
          System.out.println("read " + bytes.transferTo(OutputStream.nullOutputStream()));
        }
      }
    }
  }

  /** Endless bytes, but for their end. */
  private static final class Pattern extends InputStream {
    private long left;

    Pattern(long bytes) {
      this.left = bytes;
    }

    @Override
    public int read() {
      return left-- > 0 ? (int) (left & 0xff) : -1;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) {
      if (left == 0) {
        return -1;
      }
      int count = (int) Math.min(length, left);
      Arrays.fill(buffer, offset, offset + count, (byte) (left >> 16));
      left -= count;
      return count;
    }
  }
}
