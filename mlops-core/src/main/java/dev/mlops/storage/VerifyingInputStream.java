package dev.mlops.storage;

import dev.mlops.data.Digest;
import dev.mlops.error.StorageException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;

/** Checks bytes against their digest as they pass, and fails at the end of altered ones. */
final class VerifyingInputStream extends FilterInputStream {
  private final Digest expected;
  private final String place;
  private final MessageDigest actual = Sha256.start();
  private boolean verified;

  VerifyingInputStream(InputStream bytes, Digest expected, String place) {
    super(bytes);
    this.expected = expected;
    this.place = place;
  }

  @Override
  public int read() throws IOException {
    byte[] one = new byte[1];
    return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
  }

  @Override
  public int read(byte[] buffer, int offset, int length) throws IOException {
    int count = super.read(buffer, offset, length);
    if (count < 0) {
      verify();
    } else {
      actual.update(buffer, offset, count);
    }
    return count;
  }

  /** Skips by reading, so that skipped bytes are checked too. */
  @Override
  public long skip(long count) throws IOException {
    byte[] buffer = new byte[(int) Math.min(Math.max(count, 1), 1 << 13)];
    long skipped = 0;
    while (skipped < count) {
      int read = read(buffer, 0, (int) Math.min(buffer.length, count - skipped));
      if (read < 0) {
        return skipped;
      }
      skipped += read;
    }
    return skipped;
  }

  @Override
  public boolean markSupported() {
    return false;
  }

  private void verify() {
    if (verified) {
      return;
    }
    verified = true;
    String hex = HexFormat.of().formatHex(actual.digest());
    if (!hex.equals(expected.hex())) {
      throw new StorageException(
          place
              + " holds other bytes than its name says: expected "
              + expected
              + " but found sha256:"
              + hex
              + "; put back a copy of it");
    }
  }
}
