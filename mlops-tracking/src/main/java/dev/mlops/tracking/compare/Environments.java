package dev.mlops.tracking.compare;

import dev.mlops.tracking.Environment;
import dev.mlops.tracking.RunView;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Where runs ran, as named parts: those of the environment, and its libraries. */
final class Environments {

  /** What says which code ran: two runs that do not tell are not known to be of the same. */
  static final List<String> CODE = List.of("changes", "commit");

  private Environments() {}

  /** Returns the parts; empty if it was not said where the run ran. */
  static Map<String, String> of(RunView run) {
    Environment environment = run.environment();
    if (environment == null) {
      return Map.of();
    }
    Map<String, String> parts = new TreeMap<>(environment.parts());
    environment.libraries().forEach((name, version) -> parts.put("library " + name, version));
    return Collections.unmodifiableMap(parts);
  }

  /** Lists what differs, by part, with which code ran if that is not known of both. */
  static List<Environment.Difference> diff(RunView left, RunView right) {
    Map<String, String> one = of(left);
    Map<String, String> other = of(right);
    Set<String> parts = new TreeSet<>(one.keySet());
    parts.addAll(other.keySet());
    parts.addAll(CODE);
    List<Environment.Difference> differences = new ArrayList<>();
    for (String part : parts) {
      if (one.get(part) == null || !Objects.equals(one.get(part), other.get(part))) {
        differences.add(new Environment.Difference(part, one.get(part), other.get(part)));
      }
    }
    return Collections.unmodifiableList(differences);
  }
}
