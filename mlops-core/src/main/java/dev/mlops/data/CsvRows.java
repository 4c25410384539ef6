package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.io.IOException;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Puts the cells of a CSV file into columns without making strings of them. A line's cells are
 * counted before any of them is taken, and each column takes one of every row.
 */
final class CsvRows extends TextRows {

  private static final int HEADER = -1;
  private static final List<Character> OTHER_DELIMITERS = List.of(';', '\t', '|');

  private final CsvOptions options;
  private final CsvParser parser;
  private final @Nullable Schema inferred;

  /** For each column its cell of a line. */
  private int[] sources = new int[0];

  private CsvHeader header = CsvHeader.given(List.of());
  private boolean tailUsed;
  private boolean atRow;

  /**
   * Reads the lines of a parser.
   *
   * @param inferred the file's columns from the first on, if they have been inferred before
   */
  CsvRows(CsvOptions options, CsvParser parser, BadCells bad, @Nullable Schema inferred) {
    super(options.format(), bad);
    this.options = options;
    this.parser = parser;
    this.inferred = inferred;
  }

  /** Finds the columns; the line that tells them may be a row. */
  @Override
  void begin() throws IOException {
    parser.begin();
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
    List<Field> wanted = schema == null ? fileFields() : schema.fields();
    sources =
        schema == null
            ? IntStream.range(0, wanted.size()).toArray()
            : header.positions(schema, hint.isEmpty() ? "" : "; the header " + hint);
    wanted.forEach(this::addColumn);
    atRow = given != null && given.isEmpty();
  }

  /** The file's own columns; every one is text at first. */
  private List<Field> fileFields() {
    return inferred == null
        ? header.names().stream().map(name -> new Field(name, DataType.STRING, true)).toList()
        : inferred.fields();
  }

  @Override
  boolean next() throws IOException {
    if (!atRow && !parser.next()) {
      return false;
    }
    atRow = false;
    readRow();
    return true;
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
        bad().add(new BadCell(HEADER, parser.line(), null, parser.text(0), hint));
        return hint;
      }
    }
    return "";
  }

  private void readRow() {
    if (parser.broken() == null && parser.isEmpty() && header.width() > 1) {
      return;
    }
    endRow(isWhole() && takeCells());
  }

  /** Whether the line has a cell for each column; a delimiter at its end makes no cell. */
  private boolean isWhole() {
    String broken = parser.broken();
    if (broken != null) {
      bad(parser.line(), null, parser.written(), broken);
      return false;
    }
    int cells = parser.count();
    int width = header.width();
    boolean whole =
        cells == width
            || (cells == width + 1 && parser.isEmpty(width))
            || (cells == width - 1 && header.ended());
    if (!whole) {
      bad(
          parser.line(),
          null,
          parser.written(),
          "has " + Plural.of(cells, "cell") + " where the header has " + width);
    }
    return whole;
  }

  private boolean takeCells() {
    boolean whole = true;
    for (int column = 0; column < sources.length; column++) {
      int cell = sources[column];
      whole &= cell < parser.count() ? cell(column, cell) : missing(column, parser.line(), "");
    }
    tailUsed |= parser.count() >= header.width() && !parser.isEmpty(header.width() - 1);
    return whole;
  }

  private boolean cell(int column, int cell) {
    int from = parser.from(cell);
    int to = parser.to(cell);
    if (!parser.isQuoted(cell) && options.isNull(parser.chars(), from, to)) {
      return missing(column, parser.line(), parser.text(cell));
    }
    String reason = parser(column).parse(parser.chars(), from, to);
    return reason == null || unreadable(column, parser.line(), parser.text(cell), reason);
  }

  /** A delimiter that ends the header makes a column only if a row has something behind it. */
  @Override
  int width() {
    return super.width() - (inferred == null && header.ended() && !tailUsed ? 1 : 0);
  }

  @Override
  TypeInference.Result infer(String name, StringColumn texts) {
    return TypeInference.infer(name, texts, TypeInference.CANDIDATES, format());
  }

  @Override
  ColumnInference inference() {
    return new ColumnInference(new AnyText(), format());
  }

  /** A cell has no kind but what its text looks like. */
  private static final class AnyText implements ColumnInference.Rules {

    @Override
    public List<DataType> candidates(String first) {
      return TypeInference.CANDIDATES;
    }

    @Override
    public boolean admits(DataType type, String text) {
      return true;
    }

    @Override
    public String value(String text) {
      return text;
    }

    @Override
    public boolean holds(DataType type) {
      return true;
    }
  }
}
