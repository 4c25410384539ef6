package dev.mlops.storage;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.CopyOption;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.h2.store.fs.FilePath;

/**
 * A file as H2 sees it: {@code mlops:} and the absolute path with all but plain letters written as
 * {@code %} and two hexadecimal digits, byte by byte.
 *
 * <p>H2's own file systems lose backslashes, and its URLs end at a semicolon. They also leave a
 * file locked whose opening fails, and let everybody read what they make. No interrupt closes what
 * is opened here.
 */
final class H2Path extends FilePath {
  private static final String SCHEME = "mlops";
  private static final String PLAIN =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/._-";
  private static final Map<Path, H2Channels> WATCHED = new ConcurrentHashMap<>();

  static {
    FilePath.register(new H2Path(Path.of("")));
  }

  private final Path path;

  private H2Path(Path path) {
    this.path = path;
    this.name = SCHEME + ":" + encoded(path);
  }

  /** Writes an absolute path as a part of H2's URL. */
  static String url(Path path) {
    return SCHEME + ":" + encoded(path);
  }

  /** Watches the channels that H2 opens on a file, and says who may read it if H2 makes it. */
  static H2Channels watch(Path file, FileAccess access) {
    return WATCHED.computeIfAbsent(file, unwatched -> new H2Channels(access));
  }

  static void unwatch(Path file) {
    WATCHED.remove(file);
  }

  private static String encoded(Path path) {
    StringBuilder encoded = new StringBuilder();
    for (byte b : path.toString().getBytes(StandardCharsets.UTF_8)) {
      if (PLAIN.indexOf(b) >= 0) {
        encoded.append((char) b);
      } else {
        encoded.append(String.format("%%%02x", b));
      }
    }
    return encoded.toString();
  }

  private static Path decoded(String text) {
    byte[] bytes = new byte[text.length()];
    int size = 0;
    for (int i = 0; i < text.length(); i++) {
      boolean escaped = text.charAt(i) == '%';
      bytes[size++] =
          (byte) (escaped ? Integer.parseInt(text.substring(i + 1, i + 3), 16) : text.charAt(i));
      i += escaped ? 2 : 0;
    }
    return Path.of(new String(bytes, 0, size, StandardCharsets.UTF_8));
  }

  @Override
  public String getScheme() {
    return SCHEME;
  }

  @Override
  public FilePath getPath(String name) {
    return new H2Path(decoded(name.substring(SCHEME.length() + 1)));
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    if (!mode.equals("r")) {
      createIfAbsent();
    }
    FileChannel opened = new UninterruptedFile(path, mode);
    H2Channels watch = WATCHED.get(path);
    return watch == null ? opened : watch.add(opened);
  }

  @CanIgnoreReturnValue
  private boolean createIfAbsent() throws IOException {
    try {
      Files.createFile(path, access().forFile());
      return true;
    } catch (FileAlreadyExistsException there) {
      return false;
    }
  }

  @Override
  public boolean createFile() {
    return attempt(this::createIfAbsent);
  }

  @Override
  public void createDirectory() {
    attempt(() -> access().createDirectory(path));
  }

  private FileAccess access() {
    H2Channels watch = WATCHED.get(path);
    return watch == null ? FileAccess.OWNER : watch.access();
  }

  @Override
  public FilePath createTempFile(String suffix, boolean inTempDir) throws IOException {
    String prefix = path.getFileName() + ".";
    return new H2Path(
        inTempDir
            ? Files.createTempFile(prefix, suffix)
            : Files.createTempFile(path.getParent(), prefix, suffix));
  }

  @Override
  public long size() {
    return attempt(() -> Files.size(path));
  }

  @Override
  public void moveTo(FilePath to, boolean atomicReplace) {
    CopyOption[] options =
        atomicReplace
            ? new CopyOption[] {StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING}
            : new CopyOption[0];
    attempt(() -> Files.move(path, ((H2Path) to).path, options));
  }

  @Override
  public boolean exists() {
    return Files.exists(path);
  }

  @Override
  public void delete() {
    attempt(() -> Files.deleteIfExists(path));
  }

  @Override
  public List<FilePath> newDirectoryStream() {
    return attempt(
        () -> {
          try (Stream<Path> files = Files.list(path)) {
            List<FilePath> found = new ArrayList<>();
            files.forEach(file -> found.add(new H2Path(file)));
            return found;
          }
        });
  }

  // The claim on the file has followed its links already.
  @Override
  public FilePath toRealPath() {
    return this;
  }

  @Override
  public FilePath getParent() {
    Path parent = path.getParent();
    return parent == null ? this : new H2Path(parent);
  }

  @Override
  public boolean isDirectory() {
    return Files.isDirectory(path);
  }

  @Override
  public boolean isRegularFile() {
    return Files.isRegularFile(path);
  }

  @Override
  public boolean isAbsolute() {
    return true;
  }

  @Override
  public long lastModified() {
    return attempt(() -> Files.getLastModifiedTime(path).toMillis());
  }

  @Override
  public boolean canWrite() {
    return Files.isWritable(path);
  }

  @Override
  public boolean setReadOnly() {
    return path.toFile().setReadOnly();
  }

  @CanIgnoreReturnValue
  private static <T> T attempt(FileWork<T> work) {
    try {
      return work.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private interface FileWork<T> {
    T run() throws IOException;
  }
}
