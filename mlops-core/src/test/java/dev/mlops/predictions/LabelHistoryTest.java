package dev.mlops.predictions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.mlops.storage.Database;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LabelHistoryTest {
  private static final int LABELS = 2_000;

  @Test
  void of_a_few_predictions_is_read_without_a_look_at_the_labels_of_others() {
    try (Database database = Database.h2InMemory()) {
      database.migrate("core", Database.class);
      List<@Nullable Object[]> labels =
          IntStream.range(0, LABELS)
              .mapToObj(i -> new @Nullable Object[] {"flights", "id-" + i, 1, 2, 1, 0.5})
              .toList();
      database.transaction(
          session -> {
            session.batch(
                "INSERT INTO mlops_label (project, prediction_id, time, until, since, number) VALUES (?, ?, ?, ?, ?, ?)",
                labels);
            return true;
          });
      List<String> ids = List.of("id-7", "id-1999", "id-30", "id-2000");
      String plan =
          database
              .read(
                  session ->
                      session.first(
                          "EXPLAIN ANALYZE " + LabelHistory.select(ids),
                          row -> row.text("plan"),
                          LabelTable.arguments(ids, "flights")))
              .orElseThrow();
      List<Integer> scanned =
          Pattern.compile("scanCount: (\\d+)")
              .matcher(plan)
              .results()
              .map((MatchResult found) -> Integer.valueOf(found.group(1)))
              .toList();
      // H2 counts one more for each end of a scan.
      assertThat(scanned).as(plan).isNotEmpty().allMatch(count -> count <= 2 * ids.size());
    }
  }
}
