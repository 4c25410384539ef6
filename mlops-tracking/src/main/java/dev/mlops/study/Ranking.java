package dev.mlops.study;

import static java.util.Comparator.comparingDouble;
import static java.util.Comparator.comparingLong;

import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * The order of trials: those that keep every limit by their objective, then those that violate one
 * by how far, then by their objective; of equals the earlier one is better. Only a trial that has
 * finished has a place.
 */
final class Ranking {
  private final StudyTerms terms;
  private final List<TrialView> ranked;

  private Ranking(StudyTerms terms, List<TrialView> ranked) {
    this.terms = terms;
    this.ranked = ranked;
  }

  static Ranking of(StudyTerms terms, List<TrialView> trials) {
    Ranking ranking = new Ranking(terms, new ArrayList<>());
    trials.stream()
        .filter(trial -> trial.state() == TrialState.FINISHED)
        .sorted(ranking.order())
        .forEach(ranking.ranked::add);
    return ranking;
  }

  private Comparator<TrialView> order() {
    return comparingDouble(this::violation)
        .thenComparingDouble(trial -> terms.goal().loss(objective(trial)))
        .thenComparing(comparingLong(TrialView::number));
  }

  List<TrialView> ranked() {
    return ranked;
  }

  double objective(TrialView trial) {
    return trial.metrics().getOrDefault(terms.goal().metric(), Double.NaN);
  }

  double violation(TrialView trial) {
    double sum = 0;
    for (Goal.Constraint constraint : terms.constraints()) {
      sum += constraint.violation(trial.metrics().get(constraint.metric()));
    }
    return sum;
  }

  /** What came of a trial, in words. */
  String outcome(TrialView trial) {
    return switch (trial.state()) {
      case RUNNING -> "running";
      case PRUNED -> "pruned";
      case FAILED -> "failed";
      case LOST -> "lost: its process died";
      case UNMEASURED -> unknown(terms.goal().metric(), objectiveOrNull(trial));
      case FINISHED -> violation(trial) == 0 ? "feasible" : violations(trial);
    };
  }

  private @Nullable Double objectiveOrNull(TrialView trial) {
    return trial.metrics().get(terms.goal().metric());
  }

  private static String unknown(String metric, @Nullable Double value) {
    return value == null
        ? "'" + metric + "' was not logged"
        : "'" + metric + "' is " + Exactly.typed(value);
  }

  private String violations(TrialView trial) {
    StringJoiner all = new StringJoiner("; ");
    for (Goal.Constraint constraint : terms.constraints()) {
      Double value = trial.metrics().get(constraint.metric());
      if (constraint.violation(value) > 0) {
        all.add(
            value == null || value.isNaN()
                ? unknown(constraint.metric(), value) + ", which must be" + limit(constraint)
                : "'"
                    + constraint.metric()
                    + "' is "
                    + Exactly.typed(value)
                    + " and must be"
                    + limit(constraint));
      }
    }
    return all.toString();
  }

  private static String limit(Goal.Constraint constraint) {
    return (constraint.atMost() ? " at most " : " at least ") + Exactly.typed(constraint.limit());
  }

  long feasible() {
    return ranked.stream().filter(trial -> violation(trial) == 0).count();
  }

  /** Why the first is the best. */
  String reason() {
    TrialView best = ranked.get(0);
    long feasible = feasible();
    String words =
        "trial "
            + best.number()
            + " has the "
            + (terms.goal().larger() ? "greatest '" : "least '")
            + terms.goal().metric()
            + "', "
            + Exactly.typed(objective(best))
            + ", of "
            + Plural.of(feasible, "trial")
            + (terms.constraints().isEmpty()
                ? " that finished"
                : " that finished and " + Plural.words(feasible, "keeps", "keep") + " every limit");
    return feasible == 1 ? words : words + "; the next is " + next(ranked.get(1));
  }

  private String next(TrialView trial) {
    return "trial " + trial.number() + " with " + Exactly.typed(objective(trial));
  }
}
