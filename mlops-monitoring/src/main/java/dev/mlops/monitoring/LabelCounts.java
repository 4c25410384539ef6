package dev.mlops.monitoring;

/**
 * What became of the labels that came in; each is counted in exactly one way.
 *
 * @param received how many came in: the sum of all others
 * @param joined how many were the first of a logged prediction, in time
 * @param late how many were the first of a logged prediction, after the deadline
 * @param orphans how many were of a prediction that is not logged, or not yet
 * @param duplicates how many repeated the label that the prediction had
 * @param revisions how many contradicted the label that the prediction had
 */
public record LabelCounts(
    long received, long joined, long late, long orphans, long duplicates, long revisions) {}
