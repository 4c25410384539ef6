package dev.mlops.serving;

import dev.mlops.data.Column;
import dev.mlops.data.Field;
import dev.mlops.error.InvalidInputException;
import dev.mlops.error.Plural;
import java.util.BitSet;

/**
 * A column that is made of a model's answers.
 *
 * @param field the column's field
 * @param place which number of each vector, or {@link #WHOLE}
 */
record PredictedColumn(Field field, int place) {

  /** The answers as they are. */
  static final int WHOLE = -1;

  Column of(Column answers) {
    return place == WHOLE ? whole(answers) : numbers(answers);
  }

  private Column whole(Column answers) {
    if (!answers.dataType().equals(field.dataType())) {
      throw new InvalidInputException(
          "the answers are "
              + answers.dataType()
              + ", but output '"
              + field.name()
              + "' is "
              + field.dataType());
    }
    if (!field.nullable() && answers.nullCount() > 0) {
      throw new InvalidInputException(
          "%s of %s null, but output '%s' is not nullable; say orNull() of its field if that is meant"
              .formatted(
                  Plural.grouped(answers.nullCount()),
                  Plural.of(answers.size(), "answer is", "answers are"),
                  field.name()));
    }
    return answers;
  }

  private Column numbers(Column answers) {
    if (!(answers instanceof Column.OfVector vectors)) {
      throw new InvalidInputException(
          "the answers are %s, not vectors, and output '%s' is number %d of a vector; take them by output(field)"
              .formatted(answers.dataType(), field.name(), place));
    }
    float[] numbers = new float[vectors.size()];
    BitSet present = new BitSet(numbers.length);
    float[] vector = new float[vectors.dimension()];
    if (place >= vector.length && numbers.length > 0) {
      throw new InvalidInputException(
          "an answer has %s, and output '%s' is number %d, counted from 0"
              .formatted(Plural.of(vector.length, "number"), field.name(), place));
    }
    for (int row = 0; row < numbers.length; row++) {
      if (!vectors.isNull(row)) {
        vectors.read(row, vector);
        numbers[row] = vector[place];
        present.set(row);
      }
    }
    return whole(Column.floats(numbers, present));
  }
}
