package dev.mlops.monitoring;

import dev.mlops.data.Dataset;
import java.util.HashSet;
import java.util.Set;

/** Gives the columns of features their plain names, where those are free. */
final class FeatureNames {
  static final String PREFIX = "feature.";

  private FeatureNames() {}

  static Dataset plain(Dataset prefixed) {
    Set<String> taken = new HashSet<>(prefixed.schema().names());
    Dataset plain = prefixed;
    for (String column : prefixed.schema().names()) {
      if (column.startsWith(PREFIX)) {
        String name = column.substring(PREFIX.length());
        if (!name.isEmpty() && taken.add(name)) {
          plain = plain.rename(column, name);
        }
      }
    }
    return plain;
  }
}
