package dev.mlops.storage;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.h2.store.fs.FileBaseDefault;

/**
 * A file that no interrupt closes. Java closes a {@link java.nio.channels.FileChannel} when a
 * thread is interrupted in it, and a {@link RandomAccessFile} not. It is read through a handle of
 * its own, so that readers do not wait for who writes.
 */
// The handles are guarded one by one, and not by the channel.
@SuppressWarnings("UnsynchronizedOverridesSynchronized")
final class UninterruptedFile extends FileBaseDefault {
  private final RandomAccessFile reads;
  private final RandomAccessFile writes;

  /**
   * Opens a file.
   *
   * @param mode {@code r} to read it, anything else to write it too
   * @throws IOException if it is not there, or may not be opened so
   */
  UninterruptedFile(Path path, String mode) throws IOException {
    writes = new RandomAccessFile(path.toFile(), mode.equals("r") ? "r" : "rw");
    try {
      reads = new RandomAccessFile(path.toFile(), "r");
    } catch (IOException | RuntimeException | Error e) {
      writes.close();
      throw e;
    }
  }

  @Override
  public int read(ByteBuffer bytes, long position) throws IOException {
    synchronized (reads) {
      reads.seek(position);
      int count =
          reads.read(bytes.array(), bytes.arrayOffset() + bytes.position(), bytes.remaining());
      if (count > 0) {
        bytes.position(bytes.position() + count);
      }
      return count;
    }
  }

  @Override
  public int write(ByteBuffer bytes, long position) throws IOException {
    int count = bytes.remaining();
    synchronized (writes) {
      writes.seek(position);
      writes.write(bytes.array(), bytes.arrayOffset() + bytes.position(), count);
    }
    bytes.position(bytes.limit());
    return count;
  }

  @Override
  public long size() throws IOException {
    return writes.length();
  }

  @Override
  protected void implTruncate(long size) throws IOException {
    synchronized (writes) {
      writes.setLength(size);
    }
  }

  @Override
  public void force(boolean metaData) throws IOException {
    writes.getFD().sync();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) throws IOException {
    return writes.getChannel().tryLock(position, size, shared);
  }

  @Override
  protected void implCloseChannel() throws IOException {
    try (reads) {
      writes.close();
    }
  }
}
