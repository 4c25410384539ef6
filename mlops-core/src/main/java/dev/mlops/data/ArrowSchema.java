package dev.mlops.data;

import com.google.flatbuffers.FlatBufferBuilder;
import java.util.List;
import org.apache.arrow.flatbuf.Bool;
import org.apache.arrow.flatbuf.DictionaryEncoding;
import org.apache.arrow.flatbuf.DictionaryKind;
import org.apache.arrow.flatbuf.Endianness;
import org.apache.arrow.flatbuf.FixedSizeList;
import org.apache.arrow.flatbuf.FloatingPoint;
import org.apache.arrow.flatbuf.Int;
import org.apache.arrow.flatbuf.Precision;
import org.apache.arrow.flatbuf.TimeUnit;
import org.apache.arrow.flatbuf.Timestamp;
import org.apache.arrow.flatbuf.Type;
import org.apache.arrow.flatbuf.Utf8;

/** Says in Arrow's flatbuffers what the columns of a dataset are. */
final class ArrowSchema {

  private static final String UTC = "UTC";

  private final FlatBufferBuilder out;

  private final boolean dictionaries;

  private ArrowSchema(FlatBufferBuilder out, boolean dictionaries) {
    this.out = out;
    this.dictionaries = dictionaries;
  }

  /**
   * Appends a schema; if strings are codes into dictionaries, a string column's dictionary has the
   * column's position as its id.
   */
  static int append(FlatBufferBuilder out, Schema schema, boolean dictionaries) {
    ArrowSchema writer = new ArrowSchema(out, dictionaries);
    List<Field> fields = schema.fields();
    int[] offsets = new int[fields.size()];
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = writer.field(fields.get(i), i);
    }
    int vector = org.apache.arrow.flatbuf.Schema.createFieldsVector(out, offsets);
    return org.apache.arrow.flatbuf.Schema.createSchema(out, Endianness.Little, vector, 0, 0);
  }

  private int field(Field field, int id) {
    boolean vector = field.dataType().kind() == DataType.Kind.VECTOR;
    int children =
        vector ? elements() : org.apache.arrow.flatbuf.Field.createChildrenVector(out, new int[0]);
    boolean encoded = dictionaries && field.dataType().kind() == DataType.Kind.STRING;
    int dictionary = encoded ? dictionary(id) : 0;
    int type = type(field.dataType());
    int name = out.createString(field.name());
    return org.apache.arrow.flatbuf.Field.createField(
        out, name, field.nullable(), typeType(field.dataType()), type, dictionary, children, 0);
  }

  private int elements() {
    int none = org.apache.arrow.flatbuf.Field.createChildrenVector(out, new int[0]);
    int name = out.createString("item");
    int type = FloatingPoint.createFloatingPoint(out, Precision.SINGLE);
    int item =
        org.apache.arrow.flatbuf.Field.createField(
            out, name, false, Type.FloatingPoint, type, 0, none, 0);
    return org.apache.arrow.flatbuf.Field.createChildrenVector(out, new int[] {item});
  }

  private int dictionary(int id) {
    int index = Int.createInt(out, Integer.SIZE, true);
    return DictionaryEncoding.createDictionaryEncoding(
        out, id, index, false, DictionaryKind.DenseArray);
  }

  private static byte typeType(DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> Type.Bool;
      case INT64 -> Type.Int;
      case FLOAT32, FLOAT64 -> Type.FloatingPoint;
      case STRING -> Type.Utf8;
      case INSTANT -> Type.Timestamp;
      case VECTOR -> Type.FixedSizeList;
    };
  }

  private int type(DataType type) {
    return switch (type.kind()) {
      case BOOLEAN -> table(() -> Bool.startBool(out));
      case INT64 -> Int.createInt(out, Long.SIZE, true);
      case FLOAT32 -> FloatingPoint.createFloatingPoint(out, Precision.SINGLE);
      case FLOAT64 -> FloatingPoint.createFloatingPoint(out, Precision.DOUBLE);
      case STRING -> table(() -> Utf8.startUtf8(out));
      case INSTANT -> Timestamp.createTimestamp(out, TimeUnit.MICROSECOND, out.createString(UTC));
      case VECTOR -> FixedSizeList.createFixedSizeList(out, type.dimension());
    };
  }

  private int table(Runnable start) {
    start.run();
    return out.endTable();
  }
}
