package dev.mlops.rollout;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Plural;
import dev.mlops.report.InWords;
import dev.mlops.stats.SplitRandom;
import dev.mlops.stats.TwoSidedProcess.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.DoubleStream;

/**
 * What a plan would do, before it starts: with a candidate as good as the live model, and with
 * worse ones, how often it is promoted, how many more bad events that costs, and how long it takes.
 * For an A/B test: how often each answer is told, of better candidates too.
 *
 * <p>The answers come from simulated rollouts: counts are drawn for each tick and given to the
 * rules that judge the real rollout. Each share is exact to about one point, of an A/B test to
 * about two, and less where a rollout takes very many ticks; {@link Case#runs} tells. What is not
 * simulated: models that warm up, labels that never come, and rates that change on the way. Units
 * are independent.
 *
 * @param plan the plan in words
 * @param traffic what was expected
 * @param cases one for each candidate, from the best to the worst
 */
public record RolloutForecast(String plan, ExpectedTraffic traffic, List<Case> cases) {

  /** How many times the live model's rates the candidates' are. */
  private static final double[] TIMES = {1, 1.5, 2, 3};

  /** The same for an A/B test, which asks about better ones too. */
  private static final double[] TIMES_OF_TEST = {0.5, 0.8, 1, 1.25, 2};

  private static final long SEED = 20_260_301;
  private static final int RUNS_AT_ONCE = 400;
  private static final int LEAST_RUNS = 50;
  private static final long MOST_TICKS = 4_000_000;
  private static final int MOST_RUNS = 4_000;
  private static final double STANDARD_ERROR = 0.007;
  private static final double STANDARD_ERROR_OF_TEST = 0.015;

  /**
   * Keeps its own copy of the cases.
   *
   * @param plan the plan in words
   * @param traffic what was expected
   * @param cases one for each candidate
   */
  public RolloutForecast {
    requireNonNull(plan, "plan");
    requireNonNull(traffic, "traffic");
    cases = Elements.copy(cases, "cases");
  }

  /**
   * What becomes of a candidate of known quality.
   *
   * @param times how many times as often as on the live model each guard's event is bad on it
   * @param runs how many rollouts were simulated
   * @param promoted the share of them in which it was promoted
   * @param rolledBack the share in which it was rolled back
   * @param better the share in which an A/B test was held with the answer that the candidate is
   *     better; 0 for other plans
   * @param equal the share in which one was held with the answer that the two are equal within the
   *     margin; 0 for other plans
   * @param undecided the share that was held without an answer, at the deadline or after the last
   *     step
   * @param meanMoreBad how many more bad events there were until the end than the live model alone
   *     would have had, of all guards together, in the mean. For errors the live model answers in
   *     the candidate's place
   * @param worstMoreBad the number of them that was exceeded in 1 % of the rollouts
   * @param median the time after which half of the rollouts had ended
   * @param nineOfTen the time after which nine of ten had ended
   */
  public record Case(
      double times,
      int runs,
      double promoted,
      double rolledBack,
      double better,
      double equal,
      double undecided,
      double meanMoreBad,
      long worstMoreBad,
      Duration median,
      Duration nineOfTen) {

    private static Case of(double times, List<ForecastRun.Outcome> outcomes) {
      int runs = outcomes.size();
      long[] bad = outcomes.stream().mapToLong(ForecastRun.Outcome::moreBad).sorted().toArray();
      List<Duration> time = outcomes.stream().map(ForecastRun.Outcome::time).sorted().toList();
      double promoted = share(outcomes, RolloutState.Promoted.class);
      double rolledBack = share(outcomes, RolloutState.RolledBack.class);
      double better = share(outcomes, each -> each.isHeldWith(Outcome.Better.class));
      double equal = share(outcomes, each -> each.isHeldWith(Outcome.Equivalent.class));
      double undecided = share(outcomes, ForecastRun.Outcome::isUndecided);
      return new Case(
          times,
          runs,
          promoted,
          rolledBack,
          better,
          equal,
          undecided,
          Arrays.stream(bad).average().orElseThrow(),
          bad[(int) Math.ceil(0.99 * runs) - 1],
          time.get((runs - 1) / 2),
          time.get((int) Math.ceil(0.9 * runs) - 1));
    }

    /** The same for another candidate: that many times nothing is nothing. */
    private Case at(double others) {
      return new Case(
          others,
          runs,
          promoted,
          rolledBack,
          better,
          equal,
          undecided,
          meanMoreBad,
          worstMoreBad,
          median,
          nineOfTen);
    }

    @Override
    public String toString() {
      return "%s x the bad events: promoted %s, rolled back %s%s, undecided %s; %s more bad events, at most %s in 99 of 100; done after %s, nine of ten after %s"
          .formatted(
              InWords.number(times),
              percent(promoted),
              percent(rolledBack),
              better + equal == 0
                  ? ""
                  : ", told better %s, told equal %s".formatted(percent(better), percent(equal)),
              percent(undecided),
              InWords.number(meanMoreBad, 3),
              Plural.grouped(worstMoreBad),
              InWords.duration(median),
              InWords.duration(nineOfTen));
    }
  }

  private static double share(List<ForecastRun.Outcome> outcomes, Class<?> state) {
    return share(outcomes, outcome -> state.isInstance(outcome.state()));
  }

  private static double share(
      List<ForecastRun.Outcome> outcomes, Predicate<ForecastRun.Outcome> what) {
    return outcomes.stream().filter(what).count() / (double) outcomes.size();
  }

  /**
   * Simulates a plan with candidates that have 1, 1.5, 2 and 3 times the live model's bad events,
   * by every guard at once; an A/B test with 0.5, 0.8, 1, 1.25 and 2 times. It takes about a
   * second, longer for plans of many millions of requests.
   *
   * @param terms the plan
   * @param traffic what comes; the rate of each guard that promotion waits for must be given, the
   *     others are 0 by default. A latency quantile has its rate by itself, and its candidate of 1
   *     is one that takes just as long as is tolerated
   * @return the forecast, the same for the same plan and traffic
   * @throws IllegalArgumentException if a rate is missing, or of no guard
   */
  public static RolloutForecast of(RolloutTerms terms, ExpectedTraffic traffic) {
    requireNonNull(terms, "terms");
    requireNonNull(traffic, "traffic");
    ExpectedTraffic known = withQuantiles(terms, traffic);
    requireKnown(terms, known);
    List<GuardTerms> watched = worthwhile(terms.guards(), known);
    RolloutTerms judged = terms.with(watched);
    double[] rates = watched.stream().mapToDouble(guard -> rate(guard, known)).toArray();
    boolean isNeverBad = Arrays.stream(rates).allMatch(rate -> rate == 0);
    List<Case> cases = new ArrayList<>();
    boolean isTest = judged.comparesBothWays();
    for (double times : isTest ? TIMES_OF_TEST : TIMES) {
      if (isNeverBad && !cases.isEmpty()) {
        cases.add(cases.get(0).at(times));
        continue;
      }
      SplitRandom random = SplitRandom.seeded(SEED).split((long) (100 * times));
      cases.add(
          simulate(
              times, run -> new ForecastRun(judged, known, rates, times, random.split(run)).run()));
    }
    return new RolloutForecast(terms.toString(), known, cases);
  }

  /** What lies beyond a quantile is known by its name. */
  private static ExpectedTraffic withQuantiles(RolloutTerms terms, ExpectedTraffic traffic) {
    ExpectedTraffic known = traffic;
    for (GuardTerms guard : terms.guards()) {
      LatencyBudget quantile = guard.quantile();
      if (quantile != null && !traffic.rates().containsKey(guard.name())) {
        known = known.rate(guard.name(), 1 - quantile.quantile());
      }
    }
    return known;
  }

  /** Simulates until the share of promotions is known well enough, or it takes too long. */
  private static Case simulate(double times, IntFunction<ForecastRun.Outcome> rollout) {
    List<ForecastRun.Outcome> outcomes = new ArrayList<>();
    long ticks = 0;
    while (!suffices(outcomes) && (ticks < MOST_TICKS || outcomes.size() < LEAST_RUNS)) {
      ForecastRun.Outcome outcome = rollout.apply(outcomes.size());
      ticks += outcome.ticks();
      outcomes.add(outcome);
    }
    return Case.of(times, outcomes);
  }

  private static boolean suffices(List<ForecastRun.Outcome> outcomes) {
    int runs = outcomes.size();
    if (runs == 0 || runs % RUNS_AT_ONCE != 0) {
      return false;
    }
    boolean isKnown =
        outcomes.get(0).found().isPresent()
            ? isKnownOfTest(outcomes)
            : error(share(outcomes, RolloutState.Promoted.class), runs) <= STANDARD_ERROR;
    return runs >= MOST_RUNS || isKnown;
  }

  private static boolean isKnownOfTest(List<ForecastRun.Outcome> outcomes) {
    return DoubleStream.of(
            share(outcomes, RolloutState.Promoted.class),
            share(outcomes, RolloutState.RolledBack.class),
            share(outcomes, each -> each.isHeldWith(Outcome.Better.class)),
            share(outcomes, each -> each.isHeldWith(Outcome.Equivalent.class)))
        .allMatch(share -> error(share, outcomes.size()) <= STANDARD_ERROR_OF_TEST);
  }

  private static double error(double share, int runs) {
    return Math.sqrt(share * (1 - share) / runs);
  }

  private static void requireKnown(RolloutTerms terms, ExpectedTraffic traffic) {
    List<String> names = terms.guards().stream().map(GuardTerms::name).toList();
    for (String named : traffic.rates().keySet()) {
      if (!names.contains(named)) {
        throw new IllegalArgumentException(
            "no guard is named '%s'; there are: %s".formatted(named, String.join(", ", names)));
      }
    }
    for (GuardTerms guard : terms.guards()) {
      if (guard.decisive() && !traffic.rates().containsKey(guard.name())) {
        throw new IllegalArgumentException(
            "promotion waits for the guard '%s', and how often its event is bad on the live model is not given; add .rate(\"%s\", ...)"
                .formatted(guard.name(), guard.name()));
      }
    }
  }

  private static double rate(GuardTerms guard, ExpectedTraffic traffic) {
    return traffic.rates().getOrDefault(guard.name(), 0.0);
  }

  /**
   * Leaves out guards that never see a bad event and wait for nothing that another does not wait
   * for: they would change nothing, and take time.
   */
  private static List<GuardTerms> worthwhile(List<GuardTerms> guards, ExpectedTraffic traffic) {
    List<GuardTerms> kept = new ArrayList<>();
    for (GuardTerms guard : guards) {
      if (guard.decisive() || rate(guard, traffic) > 0) {
        kept.add(guard);
      }
    }
    for (GuardTerms guard : guards) {
      if (!kept.contains(guard) && kept.stream().noneMatch(watched -> covers(watched, guard))) {
        kept.add(guard);
      }
    }
    return kept;
  }

  private static boolean covers(GuardTerms watched, GuardTerms silent) {
    boolean bothByLabels =
        (watched.kind() == GuardTerms.Kind.LABELS) == (silent.kind() == GuardTerms.Kind.LABELS);
    return bothByLabels && watched.minimum() >= silent.minimum();
  }

  /**
   * Writes the forecast as a table.
   *
   * @return a line for the plan, one for what was expected, a heading and a line for each case. Of
   *     an A/B test "better" holds those that were promoted too, and "worse" those that were rolled
   *     back
   */
  public String table() {
    return ForecastTable.of(this);
  }

  private static String percent(double share) {
    return ForecastTable.percent(share);
  }

  @Override
  public String toString() {
    return "forecast at "
        + traffic
        + ": "
        + cases.stream()
            .map(each -> InWords.number(each.times) + " x promoted " + percent(each.promoted))
            .collect(Collectors.joining(", "));
  }
}
