package dev.mlops.tracking;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One text a run, for some runs: a param, a tag, a name. Each text that occurs is kept once, so a
 * question is answered once for all runs that have it.
 */
final class TextColumn {

  static final int NONE = -1;

  private final List<String> texts;
  private final @Nullable Double[] numbers;
  private final int[] codes;

  /**
   * Makes a column.
   *
   * @param texts those that occur
   * @param codes for each run the place of its text in {@code texts}, or {@link #NONE}
   */
  TextColumn(List<String> texts, int[] codes) {
    this.texts = texts;
    this.codes = codes;
    this.numbers = texts.stream().map(ParamTexts::number).toArray(Double[]::new);
  }

  /** Collects a column, run by run in any order. */
  static final class Builder {

    private final Map<String, Integer> known = new HashMap<>();
    private final List<String> texts = new ArrayList<>();
    private final int[] codes;

    Builder(int runs) {
      codes = new int[runs];
      Arrays.fill(codes, NONE);
    }

    void put(int run, String text) {
      codes[run] =
          known.computeIfAbsent(
              text,
              added -> {
                texts.add(added);
                return texts.size() - 1;
              });
    }

    TextColumn build() {
      return new TextColumn(List.copyOf(texts), codes);
    }
  }

  int size() {
    return codes.length;
  }

  List<String> texts() {
    return texts;
  }

  int code(int run) {
    return codes[run];
  }

  boolean has(int run) {
    return codes[run] != NONE;
  }

  @Nullable String text(int run) {
    return has(run) ? texts.get(codes[run]) : null;
  }

  @Nullable Double number(int run) {
    return has(run) ? numbers[codes[run]] : null;
  }

  /** Returns which texts pass, by their places. */
  boolean[] passing(Condition.TextTest test) {
    boolean[] passing = new boolean[texts.size()];
    for (int i = 0; i < passing.length; i++) {
      passing[i] = Condition.passes(test, texts.get(i), numbers[i]);
    }
    return passing;
  }

  /** About how many bytes of memory it takes. */
  long bytes() {
    return 4L * codes.length + texts.stream().mapToLong(text -> 64 + 2L * text.length()).sum();
  }
}
