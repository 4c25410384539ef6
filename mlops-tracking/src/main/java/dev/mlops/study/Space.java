package dev.mlops.study;

import static java.util.stream.Collectors.joining;

import dev.mlops.error.Elements;
import dev.mlops.error.NotFoundException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The params that a study searches. Immutable.
 *
 * <pre>{@code
 * Space.of(real("rate", 1e-4, 1e-1).log(), whole("depth", 2, 12), choice("kind", "gbm", "forest"));
 * }</pre>
 */
public final class Space {
  private static final int LARGEST_GRID = 100_000;

  private final Map<String, Param> params;

  private Space(Map<String, Param> params) {
    this.params = params;
  }

  /**
   * Returns the space of some params.
   *
   * @param params in any order, but a param that depends on a choice after that choice; none for a
   *     study that only repeats
   * @return the space
   * @throws IllegalArgumentException if two have one name, or one depends on what is no choice
   *     before it or on a value that the choice does not have
   */
  public static Space of(Param... params) {
    Map<String, Param> byName = new LinkedHashMap<>();
    for (Param param : Elements.copy(params, "params")) {
      Param.Condition condition = param.condition();
      if (condition != null) {
        refuseUnmet(param, condition, byName.get(condition.param()));
      }
      if (byName.put(param.name(), param) != null) {
        throw new IllegalArgumentException("two params are called '" + param.name() + "'");
      }
    }
    return new Space(Collections.unmodifiableMap(byName));
  }

  private static void refuseUnmet(Param param, Param.Condition condition, @Nullable Param choice) {
    if (choice == null || choice.kind() != Param.Kind.CHOICE) {
      throw new IllegalArgumentException(
          "param '"
              + param.name()
              + "' depends on '"
              + condition.param()
              + "', which is no choice that stands before it");
    }
    Set<String> unknown = new HashSet<>(condition.values());
    choice.options().forEach(unknown::remove);
    if (!unknown.isEmpty()) {
      throw new IllegalArgumentException(
          "param '"
              + param.name()
              + "' depends on a value that '"
              + choice.name()
              + "' does not have: "
              + unknown.iterator().next()
              + "; it has "
              + String.join(", ", choice.options()));
    }
  }

  Collection<Param> params() {
    return params.values();
  }

  Param param(String name) {
    Param param = params.get(name);
    if (param == null) {
      throw NotFoundException.among("no param '" + name + "' in the space", params.keySet());
    }
    return param;
  }

  /** Chooses a value for each param that is there with those before it. */
  Map<String, Object> choose(Function<Param, Object> chooser) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (Param param : params()) {
      if (param.isActive(values)) {
        values.put(param.name(), chooser.apply(param));
      }
    }
    return values;
  }

  /** All combinations, the last param changing fastest. */
  List<Map<String, Object>> grid(int points) {
    List<Map<String, Object>> all = List.of(Map.of());
    for (Param param : params()) {
      List<Map<String, Object>> longer = new ArrayList<>();
      for (Map<String, Object> values : all) {
        if (!param.isActive(values)) {
          longer.add(values);
          continue;
        }
        refuseLargerThan(param, longer.size());
        for (Object value : param.grid(points)) {
          Map<String, Object> more = new LinkedHashMap<>(values);
          more.put(param.name(), value);
          longer.add(more);
        }
      }
      all = longer;
    }
    refuseLarge(all.size());
    return all;
  }

  private static void refuseLargerThan(Param param, long soFar) {
    refuseLarge(soFar + (param.isDiscrete() ? param.count() : 0));
  }

  private static void refuseLarge(long combinations) {
    if (combinations > LARGEST_GRID) {
      throw new IllegalArgumentException(
          "a grid of more than 100,000 combinations is refused; give params a larger step, or take"
              + " another sampler");
    }
  }

  @Override
  public String toString() {
    return params().stream().map(Param::toString).collect(joining("; "));
  }
}
