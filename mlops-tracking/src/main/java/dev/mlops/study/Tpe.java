package dev.mlops.study;

import dev.mlops.stats.SplitRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Chooses params that are likely among the best trials and unlikely among the others. */
final class Tpe implements Sampler.Strategy {

  /*
   * The tree-structured Parzen estimator. The best share of the n trials, ceil(n / 10) and at most
   * 25, gives a density l, the others a density g [2, section 3.1]. Of 24 candidates drawn from l
   * the one with the greatest l / g is tried, which is the one of the greatest expected improvement
   * [1, section 4.1].
   *
   * A density is a mixture of one kernel for each trial and a wide one for the prior. A kernel is a
   * product over the params [2, section 3.3.3, "multivariate"]: so a pair of params that was good
   * together is tried together. In [1] each param has a density of its own, which is blind to pairs.
   *
   * Params that are there under one condition have one density, made of the trials that have them
   * [1, section 4.2]. A trial that still runs counts among the others, so that workers do not
   * crowd, and so does one that failed, has no value or was told to stop.
   *
   * 1. J. Bergstra, R. Bardenet, Y. Bengio, B. Kegl, "Algorithms for hyper-parameter
   *    optimization", NIPS 2011.
   * 2. S. Watanabe, "Tree-structured Parzen estimator: understanding its algorithm components and
   *    their roles for better empirical performance", arXiv 2304.11127, 2023.
   */

  private static final int STARTUP = 10;
  private static final int CANDIDATES = 24;
  private static final int MOST_GOOD = 25;

  @Override
  public Optional<Map<String, Object>> next(
      Space space, long number, SplitRandom random, Sampler.Known known) {
    List<TrialView> measured = known.measured();
    int n = measured.size();
    if (n < STARTUP) {
      return Optional.of(Sampler.drawn(space, random));
    }
    int good = Math.min(MOST_GOOD, (n + 9) / 10);
    List<TrialView> below = byNumber(measured.subList(0, good), List.of());
    List<TrialView> above = byNumber(measured.subList(good, n), known.others());
    Map<String, Object> values = new LinkedHashMap<>();
    groups(space)
        .forEach(
            group -> {
              if (group.get(0).isActive(values)) {
                values.putAll(
                    best(group, below, above, random.split("group").split(group.get(0).name())));
              }
            });
    return Optional.of(space.choose(param -> chosen(values, param)));
  }

  private static Object chosen(Map<String, Object> values, Param param) {
    Object value = values.get(param.name());
    if (value == null) {
      throw new IllegalStateException("param '" + param.name() + "' was not chosen");
    }
    return value;
  }

  /** Weights go by age, so the order is that of the trials and not of their values. */
  private static List<TrialView> byNumber(List<TrialView> some, List<TrialView> more) {
    List<TrialView> all = new ArrayList<>(some);
    all.addAll(more);
    all.sort(Comparator.comparingLong(TrialView::number));
    return all;
  }

  /** Params under one condition, in the order of the space: a choice comes before what needs it. */
  private static List<List<Param>> groups(Space space) {
    Map<String, List<Param>> groups = new LinkedHashMap<>();
    for (Param param : space.params()) {
      Param.@Nullable Condition condition = param.condition();
      groups.computeIfAbsent(String.valueOf(condition), key -> new ArrayList<>()).add(param);
    }
    return List.copyOf(groups.values());
  }

  private static Map<String, Object> best(
      List<Param> group, List<TrialView> below, List<TrialView> above, SplitRandom random) {
    Parzen good = Parzen.of(group, having(group, below));
    Parzen others = Parzen.of(group, having(group, above));
    Map<String, Object> best = Map.of();
    double most = Double.NEGATIVE_INFINITY;
    for (int i = 0; i < CANDIDATES; i++) {
      Map<String, Object> candidate = good.draw(random);
      double gain = good.logDensity(candidate) - others.logDensity(candidate);
      if (best.isEmpty() || gain > most) {
        best = candidate;
        most = gain;
      }
    }
    return best;
  }

  private static List<Map<String, Object>> having(List<Param> group, List<TrialView> trials) {
    return trials.stream()
        .map(TrialView::params)
        .filter(params -> params.containsKey(group.get(0).name()))
        .toList();
  }
}
