package dev.mlops.registry;

import dev.mlops.data.Digest;
import dev.mlops.storage.ResultRow;
import java.time.Instant;
import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A version as the database holds it. */
record VersionRow(
    long id,
    String model,
    int number,
    String format,
    Digest digest,
    @Nullable String run,
    @Nullable Digest data,
    @Nullable String description,
    Map<String, String> tags,
    Instant registered,
    String by,
    @Nullable Instant deleted) {

  VersionRow {
    tags = Collections.unmodifiableMap(new TreeMap<>(tags));
  }

  static VersionRow of(ResultRow row, String model) {
    return new VersionRow(
        row.number("id"),
        model,
        Math.toIntExact(row.number("version")),
        row.text("format"),
        row.digest("digest"),
        row.textOrNull("run"),
        row.digestOrNull("trained_on"),
        row.textOrNull("description"),
        Map.of(),
        row.instant("registered_at"),
        row.text("registered_by"),
        row.instantOrNull("deleted_at"));
  }

  VersionRow with(Map<String, String> newTags) {
    return new VersionRow(
        id,
        model,
        number,
        format,
        digest,
        run,
        data,
        description,
        newTags,
        registered,
        by,
        deleted);
  }
}
