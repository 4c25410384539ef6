package dev.mlops.models;

import dev.mlops.data.Digest;
import dev.mlops.error.ConflictException;
import dev.mlops.error.FileFailure;
import dev.mlops.error.StorageException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A file as it was when it was first read. Opened again it follows no link, and what it gives is
 * compared with the first time, so that neither a link nor other bytes swapped in between are taken
 * for the model.
 *
 * @param path of a regular file, its own links resolved
 * @param size in bytes
 * @param digest of its bytes
 */
record PinnedFile(Path path, long size, Digest digest) {

  static PinnedFile of(Path file) throws IOException {
    Path real = file.toRealPath();
    long size = Files.size(real);
    try (InputStream bytes = Files.newInputStream(real, LinkOption.NOFOLLOW_LINKS)) {
      return new PinnedFile(real, size, Digest.of(bytes));
    }
  }

  InputStream open() {
    try {
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS) || Files.size(path) != size) {
        throw changed();
      }
      return new Checked(Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS));
    } catch (IOException e) {
      throw new StorageException("cannot read '" + path + "': " + FileFailure.reason(e), e);
    }
  }

  private ConflictException changed() {
    return new ConflictException("file '" + path + "' changed after it was read; read it again");
  }

  /** Refuses at its end bytes of another digest, and earlier more bytes than there were. */
  private final class Checked extends DigestInputStream {
    private long left = size;
    private boolean isWhole;

    Checked(InputStream in) {
      super(in, sha256());
    }

    @Override
    public int read() throws IOException {
      return counted(super.read(), 1);
    }

    @Override
    public int read(byte[] target, int from, int length) throws IOException {
      int count = super.read(target, from, length);
      return counted(count, count);
    }

    private int counted(int result, int bytes) {
      if (result >= 0) {
        left -= bytes;
      } else if (!isWhole) {
        isWhole = HexFormat.of().formatHex(digest.digest()).equals(hex());
      }
      if (left < 0 || (result < 0 && !isWhole)) {
        throw changed();
      }
      return result;
    }

    /** Bytes that were passed over would be missing in the digest. */
    @Override
    public long skip(long count) {
      return 0;
    }
  }

  private String hex() {
    return digest.hex();
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform must have SHA-256", e);
    }
  }
}
