package dev.mlops.tracking;

import dev.mlops.storage.ResultRow;
import dev.mlops.storage.Session;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** What a run has any number of, by name; the inputs in the order they were named. */
record RunDetails(
    Map<String, String> params,
    Map<String, MetricSummary> metrics,
    Map<String, String> tags,
    List<RunView.Input> inputs) {

  /** Reads the details of runs from their rows, with a statement for each kind. */
  static Map<Long, RunDetails> ofRows(Session session, List<Long> keys) {
    Map<Long, RunDetails> all = new HashMap<>();
    if (keys.isEmpty()) {
      return all;
    }
    Map<Long, Map<String, String>> params =
        byRun(session, "mlops_run_params", keys, row -> row.text("name"), RunDetails::text);
    Map<Long, Map<String, String>> tags =
        byRun(session, "mlops_run_tags", keys, row -> row.text("name"), RunDetails::text);
    Map<Long, Map<String, MetricSummary>> metrics =
        byRun(session, "mlops_run_metrics", keys, row -> row.text("name"), MetricRecords::summary);
    Map<Long, Map<Long, RunView.Input>> inputs =
        byRun(session, "mlops_run_inputs", keys, row -> row.number("id"), RunDetails::input);
    for (long key : keys) {
      all.put(
          key,
          new RunDetails(
              of(params, key), of(metrics, key), of(tags, key), inOrder(of(inputs, key))));
    }
    return all;
  }

  private static String text(ResultRow row) {
    return row.text("as_text");
  }

  private static <K, V> Map<K, V> of(Map<Long, Map<K, V>> all, long key) {
    return all.getOrDefault(key, Map.of());
  }

  private static List<RunView.Input> inOrder(Map<Long, RunView.Input> inputs) {
    return inputs.entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .map(Map.Entry::getValue)
        .toList();
  }

  private static <K, V> Map<Long, Map<K, V>> byRun(
      Session session,
      String table,
      List<Long> keys,
      Function<ResultRow, K> name,
      Function<ResultRow, V> value) {
    Map<Long, Map<K, V>> all = new HashMap<>();
    session.each(
        "SELECT * FROM " + table + " WHERE " + Keys.in("run", keys),
        row ->
            all.computeIfAbsent(row.number("run"), run -> new HashMap<>())
                .put(name.apply(row), value.apply(row)));
    return all;
  }

  static RunView.Input input(ResultRow row) {
    return new RunView.Input(row.text("role"), row.text("name"), row.digest("digest"));
  }
}
