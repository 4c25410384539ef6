package dev.mlops.data;

import de.siegmar.fastcsv.reader.AbstractBaseCsvCallbackHandler;
import dev.mlops.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes the cells of a CSV file as the parser finds them, and puts them into columns without making
 * strings of them. The first line that is not empty is the header.
 */
final class CsvRows extends AbstractBaseCsvCallbackHandler<Boolean> {

  private final CsvOptions options;
  private final BadCells bad;
  private final List<String> header = new ArrayList<>();
  private final List<CellParser> columns = new ArrayList<>();
  private final List<Field> fields = new ArrayList<>();

  /** For each cell of a line the column it belongs to, or -1. */
  private int[] targets = new int[0];

  private boolean inHeader = true;
  private boolean empty;
  private boolean rejected;
  private long rows;
  private int accepted;

  CsvRows(CsvOptions options) {
    this.options = options;
    this.bad = new BadCells(options.badCells());
  }

  @Override
  protected void handleBegin(long line) {
    empty = false;
    rejected = false;
  }

  @Override
  protected void handleEmpty() {
    empty = true;
  }

  @Override
  protected void handleField(int index, char[] chars, int offset, int length, boolean quoted) {
    if (inHeader) {
      header.add(new String(chars, offset, length));
    } else if (index < targets.length && targets[index] >= 0) {
      cell(targets[index], chars, offset, length, quoted);
    }
  }

  private void cell(int column, char[] chars, int offset, int length, boolean quoted) {
    CellParser parser = columns.get(column);
    Field field = fields.get(column);
    if (!quoted && options.isNull(chars, offset, length)) {
      missing(parser, field, "is missing, but the field is not nullable", chars, offset, length);
      return;
    }
    String reason = parser.parse(chars, offset, offset + length);
    if (reason != null) {
      bad(field.name(), new String(chars, offset, length), reason);
      parser.column().addNull();
      rejected |= !field.nullable();
    }
  }

  private void missing(
      CellParser parser, Field field, String reason, char[] chars, int offset, int length) {
    parser.column().addNull();
    if (!field.nullable()) {
      bad(field.name(), new String(chars, offset, length), reason);
      rejected = true;
    }
  }

  private void bad(@Nullable String column, String text, String reason) {
    bad.add(new BadCell(rows, getStartingLineNumber(), column, text, reason));
  }

  @Override
  protected Boolean buildRecord() {
    if (inHeader) {
      if (!empty) {
        readHeader();
      }
    } else if (!empty || header.size() == 1) {
      readRow();
    }
    return Boolean.TRUE;
  }

  private void readRow() {
    if (empty) {
      handleField(0, new char[0], 0, 0, false);
    } else if (getFieldCount() != header.size()) {
      bad(null, "", "has " + getFieldCount() + " cells where the header has " + header.size());
      rejected = true;
    }
    rows++;
    if (rejected) {
      columns.forEach(column -> column.column().truncate(accepted));
      bad.setAside();
    } else {
      accepted++;
    }
  }

  private void readHeader() {
    inHeader = false;
    targets = new int[header.size()];
    Arrays.fill(targets, -1);
    Schema schema = options.schema();
    fields.addAll(schema == null ? textFields() : schema.fields());
    for (Field field : fields) {
      int index = header.indexOf(field.name());
      if (index < 0) {
        throw new InvalidInputException(
            "no column '" + field.name() + "' in the header; found: " + header);
      }
      if (index != header.lastIndexOf(field.name())) {
        throw new InvalidInputException(
            "column '" + field.name() + "' occurs twice in the header " + header);
      }
      targets[index] = columns.size();
      columns.add(CellParser.of(field.type(), options.times()));
    }
  }

  /** Without a schema every column is text at first. */
  private List<Field> textFields() {
    Set<String> names = new HashSet<>();
    List<Field> text = new ArrayList<>();
    for (String name : header) {
      if (name.isEmpty() || !names.add(name)) {
        throw new InvalidInputException(
            "column "
                + text.size()
                + " of the header "
                + header
                + (name.isEmpty() ? " has no name" : " occurs twice"));
      }
      text.add(new Field(name, DataType.STRING, true));
    }
    return text;
  }

  Imported imported() {
    if (inHeader) {
      throw new InvalidInputException("the file is empty; a CSV file begins with a header");
    }
    List<Column> built = columns.stream().map(column -> column.column().build()).toList();
    return options.schema() == null
        ? inferred(built)
        : new Imported(Dataset.of(Schema.of(fields), built), List.of(), bad);
  }

  private Imported inferred(List<Column> texts) {
    List<Field> found = new ArrayList<>();
    List<Column> typed = new ArrayList<>();
    List<Inference> inferences = new ArrayList<>();
    for (int i = 0; i < texts.size(); i++) {
      String name = header.get(i);
      TypeInference.Result result =
          TypeInference.infer(
              name, (StringColumn) texts.get(i), TypeInference.CANDIDATES, options.times());
      found.add(new Field(name, result.column().type(), result.column().nullCount() > 0));
      typed.add(result.column());
      inferences.add(result.inference());
    }
    return new Imported(Dataset.of(Schema.of(found), typed), inferences, bad);
  }
}
