package dev.mlops.design;

import dev.mlops.report.InWords;
import dev.mlops.storage.Names;
import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;
import java.util.Optional;

/** How names and numbers are written in messages and sentences. */
final class Words {
  private static final int LONGEST_COMPARED = 60;

  private Words() {}

  /** The beginning of a text from outside. */
  static String shown(String text) {
    return Names.shown(text);
  }

  /** A number for a sentence: four digits at most, or all before the point. */
  static String rounded(double value) {
    return InWords.number(value, 4);
  }

  /** A share as percent. */
  static String percent(double share) {
    return rounded(100 * share) + " %";
  }

  /** {@code "; did you mean x? "} if a known name is near; else only {@code "; "}. */
  static String didYouMean(String name, Collection<String> known) {
    return nearest(name, known).map(near -> "; did you mean " + near + "? ").orElse("; ");
  }

  /** The known name with the fewest changes, if they are at most a third of its letters. */
  static Optional<String> nearest(String name, Collection<String> known) {
    if (name.length() > LONGEST_COMPARED) {
      return Optional.empty();
    }
    String typed = name.toLowerCase(Locale.ROOT).replaceAll("[- ]", "_");
    return known.stream()
        .filter(each -> changes(typed, each) <= mostChanges(typed, each))
        .min(Comparator.comparingInt(each -> changes(typed, each)));
  }

  /** Of words of one or two letters every other one is near: they have to begin alike. */
  private static int mostChanges(String typed, String known) {
    boolean alike = !typed.isEmpty() && typed.charAt(0) == known.charAt(0);
    return known.length() < 3 && !alike ? 0 : Math.max(1, known.length() / 3);
  }

  /** Letters to insert, drop, replace or swap with their neighbour (optimal string alignment). */
  private static int changes(String from, String to) {
    int[][] cost = new int[from.length() + 1][to.length() + 1];
    for (int i = 0; i <= from.length(); i++) {
      for (int j = 0; j <= to.length(); j++) {
        cost[i][j] = i == 0 || j == 0 ? i + j : least(cost, from, to, i, j);
      }
    }
    return cost[from.length()][to.length()];
  }

  private static int least(int[][] cost, String from, String to, int i, int j) {
    boolean same = from.charAt(i - 1) == to.charAt(j - 1);
    int best =
        Math.min(Math.min(cost[i - 1][j], cost[i][j - 1]) + 1, cost[i - 1][j - 1] + (same ? 0 : 1));
    boolean swapped =
        i > 1
            && j > 1
            && from.charAt(i - 1) == to.charAt(j - 2)
            && from.charAt(i - 2) == to.charAt(j - 1);
    return swapped ? Math.min(best, cost[i - 2][j - 2] + 1) : best;
  }
}
