package dev.mlops.tracking;

import static java.util.Objects.requireNonNull;

import dev.mlops.error.Elements;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An experiment as it was when it was read; immutable.
 *
 * @param name its name, unique in the project
 * @param created when it was created
 * @param changed when it was last renamed, tagged, noted, deleted or restored
 * @param deleted when it was deleted, or null
 * @param note free text, or null
 * @param tags its tags by name, in the order of their names
 */
public record ExperimentView(
    String name,
    Instant created,
    Instant changed,
    @Nullable Instant deleted,
    @Nullable String note,
    Map<String, String> tags) {

  /**
   * Copies the tags and checks the parts.
   *
   * @param name its name, unique in the project
   * @param created when it was created
   * @param changed when it was last renamed, tagged, noted, deleted or restored
   * @param deleted when it was deleted, or null
   * @param note free text, or null
   * @param tags its tags by name, in the order of their names
   */
  public ExperimentView {
    requireNonNull(name, "name");
    requireNonNull(created, "created");
    requireNonNull(changed, "changed");
    tags = Collections.unmodifiableMap(new TreeMap<>(Elements.copy(tags, "tags")));
  }
}
