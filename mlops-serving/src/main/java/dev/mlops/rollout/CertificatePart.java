package dev.mlops.rollout;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.errorprone.annotations.CanIgnoreReturnValue;
import dev.mlops.data.Digest;
import dev.mlops.error.Exactly;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Function;

/**
 * A value in the text of a certificate, read with suspicion: each method returns what lies within
 * the stated range, or refuses the text and names the place.
 *
 * @param path where the value is, such as {@code plan.guards[0].alpha}
 */
record CertificatePart(String path, JsonNode node) {

  private static final Instant EARLIEST = Instant.EPOCH;
  private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59Z");

  /** Refuses names other than these. */
  @CanIgnoreReturnValue
  CertificatePart only(String... names) {
    if (!node.isObject()) {
      throw wrong("must be an object");
    }
    Set<String> known = Set.of(names);
    for (Iterator<String> found = node.fieldNames(); found.hasNext(); ) {
      String name = found.next();
      if (!known.contains(name)) {
        throw new InvalidInputException(
            "the certificate has a field '%s' that its format does not know; found: %s"
                .formatted(place(name), Arrays.toString(names)));
      }
    }
    return this;
  }

  boolean has(String name) {
    return node.has(name);
  }

  CertificatePart member(String name) {
    JsonNode value = node.get(name);
    if (value == null) {
      throw new InvalidInputException("the certificate has no '" + place(name) + "'");
    }
    return new CertificatePart(place(name), value);
  }

  List<CertificatePart> items(int least, int most) {
    if (!node.isArray() || node.size() < least || node.size() > most) {
      throw wrong("must be a list of %d to %d".formatted(least, most));
    }
    List<CertificatePart> items = new ArrayList<>(node.size());
    for (int i = 0; i < node.size(); i++) {
      items.add(new CertificatePart(path + "[" + i + "]", node.get(i)));
    }
    return items;
  }

  <T> List<T> list(int least, int most, Function<CertificatePart, T> reader) {
    return items(least, most).stream().map(reader).toList();
  }

  String text() {
    if (!node.isTextual()) {
      throw wrong("must be a text");
    }
    String text = node.textValue();
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw wrong("must not hold half of a surrogate pair");
    }
    return text;
  }

  String name() {
    String text = text();
    if (text.isBlank()) {
      throw wrong("must not be blank");
    }
    return text;
  }

  @CanIgnoreReturnValue
  long whole(long least, long most) {
    boolean fits = node.isIntegralNumber() && node.canConvertToLong();
    if (!fits || node.longValue() < least || node.longValue() > most) {
      throw wrong("must be a whole number within %d and %d".formatted(least, most));
    }
    return node.longValue();
  }

  double number() {
    if (!node.isNumber() || !Double.isFinite(node.doubleValue())) {
      throw wrong("must be a finite number");
    }
    return node.doubleValue();
  }

  /** A number between 0 and 1, both excluded. */
  double chance() {
    double value = number();
    if (!(value > 0 && value < 1)) {
      throw wrong("must lie between 0 and 1, both excluded");
    }
    return value;
  }

  boolean flag() {
    if (!node.isBoolean()) {
      throw wrong("must be true or false");
    }
    return node.booleanValue();
  }

  Instant time() {
    try {
      Instant time = Instant.parse(text());
      if (!time.isBefore(EARLIEST) && !time.isAfter(LATEST)) {
        return time;
      }
    } catch (DateTimeException e) {
      throw wrong("must be a time such as 2026-11-23T12:00:00Z", e);
    }
    throw wrong("must be a time from 1970 to 9999");
  }

  Duration span() {
    try {
      Duration span = Duration.parse(text());
      if (!span.isNegative() && span.compareTo(RolloutTerms.LONGEST) <= 0) {
        return span;
      }
    } catch (DateTimeException | ArithmeticException e) {
      throw wrong("must be a duration such as PT6H", e);
    }
    throw wrong("must be a duration of zero to " + Plural.of(RolloutTerms.LONGEST.toDays(), "day"));
  }

  /** A span above zero. */
  Duration limit() {
    Duration limit = span();
    if (limit.isZero()) {
      throw wrong("must be above zero");
    }
    return limit;
  }

  Digest digest() {
    try {
      return Digest.parse(text());
    } catch (IllegalArgumentException e) {
      throw wrong("must be sha256: and 64 hexadecimal digits in lower case", e);
    }
  }

  <E extends Enum<E>> E choice(Class<E> kinds) {
    for (E kind : kinds.getEnumConstants()) {
      if (kind.name().equals(text())) {
        return kind;
      }
    }
    throw wrong("must be one of " + Arrays.toString(kinds.getEnumConstants()));
  }

  /** Refuses any text but this one. */
  void same(String expected) {
    if (!text().equals(expected)) {
      throw wrong("must be '" + expected + "' for this version");
    }
  }

  /** Refuses any number but this one. */
  void same(double expected) {
    if (number() != expected) {
      throw wrong("must be " + Exactly.number(expected) + " for this version");
    }
  }

  /** Refuses any list but this one. */
  void same(Collection<Double> expected) {
    if (!list(0, expected.size(), CertificatePart::number).equals(List.copyOf(expected))) {
      throw wrong("must be " + expected + " for this version");
    }
  }

  InvalidInputException wrong(String expectation) {
    return wrong(expectation, null);
  }

  private InvalidInputException wrong(
      String expectation, @org.jspecify.annotations.Nullable Throwable cause) {
    return new InvalidInputException(
        "'%s' of the certificate %s: %s".formatted(path, expectation, shortened()), cause);
  }

  private String shortened() {
    String text = node.isContainerNode() ? "a list or object of " + node.size() : node.toString();
    return text.length() <= 60 ? text : text.substring(0, 60) + "...";
  }

  private String place(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }
}
