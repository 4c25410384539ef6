package dev.mlops.data;

import java.util.ArrayList;
import java.util.List;

/** Puts datasets one below the other. */
final class Concatenation {

  private Concatenation() {}

  static Dataset of(List<Dataset> parts) {
    Schema schema = union(parts.stream().map(Dataset::schema).toList());
    List<Column> columns = new ArrayList<>();
    for (Field field : schema.fields()) {
      List<Column> pieces = parts.stream().map(part -> part.column(field.name())).toList();
      columns.add(ColumnBuilder.concat(field.dataType(), pieces));
    }
    return Dataset.of(schema, columns);
  }

  /** The schema of all, in which a field is nullable if it is in one of them. */
  static Schema union(List<Schema> schemas) {
    return schemas.stream().reduce(Concatenation::union).orElseThrow();
  }

  /** The schema of both, in which a field is nullable if it is in one of them. */
  private static Schema union(Schema a, Schema b) {
    List<Field> fields = new ArrayList<>();
    for (int i = 0; i < a.fields().size() && a.fields().size() == b.fields().size(); i++) {
      Field left = a.fields().get(i);
      Field right = b.fields().get(i);
      if (left.name().equals(right.name()) && left.dataType().equals(right.dataType())) {
        fields.add(left.nullable() ? left : right);
      }
    }
    if (fields.size() != a.fields().size() || fields.size() != b.fields().size()) {
      throw new IllegalArgumentException(
          "cannot concatenate '" + a + "' and '" + b + "'; names and types differ");
    }
    return Schema.of(fields);
  }
}
