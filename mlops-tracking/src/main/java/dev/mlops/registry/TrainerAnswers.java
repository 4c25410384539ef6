package dev.mlops.registry;

import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Turns the named answers of a trained model into cells. */
final class TrainerAnswers {

  private TrainerAnswers() {}

  static @Nullable Object[] cells(Map<String, ?> answers, Schema outputs) {
    if (!answers.keySet().equals(Set.copyOf(outputs.names()))) {
      throw new IllegalArgumentException(
          "the trained model answered "
              + answers.keySet()
              + "; the signature's outputs are "
              + outputs.names());
    }
    return outputs.fields().stream().map(field -> cell(answers.get(field.name()), field)).toArray();
  }

  private static @Nullable Object cell(@Nullable Object answer, Field field) {
    if (!(answer instanceof Number number)) {
      return answer;
    }
    return switch (field.dataType().kind()) {
      case FLOAT32 -> number.floatValue();
      case FLOAT64 -> number.doubleValue();
      case INT64 -> number.longValue();
      default -> number;
    };
  }
}
