package dev.mlops.drift;

import dev.mlops.data.Column;
import dev.mlops.data.Dataset;
import dev.mlops.profile.CategoryProfile;
import dev.mlops.profile.ColumnDifference;
import dev.mlops.profile.ColumnProfile;
import dev.mlops.profile.NumberProfile;
import dev.mlops.profile.Profile;
import dev.mlops.stats.Multiplicity;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Answers for every column of a window.
 *
 * @param reference what windows are compared with
 * @param rows the reference's rows, if the test needs them
 * @param columns the columns to compare; all, and what is new, if null
 * @param alpha how large an adjusted p-value may be
 * @param effect the PSI that counts as drift
 * @param distance the D that counts as drift; null for PSI
 * @param unseen the share of values never seen that counts as drift
 * @param minimumRows how many rows both must have
 */
record Judge(
    Profile reference,
    @Nullable Dataset rows,
    @Nullable List<String> columns,
    double alpha,
    double effect,
    @Nullable Double distance,
    double unseen,
    long minimumRows) {

  List<ColumnDrift> judge(Profile current, @Nullable Dataset window) {
    List<String> names = names(current);
    List<String> comparable = names.stream().filter(name -> whyNot(name, current) == null).toList();
    Limits limits =
        new Limits(
            alpha, distance == null ? effect : distance, unseen, Math.max(1, comparable.size()));
    List<Comparison> compared =
        comparable.stream().map(name -> compare(name, current, window, limits)).toList();
    double[] p = compared.stream().mapToDouble(Comparison::columnP).toArray();
    double[] adjusted = Multiplicity.benjaminiHochberg(p);
    Map<String, ColumnDrift> judged = new LinkedHashMap<>();
    for (int i = 0; i < p.length; i++) {
      double factor = p[i] > 0 ? adjusted[i] / p[i] : p.length;
      judged.put(comparable.get(i), compared.get(i).judge(factor, limits));
    }
    List<ColumnDrift> outcomes = new ArrayList<>();
    for (String name : names) {
      ColumnDrift why = whyNot(name, current);
      outcomes.add(why == null ? judged.get(name) : why);
    }
    return outcomes;
  }

  private List<String> names(Profile current) {
    if (columns != null) {
      return columns;
    }
    List<String> names = new ArrayList<>();
    reference.columns().forEach(column -> names.add(column.name()));
    names.addAll(reference.skipped().keySet());
    current.differences().values().stream()
        .filter(column -> column.kind() == ColumnDifference.Kind.NEW)
        .forEach(column -> names.add(column.column()));
    return names;
  }

  /** The answer for a column that cannot be judged; null if it can. */
  private @Nullable ColumnDrift whyNot(String column, Profile current) {
    ColumnDifference difference = current.differences().get(column);
    if (difference != null) {
      return different(difference, current);
    }
    String type = reference.skipped().get(column);
    if (type != null) {
      return new ColumnDrift.Skipped(column, type + " is not compared");
    }
    ColumnProfile before = reference.get(column);
    Optional<ColumnProfile> counted = current.find(column);
    if (counted.isEmpty()) {
      return new ColumnDrift.Missing(column, before.kind(), current.rows(), current.rows());
    }
    ColumnProfile now = counted.get();
    if (!before.kind().equals(now.kind())) {
      return new ColumnDrift.Retyped(column, before.kind(), now.kind());
    }
    return Math.min(before.rows(), now.rows()) < minimumRows
        ? new ColumnDrift.TooFewRows(column, before.rows(), now.rows(), minimumRows)
        : null;
  }

  private static ColumnDrift different(ColumnDifference column, Profile current) {
    return switch (column.kind()) {
      case NEW -> new ColumnDrift.New(column.column(), column.found());
      case RETYPED -> new ColumnDrift.Retyped(column.column(), column.expected(), column.found());
      case MISSING ->
          new ColumnDrift.Missing(
              column.column(), column.expected(), column.rows(), current.rows());
    };
  }

  private Comparison compare(
      String column, Profile current, @Nullable Dataset window, Limits limits) {
    ColumnProfile before = reference.get(column);
    ColumnProfile now = current.get(column);
    return before instanceof NumberProfile a && now instanceof NumberProfile b
        ? compare(a, b, window, limits)
        : Comparison.ofCategories((CategoryProfile) before, (CategoryProfile) now, limits);
  }

  private Comparison compare(
      NumberProfile a, NumberProfile b, @Nullable Dataset window, Limits limits) {
    if (!a.bins().equals(b.bins())) {
      throw new IllegalArgumentException(
          "column '"
              + a.name()
              + "' was counted in other bins than the reference's; make the profile by"
              + " reference.profile(rows)");
    }
    if (distance == null) {
      return Comparison.ofBins(a, b, limits);
    }
    KolmogorovSmirnov test =
        rows == null || window == null
            ? KolmogorovSmirnov.of(a, b)
            : KolmogorovSmirnov.of(values(rows, a.name()), values(window, a.name()));
    return Comparison.ofDistance(a, b, test, limits);
  }

  /** The numbers of a column, in which a missing value is less than any other. */
  private static double[] values(Dataset rows, String name) {
    Column column = rows.column(name);
    return IntStream.range(0, column.size())
        .mapToObj(column::value)
        .mapToDouble(value -> value instanceof Number number ? number.doubleValue() : Double.NaN)
        .map(value -> Double.isNaN(value) ? Double.NEGATIVE_INFINITY : value)
        .toArray();
  }
}
