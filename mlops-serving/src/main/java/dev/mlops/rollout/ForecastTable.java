package dev.mlops.rollout;

import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import dev.mlops.rollout.RolloutForecast.Case;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A forecast in lines; that of an A/B test has columns of its own. */
final class ForecastTable {

  private static final List<String> OF_ROLLOUT =
      List.of("promoted", "rolled back", "undecided", "more bad");
  private static final List<String> OF_TEST =
      List.of("better", "worse", "equal", "undecided", "more bad");
  private static final List<String> OF_ALL = List.of("99 of 100", "half done in", "9 of 10 in");
  private static final int[] WIDTHS_OF_ROLLOUT = {9, 11, 9, 13, 13, 14, 14};
  private static final int[] WIDTHS_OF_TEST = {7, 7, 7, 9, 13, 13, 14, 14};

  private ForecastTable() {}

  static String of(RolloutForecast forecast) {
    StringBuilder text = new StringBuilder();
    text.append(forecast.plan()).append(System.lineSeparator());
    text.append("at ")
        .append(forecast.traffic())
        .append(expected(forecast.traffic()))
        .append(System.lineSeparator());
    boolean isTest = isTest(forecast);
    List<String> heading = new ArrayList<>(isTest ? OF_TEST : OF_ROLLOUT);
    heading.addAll(OF_ALL);
    row(text, "bad events", heading, isTest);
    for (Case each : forecast.cases()) {
      row(text, InWords.number(each.times()) + " x", cells(each, isTest), isTest);
    }
    return text.toString();
  }

  /** Only of an A/B test it is asked what becomes of a candidate that is better. */
  private static boolean isTest(RolloutForecast forecast) {
    return forecast.cases().stream().anyMatch(each -> each.times() < 1);
  }

  private static List<String> cells(Case each, boolean isTest) {
    List<String> cells = new ArrayList<>();
    cells.add(percent(each.promoted() + each.better()));
    cells.add(percent(each.rolledBack()));
    if (isTest) {
      cells.add(percent(each.equal()));
    }
    cells.add(percent(each.undecided()));
    cells.add(InWords.number(each.meanMoreBad(), 3));
    cells.add(Plural.grouped(each.worstMoreBad()));
    cells.add(InWords.duration(each.median()));
    cells.add(InWords.duration(each.nineOfTen()));
    return cells;
  }

  private static void row(StringBuilder text, String first, List<String> cells, boolean isTest) {
    text.append("%-10s".formatted(first));
    int[] widths = isTest ? WIDTHS_OF_TEST : WIDTHS_OF_ROLLOUT;
    for (int i = 0; i < cells.size(); i++) {
      text.append("  ").append(("%" + widths[i] + "s").formatted(cells.get(i)));
    }
    text.append(System.lineSeparator());
  }

  private static String expected(ExpectedTraffic traffic) {
    String rates =
        traffic.rates().entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(
                rate -> rate.getKey() + ": " + Text.percent(rate.getValue()) + " of the live model")
            .collect(Collectors.joining(", "));
    String labels =
        traffic.labelsAfter().isZero()
            ? ""
            : ", labels after " + InWords.duration(traffic.labelsAfter());
    return (rates.isEmpty() ? "" : ", " + rates) + labels;
  }

  static String percent(double share) {
    return InWords.number(100 * share, 3) + " %";
  }
}
