package dev.mlops.tracking;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A condition on runs as data, so that a database can look for it by SQL and memory by columns. A
 * comparison holds only where there is something to compare.
 */
sealed interface Condition {

  /** Both hold. */
  record And(Condition left, Condition right) implements Condition {}

  /** One or both hold. */
  record Or(Condition left, Condition right) implements Condition {}

  /** It does not hold. */
  record Not(Condition turned) implements Condition {}

  /** A metric is there, and its value passes; NaN passes no comparison with a number. */
  record OnMetric(String name, MetricValue which, NumberTest test) implements Condition {}

  /** A param or a tag is there, and passes. */
  record OnText(Source source, String name, TextTest test) implements Condition {}

  /** A part of the run itself passes. */
  record OnRun(Attribute attribute, TextTest test) implements Condition {}

  /** The run's start or end passes; a run that goes on has no end. */
  record OnTime(Moment moment, Sign sign, long micros) implements Condition {}

  /** The same in whole milliseconds, as those count who ask in milliseconds. */
  record OnMillis(Moment moment, Sign sign, double limit) implements Condition {}

  /** One of the run's inputs passes. */
  record OnInput(InputPart part, TextTest test) implements Condition {}

  /** Which of a metric's points. */
  enum MetricValue {
    LATEST(0),
    FIRST(1),
    MIN(2),
    MAX(3);

    /** Where it stands among the columns of a packed metric. */
    final int place;

    MetricValue(int place) {
      this.place = place;
    }

    /** How columns of the database begin that hold it. */
    String column() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** What has names and texts. */
  enum Source {
    PARAM("param", "mlops_run_params"),
    TAG("tag", "mlops_run_tags");

    final String word;
    final String table;

    Source(String word, String table) {
      this.word = word;
      this.table = table;
    }
  }

  /** A text that each run has. */
  enum Attribute {
    ID("uid"),
    NAME("name"),
    STATUS("status");

    final String column;

    Attribute(String column) {
      this.column = column;
    }
  }

  /** A time that a run has. */
  enum Moment {
    START("started_at"),
    END("ended_at");

    final String column;

    Moment(String column) {
      this.column = column;
    }
  }

  /** A part of an input. */
  enum InputPart {
    ROLE("role"),
    NAME("name"),
    DIGEST("digest");

    final String column;

    InputPart(String column) {
      this.column = column;
    }
  }

  /** How two numbers are compared. */
  enum Sign {
    EQUAL("="),
    UNEQUAL("!="),
    BELOW("<"),
    AT_MOST("<="),
    ABOVE(">"),
    AT_LEAST(">=");

    final String text;

    Sign(String text) {
      this.text = text;
    }

    /** Returns the sign that is written so; empty if none is. */
    static Optional<Sign> of(String text) {
      return Arrays.stream(values()).filter(sign -> sign.text.equals(text)).findFirst();
    }

    boolean holds(double value, double limit) {
      return switch (this) {
        case EQUAL -> value == limit;
        case UNEQUAL -> value < limit || value > limit; // NaN is no number that differs.
        case BELOW -> value < limit;
        case AT_MOST -> value <= limit;
        case ABOVE -> value > limit;
        case AT_LEAST -> value >= limit;
      };
    }
  }

  /** What is asked of a metric. */
  sealed interface NumberTest {

    /** It is there. */
    record Present() implements NumberTest {}

    /** It is there and not a number. */
    record IsNaN() implements NumberTest {}

    /** It compares so. */
    record Compared(Sign sign, double limit) implements NumberTest {}
  }

  /** What is asked of a text. */
  sealed interface TextTest {

    /** It is there. */
    record Present() implements TextTest {}

    /** It is one of these, letter by letter, or by its number one of those. */
    record Among(List<String> texts, List<Double> numbers) implements TextTest {}

    /** It is there and none of these, letter by letter. */
    record NoneOf(List<String> texts) implements TextTest {}

    /** It is a number that compares so. */
    record Compared(Sign sign, double limit) implements TextTest {}

    /** It fits a pattern, or is there and does not. */
    record Like(LikePattern pattern, boolean fits) implements TextTest {}
  }

  /** Whether a text passes. */
  static boolean passes(TextTest test, @Nullable String text, @Nullable Double number) {
    if (text == null) {
      return false;
    }
    if (test instanceof TextTest.Among among) {
      return among.texts().contains(text)
          || (number != null && among.numbers().stream().anyMatch(one -> one == (double) number));
    }
    if (test instanceof TextTest.NoneOf none) {
      return !none.texts().contains(text);
    }
    if (test instanceof TextTest.Compared compared) {
      return number != null && compared.sign().holds(number, compared.limit());
    }
    return !(test instanceof TextTest.Like like) || like.pattern().fits(text) == like.fits();
  }

  /** Visits each comparison in a condition. */
  static void forEach(Condition condition, Consumer<Condition> visitor) {
    if (condition instanceof And and) {
      forEach(and.left(), visitor);
      forEach(and.right(), visitor);
    } else if (condition instanceof Or or) {
      forEach(or.left(), visitor);
      forEach(or.right(), visitor);
    } else if (condition instanceof Not not) {
      forEach(not.turned(), visitor);
    } else {
      visitor.accept(condition);
    }
  }
}
