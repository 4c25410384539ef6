package dev.mlops.data;

import de.siegmar.fastcsv.writer.CsvWriter;
import de.siegmar.fastcsv.writer.LineDelimiter;
import de.siegmar.fastcsv.writer.QuoteStrategies;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes the text of each value, so that reading it gives the value back. */
final class CsvOutput {

  private CsvOutput() {}

  static void write(Dataset dataset, OutputStream out) throws IOException {
    List<String> names = dataset.schema().names();
    if (names.isEmpty()) {
      throw new IllegalArgumentException("a dataset without columns has no header to write");
    }
    BufferedWriter text =
        new BufferedWriter(
            new OutputStreamWriter(out, StandardCharsets.UTF_8.newEncoder()), 1 << 16);
    CsvWriter writer =
        CsvWriter.builder()
            .quoteStrategy(QuoteStrategies.EMPTY)
            .lineDelimiter(LineDelimiter.LF)
            .build(text);
    try {
      writer.writeRecord(names);
      List<Column> columns = names.stream().map(dataset::column).toList();
      for (int row = 0; row < dataset.rowCount(); row++) {
        CsvWriter.CsvWriterRecord cells = writer.writeRecord();
        for (Column column : columns) {
          cells.writeField(cell(column.value(row)));
        }
        cells.endRecord();
      }
      writer.flush();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (CharacterCodingException e) {
      throw new IllegalArgumentException(
          "half a surrogate pair is no character, and UTF-8 cannot write it", e);
    }
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
