package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the cells of a CSV file into columns without making strings of them. A line's cells are
 * counted before any of them is taken, and each column takes one of every row.
 */
final class CsvRows {

  private static final int HEADER = -1;
  private static final List<Character> OTHER_DELIMITERS = List.of(';', '\t', '|');

  private final CsvOptions options;
  private final CsvParser parser;
  private final BadCells bad;
  private final List<CellParser> columns = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();

  /** For each column its cell of a line. */
  private int[] sources = new int[0];

  private CsvHeader header = CsvHeader.given(List.of());
  private boolean tailUsed;
  private long rows;
  private int accepted;

  private CsvRows(CsvOptions options, CsvParser parser) {
    this.options = options;
    this.parser = parser;
    this.bad = new BadCells(options.badCells());
  }

  static Imported read(CsvOptions options, CsvParser parser) throws IOException {
    CsvRows rows = new CsvRows(options, parser);
    parser.begin();
    boolean isRow = rows.readHeader();
    while (isRow || parser.next()) {
      rows.readRow();
      isRow = false;
    }
    return rows.imported();
  }

  /** Finds the columns; true if the line that told them is a row. */
  private boolean readHeader() throws IOException {
    List<String> given = options.header();
    boolean there = !(given == null || given.isEmpty()) || nextLine();
    if (!there) {
      throw new InvalidInputException(
          "the file is empty; a CSV file begins with a header, unless header(...) names the columns");
    }
    if (given == null) {
      List<String> cells = IntStream.range(0, parser.count()).mapToObj(parser::text).toList();
      header = CsvHeader.read(requireText(cells));
    } else {
      header = given.isEmpty() ? CsvHeader.numbered(parser.count()) : CsvHeader.given(given);
    }
    String hint = given == null ? otherDelimiter() : "";
    Schema schema = options.schema();
    fields.addAll(schema == null ? textFields() : schema.fields());
    sources =
        schema == null
            ? IntStream.range(0, header.width()).toArray()
            : header.positions(schema, hint.isEmpty() ? "" : "; the header " + hint);
    for (Field field : fields) {
      columns.add(CellParser.of(field.type(), options.format()));
    }
    return given != null && given.isEmpty();
  }

  /** Goes to the first line that has a character. */
  private boolean nextLine() throws IOException {
    while (parser.next()) {
      if (parser.broken() != null) {
        throw new InvalidInputException(
            "line "
                + parser.line()
                + ", the header: '"
                + parser.written()
                + "' "
                + parser.broken());
      }
      if (!parser.isEmpty()) {
        return true;
      }
    }
    return false;
  }

  private List<String> requireText(List<String> cells) {
    if (options.charset() == null && cells.stream().anyMatch(cell -> cell.indexOf('\0') >= 0)) {
      throw new InvalidInputException(
          "line "
              + parser.line()
              + ", the header, has NUL characters, as UTF-16 without a mark has when it is read as"
              + " UTF-8; say what it is with charset(Charset)");
    }
    return cells;
  }

  /** Tells of a header that is one cell with another delimiter in it. */
  private String otherDelimiter() {
    if (parser.isTold() || parser.count() > 1 || parser.isQuoted(0)) {
      return "";
    }
    for (char other : OTHER_DELIMITERS) {
      if (header.names().get(0).indexOf(other) >= 0) {
        String shown = other == '\t' ? "\\t" : String.valueOf(other);
        String hint =
            "is one cell; say delimiter('"
                + shown
                + "') if that stands between cells, or delimiter(',') if not";
        bad.add(new BadCell(HEADER, parser.line(), null, parser.text(0), hint));
        return hint;
      }
    }
    return "";
  }

  /** Without a schema every column is text at first. */
  private List<Field> textFields() {
    return header.names().stream().map(name -> new Field(name, DataType.STRING, true)).toList();
  }

  private void readRow() {
    if (parser.broken() == null && parser.isEmpty() && header.width() > 1) {
      return;
    }
    if (isWhole() && takeCells()) {
      accepted++;
    } else {
      columns.forEach(column -> column.column().truncate(accepted));
      bad.setAside();
    }
    rows++;
  }

  /** Whether the line has a cell for each column; a delimiter at its end makes no cell. */
  private boolean isWhole() {
    String broken = parser.broken();
    if (broken != null) {
      bad(null, parser.written(), broken);
      return false;
    }
    int cells = parser.count();
    int width = header.width();
    boolean whole =
        cells == width
            || (cells == width + 1 && parser.isEmpty(width))
            || (cells == width - 1 && header.ended());
    if (!whole) {
      bad(null, parser.written(), "has " + cells + " cells where the header has " + width);
    }
    return whole;
  }

  private boolean takeCells() {
    boolean whole = true;
    for (int column = 0; column < sources.length; column++) {
      int cell = sources[column];
      whole &= cell < parser.count() ? cell(column, cell) : missing(column, "");
    }
    tailUsed |= parser.count() >= header.width() && !parser.isEmpty(header.width() - 1);
    return whole;
  }

  private boolean cell(int column, int cell) {
    CellParser values = columns.get(column);
    int from = parser.from(cell);
    int to = parser.to(cell);
    if (!parser.isQuoted(cell) && options.isNull(parser.chars(), from, to)) {
      return missing(column, parser.text(cell));
    }
    String reason = values.parse(parser.chars(), from, to);
    if (reason == null) {
      return true;
    }
    bad(fields.get(column).name(), parser.text(cell), reason);
    values.column().addNull();
    return fields.get(column).nullable();
  }

  private boolean missing(int column, String text) {
    columns.get(column).column().addNull();
    boolean nullable = fields.get(column).nullable();
    if (!nullable) {
      bad(fields.get(column).name(), text, "is missing, but the field is not nullable");
    }
    return nullable;
  }

  private void bad(@Nullable String column, String text, String reason) {
    bad.add(new BadCell(rows, parser.line(), column, text, reason));
  }

  private Imported imported() {
    List<Column> built = columns.stream().map(column -> column.column().build()).toList();
    return options.schema() == null
        ? inferred(header.ended() && !tailUsed ? built.subList(0, built.size() - 1) : built)
        : new Imported(Dataset.of(Schema.of(fields), built), List.of(), bad);
  }

  private Imported inferred(List<Column> texts) {
    List<Field> found = new ArrayList<>();
    List<Column> typed = new ArrayList<>();
    List<Inference> inferences = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String name = fields.get(i).name();
      TypeInference.Result result =
          TypeInference.infer(
              name, (StringColumn) texts.get(i), TypeInference.CANDIDATES, options.format());
      found.add(new Field(name, result.column().type(), result.column().nullCount() > 0));
      typed.add(result.column());
      inferences.add(result.inference());
    }
    return new Imported(Dataset.of(Schema.of(found), typed), inferences, bad);
  }
}
