package dev.mlops.design;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import dev.mlops.error.Exactly;
import dev.mlops.error.Plural;
import dev.mlops.storage.Names;
import java.time.Duration;
import java.util.List;

/**
 * What the business asks of the model and its service, besides the {@linkplain Target targets} of
 * its metrics. What nobody asks for is said by {@link NotNeeded}, with the reason.
 */
public sealed interface Requirement {

  /** The topics of which a design says what is needed, or that nothing is. */
  List<String> TOPICS =
      List.of(
          "value",
          "frequency",
          "latency",
          "explanation",
          "transparency",
          "compliance",
          "fairness",
          "forbidden_features",
          "rollout",
          "retraining");

  /**
   * Returns what it speaks of.
   *
   * @return one of {@link #TOPICS}
   */
  String topic();

  /**
   * Returns what it speaks of in particular, so that nothing is said twice.
   *
   * @return the topic, and the column, group, quantile or rule if there can be several
   */
  default String key() {
    return topic();
  }

  /**
   * How often predictions are asked for, at the least.
   *
   * @param predictions how many there are, at least 1
   * @param every in which time
   */
  record Frequency(long predictions, Duration every) implements Requirement {
    /**
     * Checks the ranges.
     *
     * @param predictions how many there are, at least 1
     * @param every in which time; positive
     * @throws IllegalArgumentException if one is not positive
     */
    public Frequency {
      atLeastOne("predictions", predictions);
      Durations.positive("every", every);
    }

    @Override
    public String topic() {
      return "frequency";
    }

    @Override
    public String toString() {
      return "at least "
          + Plural.of(predictions, "prediction")
          + " every "
          + Exactly.duration(every);
    }
  }

  /**
   * How fast predictions have to be.
   *
   * @param quantile the share of predictions that have to be so fast
   * @param atMost how long they may take
   */
  record Latency(double quantile, Duration atMost) implements Requirement {
    /**
     * Checks the ranges.
     *
     * @param quantile the share of predictions that have to be so fast, above 0, up to 1
     * @param atMost how long they may take; positive
     * @throws IllegalArgumentException if one is out of range
     */
    public Latency {
      requireNonNull(atMost, "atMost");
      if (!(quantile > 0 && quantile <= 1)) {
        throw new IllegalArgumentException(
            "quantile must be above 0 and at most 1: " + Exactly.number(quantile));
      }
      Durations.positive("at_most", atMost);
    }

    @Override
    public String topic() {
      return "latency";
    }

    @Override
    public String key() {
      return "latency at " + Exactly.number(quantile);
    }

    @Override
    public String toString() {
      return key() + " of at most " + Exactly.duration(atMost);
    }
  }

  /**
   * Who has to understand why a prediction is as it is.
   *
   * @param audience who reads the reasons, such as {@code call centre agents}
   * @param reasons how many reasons at most
   * @param within how long an explanation may take
   * @param onRequest whether explanations are made later, when somebody asks, rather than with each
   *     prediction
   */
  record Explanation(String audience, int reasons, Duration within, boolean onRequest)
      implements Requirement {
    /**
     * Checks the ranges.
     *
     * @param audience who reads the reasons
     * @param reasons how many reasons at most, at least 1
     * @param within how long an explanation may take; positive
     * @param onRequest whether explanations are made later, when somebody asks
     * @throws IllegalArgumentException if one is out of range
     */
    public Explanation {
      Names.checked("audience", audience);
      atLeastOne("reasons", reasons);
      Durations.positive("within", within);
    }

    @Override
    public String topic() {
      return "explanation";
    }

    @Override
    public String toString() {
      return "explanation for "
          + audience
          + ": "
          + Plural.of(reasons, "reason")
          + " within "
          + Exactly.duration(within)
          + (onRequest ? ", on request" : "");
    }
  }

  /**
   * What is laid open about the model.
   *
   * @param disclosure what is told, and to whom
   */
  record Transparency(String disclosure) implements Requirement {
    /**
     * Checks the text.
     *
     * @param disclosure what is told, and to whom
     * @throws IllegalArgumentException if it is blank or too long
     */
    public Transparency {
      requireNonNull(disclosure, "disclosure");
      DesignBuilder.prose("transparency", disclosure);
    }

    @Override
    public String topic() {
      return "transparency";
    }

    @Override
    public String key() {
      return "transparency: " + disclosure;
    }
  }

  /**
   * A rule or law that the project is under.
   *
   * @param rule which rule
   * @param keepRecords how long records are kept
   * @param approvals how many people have to approve a new version
   * @param approvers the roles that may approve; unmodifiable
   */
  record Compliance(String rule, Duration keepRecords, int approvals, List<Role> approvers)
      implements Requirement {
    /**
     * Checks the ranges.
     *
     * @param rule which rule
     * @param keepRecords how long records are kept; positive
     * @param approvals how many people have to approve a new version, at least 0
     * @param approvers the roles that may approve
     * @throws IllegalArgumentException if one is out of range, or approvals are asked of nobody
     */
    public Compliance {
      requireNonNull(keepRecords, "keepRecords");
      Names.checked("rule", rule);
      Durations.positive("keep_records", keepRecords);
      approvers = Elements.copy(approvers, "approvers");
      if (approvals < 0 || (approvals > 0 && approvers.isEmpty())) {
        throw new IllegalArgumentException(
            "approvals must not be negative, and need approvers: %d of %s"
                .formatted(approvals, approvers));
      }
    }

    @Override
    public String topic() {
      return "compliance";
    }

    @Override
    public String key() {
      return "compliance with " + rule;
    }

    @Override
    public String toString() {
      return key()
          + ": records kept for "
          + Exactly.duration(keepRecords)
          + ", "
          + Plural.of(approvals, "approval")
          + (approvals == 0 ? "" : " of " + approvers);
    }
  }

  /**
   * How far a metric may differ between groups of people.
   *
   * @param group what tells the groups apart, such as {@code age_band}
   * @param metric the metric that is compared
   * @param largestDifference the largest acceptable difference between two groups
   */
  record Fairness(String group, Metric metric, double largestDifference) implements Requirement {
    /**
     * Checks the ranges.
     *
     * @param group what tells the groups apart
     * @param metric the metric that is compared
     * @param largestDifference the largest acceptable difference, positive and finite
     * @throws IllegalArgumentException if one is out of range
     */
    public Fairness {
      Names.checked("group", group);
      requireNonNull(metric, "metric");
      if (!(largestDifference > 0 && largestDifference < Double.POSITIVE_INFINITY)) {
        throw new IllegalArgumentException(
            "largest_difference must be positive and finite: " + Exactly.number(largestDifference));
      }
    }

    @Override
    public String topic() {
      return "fairness";
    }

    @Override
    public String key() {
      return "fairness of " + metric + " by " + group;
    }
  }

  /**
   * A column that must not be used for predictions.
   *
   * @param column the column's name
   * @param reason why
   */
  record ForbiddenFeature(String column, String reason) implements Requirement {
    /**
     * Checks the texts.
     *
     * @param column the column's name
     * @param reason why
     * @throws IllegalArgumentException if one is blank or too long
     */
    public ForbiddenFeature {
      Names.checked("column", column);
      DesignBuilder.prose("reason", reason);
    }

    @Override
    public String topic() {
      return "forbidden_features";
    }

    @Override
    public String key() {
      return "forbidden feature " + column;
    }
  }

  /**
   * How a new version takes over: step by step.
   *
   * @param shares the share of traffic in each step, rising; unmodifiable
   * @param hold how long each step lasts at the least
   */
  record GradualRollout(List<Double> shares, Duration hold) implements Requirement {
    /**
     * Checks the ranges.
     *
     * @param shares the share of traffic in each step, above 0, up to 1, rising
     * @param hold how long each step lasts at the least; positive
     * @throws IllegalArgumentException if one is out of range
     */
    public GradualRollout {
      shares = Elements.copy(shares, "shares");
      double before = 0;
      for (double share : shares) {
        if (!(share > before && share <= 1)) {
          throw new IllegalArgumentException("shares must rise, above 0 and at most 1: " + shares);
        }
        before = share;
      }
      if (shares.isEmpty()) {
        throw new IllegalArgumentException("a rollout needs at least one share");
      }
      Durations.positive("hold", hold);
    }

    @Override
    public String topic() {
      return "rollout";
    }

    @Override
    public String toString() {
      return "rollout by shares " + shares + ", each held for " + Exactly.duration(hold);
    }
  }

  /**
   * When the model is trained again.
   *
   * @param every the longest time between two trainings
   * @param newLabels how many labelled rows have to be new each time
   */
  record Retraining(Duration every, long newLabels) implements Requirement {
    /**
     * Checks the ranges.
     *
     * @param every the longest time between two trainings; positive
     * @param newLabels how many labelled rows have to be new each time, at least 1
     * @throws IllegalArgumentException if one is out of range
     */
    public Retraining {
      Durations.positive("every", every);
      atLeastOne("new_labels", newLabels);
    }

    @Override
    public String topic() {
      return "retraining";
    }

    @Override
    public String toString() {
      return "retraining every "
          + Exactly.duration(every)
          + " with at least "
          + Plural.of(newLabels, "new label");
    }
  }

  /**
   * Nothing is asked for on a topic.
   *
   * @param topic one of {@link #TOPICS}
   * @param reason why nothing is
   */
  record NotNeeded(String topic, String reason) implements Requirement {
    /**
     * Checks the topic.
     *
     * @param topic one of {@link #TOPICS}
     * @param reason why nothing is asked for
     * @throws IllegalArgumentException if there is no such topic, or the reason is blank
     */
    public NotNeeded {
      requireNonNull(topic, "topic");
      if (!TOPICS.contains(topic)) {
        throw new IllegalArgumentException(
            "unknown topic '%s'%sknown: %s"
                .formatted(
                    Words.shown(topic),
                    Words.didYouMean(topic, TOPICS),
                    String.join(", ", TOPICS)));
      }
      DesignBuilder.prose("reason", reason);
    }

    @Override
    public String key() {
      return "no need of " + topic;
    }
  }

  private static void atLeastOne(String what, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(what + " must be at least 1: " + value);
    }
  }
}
