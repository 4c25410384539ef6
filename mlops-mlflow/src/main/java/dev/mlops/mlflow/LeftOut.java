package dev.mlops.mlflow;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what an import leaves out, by kind; not thread-safe. */
final class LeftOut {

  private final Map<String, ImportReport.Left> kinds = new LinkedHashMap<>();

  void add(String kind, String example) {
    kinds.merge(
        kind,
        new ImportReport.Left(kind, 1, example),
        (before, one) -> new ImportReport.Left(kind, before.count() + 1, before.example()));
  }

  List<ImportReport.Left> list() {
    return List.copyOf(kinds.values());
  }
}
