package dev.mlops.report;

import static java.util.Objects.requireNonNull;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.error.Once;
import dev.mlops.error.Plural;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A data set as a table: numbers stand right, times are dates, and a missing value is a dash.
 *
 * <p>Built by one thread; it is written when it is added to a report.
 */
public final class Table {
  private static final int ROWS = 1_000;
  private static final int LONGEST = 300;
  private static final int WHOLE = 4_000;

  private final Dataset rows;
  private final Map<String, Unit> units = new LinkedHashMap<>();
  private @Nullable Integer most;

  private Table(Dataset rows) {
    this.rows = rows;
  }

  /**
   * Returns a table.
   *
   * @param rows its rows
   * @return the table
   */
  public static Table of(Dataset rows) {
    return new Table(requireNonNull(rows, "rows"));
  }

  /**
   * Says what the numbers of a column are.
   *
   * @param column the name of a column of numbers
   * @param unit their unit
   * @return this
   * @throws dev.mlops.error.NotFoundException if there is no such column
   * @throws IllegalArgumentException if it is not a column of numbers
   * @throws IllegalStateException if it was set before
   */
  @CanIgnoreReturnValue
  public Table unit(String column, Unit unit) {
    if (!Cells.areNumbers(rows.column(column))) {
      throw new IllegalArgumentException(
          "column '" + column + "' has no numbers; a unit is for numbers");
    }
    Once.refuse("unit of", column, units.get(column));
    units.put(column, requireNonNull(unit, "unit"));
    return this;
  }

  /**
   * Limits the rows that are shown; a note says how many there are.
   *
   * @param most how many rows are shown at most, from 1 to 1,000; 1,000 if it is not set
   * @return this
   * @throws IllegalArgumentException if it is out of range
   * @throws IllegalStateException if it was set before
   */
  @CanIgnoreReturnValue
  public Table rows(int most) {
    if (most < 1 || most > ROWS) {
      throw new IllegalArgumentException("rows must be from 1 to " + ROWS + ": " + most);
    }
    this.most = Once.set("rows", this.most, most);
    return this;
  }

  Markup markup() {
    Markup page = new Markup();
    int shown = Math.min(rows.rowCount(), most == null ? ROWS : most);
    if (shown == 0) {
      return page.element("p", "nothing to show: the table has no rows", "class", "remark");
    }
    List<String> names = rows.schema().names();
    List<Cells> columns = names.stream().map(name -> cells(name, shown)).toList();
    page.open("div", "class", "table", "tabindex", "0", "role", "region", "aria-label", "table");
    page.open("table").open("thead").open("tr");
    for (int i = 0; i < names.size(); i++) {
      String name = units.containsKey(names.get(i)) ? label(names.get(i)) : names.get(i);
      page.element("th", name, "scope", "col", "class", columns.get(i).type());
    }
    page.close("tr").close("thead").open("tbody");
    for (int row = 0; row < shown; row++) {
      page.open("tr");
      for (Cells column : columns) {
        cell(page, column.text(row), column.type());
      }
      page.close("tr");
    }
    page.close("tbody").close("table").close("div");
    if (shown < rows.rowCount()) {
      String all = Plural.of(rows.rowCount(), "row");
      page.element("p", "the first " + shown + " of " + all + " are shown", "class", "remark");
    }
    return page;
  }

  private String label(String column) {
    return requireNonNull(units.get(column)).label(column);
  }

  private Cells cells(String name, int shown) {
    Column column = rows.column(name);
    return Cells.of(column, units.get(name), shown);
  }

  private static void cell(Markup page, String text, String type) {
    if (text.length() <= LONGEST) {
      page.element("td", text, "class", type);
      return;
    }
    String whole =
        text.length() <= WHOLE
            ? text
            : text.substring(0, WHOLE) + "… (" + Plural.of(text.length(), "character") + ")";
    String some = text.substring(0, LONGEST) + "…";
    page.element("td", some, "class", type, "title", whole);
  }

  @Override
  public String toString() {
    return "table of " + rows;
  }
}
