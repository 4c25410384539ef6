package dev.mlops.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds the narrowest type that holds every text of a column, and reads the column as that.
 *
 * <p>Each different text is tried once, however many rows have it. A candidate stands as long as no
 * text refuses it.
 */
final class TypeInference {

  /** The types that a text may mean, the narrowest first; what is none of them is a string. */
  static final List<DataType> CANDIDATES =
      List.of(DataType.BOOLEAN, DataType.INT64, DataType.FLOAT64, DataType.INSTANT);

  /** A column with its type, and how it was found. */
  record Result(Column column, Inference inference) {}

  /** What is said of nearly every text, and so tells a person nothing. */
  private static final Set<String> PLAIN =
      Set.of(CellParser.NO_BOOLEAN, NumberText.NOT_WHOLE, NumberText.NO_NUMBER, TimeText.NO_ISO);

  private record Refusal(DataType type, int code, String reason) {

    boolean isPlain() {
      return PLAIN.contains(reason);
    }

    boolean tellsMoreThan(Refusal other) {
      boolean later = code > other.code || (code == other.code && isPlain());
      return isPlain() == other.isPlain() ? later : other.isPlain();
    }
  }

  private final String name;
  private final StringColumn texts;
  private final TextFormat times;
  private final List<Refusal> refusals = new ArrayList<>();

  private TypeInference(String name, StringColumn texts, TextFormat times) {
    this.name = name;
    this.texts = texts;
    this.times = times;
  }

  static Result infer(
      String name, StringColumn texts, List<DataType> candidates, TextFormat times) {
    return new TypeInference(name, texts.compact(), times).infer(candidates);
  }

  private Result infer(List<DataType> candidates) {
    if (texts.dictionary().isEmpty()) {
      return result(texts, "no value to judge by");
    }
    for (DataType candidate : candidates) {
      CellParser parser = CellParser.of(candidate, times);
      if (accepts(candidate, parser)) {
        return result(take(parser.column()), reason());
      }
    }
    return result(texts, reason());
  }

  private Result result(Column column, String reason) {
    return new Result(column, new Inference(name, column.dataType(), column.nullCount(), reason));
  }

  private boolean accepts(DataType candidate, CellParser parser) {
    for (int code = 0; code < texts.dictionary().size(); code++) {
      String reason = refuse(candidate, parser, texts.dictionary().get(code));
      if (reason != null) {
        refusals.add(new Refusal(candidate, code, reason));
        return false;
      }
    }
    return true;
  }

  /**
   * Tells why a text is no value of a type, or reads it. Digits that would be lost make an
   * identifier, not a number: nobody has said that a rounded one will do.
   */
  static @Nullable String refuse(DataType candidate, CellParser parser, String written) {
    String text = written.strip();
    if (candidate.equals(DataType.INT64) || candidate.equals(DataType.FLOAT64)) {
      int first = text.startsWith("-") ? 1 : 0;
      boolean digits = text.chars().skip(first).allMatch(c -> c >= '0' && c <= '9');
      if (digits && text.length() > first + 1 && text.charAt(first) == '0') {
        return "has a leading zero, as an identifier does";
      }
      if (digits
          && text.length() > first + 18
          && new NumberText().parseLong(text.toCharArray(), 0, text.length()) != null) {
        return "does not fit 64 bits";
      }
      if (text.startsWith("+")) {
        return "has a leading plus, as a phone number does";
      }
    }
    if (LostDigits.in(candidate, text)) {
      return "has digits that a " + LostDigits.holder(candidate) + " does not keep";
    }
    return parser.parse(written);
  }

  /**
   * Reads each row's value out of the column of the different ones, which gets a null behind them.
   */
  private Column take(ColumnBuilder different) {
    int none = different.size();
    different.addNull();
    int[] rows = new int[texts.size()];
    for (int row = 0; row < rows.length; row++) {
      int code = texts.code(row);
      rows[row] = code < 0 ? none : code;
    }
    return different.build().take(rows);
  }

  /** Names the candidate that came furthest, as the one a person would have expected. */
  private String reason() {
    Refusal furthest = null;
    for (Refusal refusal : refusals) {
      if (furthest == null || refusal.tellsMoreThan(furthest)) {
        furthest = refusal;
      }
    }
    if (furthest == null) {
      return "every value fits";
    }
    String text = texts.dictionary().get(furthest.code());
    String shown = text.length() <= 40 ? text : text.substring(0, 40) + "...";
    return furthest.code() == 0 && furthest.isPlain() && refusals.size() == CANDIDATES.size()
        ? "'" + shown + "' in row " + row(0) + " is no boolean, number or instant"
        : "not "
            + furthest.type()
            + ": '"
            + shown
            + "' in row "
            + row(furthest.code())
            + " "
            + furthest.reason();
  }

  private int row(int code) {
    int row = 0;
    while (texts.code(row) != code) {
      row++;
    }
    return row;
  }
}
