package dev.mlops.tracking.compare;

import static java.util.Objects.requireNonNull;
import static java.util.stream.Collectors.toMap;

import dev.mlops.storage.Artifact;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.RunView;
import dev.mlops.tracking.compare.RerunResult.Difference;
import dev.mlops.tracking.compare.RerunResult.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Compares a run with the one that it repeats. */
final class RerunComparison {

  private final ExperimentTracker tracker;
  private final RunView left;
  private final RunView right;
  private final double tolerance;
  private final Set<String> metrics;
  private final List<Difference> differences = new ArrayList<>();

  RerunComparison(
      ExperimentTracker tracker,
      RunView left,
      RunView right,
      Set<String> ignored,
      double tolerance) {
    this.tracker = tracker;
    this.left = left;
    this.right = right;
    this.tolerance = tolerance;
    this.metrics = union(left.metrics().keySet(), right.metrics().keySet());
    metrics.removeAll(ignored);
  }

  private static Set<String> union(Set<String> one, Set<String> other) {
    Set<String> all = new TreeSet<>(one);
    all.addAll(other);
    return all;
  }

  RerunResult result() {
    addIfDiffers("outcome", left.status().name(), right.status().name());
    for (String param : union(left.params().keySet(), right.params().keySet())) {
      if (!left.sharesParam(right, param)) {
        addIfDiffers("param " + param, left.params().get(param), right.params().get(param));
      }
    }
    addTexts("input ", inputs(left), inputs(right));
    metrics.stream()
        .flatMap(metric -> metric(metric).stream())
        .sorted(Comparator.comparingLong(difference -> requireNonNull(difference.step())))
        .forEach(differences::add);
    Map<String, String> before = artifacts(left);
    Map<String, String> after = artifacts(right);
    addTexts("artifact ", before, after);
    boolean nothing = metrics.isEmpty() && before.isEmpty() && after.isEmpty();
    return new RerunResult(
        left, right, outcome(nothing), differences, Environments.diff(left, right));
  }

  private Outcome outcome(boolean nothing) {
    if (!differences.stream().allMatch(Difference::withinTolerance)) {
      return Outcome.DIFFERENT;
    }
    if (nothing) {
      return Outcome.NOTHING_TO_COMPARE;
    }
    return differences.isEmpty() ? Outcome.SAME : Outcome.SAME_WITHIN_TOLERANCE;
  }

  private void addTexts(String kind, Map<String, String> one, Map<String, String> other) {
    for (String name : union(one.keySet(), other.keySet())) {
      addIfDiffers(kind + name, one.get(name), other.get(name));
    }
  }

  private void addIfDiffers(String part, @Nullable String one, @Nullable String other) {
    if (!Objects.equals(one, other)) {
      differences.add(new Difference(part, null, one, other, null, false));
    }
  }

  private static Map<String, String> inputs(RunView run) {
    return run.inputs().stream()
        .collect(
            toMap(
                input -> input.role() + "/" + input.name(),
                input -> input.digest().toString(),
                (one, other) -> one.compareTo(other) < 0 ? one + " " + other : other + " " + one,
                TreeMap::new));
  }

  private Map<String, String> artifacts(RunView run) {
    return tracker.artifacts(run.id()).stream()
        .collect(toMap(file -> file.path().toString(), RerunComparison::digest));
  }

  private static String digest(Artifact file) {
    return file.digest().toString();
  }

  /** The first point beyond the tolerance, or else the first that has other bits, if any. */
  private List<Difference> metric(String metric) {
    List<Difference> all =
        SeriesPoints.of(tracker, left, metric)
            .differences(SeriesPoints.of(tracker, right, metric), metric, tolerance);
    return all.stream()
        .filter(difference -> !difference.withinTolerance())
        .findFirst()
        .or(() -> all.stream().findFirst())
        .stream()
        .toList();
  }
}
