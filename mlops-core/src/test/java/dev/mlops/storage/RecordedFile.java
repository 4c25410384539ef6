package dev.mlops.storage;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.h2.store.fs.FileBaseDefault;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/**
 * Records what H2 does to a file in memory, so that its state after any part of that can be made.
 */
public final class RecordedFile extends FilePathWrapper {
  static final int BLOCK = 4096;

  private static final List<Deed> DEEDS = new ArrayList<>();

  /** Something done to the file: bytes written, or the length cut. */
  sealed interface Deed {
    // Never compared.
    @SuppressWarnings("ArrayRecordComponent")
    record Write(int position, byte[] bytes) implements Deed {}

    record Cut(int length) implements Deed {}
  }

  /** Forgets what was recorded, and names a file to record. */
  static String fresh(String name) {
    FilePath.register(new RecordedFile());
    DEEDS.clear();
    return "recorded:memFS:" + name;
  }

  static int count() {
    return DEEDS.size();
  }

  /** The file as it becomes deed by deed. */
  static final class Replay {
    private byte[] bytes = new byte[0];
    private int length;
    private int done;

    Replay upTo(int deeds) {
      while (done < deeds) {
        apply(DEEDS.get(done++));
      }
      return this;
    }

    byte[] file() {
      return Arrays.copyOf(bytes, length);
    }

    /** The file if the process is killed in the next deed, after some blocks if it is a write. */
    byte[] killedAfter(int blocks) {
      return done < DEEDS.size() && DEEDS.get(done) instanceof Deed.Write next
          ? copy().with(next.position(), next.bytes(), 0, blocks * BLOCK).file()
          : file();
    }

    private Replay copy() {
      Replay copy = new Replay();
      copy.bytes = file();
      copy.length = length;
      copy.done = done;
      return copy;
    }

    private void apply(Deed deed) {
      if (deed instanceof Deed.Write write) {
        with(write.position(), write.bytes(), 0, write.bytes().length);
      } else if (deed instanceof Deed.Cut cut) {
        length = Math.min(length, cut.length());
      }
    }

    private Replay with(int position, byte[] written, int from, int most) {
      int count = Math.min(most, written.length - from);
      int end = position + from + count;
      if (end > bytes.length) {
        bytes = Arrays.copyOf(bytes, 2 * end);
      }
      if (position + from > length) {
        Arrays.fill(bytes, length, position + from, (byte) 0);
      }
      System.arraycopy(written, from, bytes, position + from, count);
      length = Math.max(length, end);
      return this;
    }
  }

  @Override
  public String getScheme() {
    return "recorded";
  }

  @Override
  public FileChannel open(String mode) throws IOException {
    return new Recording(super.open(mode));
  }

  // The channel below takes positions, so there is no shared one to guard.
  @SuppressWarnings("UnsynchronizedOverridesSynchronized")
  private static final class Recording extends FileBaseDefault {
    private final FileChannel channel;

    Recording(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public int write(ByteBuffer bytes, long position) throws IOException {
      byte[] copy = new byte[bytes.remaining()];
      bytes.duplicate().get(copy);
      DEEDS.add(new Deed.Write((int) position, copy));
      return channel.write(bytes, position);
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
      DEEDS.add(new Deed.Cut((int) size));
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
      channel.close();
    }
  }
}
