package dev.mlops.data;

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

/**
 * Writes a dataset in the Arrow IPC file format.
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

  private final ArrowSink sink;
  private final Dataset dataset;
  private final List<Place> dictionaries = new ArrayList<>();
  private final List<Place> batches = new ArrayList<>();

  ArrowWriter(ArrowSink sink, Dataset dataset) {
    this.sink = sink;
    this.dataset = compact(dataset);
  }

  private static Dataset compact(Dataset dataset) {
    List<Column> columns = new ArrayList<>();
    for (String name : dataset.schema().names()) {
      Column column = dataset.column(name);
      columns.add(column instanceof StringColumn strings ? strings.compact() : column);
    }
    return Dataset.of(dataset.schema(), columns);
  }

  void write(int rowsPerBatch) throws IOException {
    sink.write(ByteBuffer.wrap((MAGIC + "\0\0").getBytes(StandardCharsets.US_ASCII)));
    FlatBufferBuilder out = new FlatBufferBuilder();
    message(out, MessageHeader.Schema, ArrowSchema.append(out, dataset.schema()), new ArrowBody());
    writeDictionaries();
    for (int from = 0;
        from < dataset.rowCount();
        from += Math.min(rowsPerBatch, dataset.rowCount() - from)) {
      batch(dataset.slice(from, from + Math.min(rowsPerBatch, dataset.rowCount() - from)));
    }
    sink.writeInt(CONTINUATION);
    sink.writeInt(0);
    footer();
  }

  private void writeDictionaries() throws IOException {
    List<Field> fields = dataset.schema().fields();
    for (int id = 0; id < fields.size(); id++) {
      if (dataset.column(fields.get(id).name()) instanceof StringColumn strings) {
        ArrowBody body = new ArrowBody();
        body.addStrings(strings.dictionary());
        FlatBufferBuilder out = new FlatBufferBuilder();
        int values = recordBatch(out, strings.dictionary().size(), body);
        int header = DictionaryBatch.createDictionaryBatch(out, id, values, false);
        dictionaries.add(message(out, MessageHeader.DictionaryBatch, header, body));
      }
    }
  }

  private void batch(Dataset rows) throws IOException {
    ArrowBody body = new ArrowBody();
    rows.schema().names().forEach(name -> body.add(rows.column(name)));
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
    int schema = ArrowSchema.append(out, dataset.schema());
    Footer.startDictionariesVector(out, dictionaries.size());
    int dictionaryVector = blocks(out, dictionaries);
    Footer.startRecordBatchesVector(out, batches.size());
    int batchVector = blocks(out, batches);
    out.finish(
        Footer.createFooter(out, MetadataVersion.V5, schema, dictionaryVector, batchVector, 0));
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
