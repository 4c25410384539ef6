package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.MlopsException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.BitVector;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.NullVector;
import org.apache.arrow.vector.TinyIntVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that are damaged or lie: what they claim costs no more than what they are. */
class ArrowHostileTest {

  private static final int ROWS = 0x1357;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** What an exception and its stack trace take, for which nobody has claimed anything. */
  private static final long TALK = 1 << 16;

  @TempDir Path directory;

  /** A file of Arrow's own library, of types that are copied or widened when they are read. */
  private static byte[] foreign(int rows) throws IOException {
    try (BufferAllocator allocator = new RootAllocator();
        NullVector nulls = new NullVector("nulls", rows);
        TinyIntVector bytes = new TinyIntVector("bytes", allocator);
        BitVector bits = new BitVector("bits", allocator);
        VarCharVector texts = new VarCharVector("texts", allocator)) {
      for (int row = 0; row < rows; row++) {
        bytes.setSafe(row, row);
        bits.setSafe(row, row & 1);
        texts.setSafe(row, new byte[] {(byte) ('a' + row % 26)});
      }
      bytes.setNull(0);
      return written(rows, nulls, bytes, bits, texts);
    }
  }

  private static byte[] written(int rows, FieldVector... vectors) throws IOException {
    for (FieldVector vector : vectors) {
      vector.setValueCount(rows);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (VectorSchemaRoot root = VectorSchemaRoot.of(vectors);
        ArrowFileWriter writer = new ArrowFileWriter(root, null, Channels.newChannel(out))) {
      root.setRowCount(rows);
      writer.writeBatch();
    }
    return out.toByteArray();
  }

  /** Writes another number wherever a file has this one. */
  private static byte[] claiming(byte[] file, long instead) {
    ByteBuffer bytes = ByteBuffer.wrap(file.clone()).order(ByteOrder.LITTLE_ENDIAN);
    for (int at = 0; at + Long.BYTES <= file.length; at++) {
      if (bytes.getLong(at) == ROWS) {
        bytes.putLong(at, instead);
      }
    }
    return bytes.array();
  }

  /** Reads a file and its digest, or says why not; with no more memory than it is worth. */
  private static String read(byte[] file, Supplier<Dataset> reading) {
    long before = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId());
    String answer;
    try {
      answer = reading.get().digest().toString();
    } catch (MlopsException e) {
      answer = String.valueOf(e.getMessage());
    }
    long taken = THREADS.getThreadAllocatedBytes(Thread.currentThread().getId()) - before;
    assertThat(taken).isLessThanOrEqualTo(10L * file.length + (1 << 20) + TALK);
    return answer;
  }

  private static Dataset stream(byte[] file) {
    return ArrowFile.read(new ByteArrayInputStream(file));
  }

  @Test
  void a_few_bytes_that_claim_two_billion_rows_are_refused() throws IOException {
    try (NullVector nulls = new NullVector("n", ROWS)) {
      byte[] file = written(ROWS, nulls);
      assertThat(stream(file).column("n").nullCount()).isEqualTo(ROWS);
      byte[] lying = claiming(file, Integer.MAX_VALUE);
      assertThatThrownBy(() -> stream(lying))
          .isInstanceOf(InvalidInputException.class)
          .hasMessage(
              "column 'n': the Arrow file claims more values than its "
                  + file.length
                  + " bytes can hold: memory of at least 8,589,934,588 bytes");
      read(lying, () -> stream(lying));
    }
    byte[] lying = claiming(foreign(ROWS), Integer.MAX_VALUE);
    read(lying, () -> stream(lying));
  }

  @Test
  void messages_that_lie_one_over_the_other_are_refused() throws IOException {
    Dataset dataset =
        Dataset.of(Schema.of(Field.of("a", DataType.INT64)), List.of(Column.longs(new long[1000])));
    byte[] file = ArrowFileTest.bytes(dataset, 500);
    ByteBuffer bytes = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN);
    int blocks = 0;
    for (int at = file.length - 200; at + 24 <= file.length; at++) {
      if (bytes.getLong(at + 16) == 4032
          && bytes.getInt(at + 8) > 0
          && bytes.getInt(at + 8) < 4032) {
        bytes.putLong(at + 16, file.length - bytes.getLong(at) - 200);
        blocks++;
      }
    }
    assertThat(blocks).isPositive();
    assertThatThrownBy(() -> stream(file))
        .isInstanceOf(InvalidInputException.class)
        .hasMessageContaining("the Arrow file is corrupt: a message of ")
        .hasMessageContaining(" are left");
  }

  @Test
  void every_byte_may_be_any_other() throws IOException {
    Random random = new Random(1);
    Dataset own = new RandomTables(4).dataset(12);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ArrowFile.write(own, out);
    Path mapped = directory.resolve("mutant.arrow");
    for (byte[] file : List.of(foreign(9), out.toByteArray())) {
      for (int at = 0; at < file.length; at++) {
        for (byte value :
            new byte[] {0, -1, 0x7F, (byte) 0x80, (byte) (file[at] ^ 1), (byte) random.nextInt()}) {
          byte[] mutant = file.clone();
          mutant[at] = value;
          String streamed = read(mutant, () -> stream(mutant));
          if (at % 16 == 0) {
            Files.write(mapped, mutant);
            String opened = read(mutant, () -> ArrowFile.open(mapped));
            assertThat(opened).endsWith(streamed);
          }
        }
      }
    }
  }
}
