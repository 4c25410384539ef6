package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.util.Map;
import org.apache.arrow.flatbuf.Date;
import org.apache.arrow.flatbuf.DateUnit;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;

/** A column of an Arrow file: what it is here, and how a record batch's part of it is read. */
final class ArrowColumn {

  /** Reads a record batch's part of a column. */
  interface Decoder {
    Column read(ArrowBatch batch) throws IOException;
  }

  private final org.apache.arrow.flatbuf.Field arrow;
  private final Field field;
  private final Decoder decoder;

  private ArrowColumn(org.apache.arrow.flatbuf.Field arrow, DataType type, Decoder decoder) {
    this.arrow = arrow;
    this.field = new Field(arrow.name(), type, arrow.nullable());
    this.decoder = decoder;
  }

  static ArrowColumn of(org.apache.arrow.flatbuf.Field arrow, int position) {
    if (arrow.name() == null || arrow.name().isEmpty()) {
      throw new InvalidInputException(
          "column " + position + " of this Arrow file has no name; rename it");
    }
    return switch (arrow.typeType()) {
      case Type.Bool -> new ArrowColumn(arrow, DataType.BOOLEAN, ArrowValues::booleans);
      case Type.Int -> integers(arrow);
      case Type.FloatingPoint -> floatingPoint(arrow);
      case Type.Utf8 ->
          new ArrowColumn(arrow, DataType.STRING, batch -> ArrowStrings.read(batch, Integer.SIZE));
      case Type.LargeUtf8 ->
          new ArrowColumn(arrow, DataType.STRING, batch -> ArrowStrings.read(batch, Long.SIZE));
      case Type.Timestamp -> timestamps(arrow);
      case Type.Date -> dates(arrow);
      case Type.FixedSizeList -> vectors(arrow);
      case Type.Null -> new ArrowColumn(arrow, DataType.STRING, ArrowStrings::nulls);
      default ->
          throw unsupported(arrow, Type.name(arrow.typeType()), "cast it or leave the column out");
    };
  }

  private static InvalidInputException unsupported(
      org.apache.arrow.flatbuf.Field arrow, String type, String way) {
    return new InvalidInputException(
        "column '" + arrow.name() + "' is " + type + ", which no column holds; " + way);
  }

  private static ArrowColumn integers(org.apache.arrow.flatbuf.Field arrow) {
    Int type = (Int) arrow.type(new Int());
    if (type.bitWidth() == Long.SIZE && !type.isSigned()) {
      throw unsupported(arrow, "uint64", "cast it to int64");
    }
    return new ArrowColumn(
        arrow, DataType.INT64, batch -> ArrowValues.longs(batch, type.bitWidth(), type.isSigned()));
  }

  private static ArrowColumn floatingPoint(org.apache.arrow.flatbuf.Field arrow) {
    FloatingPoint type = (FloatingPoint) arrow.type(new FloatingPoint());
    return switch (type.precision()) {
      case Precision.SINGLE -> new ArrowColumn(arrow, DataType.FLOAT32, ArrowValues::floats);
      case Precision.DOUBLE -> new ArrowColumn(arrow, DataType.FLOAT64, ArrowValues::doubles);
      default -> throw unsupported(arrow, "float16", "cast it to float32");
    };
  }

  private static ArrowColumn timestamps(org.apache.arrow.flatbuf.Field arrow) {
    Timestamp type = (Timestamp) arrow.type(new Timestamp());
    if (type.timezone() == null || type.timezone().isEmpty()) {
      throw new InvalidInputException(
          "column '"
              + arrow.name()
              + "' is a timestamp without a time zone; say which, in Python: df['"
              + arrow.name()
              + "'] = df['"
              + arrow.name()
              + "'].dt.tz_localize('UTC')");
    }
    return new ArrowColumn(
        arrow, DataType.INSTANT, batch -> ArrowValues.instants(batch, type.unit()));
  }

  private static ArrowColumn dates(org.apache.arrow.flatbuf.Field arrow) {
    Date type = (Date) arrow.type(new Date());
    if (type.unit() != DateUnit.DAY) {
      throw unsupported(arrow, "date64", "cast it to date32");
    }
    return new ArrowColumn(arrow, DataType.INSTANT, ArrowValues::days);
  }

  private static ArrowColumn vectors(org.apache.arrow.flatbuf.Field arrow) {
    int dimension = ((FixedSizeList) arrow.type(new FixedSizeList())).listSize();
    org.apache.arrow.flatbuf.Field item = arrow.children(0);
    boolean floats =
        item.typeType() == Type.FloatingPoint
            && ((FloatingPoint) item.type(new FloatingPoint())).precision() == Precision.SINGLE;
    if (!floats || dimension < 1) {
      String type = "FixedSizeList(" + dimension + ") of " + Type.name(item.typeType());
      throw unsupported(arrow, type, "cast it to a list of at least one float32");
    }
    return new ArrowColumn(
        arrow, DataType.vector(dimension), batch -> ArrowValues.vectors(batch, dimension));
  }

  Field field() {
    return field;
  }

  boolean usesDictionary(long id) {
    DictionaryEncoding encoding = arrow.dictionary();
    return encoding != null && encoding.id() == id;
  }

  /** Reads the values of this column's dictionary. */
  StringColumn readDictionary(ArrowBatch batch) throws IOException {
    if (!field.dataType().equals(DataType.STRING)) {
      throw unsupported(
          arrow, "a dictionary of " + Type.name(arrow.typeType()), "write its values instead");
    }
    return (StringColumn) decoder.read(batch);
  }

  Column read(ArrowBatch batch, Map<Long, StringColumn> dictionaries) throws IOException {
    try {
      DictionaryEncoding encoding = arrow.dictionary();
      return encoding == null ? decoder.read(batch) : readEncoded(batch, encoding, dictionaries);
    } catch (InvalidInputException e) {
      throw new InvalidInputException("column '" + field.name() + "': " + e.getMessage(), e);
    }
  }

  private static Column readEncoded(
      ArrowBatch batch, DictionaryEncoding encoding, Map<Long, StringColumn> dictionaries)
      throws IOException {
    StringColumn dictionary = dictionaries.get(encoding.id());
    if (dictionary == null) {
      throw new InvalidInputException(
          "the Arrow file is corrupt: it has no dictionary " + encoding.id());
    }
    Int index = encoding.indexType();
    int bits = index == null ? Integer.SIZE : index.bitWidth();
    return ArrowStrings.encoded(batch, dictionary, bits, index == null || index.isSigned());
  }
}
