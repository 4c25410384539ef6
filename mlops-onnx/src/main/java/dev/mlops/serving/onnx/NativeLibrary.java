package dev.mlops.serving.onnx;

import ai.onnxruntime.OrtEnvironment;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Unpacks ONNX Runtime's native libraries into a directory of our own and deletes it once they are
 * loaded.
 *
 * <p>ONNX Runtime unpacks them by itself, some 25 MB, and deletes them when the process exits; a
 * process that is killed leaves them in the temporary directory. Where a loaded library can be
 * deleted, as on Linux and macOS, nothing is left, however the process ends. Elsewhere, and when a
 * process is killed while it starts, the next start deletes what is left. What was found there is
 * never loaded: anybody may have put it there.
 *
 * <p>A path that is set by one of ONNX Runtime's own properties is kept. On a machine for which the
 * jar has no libraries, ONNX Runtime does as it always does, and says so.
 */
final class NativeLibrary {

  private static final Logger LOG = LoggerFactory.getLogger(NativeLibrary.class);
  private static final String PREFIX = "mlops-onnxruntime-";
  private static final String PATH = "onnxruntime.native.path";
  private static final List<String> NAMES = List.of("onnxruntime", "onnxruntime4j_jni");

  /** A start takes less than a second; what is older than this belongs to nobody who starts. */
  private static final Duration ABANDONED = Duration.ofMinutes(10);

  private final @Nullable Path directory;

  private NativeLibrary(@Nullable Path directory) {
    this.directory = directory;
  }

  /** Unpacks, for ONNX Runtime to load from there until this is removed. */
  static NativeLibrary unpack() {
    if (isConfigured()) {
      return new NativeLibrary(null);
    }
    Path directory = null;
    try {
      directory = Files.createTempDirectory(PREFIX);
      sweep(directory.toAbsolutePath().getParent(), lastModified(directory));
      if (!copyInto(directory)) {
        Files.delete(directory);
        return new NativeLibrary(null);
      }
      System.setProperty(PATH, directory.toString());
    } catch (IOException e) {
      LOG.debug("ONNX Runtime unpacks its libraries by itself, as we can't", e);
      delete(directory);
      directory = null;
    }
    return new NativeLibrary(directory);
  }

  private static boolean isConfigured() {
    return System.getProperties().stringPropertyNames().stream()
        .anyMatch(name -> name.startsWith("onnxruntime.native."));
  }

  private static boolean copyInto(Path directory) throws IOException {
    for (String name : NAMES) {
      String file = System.mapLibraryName(name);
      Optional<String> platform = platform();
      InputStream library =
          platform.isEmpty()
              ? null
              : OrtEnvironment.class.getResourceAsStream(
                  "/ai/onnxruntime/native/" + platform.get() + "/" + file);
      if (library == null) {
        delete(directory.resolve(System.mapLibraryName(NAMES.get(0))));
        return false;
      }
      try (library) {
        Files.copy(library, directory.resolve(file));
      }
    }
    return true;
  }

  /** The folder of this machine in ONNX Runtime's jar. */
  private static Optional<String> platform() {
    String os = System.getProperty("os.name", "").toLowerCase(Locale.ROOT);
    String arch = System.getProperty("os.arch", "").toLowerCase(Locale.ROOT);
    String bits = arch.equals("amd64") || arch.equals("x86_64") ? "x64" : arch;
    if (os.contains("mac")) {
      return Optional.of("osx-" + bits);
    }
    if (os.startsWith("windows")) {
      return Optional.of("win-" + bits);
    }
    return os.contains("linux") ? Optional.of("linux-" + bits) : Optional.empty();
  }

  /** Deletes what killed processes left; a library in use elsewhere can't be deleted, and stays. */
  private static void sweep(@Nullable Path temporary, Instant now) {
    if (temporary == null) {
      return;
    }
    try (DirectoryStream<Path> left = Files.newDirectoryStream(temporary, PREFIX + "*")) {
      for (Path directory : left) {
        if (isAbandoned(directory, now)) {
          delete(directory);
        }
      }
    } catch (IOException e) {
      LOG.debug("the temporary directory {} can't be listed", temporary, e);
    }
  }

  private static boolean isAbandoned(Path directory, Instant now) throws IOException {
    return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
        && lastModified(directory).isBefore(now.minus(ABANDONED));
  }

  /** The time of our own new directory is the time of now, by the clock of the file system. */
  private static Instant lastModified(Path directory) throws IOException {
    return Files.getLastModifiedTime(directory).toInstant();
  }

  /** Deletes a file, or a directory of files. */
  private static void delete(@Nullable Path path) {
    if (path == null) {
      return;
    }
    try {
      List<Path> files = new ArrayList<>();
      if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(path)) {
          inside.forEach(files::add);
        }
      }
      files.add(path);
      for (Path file : files) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      LOG.debug("{} can't be deleted now; a later start will", path, e);
    }
  }

  /** Deletes what was unpacked, if the system lets go of loaded libraries. */
  void remove() {
    if (directory != null) {
      System.clearProperty(PATH);
      delete(directory);
    }
  }
}
