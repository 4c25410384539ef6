package dev.mlops.data;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import com.google.flatbuffers.FlatBufferBuilder;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.Buffer;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.FieldNode;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.MetadataVersion;
import org.apache.arrow.flatbuf.RecordBatch;
import org.jspecify.annotations.Nullable;

/**
 * Writes rows in the Arrow IPC file format.
 *
 * <p>The file is: the magic, a schema message, a message with the dictionary of each string column,
 * messages with some of the rows each, an end mark, a footer that says where the messages are, its
 * length, the magic. A message is the mark of a continuation, the length of its metadata, the
 * metadata (a flatbuffer), its body. Metadata is padded so that each body begins at a multiple of
 * 64 bytes in the file, and each buffer at a multiple of 64 in the body: then a mapped buffer is
 * aligned for any processor. Source: Arrow Columnar Format 1.5, "Serialization and Interprocess
 * Communication".
 */
final class ArrowWriter {

  static final String MAGIC = "ARROW1";
  static final int CONTINUATION = -1;
  private static final int PREFIX = 8;

  /** Where a message lies in the file. */
  private record Place(long offset, int metadata, long body) {}

  /** The most bytes of a buffer: readers with 32-bit offsets can take it. */
  private static final long BUFFER_BYTES = 2_000_000_000;

  private final ArrowSink sink;
  private final Schema schema;
  private final @Nullable Dataset dictionary;
  private final int rowsPerBatch;
  private final long bufferBytes;
  private final List<Place> dictionaries = new ArrayList<>();
  private final List<Place> batches = new ArrayList<>();

  private ArrowWriter(
      ArrowSink sink,
      Schema schema,
      @Nullable Dataset dictionary,
      int rowsPerBatch,
      long bufferBytes) {
    this.sink = sink;
    this.schema = schema;
    this.dictionary = dictionary;
    this.rowsPerBatch = rowsPerBatch;
    this.bufferBytes = bufferBytes;
  }

  /** Writes a dataset as {@link #compact} gives it, its strings as codes into dictionaries. */
  static ArrowWriter encoded(ArrowSink sink, Dataset dataset) {
    return encoded(sink, dataset, rowsPerBatch(dataset.schema(), BUFFER_BYTES));
  }

  static ArrowWriter encoded(ArrowSink sink, Dataset dataset, int rowsPerBatch) {
    return new ArrowWriter(sink, dataset.schema(), dataset, rowsPerBatch, BUFFER_BYTES);
  }

  /**
   * Writes batches, each row with its string in full: the file format has all dictionaries before
   * the first row, where the strings of later batches are not known.
   */
  static ArrowWriter plain(ArrowSink sink, Schema schema) {
    return plain(sink, schema, BUFFER_BYTES);
  }

  static ArrowWriter plain(ArrowSink sink, Schema schema, long bufferBytes) {
    return new ArrowWriter(sink, schema, null, rowsPerBatch(schema, bufferBytes), bufferBytes);
  }

  private static int rowsPerBatch(Schema schema, long bufferBytes) {
    long bytes = schema.fields().stream().mapToLong(field -> rowBytes(field.dataType())).sum();
    return (int) Math.max(1, Math.min(Integer.MAX_VALUE, bufferBytes / Math.max(1, bytes)));
  }

  /** An upper bound of the bytes of a value, its share of the validity bits included. */
  private static long rowBytes(DataType type) {
    return 1L + (type.kind() == DataType.Kind.VECTOR ? 4L * type.dimension() : Long.BYTES);
  }

  /** Leaves out the strings that no row has. */
  static Dataset compact(Dataset dataset) {
    List<Column> columns = new ArrayList<>();
    for (String name : dataset.schema().names()) {
      Column column = dataset.column(name);
      columns.add(column instanceof StringColumn strings ? strings.compact() : column);
    }
    return Dataset.of(dataset.schema(), columns);
  }

  /** Writes what stands before all rows. */
  void begin() throws IOException {
    sink.write(ByteBuffer.wrap((MAGIC + "\0\0").getBytes(StandardCharsets.US_ASCII)));
    FlatBufferBuilder out = new FlatBufferBuilder();
    message(out, MessageHeader.Schema, schema(out), new ArrowBody());
    if (dictionary != null) {
      writeDictionaries(dictionary);
    }
  }

  private int schema(FlatBufferBuilder out) {
    return ArrowSchema.append(out, schema, dictionary != null);
  }

  /** Writes rows, which have the writer's schema. */
  void add(Dataset rows) throws IOException {
    int count = rows.rowCount();
    for (int from = 0; from < count; from += Math.min(rowsPerBatch, count - from)) {
      rowsOfOneBatch(rows.slice(from, from + Math.min(rowsPerBatch, count - from)));
    }
  }

  /** Writes what stands behind all rows. */
  void end() throws IOException {
    sink.writeInt(CONTINUATION);
    sink.writeInt(0);
    footer();
  }

  private void writeDictionaries(Dataset dataset) throws IOException {
    List<Field> fields = schema.fields();
    for (int id = 0; id < fields.size(); id++) {
      if (dataset.column(fields.get(id).name()) instanceof StringColumn strings) {
        ArrowBody body = new ArrowBody();
        body.addStrings(Utf8Strings.of(strings.dictionary()));
        FlatBufferBuilder out = new FlatBufferBuilder();
        int values = recordBatch(out, strings.dictionary().size(), body);
        int header = DictionaryBatch.createDictionaryBatch(out, id, values, false);
        dictionaries.add(message(out, MessageHeader.DictionaryBatch, header, body));
      }
    }
  }

  /** Halves rows until the strings of each column fit into a buffer. */
  private void rowsOfOneBatch(Dataset rows) throws IOException {
    int half = rows.rowCount() / 2;
    if (dictionary == null && half > 0 && longestStrings(rows) > bufferBytes) {
      rowsOfOneBatch(rows.slice(0, half));
      rowsOfOneBatch(rows.slice(half, rows.rowCount()));
    } else {
      batch(rows);
    }
  }

  private static long longestStrings(Dataset rows) {
    long longest = 0;
    for (String name : rows.schema().names()) {
      if (rows.column(name) instanceof StringColumn strings) {
        longest = Math.max(longest, Utf8Strings.bytes(strings));
      }
    }
    return longest;
  }

  private void batch(Dataset rows) throws IOException {
    ArrowBody body = new ArrowBody();
    for (String name : schema.names()) {
      body.add(rows.column(name), dictionary != null);
    }
    FlatBufferBuilder out = new FlatBufferBuilder();
    int header = recordBatch(out, rows.rowCount(), body);
    batches.add(message(out, MessageHeader.RecordBatch, header, body));
  }

  private static int recordBatch(FlatBufferBuilder out, int rows, ArrowBody body) {
    List<ArrowBody.Node> nodes = body.nodes();
    RecordBatch.startNodesVector(out, nodes.size());
    for (int i = nodes.size() - 1; i >= 0; i--) {
      FieldNode.createFieldNode(out, nodes.get(i).length(), nodes.get(i).nullCount());
    }
    int nodeVector = out.endVector();
    List<ArrowBody.Place> places = body.places();
    RecordBatch.startBuffersVector(out, places.size());
    for (int i = places.size() - 1; i >= 0; i--) {
      Buffer.createBuffer(out, places.get(i).offset(), places.get(i).length());
    }
    return RecordBatch.createRecordBatch(out, rows, nodeVector, out.endVector(), 0, 0);
  }

  @CanIgnoreReturnValue
  private Place message(FlatBufferBuilder out, byte headerType, int header, ArrowBody body)
      throws IOException {
    Message.finishMessageBuffer(
        out, Message.createMessage(out, MetadataVersion.V5, headerType, header, body.length(), 0));
    ByteBuffer metadata = out.dataBuffer();
    long offset = sink.position();
    int padded = (int) (ArrowSink.padded(offset + PREFIX + metadata.remaining()) - offset - PREFIX);
    sink.writeInt(CONTINUATION);
    sink.writeInt(padded);
    sink.write(metadata);
    sink.pad();
    body.writeTo(sink);
    return new Place(offset, PREFIX + padded, body.length());
  }

  private void footer() throws IOException {
    FlatBufferBuilder out = new FlatBufferBuilder();
    int fields = schema(out);
    Footer.startDictionariesVector(out, dictionaries.size());
    int dictionaryVector = blocks(out, dictionaries);
    Footer.startRecordBatchesVector(out, batches.size());
    int batchVector = blocks(out, batches);
    out.finish(
        Footer.createFooter(out, MetadataVersion.V5, fields, dictionaryVector, batchVector, 0));
    ByteBuffer footer = out.dataBuffer();
    sink.write(footer);
    sink.writeInt(footer.remaining());
    sink.write(ByteBuffer.wrap(MAGIC.getBytes(StandardCharsets.US_ASCII)));
  }

  private static int blocks(FlatBufferBuilder out, List<Place> places) {
    for (int i = places.size() - 1; i >= 0; i--) {
      Block.createBlock(
          out, places.get(i).offset(), places.get(i).metadata(), places.get(i).body());
    }
    return out.endVector();
  }
}
