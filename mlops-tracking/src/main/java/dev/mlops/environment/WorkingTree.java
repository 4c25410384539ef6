package dev.mlops.environment;

import dev.mlops.data.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What has been changed in a working tree since its commit, by the program git: which files differ
 * is for git alone to say, as it knows of line ends, filters and ignored files. It is told to run
 * neither hooks nor diff programs of the repository, and to write nothing into it.
 */
final class WorkingTree {

  /** Nothing has been changed. */
  static final String NONE = "none";

  private static final long PATIENCE_SECONDS = 10;
  private static final List<String> QUIETLY =
      List.of("git", "--no-optional-locks", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=");

  private WorkingTree() {}

  /**
   * Returns {@link #NONE}, or a digest of the changes and of the names of new files; empty if git
   * is not there, fails or takes longer than ten seconds.
   */
  static Optional<String> changes(Path directory) {
    Optional<byte[]> status = git(directory, "status", "--porcelain", "-z");
    if (status.isEmpty() || status.get().length == 0) {
      return status.map(empty -> NONE);
    }
    return git(directory, "diff", "HEAD", "--binary", "--no-ext-diff", "--no-textconv")
        .map(diff -> digest(status.get(), diff));
  }

  private static String digest(byte[] status, byte[] diff) {
    try (InputStream both =
        new SequenceInputStream(new ByteArrayInputStream(status), new ByteArrayInputStream(diff))) {
      return Digest.of(both).toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<byte[]> git(Path directory, String... command) {
    ProcessBuilder git =
        new ProcessBuilder()
            .directory(directory.toAbsolutePath().toFile())
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    git.command().addAll(QUIETLY);
    git.command().addAll(List.of(command));
    Path output = null;
    try {
      output = Files.createTempFile("mlops-git", ".out");
      Process running = git.redirectOutput(output.toFile()).start();
      boolean ended = running.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
      if (!ended) {
        running.destroyForcibly();
      }
      return ended && running.exitValue() == 0
          ? Optional.of(Files.readAllBytes(output))
          : Optional.empty();
    } catch (IOException notThere) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } finally {
      delete(output);
    }
  }

  private static void delete(@Nullable Path file) {
    try {
      if (file != null) {
        Files.deleteIfExists(file);
      }
    } catch (IOException stays) {
      // A temporary file more.
    }
  }
}
