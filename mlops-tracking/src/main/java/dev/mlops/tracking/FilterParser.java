package dev.mlops.tracking;

import dev.mlops.tracking.Condition.Sign;
import dev.mlops.tracking.FilterTokens.Kind;
import dev.mlops.tracking.FilterTokens.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;

/**
 * Reads a filter in MLflow's grammar for searching runs, and what it lacks: OR, NOT, brackets, IS
 * NULL and IN for all texts.
 *
 * <pre>
 * filter := and { OR and }
 * and    := not { AND not }
 * not    := NOT not | ( filter ) | clause
 * clause := field sign value | field [NOT] LIKE text | field [NOT] ILIKE text
 *         | field [NOT] IN ( value { , value } ) | field IS [NOT] NULL
 * field  := [ entity . ] name
 * </pre>
 *
 * <p>A clause is followed by nothing but AND, OR, a closing bracket or the end. Depth is limited,
 * so that no filter exhausts a thread's stack.
 */
final class FilterParser {

  private static final int DEEPEST = 100;

  private final String text;
  private final List<Token> tokens;
  private int next;
  private int depth;

  private FilterParser(String text) {
    this.text = text;
    this.tokens = FilterTokens.of(text);
  }

  /**
   * Reads a filter.
   *
   * @throws IllegalArgumentException if it is none, with the place and the reason
   */
  static RunFilter parse(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(
          "filter is blank; leave where(...) out to find all runs, or compare something: metrics.auc > 0.8");
    }
    FilterParser parser = new FilterParser(text);
    RunFilter filter = parser.either();
    Token end = parser.peek();
    if (end.kind() != Kind.END) {
      throw parser.wrong(end, "expected AND, OR or the end, found " + end);
    }
    return filter;
  }

  private RunFilter either() {
    RunFilter filter = both();
    while (take("OR")) {
      filter = filter.or(both());
    }
    return filter;
  }

  private RunFilter both() {
    RunFilter filter = negated();
    while (take("AND")) {
      filter = filter.and(negated());
    }
    return filter;
  }

  private RunFilter negated() {
    Token token = peek();
    if (++depth > DEEPEST) {
      throw wrong(token, "brackets and NOT are nested deeper than " + DEEPEST);
    }
    RunFilter filter;
    if (take("NOT")) {
      filter = negated().not();
    } else if (take("(")) {
      filter = either();
      if (!take(")")) {
        throw wrong(
            peek(),
            "expected ) for the bracket at character " + (token.from() + 1) + ", found " + peek());
      }
    } else {
      filter = clause();
    }
    depth--;
    return filter;
  }

  private RunFilter clause() {
    Token start = peek();
    FilterField field = field();
    Token sign = peek();
    if (take("IS")) {
      boolean missing = !take("NOT");
      if (!take("NULL")) {
        throw wrong(peek(), "expected NULL or NOT NULL, found " + peek());
      }
      return applied(start, () -> field.isNull(missing));
    }
    boolean turned = take("NOT");
    Token word = peek();
    if (take("IN")) {
      List<String> values = values();
      return applied(start, () -> field.in(values, turned));
    }
    if (take("LIKE") || take("ILIKE")) {
      String pattern = textValue(field + " LIKE is followed by a text in quotes, such as '%tree%'");
      boolean anyCase = word.is("ILIKE");
      return applied(start, () -> field.like(pattern, anyCase, turned));
    }
    if (turned) {
      throw wrong(word, "expected IN, LIKE or ILIKE after NOT, found " + word);
    }
    Sign comparison = sign.kind() == Kind.SIGN ? Sign.of(sign.text()).orElse(null) : null;
    if (comparison == null) {
      throw wrong(sign, expected(field, sign));
    }
    next++;
    Token value = peek();
    if ((!value.isQuoted() && value.kind() != Kind.NUMBER) || value.kind() == Kind.BACKTICK) {
      throw wrong(value, field.wants() + ", found " + value);
    }
    next++;
    return applied(
        value,
        () ->
            value.isQuoted()
                ? field.compareText(comparison, value.text())
                : field.compareNumber(comparison, Double.parseDouble(value.text())));
  }

  private static String expected(FilterField field, Token sign) {
    String hint =
        switch (sign.text().toLowerCase(Locale.ROOT)) {
          case "==" -> "; equal is =";
          case "<>" -> "; not equal is !=";
          case "between" -> "; write it as two comparisons joined by AND";
          default -> "";
        };
    return "expected a comparison after "
        + field
        + " ("
        + field.operators()
        + "), found "
        + sign
        + hint;
  }

  private List<String> values() {
    if (!take("(")) {
      throw wrong(peek(), "expected ( after IN, found " + peek());
    }
    List<String> values = new ArrayList<>();
    do {
      values.add(textValue("IN is followed by texts in quotes, such as ('a', 'b')"));
    } while (take(","));
    if (!take(")")) {
      throw wrong(peek(), "expected , or ) in the list after IN, found " + peek());
    }
    return values;
  }

  private String textValue(String wanted) {
    Token value = peek();
    if (!value.isQuoted() || value.kind() == Kind.BACKTICK) {
      throw wrong(value, wanted + ", found " + value);
    }
    next++;
    return value.text();
  }

  /** Reads {@code metrics.auc}, {@code metrics.`val loss`}, {@code status}. */
  private FilterField field() {
    Token token = peek();
    if (token.isQuoted()) {
      next++;
      return named(token, token.text());
    }
    if (token.kind() != Kind.WORD) {
      throw wrong(
          token,
          "expected a field, such as metrics.auc, params.depth, tags.team or status, found "
              + token);
    }
    next++;
    Token name = peek();
    boolean follows = token.text().endsWith(".") && name.from() == token.to() && name.isQuoted();
    if (!follows) {
      return named(token, token.text());
    }
    next++;
    return applied(
        token,
        () -> FilterField.of(token.text().substring(0, token.text().length() - 1), name.text()));
  }

  private FilterField named(Token token, String whole) {
    int dot = token.isQuoted() ? -1 : whole.indexOf('.');
    return applied(
        token,
        () ->
            dot < 0
                ? FilterField.attribute(whole)
                : FilterField.of(whole.substring(0, dot), whole.substring(dot + 1)));
  }

  /** What a field refuses is told with its place. */
  private <T> T applied(Token at, Supplier<T> made) {
    try {
      return made.get();
    } catch (IllegalArgumentException e) {
      throw FilterErrors.at(text, at.from(), String.valueOf(e.getMessage()));
    }
  }

  private Token peek() {
    return tokens.get(next);
  }

  private boolean take(String wanted) {
    if (!peek().is(wanted)) {
      return false;
    }
    next++;
    return true;
  }

  private IllegalArgumentException wrong(Token token, String why) {
    return FilterErrors.at(text, token.from(), why);
  }
}
