package dev.mlops.study;

import dev.mlops.storage.Database;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Stops a trial whose best value so far is worse than the median, over the trials that finished, of
 * the mean of their values up to the same step.
 *
 * <p>Source: D. Golovin and others, "Google Vizier: a service for black-box optimization", KDD
 * 2017, section 3.2.2.
 */
final class MedianStopping {
  /** Fewer finished trials tell too little. */
  private static final int LEAST = 5;

  private final Database database;
  private final StudyTerms terms;

  MedianStopping(Database database, StudyTerms terms) {
    this.database = database;
    this.terms = terms;
  }

  private record Report(long trial, double value) {}

  void report(long trial, long step, double value) {
    database.transaction(
        session ->
            session.update(
                "INSERT INTO mlops_study_report (trial, step, measured) VALUES (?, ?, ?)",
                trial,
                step,
                value));
  }

  /** Whether a trial should stop after a step that it has reported. */
  boolean stops(long trial, long step) {
    List<Report> reports =
        database.read(
            session ->
                session.list(
                    "SELECT r.trial, r.measured FROM mlops_study_report r"
                        + " JOIN mlops_study_trial t ON t.id = r.trial"
                        + " WHERE t.study = (SELECT study FROM mlops_study_trial WHERE id = ?)"
                        + " AND r.step <= ? AND (t.state = ? OR t.id = ?)",
                    row -> new Report(row.number("trial"), loss(row.real("measured"))),
                    trial,
                    step,
                    TrialState.FINISHED,
                    trial));
    Map<Long, List<Double>> losses = new HashMap<>();
    reports.forEach(
        report -> losses.computeIfAbsent(report.trial, id -> new ArrayList<>()).add(report.value));
    List<Double> own = losses.remove(trial);
    return own != null && stops(own, losses.values());
  }

  /** What is no number is worse than every number. */
  private double loss(double value) {
    return Double.isNaN(value) ? Double.POSITIVE_INFINITY : terms.goal().loss(value);
  }

  static boolean stops(List<Double> own, Collection<List<Double>> others) {
    if (others.size() < LEAST) {
      return false;
    }
    double best = own.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    double[] means = others.stream().mapToDouble(MedianStopping::mean).sorted().toArray();
    double median = (means[(means.length - 1) / 2] + means[means.length / 2]) / 2;
    return best > median;
  }

  private static double mean(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
  }
}
