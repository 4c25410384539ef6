package dev.mlops.mlflow;

import dev.mlops.data.Dataset;
import dev.mlops.data.Digest;
import dev.mlops.error.FileFailure;
import dev.mlops.error.Plural;
import dev.mlops.storage.Artifact;
import dev.mlops.storage.Names;
import dev.mlops.tracking.ExperimentTracker;
import dev.mlops.tracking.ExperimentView;
import dev.mlops.tracking.MetricPoint;
import dev.mlops.tracking.RunView;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** In which parts what the store says and what is here are not the same, in words. */
final class Differences {

  private final List<String> found = new ArrayList<>();

  static List<String> of(ExperimentView store, ExperimentView here) {
    Differences differences = new Differences();
    differences.compare("the note", store.note(), here.note());
    differences.compare("deleted", store.deleted() != null, here.deleted() != null);
    differences.compare("tag", store.tags(), here.tags());
    return differences.found;
  }

  static List<String> of(
      ExperimentTracker tracker,
      RunView store,
      Map<String, List<MetricPoint>> points,
      Map<String, Path> files) {
    Differences differences = new Differences();
    differences.compare(tracker, store, points, files);
    return differences.found;
  }

  private void compare(
      ExperimentTracker tracker,
      RunView store,
      Map<String, List<MetricPoint>> points,
      Map<String, Path> files) {
    RunView here = tracker.get(store.id());
    compare("the experiment", store.experiment(), here.experiment());
    compare("the parent", store.parent(), here.parent());
    compare("the name", store.name(), here.name());
    compare("the status", store.status(), here.status());
    compare("the start", store.start(), here.start());
    compare("the end", store.end(), here.end());
    if (store.deleted() != null || here.deleted() == null) {
      compare("deleted", store.deleted() != null, here.deleted() != null);
    }
    compare("the note", store.note(), here.note());
    compare("the inputs", store.inputs().toString(), here.inputs().toString());
    compare("param", store.params(), here.params());
    compare("tag", store.tags(), here.tags());
    Map<String, List<MetricPoint>> kept = new TreeMap<>();
    here.metrics().keySet().forEach(name -> kept.put(name, history(tracker, store.id(), name)));
    points(points, kept);
    artifacts(tracker, store.id(), files);
  }

  private void points(Map<String, List<MetricPoint>> store, Map<String, List<MetricPoint>> here) {
    Set<String> names = new TreeSet<>(store.keySet());
    names.addAll(here.keySet());
    for (String name : names) {
      List<MetricPoint> stored = store.getOrDefault(name, List.of());
      List<MetricPoint> kept = here.getOrDefault(name, List.of());
      if (!words(stored).equals(words(kept))) {
        found.add(
            "metric '"
                + name
                + "' has "
                + Plural.of(stored.size(), "point")
                + " in the store and "
                + Plural.of(kept.size(), "other")
                + " here");
      }
    }
  }

  private static String words(List<MetricPoint> points) {
    return points.stream().sorted().toList().toString();
  }

  private static List<MetricPoint> history(ExperimentTracker tracker, String run, String name) {
    Dataset history = tracker.history(run, name);
    List<MetricPoint> points = new ArrayList<>(history.rowCount());
    history.forEach(
        row ->
            points.add(
                new MetricPoint(
                    row.getLong("step"), row.getInstant("time"), row.getDouble("value"))));
    return points;
  }

  private void artifacts(ExperimentTracker tracker, String run, Map<String, Path> files) {
    Map<String, String> stored = new TreeMap<>();
    files.forEach((path, file) -> stored.put(path, digest(file).toString()));
    Map<String, String> here = new TreeMap<>();
    for (Artifact artifact : tracker.artifacts(run)) {
      here.put(artifact.path().value(), artifact.digest().toString());
    }
    compare("artifact", stored, here);
  }

  private static Digest digest(Path file) {
    try (InputStream bytes = Files.newInputStream(file)) {
      return Digest.of(bytes);
    } catch (IOException e) {
      throw FileFailure.of("cannot read '" + file + "'", e);
    }
  }

  private void compare(String kind, Map<String, String> store, Map<String, String> here) {
    for (String name : union(store, here)) {
      compare(kind + " '" + name + "'", store.get(name), here.get(name));
    }
  }

  private static Set<String> union(Map<String, String> one, Map<String, String> other) {
    Set<String> names = new TreeSet<>(one.keySet());
    names.addAll(other.keySet());
    return names;
  }

  private void compare(String what, @Nullable Object store, @Nullable Object here) {
    if (!Objects.equals(store, here)) {
      found.add(what + " is " + shown(store) + " in the store and " + shown(here) + " here");
    }
  }

  private static String shown(@Nullable Object value) {
    return value == null ? "absent" : "'" + Names.shown(value.toString()) + "'";
  }
}
