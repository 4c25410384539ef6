package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.nio.Buffer;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, in memory or mapped: as one piece if it is small enough, else piece by
 * piece.
 */
final class ArrowSource implements AutoCloseable {

  static {
    loadSignatures();
  }

  private final @Nullable FileChannel channel;
  private final @Nullable ByteBuffer whole;
  private final long size;
  private long granted;

  private ArrowSource(@Nullable FileChannel channel, @Nullable ByteBuffer whole, long size) {
    this.channel = channel;
    this.whole = whole;
    this.size = size;
  }

  static ArrowSource of(ByteBuffer bytes) {
    return new ArrowSource(null, bytes, bytes.remaining());
  }

  static ArrowSource of(Path file) throws IOException {
    return of(file, Integer.MAX_VALUE);
  }

  /** Maps a file as one piece if it has no more than some bytes. */
  static ArrowSource of(Path file, long mostAtOnce) throws IOException {
    if (Files.isDirectory(file)) { // Linux opens one, and refuses only to map it
      throw new FileSystemException(file.toString(), null, "it is a directory");
    }
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      long size = channel.size();
      boolean small = size <= mostAtOnce;
      ByteBuffer whole = small ? channel.map(FileChannel.MapMode.READ_ONLY, 0, size) : null;
      return new ArrowSource(channel, whole, size);
    } catch (IOException | RuntimeException | Error e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Loads the classes in the signatures of NIO's methods. Left alone, JDK 17 loads one of them
   * after it has compiled the loops over a mapped column, and these then call what they should
   * inline: a sum took four times as long.
   */
  @SuppressWarnings("ReturnValueIgnored") // looking is what loads
  private static void loadSignatures() {
    Buffer.class.getDeclaredMethods();
  }

  /** The same bytes with nothing granted yet, for values that replace others in memory. */
  ArrowSource again() {
    return new ArrowSource(channel, whole, size);
  }

  long size() {
    return size;
  }

  /**
   * Grants memory for values, before it is taken. What a file says of its own size is nothing to
   * build on: all values together get ten times the file's bytes and a mebibyte, which the widest
   * conversion, of 8 bits to 64, does not need.
   */
  void grant(long bytes) {
    granted += bytes;
    if (granted > 10 * size + (1 << 20)) {
      throw new InvalidInputException(
          "the Arrow file claims more values than its "
              + Plural.of(size, "byte")
              + " can hold: memory of at least "
              + Plural.of(granted, "byte"));
    }
  }

  /** Returns some of the bytes, which must be there, in little-endian order. */
  ByteBuffer bytes(long offset, long length) throws IOException {
    if (offset < 0 || length < 0 || length > Integer.MAX_VALUE || offset > size - length) {
      throw new IndexOutOfBoundsException(
          Plural.of(length, "byte") + " at " + offset + " of " + size);
    }
    ByteBuffer bytes;
    if (whole != null) {
      bytes = whole.slice((int) offset, (int) length);
    } else if (channel != null) {
      bytes = channel.map(FileChannel.MapMode.READ_ONLY, offset, length);
    } else {
      throw new IllegalStateException("a source has bytes or a channel");
    }
    return bytes.order(ByteOrder.LITTLE_ENDIAN);
  }

  /** Closes the file; mapped bytes stay valid. */
  @Override
  public void close() throws IOException {
    if (channel != null) {
      channel.close();
    }
  }
}
