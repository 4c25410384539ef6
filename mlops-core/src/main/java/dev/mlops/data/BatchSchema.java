package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;

/** Checks that a batch has the schema of its batches. */
final class BatchSchema {

  private BatchSchema() {}

  /**
   * Returns a batch with exactly the schema. Whether a field is nullable may differ as long as no
   * value does: a batch of records or of a function rarely knows of the nulls of another batch.
   */
  static Dataset require(Schema schema, Dataset batch, long number) {
    if (batch.schema().equals(schema)) {
      return batch;
    }
    for (int i = 0; i < Math.max(schema.fields().size(), batch.schema().fields().size()); i++) {
      requireField(schema, batch, number, i);
    }
    return Dataset.of(schema, schema.names().stream().map(batch::column).toList());
  }

  private static void requireField(Schema schema, Dataset batch, long number, int i) {
    if (i >= schema.fields().size()) {
      Field more = batch.schema().fields().get(i);
      throw failure(
          number,
          "column '" + more.name() + "' is " + more.dataType() + ", which the schema does not have",
          schema);
    }
    Field wanted = schema.fields().get(i);
    if (!batch.schema().contains(wanted.name())) {
      throw failure(
          number,
          "it has no column '" + wanted.name() + "', which is " + wanted.dataType(),
          schema);
    }
    Field found = batch.schema().get(wanted.name());
    if (!found.dataType().equals(wanted.dataType())) {
      throw failure(
          number,
          "column '" + wanted.name() + "' is " + found.dataType() + ", not " + wanted.dataType(),
          schema);
    }
    if (batch.schema().indexOf(wanted.name()) != i) {
      throw failure(
          number,
          "column '"
              + wanted.name()
              + "' is at position "
              + batch.schema().indexOf(wanted.name())
              + ", not "
              + i,
          schema);
    }
    int nulls = batch.column(wanted.name()).nullCount();
    if (!wanted.nullable() && nulls > 0) {
      throw failure(
          number,
          "column '"
              + wanted.name()
              + "' has "
              + Plural.of(nulls, "null")
              + ", but its field is not nullable",
          schema);
    }
  }

  private static InvalidInputException failure(long number, String what, Schema schema) {
    return new InvalidInputException(
        "batch " + number + ": " + what + "; the schema is '" + schema + "'");
  }
}
