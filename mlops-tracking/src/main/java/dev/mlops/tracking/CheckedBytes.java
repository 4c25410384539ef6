package dev.mlops.tracking;

import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * Bytes behind a version and before a checksum, the CRC-32C of both, so that a newer form is told
 * from a damaged one, and a changed bit is told and not read as another value.
 */
final class CheckedBytes {

  private static final byte VERSION = 1;

  private CheckedBytes() {}

  /**
   * Begins to write.
   *
   * @param widest how many bytes the content has at most
   */
  static ByteBuffer begin(int widest) {
    return ByteBuffer.allocate(1 + widest + Integer.BYTES).put(VERSION);
  }

  /** Returns the version, what was written behind it, and the checksum. */
  static byte[] end(ByteBuffer bytes) {
    bytes.putInt(checksum(bytes, bytes.position()));
    byte[] exact = new byte[bytes.flip().remaining()];
    bytes.get(exact);
    return exact;
  }

  /**
   * Reads what was written so.
   *
   * @param what it is, for a newer form: "a metric segment"
   * @param damaged what to say of other bytes
   * @param content reads what stands between the version and the checksum; what it throws because
   *     of the bytes is damage
   * @throws NewerFormException if a newer release wrote it
   * @throws StorageException if it is damaged
   */
  static <T> T read(byte[] packed, String what, String damaged, Function<ByteBuffer, T> content) {
    try {
      ByteBuffer bytes = ByteBuffer.wrap(packed);
      NewerFormException.requireKnown(what, Byte.toUnsignedInt(bytes.get()), VERSION);
      int end = bytes.limit() - Integer.BYTES;
      if (end < 1 || bytes.getInt(end) != checksum(bytes, end)) {
        throw new IllegalArgumentException("the checksum is another one");
      }
      return content.apply(bytes.limit(end));
    } catch (IllegalArgumentException | BufferUnderflowException | ArithmeticException e) {
      throw new StorageException(damaged, e);
    }
  }

  private static int checksum(ByteBuffer bytes, int end) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes.duplicate().position(0).limit(end));
    return (int) checksum.getValue();
  }
}
