package dev.mlops.data;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamWriteFeature;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes each row as a JSON object on a line of its own. */
final class JsonOutput {

  private static final JsonFactory JSON =
      new JsonFactoryBuilder()
          .rootValueSeparator("\n")
          .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
          .build();

  private JsonOutput() {}

  static void write(Batches batches, OutputStream out) throws IOException {
    OutputStreamWriter text = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    boolean any = false;
    try (BatchIterator parts = batches.begin();
        JsonGenerator json = JSON.createGenerator(text)) {
      while (parts.hasNext()) {
        Dataset rows = parts.next();
        write(json, rows);
        any |= rows.rowCount() > 0;
      }
      if (any) {
        json.writeRaw('\n');
      }
    }
  }

  private static void write(JsonGenerator json, Dataset rows) throws IOException {
    List<String> names = rows.schema().names();
    List<Column> columns = names.stream().map(rows::column).toList();
    for (int row = 0; row < rows.rowCount(); row++) {
      json.writeStartObject();
      for (int i = 0; i < columns.size(); i++) {
        json.writeFieldName(names.get(i));
        write(json, columns.get(i).value(row));
      }
      json.writeEndObject();
    }
  }

  private static void write(JsonGenerator json, @Nullable Object value) throws IOException {
    if (value == null) {
      json.writeNull();
    } else if (value instanceof Long number) {
      json.writeNumber(number);
    } else if (value instanceof Double number) {
      json.writeNumber(number);
    } else if (value instanceof Float number) {
      json.writeNumber(number);
    } else if (value instanceof Boolean bool) {
      json.writeBoolean(bool);
    } else if (value instanceof float[] vector) {
      json.writeStartArray();
      for (float element : vector) {
        json.writeNumber(element);
      }
      json.writeEndArray();
    } else {
      json.writeString(value.toString());
    }
  }
}
