package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.arrow.flatbuf.Block;
import org.apache.arrow.flatbuf.DictionaryBatch;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.Footer;
import org.apache.arrow.flatbuf.Message;
import org.apache.arrow.flatbuf.MessageHeader;
import org.apache.arrow.flatbuf.RecordBatch;

/** Reads the Arrow IPC file format from its end: the footer says where everything is. */
final class ArrowReader {

  private static final byte[] MAGIC = ArrowWriter.MAGIC.getBytes(StandardCharsets.US_ASCII);
  private static final int TAIL = Integer.BYTES + 6;
  private static final int HEAD = 8;

  private final ArrowSource source;
  private final Footer footer;
  private final List<ArrowColumn> columns;
  private final Schema schema;
  private final int batchCount;
  private final Map<Long, StringColumn> dictionaries = new HashMap<>();

  private ArrowReader(ArrowSource source) throws IOException {
    this.source = source;
    this.footer = footer(source);
    this.columns = columns(schema(footer));
    this.schema = Schema.of(columns.stream().map(ArrowColumn::field).toList());
    this.batchCount = footer.recordBatchesLength();
    requireApart();
    for (int i = 0; i < footer.dictionariesLength(); i++) {
      readDictionary(footer.dictionaries(i));
    }
  }

  /** Reads what a file says of its rows, and its dictionaries. */
  static ArrowReader open(ArrowSource source) throws IOException {
    return checked(() -> new ArrowReader(source));
  }

  Schema schema() {
    return schema;
  }

  /** The number of record batches. */
  int batchCount() {
    return batchCount;
  }

  /** Reads the rows of a record batch; the source grants memory for each batch anew. */
  Dataset batch(int number) throws IOException {
    return checked(() -> batch(footer.recordBatches(number), source.again()));
  }

  /** Reads all rows. */
  Dataset read() throws IOException {
    List<Dataset> parts = new ArrayList<>();
    for (int i = 0; i < batchCount; i++) {
      int number = i;
      parts.add(checked(() -> batch(footer.recordBatches(number), source)));
    }
    return checked(() -> parts.isEmpty() ? Dataset.empty(schema) : Dataset.concat(parts));
  }

  private interface Reading<T> {
    T read() throws IOException;
  }

  /**
   * Flatbuffers are read unchecked: garbage shows as an exception of any kind, wherever it is met.
   */
  private static <T> T checked(Reading<T> reading) throws IOException {
    try {
      return reading.read();
    } catch (InvalidInputException e) {
      throw e;
    } catch (RuntimeException | AssertionError e) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: what it says of its data makes no sense", e);
    }
  }

  private static Footer footer(ArrowSource source) throws IOException {
    if (source.size() < HEAD + TAIL || !isMagic(source, 0)) {
      throw new InvalidInputException(
          "this is no Arrow IPC file: it does not begin with ARROW1 (a stream or Parquet must be converted first)");
    }
    if (!isMagic(source, source.size() - MAGIC.length)) {
      throw new InvalidInputException("the Arrow file is cut short: it does not end with ARROW1");
    }
    int length = source.bytes(source.size() - TAIL, Integer.BYTES).getInt(0);
    if (length <= 0 || length > source.size() - HEAD - TAIL) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: a footer of " + Plural.of(length, "byte"));
    }
    return Footer.getRootAsFooter(source.bytes(source.size() - TAIL - length, length));
  }

  private static boolean isMagic(ArrowSource source, long offset) throws IOException {
    return source.bytes(offset, MAGIC.length).equals(ByteBuffer.wrap(MAGIC));
  }

  private static org.apache.arrow.flatbuf.Schema schema(Footer footer) {
    org.apache.arrow.flatbuf.Schema arrow = footer.schema();
    if (arrow == null) {
      throw new InvalidInputException("the Arrow file is corrupt: no schema in its footer");
    }
    if (arrow.endianness() != Endianness.Little) {
      throw new InvalidInputException(
          "the Arrow file is big-endian; write it on a little-endian machine");
    }
    return arrow;
  }

  private static List<ArrowColumn> columns(org.apache.arrow.flatbuf.Schema arrow) {
    Set<String> names = new HashSet<>();
    List<ArrowColumn> columns = new ArrayList<>();
    for (int i = 0; i < arrow.fieldsLength(); i++) {
      ArrowColumn column = ArrowColumn.of(arrow.fields(i), i);
      if (!names.add(column.field().name())) {
        throw new InvalidInputException(
            "the Arrow file has two columns of one name; rename one: '"
                + column.field().name()
                + "'");
      }
      columns.add(column);
    }
    return columns;
  }

  /** Refuses messages that lie one over the other, so that few bytes are read as many. */
  private void requireApart() {
    long left = source.size();
    for (int i = 0; i < footer.dictionariesLength(); i++) {
      left -= length(footer.dictionaries(i), left);
    }
    for (int i = 0; i < batchCount; i++) {
      left -= length(footer.recordBatches(i), left);
    }
  }

  private static long length(Block block, long left) {
    int metadata = block.metaDataLength();
    long body = block.bodyLength();
    if (metadata <= 0 || body < 0 || metadata > left || body > left - metadata) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: a message of "
              + metadata
              + " and "
              + Plural.of(body, "byte")
              + " where "
              + left
              + " are left");
    }
    return metadata + body;
  }

  private void readDictionary(Block block) throws IOException {
    Message message = message(block, source);
    if (message.headerType() != MessageHeader.DictionaryBatch) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: no dictionary at " + block.offset());
    }
    DictionaryBatch dictionary = (DictionaryBatch) message.header(new DictionaryBatch());
    long id = dictionary.id();
    if (dictionary.isDelta() || dictionaries.containsKey(id)) {
      throw new InvalidInputException(
          "a dictionary comes in pieces; unify the dictionaries before writing the file");
    }
    ArrowBatch batch =
        new ArrowBatch(dictionary.data(), source, bodyOffset(block), block.bodyLength());
    for (ArrowColumn column : columns) {
      if (column.usesDictionary(id)) {
        dictionaries.put(id, column.readDictionary(batch));
        return;
      }
    }
  }

  private Dataset batch(Block block, ArrowSource source) throws IOException {
    Message message = message(block, source);
    if (message.headerType() != MessageHeader.RecordBatch) {
      throw new InvalidInputException("the Arrow file is corrupt: no rows at " + block.offset());
    }
    RecordBatch rows = (RecordBatch) message.header(new RecordBatch());
    ArrowBatch batch = new ArrowBatch(rows, source, bodyOffset(block), block.bodyLength());
    List<Column> read = new ArrayList<>();
    for (ArrowColumn column : columns) {
      Column values = column.read(batch, dictionaries);
      if (values.size() != rows.length()) {
        throw new InvalidInputException(
            "the Arrow file is corrupt: column '"
                + column.field().name()
                + "' has "
                + Plural.grouped(values.size())
                + " of "
                + Plural.of(rows.length(), "row"));
      }
      read.add(values);
    }
    return Dataset.of(schema, read);
  }

  private static long bodyOffset(Block block) {
    return Math.addExact(block.offset(), block.metaDataLength());
  }

  /**
   * Reads a message's metadata, behind the mark of a continuation that files before Arrow 0.15 do
   * not have.
   */
  private static Message message(Block block, ArrowSource source) throws IOException {
    ByteBuffer bytes = source.bytes(block.offset(), block.metaDataLength());
    int prefix = bytes.getInt(0) == ArrowWriter.CONTINUATION ? 2 * Integer.BYTES : Integer.BYTES;
    ByteBuffer metadata = bytes.slice(prefix, bytes.remaining() - prefix);
    return Message.getRootAsMessage(metadata.order(bytes.order()));
  }
}
