package dev.mlops.predictions;

import dev.mlops.data.Column;
import dev.mlops.data.DataType;
import dev.mlops.data.Dataset;
import dev.mlops.data.Field;
import dev.mlops.data.Schema;
import dev.mlops.error.InvalidInputException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Turns the texts of many predictions' features into columns, in the order in which their names
 * first occur.
 */
final class FeatureColumns implements FeatureText.Reader {
  private final Map<String, Values> columns = new LinkedHashMap<>();
  private final int rows;
  private int row;

  private FeatureColumns(int rows) {
    this.rows = rows;
  }

  static Dataset add(Dataset log, Column.OfString texts, String prefix) {
    FeatureColumns features = new FeatureColumns(log.rowCount());
    for (; features.row < features.rows; features.row++) {
      FeatureText.read(String.valueOf(texts.get(features.row)), features);
    }
    return features.addTo(log, prefix);
  }

  private Dataset addTo(Dataset log, String prefix) {
    List<Field> fields = new ArrayList<>(log.schema().fields());
    List<Column> values =
        new ArrayList<>(fields.stream().map(field -> log.column(field.name())).toList());
    columns.forEach(
        (feature, column) -> {
          fields.add(Field.of(name(feature, prefix, log), column.type()).orNull());
          values.add(column.build());
        });
    return Dataset.of(Schema.of(fields), values);
  }

  private static String name(String feature, String prefix, Dataset log) {
    String name = prefix + feature;
    if (name.isEmpty() || log.schema().contains(name)) {
      throw new InvalidInputException(
          "the feature '"
              + feature
              + "' has the name of a column of the log; ask with featurePrefix(\"feature.\")");
    }
    return name;
  }

  @Override
  public void absent(String name) {
    values(name);
  }

  @Override
  public void number(String name, double value) {
    Values values = values(name);
    values.present.set(row);
    values.numbers[row] = value;
  }

  @Override
  public void text(String name, String value) {
    Values values = values(name);
    values.present.set(row);
    if (values.texts == null) {
      values.texts = new String[rows];
    }
    values.texts[row] = value;
  }

  private Values values(String name) {
    return columns.computeIfAbsent(name, absent -> new Values(rows));
  }

  private static final class Values {
    final double[] numbers;
    final BitSet present = new BitSet();
    @Nullable String @Nullable [] texts;

    Values(int rows) {
      numbers = new double[rows];
    }

    DataType type() {
      return texts == null ? DataType.FLOAT64 : DataType.STRING;
    }

    Column build() {
      return texts == null
          ? Column.doubles(numbers, present)
          : Column.strings(Arrays.asList(mixed(texts)));
    }

    // A feature that is a number here and a word there is a word everywhere.
    private @Nullable String[] mixed(@Nullable String[] texts) {
      for (int row = present.nextSetBit(0); row >= 0; row = present.nextSetBit(row + 1)) {
        if (texts[row] == null) {
          texts[row] = Double.toString(numbers[row]);
        }
      }
      return texts;
    }
  }
}
