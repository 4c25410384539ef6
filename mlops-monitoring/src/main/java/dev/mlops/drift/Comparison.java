package dev.mlops.drift;

import dev.mlops.drift.ColumnDrift.Part;
import java.util.List;

/**
 * Two profiles of one column held against each other, before the other columns are known.
 *
 * @param column the column's name
 * @param method the test
 * @param statistic its statistic
 * @param p its p-value
 * @param effectName what the effect is called
 * @param effect the effect
 * @param leastEffect the effect from which on it counts as drift
 * @param n the reference's rows
 * @param m the window's rows
 * @param parts where the difference is
 */
record Comparison(
    String column,
    String method,
    double statistic,
    double p,
    String effectName,
    double effect,
    double leastEffect,
    long n,
    long m,
    List<Part> parts) {
  private static final double SEVERE = 2.5;

  static Comparison ofBins(NumberProfile reference, NumberProfile current, double least) {
    Cells cells = Cells.of(reference, current);
    return of(reference.name(), cells, cells.stability(), least);
  }

  static Comparison ofCategories(CategoryProfile reference, CategoryProfile current, double least) {
    Cells cells = Cells.of(reference, current);
    return of(reference.name(), cells, cells.homogeneity(), least);
  }

  private static Comparison of(String column, Cells cells, Cells.Test test, double least) {
    return new Comparison(
        column,
        test.method(),
        test.statistic(),
        test.p(),
        "PSI",
        cells.psi(),
        least,
        cells.n(),
        cells.m(),
        cells.parts());
  }

  static Comparison ofDistance(
      NumberProfile reference, NumberProfile current, KolmogorovSmirnov test, double least) {
    return new Comparison(
        reference.name(),
        test.method(),
        test.distance(),
        test.p(),
        "D",
        test.distance(),
        least,
        reference.rows(),
        current.rows(),
        Cells.of(reference, current).parts());
  }

  ColumnDrift judge(double adjustedP, double alpha) {
    ColumnDrift.Evidence evidence =
        new ColumnDrift.Evidence(
            method, statistic, p, adjustedP, effectName, effect, leastEffect, n, m, parts);
    if (adjustedP > alpha || effect < leastEffect) {
      return new ColumnDrift.Stable(column, evidence);
    }
    Severity severity = effect >= SEVERE * leastEffect ? Severity.SEVERE : Severity.MODERATE;
    return new ColumnDrift.Drifted(column, severity, evidence);
  }
}
