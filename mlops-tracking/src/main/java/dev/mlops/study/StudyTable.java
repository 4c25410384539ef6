package dev.mlops.study;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Lays the attempts of a study side by side. */
final class StudyTable {
  private final List<TrialView> attempts;
  private final List<Field> fields = new ArrayList<>();
  private final List<Column> columns = new ArrayList<>();

  private StudyTable(List<TrialView> attempts) {
    this.attempts = attempts;
  }

  static Dataset of(StudyTerms terms, List<TrialView> attempts) {
    Ranking ranking = Ranking.of(terms, StudyRecords.lastOf(attempts));
    Map<Long, Long> ranks = new HashMap<>();
    ranking.ranked().forEach(trial -> ranks.put(trial.number(), ranks.size() + 1L));
    StudyTable table = new StudyTable(attempts);
    table.add(Field.of("trial", DataType.INT64), TrialView::number);
    table.add(Field.of("attempt", DataType.INT64), trial -> (long) trial.attempt());
    table.add(
        Field.of("rank", DataType.INT64).orNull(),
        trial -> trial.state() == TrialState.FINISHED ? ranks.get(trial.number()) : null);
    table.add(Field.of("state", DataType.STRING), trial -> trial.state().name());
    table.add(Field.of("outcome", DataType.STRING), ranking::outcome);
    table.add(Field.of("run", DataType.STRING).orNull(), TrialView::run);
    for (Param param : terms.space().params()) {
      table.add(
          Field.of("param." + param.name(), type(param)).orNull(),
          trial -> trial.params().get(param.name()));
    }
    for (String metric : metrics(terms)) {
      table.add(
          Field.of("metric." + metric, DataType.FLOAT64).orNull(),
          trial -> trial.metrics().get(metric));
    }
    return Dataset.of(Schema.of(table.fields), table.columns);
  }

  private static DataType type(Param param) {
    return switch (param.kind()) {
      case REAL -> DataType.FLOAT64;
      case WHOLE -> DataType.INT64;
      case CHOICE -> DataType.STRING;
    };
  }

  private static Set<String> metrics(StudyTerms terms) {
    Set<String> names = new LinkedHashSet<>();
    names.add(terms.goal().metric());
    terms.constraints().forEach(constraint -> names.add(constraint.metric()));
    return names;
  }

  private void add(Field field, Function<TrialView, @Nullable Object> cell) {
    List<@Nullable Object> cells = new ArrayList<>(attempts.size());
    attempts.forEach(trial -> cells.add(cell.apply(trial)));
    fields.add(field);
    columns.add(Column.of(field.dataType(), cells));
  }
}
