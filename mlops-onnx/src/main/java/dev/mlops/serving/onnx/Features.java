package dev.mlops.serving.onnx;

import static java.util.Objects.requireNonNull;

import dev.mlops.data.Dataset;
import dev.mlops.error.MlopsException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Values by name that a model is asked about, of one row or of many. */
interface Features {

  /** How many rows there are. */
  int rows();

  /** The names. */
  List<String> names();

  /** Whether the names have an order that somebody chose. */
  boolean isOrdered();

  @Nullable Object value(String name, int row);

  /** Says where a row is, for errors; nothing if there is only one. */
  String place(int row);

  /** A row of its own. */
  record OfMap(Map<String, ? extends @Nullable Object> values, boolean isOrdered)
      implements Features {

    @Override
    public int rows() {
      return 1;
    }

    @Override
    public List<String> names() {
      return List.copyOf(values.keySet());
    }

    @Override
    public @Nullable Object value(String name, int row) {
      Object value = values.get(name);
      return value instanceof Optional<?> optional ? optional.orElse(null) : value;
    }

    @Override
    public String place(int row) {
      return "";
    }
  }

  /** The rows of a table. */
  record OfDataset(Dataset table) implements Features {

    @Override
    public int rows() {
      return table.rowCount();
    }

    @Override
    public List<String> names() {
      return table.schema().names();
    }

    @Override
    public boolean isOrdered() {
      return true;
    }

    @Override
    public @Nullable Object value(String name, int row) {
      return table.column(name).value(row);
    }

    @Override
    public String place(int row) {
      return "row " + row + ": ";
    }
  }

  /** The accessors of record classes, by class. */
  ClassValue<List<Method>> ACCESSORS =
      new ClassValue<>() {
        @Override
        protected List<Method> computeValue(Class<?> type) {
          return Arrays.stream(type.getRecordComponents())
              .map(RecordComponent::getAccessor)
              .peek(accessor -> accessor.setAccessible(true))
              .toList();
        }
      };

  static Features of(Record record) {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    for (Method accessor : ACCESSORS.get(requireNonNull(record, "record").getClass())) {
      try {
        values.put(accessor.getName(), accessor.invoke(record));
      } catch (InvocationTargetException e) {
        throw new MlopsException(
            "record %s gives no '%s': %s"
                .formatted(record.getClass().getSimpleName(), accessor.getName(), e.getCause()),
            e);
      } catch (IllegalAccessException e) {
        throw new IllegalStateException("an accessible method is accessible", e);
      }
    }
    return new OfMap(values, true);
  }
}
