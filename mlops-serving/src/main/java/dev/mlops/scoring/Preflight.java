package dev.mlops.scoring;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.ArrayList;
import java.util.List;

/** Finds what is wrong before anything is written, and tells all of it at once. */
final class Preflight {

  /** Enough to see of what type answers are; they are asked for twice. */
  private static final int SAMPLE = 16;

  private final ScoringPlan plan;
  private final RunName name;

  Preflight(ScoringPlan plan, RunName name) {
    this.plan = plan;
    this.name = name;
  }

  /**
   * Finds options that are missing.
   *
   * @throws IllegalStateException if there are such
   */
  void checkOptions() {
    ScoredColumns columns = plan.columns();
    List<String> problems = new ArrayList<>();
    if (columns.features() == null) {
      problems.add("name what the model is given, by features(...)");
    }
    if (columns.outputs().isEmpty()) {
      problems.add(
          "name what the results have of the answers, by output(name, place) or output(field)");
    }
    if (plan.isLogging() && columns.id() == null) {
      problems.add("name the column with the id of each row by id(column), or say withoutLog()");
    }
    boolean isUnclear = columns.scored() == null && !columns.outputs().isEmpty();
    if (plan.isLogging() && isUnclear) {
      problems.add(
          (columns.score() == null
                  ? "name the output that the log keeps as score, by score(output)"
                  : "score '" + columns.score() + "' is no output that is a number")
              + ", one of "
              + columns.numbers()
              + ", or say withoutLog()");
    }
    if (!problems.isEmpty()) {
      throw new IllegalStateException(
          "scoring '" + plan.job() + "' is not complete: " + String.join("; ", problems));
    }
  }

  /**
   * Compares the columns of the input with what is read of them.
   *
   * @throws InvalidInputException if they do not fit; it names all of them
   */
  void checkColumns(Schema input) {
    List<String> problems = new ArrayList<>();
    List<String> missing =
        plan.columns().read().stream().filter(column -> !input.contains(column)).toList();
    if (!missing.isEmpty()) {
      problems.add(
          "no %s %s among %s"
              .formatted(
                  Plural.words(missing.size(), "column", "columns"), missing, input.names()));
    }
    if (plan.isLogging()) {
      checkId(input, problems);
      for (String feature : plan.columns().featuresOrNone()) {
        boolean isVector =
            input
                .find(feature)
                .filter(field -> field.dataType().kind() == DataType.Kind.VECTOR)
                .isPresent();
        if (isVector) {
          problems.add(
              "feature '"
                  + feature
                  + "' is a vector, which the log does not keep; say withoutLog()");
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new InvalidInputException(refused(String.join("; ", problems)));
    }
  }

  private void checkId(Schema input, List<String> problems) {
    String id = plan.columns().id();
    if (id == null) {
      return;
    }
    input
        .find(id)
        .filter(field -> !field.dataType().equals(DataType.STRING))
        .filter(field -> !field.dataType().equals(DataType.INT64))
        .ifPresent(
            field ->
                problems.add(
                    "the id '"
                        + id
                        + "' is "
                        + field.dataType()
                        + "; ids are texts or whole numbers, so make a column of these, or say"
                        + " withoutLog()"));
  }

  /**
   * Asks the model for the answers to some rows.
   *
   * @throws dev.mlops.error.MlopsException if it gives none, or others than were declared
   */
  void ask(Dataset first) {
    Dataset sample = first.head(SAMPLE);
    try {
      var unused = plan.prediction().predict(sample); // Throws if there is no answer.
    } catch (RuntimeException e) {
      throw ScoringFailure.of(
          refused(
              "%s cannot answer the first %s: %s"
                  .formatted(
                      plan.model(), Plural.of(sample.rowCount(), "row"), ScoringFailure.reason(e))),
          e);
    }
  }

  private String refused(String why) {
    return name + " cannot begin, and nothing is written: " + why;
  }
}
