package dev.mlops.data;

import dev.mlops.error.InvalidInputException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Moves rows between a record class and a dataset, component by component. */
final class RecordMapping<R extends Record> {

  private final Class<R> type;
  private final List<RecordPart> parts;

  private RecordMapping(Class<R> type) {
    this.type = type;
    this.parts = Arrays.stream(type.getRecordComponents()).map(RecordPart::of).toList();
  }

  static <R extends Record> RecordMapping<R> of(Class<R> type) {
    return new RecordMapping<>(type);
  }

  Dataset write(List<R> records) {
    for (int row = 0; row < records.size(); row++) {
      // The compiler lets records of several classes through as a list of Record.
      if (!type.isInstance(records.get(row))) {
        throw new IllegalArgumentException(
            "records[%d] is a %s, and a dataset is made of records of one class, %s here"
                .formatted(
                    row,
                    ((Object) records.get(row)).getClass().getSimpleName(),
                    type.getSimpleName()));
      }
    }
    List<Field> fields = new ArrayList<>();
    List<Column> columns = new ArrayList<>();
    for (RecordPart part : parts) {
      List<@Nullable Object> values = new ArrayList<>(records.size());
      for (int row = 0; row < records.size(); row++) {
        values.add(part.read(records.get(row), row));
      }
      Field field = part.field(values);
      fields.add(field);
      columns.add(part.column(field, values));
    }
    return Dataset.of(Schema.of(fields), columns);
  }

  List<R> read(Dataset dataset) {
    List<String> problems =
        parts.stream()
            .map(part -> part.misfit(dataset.schema()))
            .flatMap(Optional::stream)
            .toList();
    if (!problems.isEmpty()) {
      throw new InvalidInputException(
          "the dataset does not fit record "
              + type.getSimpleName()
              + ": "
              + String.join("; ", problems));
    }
    Constructor<R> constructor = constructor();
    List<R> records = new ArrayList<>(dataset.rowCount());
    for (Row row : dataset) {
      records.add(record(constructor, row));
    }
    return List.copyOf(records);
  }

  private R record(Constructor<R> constructor, Row row) {
    Object[] arguments = parts.stream().map(part -> part.write(row)).toArray();
    try {
      return constructor.newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new InvalidInputException(
          "record " + type.getSimpleName() + " refuses row " + row.index() + ": " + e.getCause(),
          e);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot make a record " + type.getName(), e);
    }
  }

  private Constructor<R> constructor() {
    Class<?>[] types =
        Arrays.stream(type.getRecordComponents())
            .map(RecordComponent::getType)
            .toArray(Class<?>[]::new);
    try {
      Constructor<R> constructor = type.getDeclaredConstructor(types);
      constructor.setAccessible(true);
      return constructor;
    } catch (NoSuchMethodException e) {
      throw new IllegalStateException("every record has a canonical constructor", e);
    }
  }

  static Object call(Method accessor, Record record) {
    try {
      accessor.setAccessible(true);
      return accessor.invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("cannot read " + accessor, e);
    }
  }
}
