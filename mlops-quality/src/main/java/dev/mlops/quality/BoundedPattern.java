package dev.mlops.quality;

import java.util.Locale;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A regular expression with the meaning it has in Python, and with an end.
 *
 * <p>Java's own matcher takes {@code \w}, {@code \d} and {@code (?i)} for ASCII and knows more line
 * ends than the line feed; both are options. It backtracks without limit, exponentially long for
 * some patterns, and recurses for each repetition of a group until the stack is full. So the steps
 * are counted, by the characters that it reads, and a full stack is an answer.
 */
final class BoundedPattern {
  private static final int FLAGS =
      Pattern.UNICODE_CHARACTER_CLASS | Pattern.UNICODE_CASE | Pattern.UNIX_LINES;

  private static final long STEPS = 10_000_000;

  /** What a search said. */
  enum Search {
    /** The pattern was found. */
    FOUND,
    /** The pattern was not found. */
    ABSENT,
    /** The search was given up after too many steps. */
    TOO_LONG,
    /** The search was given up as it filled the stack. */
    TOO_DEEP;

    /** Why there is no answer, for a reader. */
    String complaint() {
      return this == TOO_LONG
          ? "more than ten million steps are needed"
          : "the stack does not suffice";
    }
  }

  private final Pattern pattern;

  BoundedPattern(String regex) {
    this.pattern = compiled(regex);
  }

  private static Pattern compiled(String regex) {
    try {
      return Pattern.compile(regex, FLAGS);
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(
          "'%s' is no regular expression of Java: %s"
              .formatted(regex, e.getDescription().toLowerCase(Locale.ROOT)),
          e);
    }
  }

  Search search(String text) {
    try {
      return pattern.matcher(new Counted(text, new Budget())).find() ? Search.FOUND : Search.ABSENT;
    } catch (TooManySteps e) {
      return Search.TOO_LONG;
    } catch (StackOverflowError e) {
      return Search.TOO_DEEP;
    }
  }

  /** Thrown out of a search whose steps are used up; without a stack trace, as it is expected. */
  private static final class TooManySteps extends RuntimeException {
    private static final long serialVersionUID = 1;

    TooManySteps() {
      super(null, null, false, false);
    }
  }

  /** The steps that are left of a search. */
  private static final class Budget {
    private long left = STEPS;

    void spend() {
      if (left-- == 0) {
        throw new TooManySteps();
      }
    }
  }

  /** A text that is read so often and not more; its parts share the budget. */
  private record Counted(CharSequence text, Budget budget) implements CharSequence {
    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      budget.spend();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new Counted(text.subSequence(start, end), budget);
    }

    @Override
    public String toString() {
      return text.toString();
    }
  }

  @Override
  public String toString() {
    return pattern.toString();
  }
}
