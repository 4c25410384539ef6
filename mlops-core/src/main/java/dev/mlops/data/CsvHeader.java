package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What the columns of a CSV file are called.
 *
 * <p>A column without a name is {@code column} and its position from 0. A name that is there again
 * gets {@code .1}, {@code .2} and so on; names that the file itself has are never given to others.
 *
 * @param names a name for each cell of a line, each once
 * @param cells the header as the file has it
 * @param ended whether the header ends with a delimiter, so that its last column may not be one
 */
record CsvHeader(List<String> names, List<String> cells, boolean ended) {

  private static final int SHOWN = 20;

  static CsvHeader given(List<String> names) {
    return new CsvHeader(names, names, false);
  }

  static CsvHeader numbered(int columns) {
    return given(IntStream.range(0, columns).mapToObj(CsvHeader::numberedName).toList());
  }

  /** Checks names that a caller gives. */
  static List<String> require(List<String> names) {
    if (names.isEmpty() || names.contains("") || new HashSet<>(names).size() < names.size()) {
      throw new IllegalArgumentException(
          "a header needs at least one name, none of them empty or there twice: " + names);
    }
    return names;
  }

  private static String numberedName(int column) {
    return "column" + column;
  }

  static CsvHeader read(List<String> cells) {
    Set<String> taken = new HashSet<>(cells);
    Set<String> used = new HashSet<>();
    Map<String, Integer> repeats = new HashMap<>();
    List<String> names = new ArrayList<>(cells.size());
    for (String cell : cells) {
      String wanted = cell.isEmpty() ? numberedName(names.size()) : cell;
      boolean free = cell.isEmpty() ? taken.add(wanted) : used.add(wanted);
      names.add(free ? wanted : another(wanted, taken, repeats));
    }
    boolean ended = cells.size() > 1 && cells.get(cells.size() - 1).isEmpty();
    return new CsvHeader(names, List.copyOf(cells), ended);
  }

  private static String another(String name, Set<String> taken, Map<String, Integer> repeats) {
    String candidate;
    do {
      candidate = name + "." + repeats.merge(name, 1, Integer::sum);
    } while (!taken.add(candidate));
    return candidate;
  }

  /** The position of each field's column. */
  int[] positions(Schema schema, String hint) {
    Map<String, Integer> positions = new HashMap<>();
    Set<String> twice = new HashSet<>();
    for (int i = 0; i < cells.size(); i++) {
      positions.put(names.get(i), i);
      if (positions.containsKey(cells.get(i)) && !names.get(i).equals(cells.get(i))) {
        twice.add(cells.get(i));
      }
    }
    return schema.fields().stream()
        .mapToInt(field -> position(field.name(), positions, twice, hint))
        .toArray();
  }

  private int position(
      String name, Map<String, Integer> positions, Set<String> twice, String hint) {
    Integer position = positions.get(name);
    if (position == null) {
      throw new InvalidInputException(
          "no column '" + name + "' in the header; found: " + this + hint);
    }
    if (twice.contains(name)) {
      throw new InvalidInputException(
          "column '"
              + name
              + "' occurs twice in the header "
              + this
              + "; name the columns with header(...) and leave this line out with skipLines");
    }
    return position;
  }

  int width() {
    return names.size();
  }

  /** Shows the first names. */
  @Override
  public String toString() {
    return names.size() <= SHOWN
        ? names.toString()
        : names.subList(0, SHOWN).toString().replace("]", "")
            + ", ... of "
            + Plural.of(names.size(), "column")
            + "]";
  }
}
