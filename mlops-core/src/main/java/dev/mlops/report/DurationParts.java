package dev.mlops.report;

import java.math.BigDecimal;
import java.util.List;
import java.util.StringJoiner;

/** A duration in days, hours, minutes and seconds. */
final class DurationParts {
  static final BigDecimal MINUTE = BigDecimal.valueOf(60);
  static final BigDecimal HOUR = BigDecimal.valueOf(3_600);
  static final BigDecimal DAY = BigDecimal.valueOf(86_400);

  private record Part(String name, BigDecimal seconds) {}

  private static final List<Part> PARTS =
      List.of(new Part(" d", DAY), new Part(" h", HOUR), new Part(" min", MINUTE));

  private DurationParts() {}

  /** All parts that are not zero, exactly: {@code 1 d 2 h 0.5 s}. */
  static String of(BigDecimal seconds) {
    if (seconds.signum() == 0) {
      return "0 s";
    }
    StringJoiner parts = new StringJoiner(" ", seconds.signum() < 0 ? "-" : "", "");
    BigDecimal rest = seconds.abs();
    for (Part part : PARTS) {
      BigDecimal[] split = rest.divideAndRemainder(part.seconds);
      if (split[0].signum() != 0) {
        parts.add(InWords.grouped(split[0].setScale(0)) + part.name);
      }
      rest = split[1];
    }
    if (rest.signum() != 0) {
      parts.add(rest.stripTrailingZeros().toPlainString() + " s");
    }
    return parts.toString();
  }
}
