package dev.mlops.predictions;

import dev.mlops.data.ArrowFile;
import dev.mlops.data.Dataset;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.NewerFormException;
import dev.mlops.error.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The stored form of a segment's records and of the hashes of their ids.
 *
 * <p>Form 1 is: four letters that say what follows ({@code MLPR} records, {@code MLPH} hashes), a
 * byte with the form, the CRC-32C of all bytes behind it (four bytes, most significant first), and
 * then either an Arrow IPC file or the hashes, eight bytes each, most significant first, rising as
 * signed numbers. What is read is compared with the checksum first, and no memory is taken because
 * of a number that the bytes claim.
 */
final class Packed {
  static final int FORM = 1;

  private static final int HEAD = 9;
  private static final int RECORDS = 0x4D4C5052;
  private static final int HASHES = 0x4D4C5048;

  private Packed() {}

  static byte[] records(Dataset records) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(256 * records.rowCount() + 4_096);
    out.writeBytes(new byte[HEAD]);
    ArrowFile.write(records, out);
    return sealed(RECORDS, out.toByteArray());
  }

  static byte[] hashes(long[] sorted) {
    ByteBuffer bytes = ByteBuffer.allocate(HEAD + sorted.length * Long.BYTES);
    bytes.position(HEAD).slice().asLongBuffer().put(sorted);
    return sealed(HASHES, bytes.array());
  }

  private static byte[] sealed(int kind, byte[] bytes) {
    ByteBuffer.wrap(bytes).putInt(kind).put((byte) FORM).putInt(checksum(bytes));
    return bytes;
  }

  private static int checksum(byte[] bytes) {
    CRC32C checksum = new CRC32C();
    checksum.update(bytes, HEAD, bytes.length - HEAD);
    return (int) checksum.getValue();
  }

  /**
   * Reads records.
   *
   * @param name what the bytes are, for messages
   */
  static Dataset records(String name, byte[] bytes) {
    requireWhole(name, RECORDS, bytes);
    try {
      return ArrowFile.read(new ByteArrayInputStream(bytes, HEAD, bytes.length - HEAD));
    } catch (InvalidInputException e) {
      throw damaged(name, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * Reads hashes.
   *
   * @param name what the bytes are, for messages
   */
  static long[] hashes(String name, byte[] bytes) {
    requireWhole(name, HASHES, bytes);
    if ((bytes.length - HEAD) % Long.BYTES != 0) {
      throw damaged(name, "its hashes end in the middle of one", null);
    }
    long[] hashes = new long[(bytes.length - HEAD) / Long.BYTES];
    ByteBuffer.wrap(bytes, HEAD, bytes.length - HEAD).slice().asLongBuffer().get(hashes);
    return hashes;
  }

  private static void requireWhole(String name, int kind, byte[] bytes) {
    if (bytes.length < HEAD || ByteBuffer.wrap(bytes).getInt() != kind) {
      throw damaged(name, "it does not begin as one", null);
    }
    NewerFormException.requireKnown(name, Byte.toUnsignedInt(bytes[Integer.BYTES]), FORM);
    if (ByteBuffer.wrap(bytes).getInt(Integer.BYTES + 1) != checksum(bytes)) {
      throw damaged(name, "its checksum is another", null);
    }
  }

  static StorageException damaged(String name, String why, @Nullable Throwable cause) {
    return new StorageException(
        name + " is damaged: " + why + "; restore the database from a copy", cause);
  }
}
