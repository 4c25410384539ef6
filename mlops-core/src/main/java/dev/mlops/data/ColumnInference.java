package dev.mlops.data;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Finds the narrowest type that holds every text of a column whose texts come in portions, as
 * {@link TypeInference} finds it where all of them are in memory.
 */
final class ColumnInference {

  /** A type that no text has refused yet, and a reader of it. */
  private record Candidate(DataType type, CellParser parser) {}

  /** Of which texts a type may be at all, and how it is written then. */
  interface Rules {

    /** The types to try, the narrowest first, when the first text is known. */
    List<DataType> candidates(String first);

    boolean admits(DataType type, String text);

    String value(String text);

    /** Whether a type that no text refuses is the column's, now that all texts are known. */
    boolean holds(DataType type);
  }

  private final Rules rules;
  private final TextFormat format;
  private final List<Candidate> standing = new ArrayList<>();
  private boolean begun;
  private boolean nulls;

  ColumnInference(Rules rules, TextFormat format) {
    this.rules = rules;
    this.format = format;
  }

  void addNull() {
    nulls = true;
  }

  void add(StringColumn texts) {
    nulls |= texts.nullCount() > 0;
    List<String> different = texts.compact().dictionary();
    if (!begun && !different.isEmpty()) {
      begun = true;
      for (DataType type : rules.candidates(different.get(0))) {
        standing.add(new Candidate(type, CellParser.of(type, format)));
      }
    }
    standing.removeIf(candidate -> !accepts(candidate, different));
  }

  private boolean accepts(Candidate candidate, List<String> texts) {
    Predicate<String> fits =
        text ->
            rules.admits(candidate.type(), text)
                && TypeInference.refuse(candidate.type(), candidate.parser(), rules.value(text))
                    == null;
    boolean all = texts.stream().allMatch(fits);
    candidate.parser().column().truncate(0);
    return all;
  }

  Field field(String name) {
    DataType type = standing.isEmpty() ? DataType.STRING : standing.get(0).type();
    return new Field(name, rules.holds(type) ? type : DataType.STRING, nulls);
  }
}
