package dev.mlops.registry;

import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Row;
import dev.mlops.data.Schema;
import dev.mlops.models.ModelRunner;
import dev.mlops.parity.Parity;
import java.util.List;
import java.util.function.Predicate;

/**
 * A model that is asked with the columns that Python recorded. Python's features have names; a
 * model may take them as its own inputs, or as the columns of one matrix, in their order.
 */
final class ParityModel {

  private final ModelRunner model;
  private final ModelSignature signature;
  private final Parity parity;

  ParityModel(ModelRunner model, ModelSignature signature, Parity parity) {
    this.model = model;
    this.signature = signature;
    this.parity = parity;
  }

  Dataset answer(Dataset features) {
    return named(model.answer(asked(features)));
  }

  private Dataset asked(Dataset features) {
    List<String> inputs = signature.inputs().names();
    if (features.schema().names().containsAll(inputs)) {
      return features.select(inputs.toArray(String[]::new));
    }
    if (!isMatrix(signature.inputs(), features.schema())) {
      throw other("features", features.schema(), "inputs", signature.inputs());
    }
    return laidOut(features, signature.inputs());
  }

  /**
   * Outputs are Python's answers by their names, else by their place. MLflow writes a single number
   * as a vector of one.
   */
  private Dataset named(Dataset outputs) {
    Schema answers = parity.answers().schema();
    boolean byName = signature.outputs().names().containsAll(answers.names());
    List<String> names = byName ? answers.names() : signature.outputs().names();
    Dataset given = outputs.select(names.toArray(String[]::new));
    if (byName
        && names.stream()
            .allMatch(name -> isVector(given.schema(), name) == isVector(answers, name))) {
      return given;
    }
    if (!isNumeric(given.schema())
        || !isNumeric(answers)
        || RowNumbers.width(given.schema()) != RowNumbers.width(answers)) {
      throw other("answers", answers, "outputs", signature.outputs());
    }
    return laidOut(given, answers);
  }

  private static boolean isVector(Schema schema, String name) {
    return schema.get(name).dataType().kind() == DataType.Kind.VECTOR;
  }

  private static boolean isMatrix(Schema inputs, Schema features) {
    return inputs.fields().size() == 1
        && isVector(inputs, inputs.names().get(0))
        && isNumeric(features)
        && RowNumbers.width(inputs) == RowNumbers.width(features);
  }

  private static Dataset laidOut(Dataset from, Schema to) {
    Dataset.Builder table = Dataset.builder(to);
    for (Row row : from) {
      table.row(RowNumbers.unpack(RowNumbers.pack(row), to));
    }
    return table.build();
  }

  private static boolean isNumeric(Schema schema) {
    Predicate<Field> isText =
        field ->
            field.dataType().kind() == DataType.Kind.STRING
                || field.dataType().kind() == DataType.Kind.INSTANT;
    return schema.fields().stream().noneMatch(isText);
  }

  private static IllegalArgumentException other(
      String part, Schema recorded, String own, Schema signature) {
    return new IllegalArgumentException(
        "the recorded "
            + part
            + " are ["
            + recorded
            + "] and the "
            + own
            + " of its signature ["
            + signature
            + "]; record them by the same names, or as many numbers as its matrix has");
  }
}
