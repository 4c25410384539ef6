package dev.mlops.data;

import static org.assertj.core.api.Assertions.assertThat;

import de.siegmar.fastcsv.reader.CsvReader;
import dev.mlops.error.Plural;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Holds {@link Csv} against {@link CsvTwin}, and against FastCSV where a file is as it should be.
 * {@code main FIRST COUNT} checks as many generated files as one likes.
 */
final class CsvOracle {

  static final List<String> PIECES =
      List.of(
          "\"", "\"", "\"\"", ",", ",", "\n", "\r", "\r\n", ";", "a", "b c", " ", "\t", "\0", "é",
          "日本", "😀", "\uFEFF", "\u001A", "\u000B", "\f", "\u0085", "\u2028", "NA", "12", "-0.5");

  private final Random random;

  private CsvOracle(long seed) {
    this.random = new Random(seed);
  }

  public static void main(String[] arguments) throws IOException {
    long first = Long.parseLong(arguments[0]);
    long count = Long.parseLong(arguments[1]);
    for (long seed = first; seed < first + count; seed++) {
      check(seed);
    }
    System.out.println("passed: " + count + " generated CSV files agree with the twin");
  }

  /** Checks what a file generated from a seed is read as, and a table written and read again. */
  static void check(long seed) throws IOException {
    CsvOracle oracle = new CsvOracle(seed);
    try {
      String text = oracle.text(oracle.random.nextInt(40));
      assertParsed(text, 1 + oracle.random.nextInt(9));
      assertRead(text, 1 + oracle.random.nextInt(3));
      oracle.assertKept();
    } catch (AssertionError | RuntimeException e) {
      throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
    }
  }

  private String text(int pieces) {
    return text(random, pieces);
  }

  /** A text of pieces that mean something to somebody. */
  static String text(Random random, int pieces) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < pieces; i++) {
      text.append(PIECES.get(random.nextInt(PIECES.size())));
    }
    return text.toString();
  }

  /** The parser finds the twin's records, however the characters arrive. */
  static void assertParsed(String text, int chunk) throws IOException {
    CsvParser parser =
        new CsvParser(new StringReader(text), CsvDialect.PLAIN, chunk, CsvParser.LONGEST_RECORD);
    List<CsvTwin.Line> found = new ArrayList<>();
    while (parser.next()) {
      List<@Nullable String> cells = new ArrayList<>();
      for (int i = 0; i < parser.count(); i++) {
        cells.add(parser.isEmpty(i) ? null : parser.text(i));
      }
      found.add(new CsvTwin.Line(parser.line(), cells, parser.broken()));
    }
    assertThat(found).isEqualTo(CsvTwin.read(text, ','));
  }

  /** Each line is a row, or set aside and told with its reason. */
  static void assertRead(String text, int width) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    List<String> told = new ArrayList<>();
    String unmarked = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (CsvTwin.Line line : CsvTwin.read(unmarked, ',')) {
      List<@Nullable String> cells = line.cells();
      int count = cells.size();
      if (line.broken() != null) {
        told.add(line.number() + " " + line.broken());
      } else if (count == width || (count == width + 1 && cells.get(width) == null)) {
        rows.add(cells.subList(0, width));
      } else if (count > 1 || cells.get(0) != null) {
        told.add(
            line.number() + " has " + Plural.of(count, "cell") + " where the header has " + width);
      }
    }
    Imported read = reader(text, width).load();
    assertThat(RandomTables.twin(read.dataset())).isEqualTo(rows);
    assertThat(read.badCells().stream().map(cell -> cell.line() + " " + cell.reason()))
        .isEqualTo(told);
    assertThat(read.rowsSetAside()).isEqualTo(told.size());
  }

  private static Csv.Reader reader(String text, int width) {
    String[] names = IntStream.range(0, width).mapToObj(i -> "c" + i).toArray(String[]::new);
    return csv(text).header(names).schema(texts(names));
  }

  private static Csv.Reader csv(String text) {
    return Csv.read(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
  }

  private static Schema texts(String... names) {
    return Schema.of(
        Arrays.stream(names).map(name -> Field.of(name, DataType.STRING).orNull()).toList());
  }

  /** A table comes back from what we write, from what the twin writes, and from FastCSV. */
  private void assertKept() {
    int width = 1 + random.nextInt(4);
    List<List<@Nullable String>> rows = rows(width);
    String[] names = IntStream.range(0, width).mapToObj(i -> "c" + i).toArray(String[]::new);
    Dataset.Builder table = Dataset.builder(texts(names));
    rows.forEach(row -> table.row(row.toArray()));
    ByteArrayOutputStream ours = new ByteArrayOutputStream();
    Csv.write(table.build(), ours);
    List<List<@Nullable String>> whole = new ArrayList<>();
    whole.add(List.of(names));
    whole.addAll(rows);
    String written = ours.toString(StandardCharsets.UTF_8);
    assertThat(CsvTwin.read(written, ',').stream().map(CsvTwin.Line::cells)).isEqualTo(whole);
    assertSame(written, texts(names), rows);
    String theirs = CsvTwin.write(whole, ',', random);
    assertSame(theirs, texts(names), rows);
    assertThat(fast(written)).isEqualTo(emptied(whole));
    assertThat(fast(theirs)).isEqualTo(emptied(whole));
  }

  private static void assertSame(String text, Schema schema, List<List<@Nullable String>> rows) {
    assertThat(RandomTables.twin(csv(text).schema(schema).load().orThrow())).isEqualTo(rows);
  }

  private List<List<@Nullable String>> rows(int width) {
    List<List<@Nullable String>> rows = new ArrayList<>();
    for (int row = 0; row < random.nextInt(5); row++) {
      List<@Nullable String> cells = new ArrayList<>();
      for (int i = 0; i < width; i++) {
        cells.add(random.nextInt(5) == 0 ? null : text(random.nextInt(4)));
      }
      rows.add(cells);
    }
    return rows;
  }

  private static List<List<String>> fast(String text) {
    List<List<String>> rows = new ArrayList<>();
    CsvReader.builder()
        .skipEmptyLines(false)
        .ofCsvRecord(text)
        .forEach(row -> rows.add(row.getFields()));
    return rows;
  }

  private static List<List<String>> emptied(List<List<@Nullable String>> rows) {
    return rows.stream()
        .map(row -> row.stream().map(cell -> cell == null ? "" : cell).toList())
        .toList();
  }
}
