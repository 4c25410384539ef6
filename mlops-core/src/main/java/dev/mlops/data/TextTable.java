package dev.mlops.data;

import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Shows the first rows of a dataset to a person. */
final class TextTable {

  private static final int ROWS = 10;
  private static final int WIDTH = 32;

  private TextTable() {}

  static String line(Row row) {
    return row.schema().names().stream()
        .map(name -> name + "=" + cell(row.value(name)))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  static String show(Dataset dataset) {
    String shape =
        Plural.of(dataset.rowCount(), "row")
            + " x "
            + Plural.of(dataset.schema().fields().size(), "column");
    List<List<String>> lines = new ArrayList<>();
    lines.add(dataset.schema().names());
    for (Row row : dataset.head(ROWS)) {
      lines.add(dataset.schema().names().stream().map(name -> cell(row.value(name))).toList());
    }
    String more = dataset.rowCount() > ROWS ? "\n..." : "";
    return shape + "\n" + layout(lines) + more;
  }

  private static String layout(List<List<String>> lines) {
    int[] widths = new int[lines.get(0).size()];
    for (List<String> line : lines) {
      Arrays.setAll(widths, i -> Math.max(widths[i], line.get(i).length()));
    }
    return lines.stream().map(line -> pad(line, widths)).collect(Collectors.joining("\n"));
  }

  private static String pad(List<String> line, int[] widths) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      text.append(line.get(i)).append(" ".repeat(widths[i] - line.get(i).length() + 2));
    }
    return text.toString().stripTrailing();
  }

  private static String cell(@Nullable Object value) {
    String text = value instanceof float[] vector ? Arrays.toString(vector) : String.valueOf(value);
    String flat = text.replaceAll("\\p{Cntrl}", " ");
    return flat.length() <= WIDTH ? flat : flat.substring(0, WIDTH - 3) + "...";
  }
}
