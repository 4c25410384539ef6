package dev.mlops.report;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** How much room text takes, without a font to measure it with: an estimate that is not too low. */
final class Lettering {
  /** The size of all text in charts, in pixels. */
  static final double SIZE = 12;

  static final double LINE = 16;

  private static final String DOTS = "…";

  /** What a reader calls one character. */
  private static final Pattern CHARACTER = Pattern.compile("\\X");

  private static final Pattern SPACE = Pattern.compile("\\s+");

  private static final int LONGEST = 2_000;

  private Lettering() {}

  static double width(String text) {
    return text.codePoints().mapToDouble(Lettering::share).sum() * SIZE;
  }

  private static double share(int character) {
    if (character > 0x2E80 || !Markup.isAllowed(character)) {
      return 1.05;
    }
    if (character > 0x7E) {
      return 0.72;
    }
    if ("ijlt.,:;'|!()[] -/fr".indexOf(character) >= 0) {
      return 0.4;
    }
    if ("mwMW@%".indexOf(character) >= 0) {
      return 0.98;
    }
    return Character.isUpperCase(character) ? 0.74 : 0.62;
  }

  /** The text, or as much of its beginning as fits, with dots. */
  static String cut(String text, double room) {
    String some = text.length() > LONGEST ? text.substring(0, LONGEST) : text;
    if (some.length() == text.length() && width(some) <= room) {
      return text;
    }
    double left = room - width(DOTS);
    Matcher character = CHARACTER.matcher(some);
    int end = 0;
    while (character.find()) {
      left -= width(character.group());
      if (left < 0) {
        break;
      }
      end = character.end();
    }
    return some.substring(0, end).stripTrailing() + DOTS;
  }

  /** The text in lines that fit, each word on one; what does not fit into so many lines is cut. */
  static List<String> lines(String text, double room, int most) {
    List<String> lines = new ArrayList<>();
    StringBuilder line = new StringBuilder();
    String rest = text.length() > LONGEST ? text.substring(0, LONGEST) + DOTS : text;
    for (String word : SPACE.splitAsStream(rest.strip()).toList()) {
      if (!line.isEmpty() && width(line + " " + word) > room && lines.size() < most - 1) {
        lines.add(cut(line.toString(), room));
        line.setLength(0);
      }
      line.append(line.isEmpty() ? "" : " ").append(word);
    }
    lines.add(cut(line.toString(), room));
    return lines;
  }
}
