package dev.mlops.data;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the text of each value, so that reading it gives the value back. */
final class CsvOutput {

  private CsvOutput() {}

  static void write(Batches batches, OutputStream out) throws IOException {
    List<String> names = batches.schema().names();
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a dataset without columns has no header to write");
    }
    BufferedWriter text =
        new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
    for (int i = 0; i < names.size(); i++) {
      write(text, i, names.get(i));
    }
    text.write('\n');
    try (BatchIterator parts = batches.begin()) {
      while (parts.hasNext()) {
        write(text, parts.next());
      }
    }
    text.flush();
  }

  private static void write(BufferedWriter text, Dataset rows) throws IOException {
    List<Column> columns = rows.schema().names().stream().map(rows::column).toList();
    for (int row = 0; row < rows.rowCount(); row++) {
      for (int i = 0; i < columns.size(); i++) {
        write(text, i, cell(columns.get(i).value(row)));
      }
      text.write('\n');
    }
  }

  private static void write(BufferedWriter text, int column, @Nullable String cell)
      throws IOException {
    if (column > 0) {
      text.write(',');
    }
    if (cell == null) {
      return;
    }
    if (needsQuotes(cell)) {
      text.write('"');
      text.write(cell.replace("\"", "\"\""));
      text.write('"');
    } else {
      text.write(cell);
    }
  }

  /**
   * Whether a text would be read as another one: an empty one as a null, a mark or sep= at the
   * beginning of a file as what tells how to read it.
   */
  private static boolean needsQuotes(String cell) {
    if (cell.isEmpty() || cell.charAt(0) == '\uFEFF' || cell.startsWith("sep=")) {
      return true;
    }
    for (int i = 0; i < cell.length(); i++) {
      char c = cell.charAt(i);
      if (c == ',' || c == '"' || c == '\n' || c == '\r') {
        return true;
      }
    }
    return false;
  }

  private static @Nullable String cell(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    return value instanceof float[] vector
        ? Arrays.toString(vector).replace(" ", "")
        : value.toString();
  }
}
