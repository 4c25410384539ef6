package dev.mlops.data;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a text file on their way into columns. A row is accepted with a value for each
 * column, or set aside. Without a schema each column is text at first.
 */
abstract class TextRows {

  private final TextFormat format;
  private final BadCells bad;
  private final List<Field> fields = new ArrayList<>();
  private final List<CellParser> columns = new ArrayList<>();
  private long rows;
  private int accepted;

  TextRows(TextFormat format, BadCells bad) {
    this.format = format;
    this.bad = bad;
  }

  /** Reads what stands before the first row. */
  abstract void begin() throws IOException;

  /** Reads a line, which may be a row; false if there is none. */
  abstract boolean next() throws IOException;

  /** Infers a column's type from the texts of all rows. */
  abstract TypeInference.Result infer(String name, StringColumn texts);

  /** Infers a column's type from texts that come in portions. */
  abstract ColumnInference inference();

  /** The number of columns that count, from the first on; known when all rows are read. */
  int width() {
    return fields.size();
  }

  final TextFormat format() {
    return format;
  }

  final BadCells bad() {
    return bad;
  }

  final List<Field> fields() {
    return fields;
  }

  /** The number of rows accepted since the last {@link #take}. */
  final int accepted() {
    return accepted;
  }

  final ColumnBuilder column(int column) {
    return parser(column).column();
  }

  final CellParser parser(int column) {
    return columns.get(column);
  }

  final void addColumn(Field field) {
    fields.add(field);
    columns.add(CellParser.of(field.dataType(), format));
  }

  /** Forgets the columns from one on. */
  final void forgetColumns(int from) {
    fields.subList(from, fields.size()).clear();
    columns.subList(from, columns.size()).clear();
  }

  /** Ends a row: it is accepted if it is whole, or what is there of it is taken back. */
  final void endRow(boolean whole) {
    if (whole) {
      accepted++;
    } else {
      columns.forEach(column -> column.column().truncate(accepted));
      bad.setAside();
    }
    rows++;
  }

  /** Adds a null; false if the row is none without a value. */
  final boolean missing(int column, long line, String text) {
    column(column).addNull();
    Field field = fields.get(column);
    if (!field.nullable()) {
      bad(line, field.name(), text, "is missing, but the field is not nullable");
    }
    return field.nullable();
  }

  /** Adds a null for a value that cannot be read; false if the row is none without it. */
  final boolean unreadable(int column, long line, String text, String reason) {
    Field field = fields.get(column);
    bad(line, field.name(), text, reason);
    column(column).addNull();
    return field.nullable();
  }

  final void bad(long line, @Nullable String column, String text, String reason) {
    bad.add(new BadCell(rows, line, column, text, reason));
  }

  /** Takes the rows accepted so far out of here. */
  final List<Column> take() {
    List<Column> taken = columns.stream().map(column -> column.column().build()).toList();
    for (int i = 0; i < fields.size(); i++) {
      columns.set(i, CellParser.of(fields.get(i).dataType(), format));
    }
    accepted = 0;
    return taken;
  }

  /** Reads all rows into columns of a schema. */
  final Imported read(Schema schema) throws IOException {
    readAll();
    return new Imported(Dataset.of(schema, take()), List.of(), bad);
  }

  /** Reads all rows, and infers the columns' types. */
  final Imported readInferring() throws IOException {
    readAll();
    List<Field> found = new ArrayList<>();
    List<Column> typed = new ArrayList<>();
    List<Inference> inferences = new ArrayList<>();
    List<Column> texts = take();
    for (int i = 0; i < width(); i++) {
      String name = fields.get(i).name();
      TypeInference.Result result = infer(name, (StringColumn) texts.get(i));
      found.add(new Field(name, result.column().dataType(), result.column().nullCount() > 0));
      typed.add(result.column());
      inferences.add(result.inference());
    }
    return new Imported(Dataset.of(Schema.of(found), typed), inferences, bad);
  }

  private void readAll() throws IOException {
    begin();
    boolean more = true;
    while (more) {
      more = next();
    }
  }

  /** Reads all rows, some at a time, and keeps only the columns' types. */
  final Schema inferSchema(int rowsAtOnce) throws IOException {
    List<ColumnInference> found = new ArrayList<>();
    long before = 0;
    begin();
    boolean more = true;
    while (more) {
      while (more && accepted < rowsAtOnce) {
        more = next();
      }
      before = infer(found, before);
    }
    List<Field> inferred = new ArrayList<>();
    for (int i = 0; i < width(); i++) {
      inferred.add(found.get(i).field(fields.get(i).name()));
    }
    return Schema.of(inferred);
  }

  private long infer(List<ColumnInference> found, long before) {
    long rowsNow = before + accepted;
    List<Column> texts = take();
    for (int i = 0; i < texts.size(); i++) {
      if (i == found.size()) {
        found.add(inference());
        if (before > 0) {
          found.get(i).addNull();
        }
      }
      found.get(i).add((StringColumn) texts.get(i));
    }
    return rowsNow;
  }
}
