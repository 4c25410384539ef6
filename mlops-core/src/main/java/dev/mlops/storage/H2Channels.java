package dev.mlops.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FileBaseDefault;

/**
 * The channels that H2 has opened on one file: how many bytes went through, and a way to close
 * them.
 */
final class H2Channels {
  private final Set<Counting> open = ConcurrentHashMap.newKeySet();
  private final AtomicLong written = new AtomicLong();
  private final FileAccess access;

  H2Channels(FileAccess access) {
    this.access = access;
  }

  FileAccess access() {
    return access;
  }

  FileChannel add(FileChannel channel) {
    Counting counting = new Counting(channel);
    open.add(counting);
    return counting;
  }

  long written() {
    return written.get();
  }

  /** Closes what H2 has left open, and so gives up its locks. */
  void closeAll() throws IOException {
    for (Counting channel : open) {
      channel.close();
    }
  }

  // The channel below takes positions, so there is no shared one to guard.
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  private final class Counting extends FileBaseDefault {
    private final FileChannel channel;

    Counting(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      int count = channel.write(bytes, position);
      written.addAndGet(count);
      return count;
    }

    @Override
    public int read(ByteBuffer bytes, long position) throws IOException {
      return channel.read(bytes, position);
    }

    @Override
    public long size() throws IOException {
      return channel.size();
    }

    @Override
    protected void implTruncate(long size) throws IOException {
      channel.truncate(size);
    }

    @Override
    public void force(boolean metaData) throws IOException {
      channel.force(metaData);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean shared) throws IOException {
      return channel.tryLock(position, size, shared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      open.remove(this);
      channel.close();
    }
  }
}
