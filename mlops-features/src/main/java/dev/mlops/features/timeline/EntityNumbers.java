package dev.mlops.features.timeline;

import dev.mlops.data.Column;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Numbers entities from 0 in the order in which they are met.
 *
 * <p>A string is looked up once for each entry of a column's dictionary, a whole number in a table
 * of primitives; only other keys are hashed as objects, row by row.
 */
public final class EntityNumbers {

  /** The number of a row whose key has a null part, and which so belongs to nobody. */
  public static final int NOBODY = -1;

  private static final int UNKNOWN = -2;

  private final Map<Object, Integer> numbers = new HashMap<>();
  private final WholeNumbers whole = new WholeNumbers();
  private final List<Object> keys = new ArrayList<>();
  private boolean complete;

  /** Makes an empty numbering. */
  public EntityNumbers() {}

  /**
   * Returns how many entities were met.
   *
   * @return at least 0
   */
  public int size() {
    return keys.size();
  }

  /**
   * Returns an entity's key.
   *
   * @param number from 0 to the size, exclusive
   * @return the key, as {@link Keys} makes them
   */
  public Object key(int number) {
    return keys.get(number);
  }

  /**
   * Returns the number of each row's entity.
   *
   * @param columns the key's parts
   * @param rows how many rows the columns have
   * @return a number for each row, {@link #NOBODY} where a part is null or the numbering is
   *     complete without it
   */
  public int[] of(Column[] columns, int rows) {
    int[] entities = new int[rows];
    if (columns.length == 1 && columns[0] instanceof Column.OfString strings) {
      fill(entities, strings);
    } else if (columns.length == 1 && columns[0] instanceof Column.OfLong longs) {
      fill(entities, longs);
    } else {
      Arrays.setAll(entities, row -> number(Keys.at(columns, row)));
    }
    return entities;
  }

  /** Gives no number to entities that are met from now on. */
  public void complete() {
    complete = true;
  }

  private int find(Object key) {
    return numbers.getOrDefault(key, NOBODY);
  }

  private int find(long key) {
    int number = whole.find(key);
    return number == UNKNOWN ? NOBODY : number;
  }

  private void fill(int[] entities, Column.OfString strings) {
    int[] ofCode = new int[strings.dictionary().size()];
    Arrays.fill(ofCode, UNKNOWN);
    for (int row = 0; row < entities.length; row++) {
      int code = strings.code(row);
      if (code >= 0 && ofCode[code] == UNKNOWN) {
        ofCode[code] = number(strings.get(row));
      }
      entities[row] = code < 0 ? NOBODY : ofCode[code];
    }
  }

  private void fill(int[] entities, Column.OfLong longs) {
    for (int row = 0; row < entities.length; row++) {
      entities[row] = longs.isNull(row) ? NOBODY : number(longs.get(row));
    }
  }

  private int number(long key) {
    if (complete) {
      return find(key);
    }
    int number = whole.putIfAbsent(key, keys.size());
    if (number == keys.size()) {
      keys.add(key);
    }
    return number;
  }

  private int number(@Nullable Object key) {
    if (key == null) {
      return NOBODY;
    }
    if (complete) {
      return find(key);
    }
    Integer number = numbers.putIfAbsent(key, keys.size());
    if (number != null) {
      return number;
    }
    keys.add(key);
    return keys.size() - 1;
  }

  /** An open-addressing table from whole numbers to entities. */
  private static final class WholeNumbers {
    private long[] keys = new long[64];
    private int[] numbers = new int[64];
    private int size;

    WholeNumbers() {
      Arrays.fill(numbers, UNKNOWN);
    }

    int putIfAbsent(long key, int number) {
      if (2 * size >= keys.length) {
        grow();
      }
      int place = place(key);
      if (numbers[place] == UNKNOWN) {
        keys[place] = key;
        numbers[place] = number;
        size++;
      }
      return numbers[place];
    }

    int find(long key) {
      return numbers[place(key)];
    }

    private int place(long key) {
      long mixed = key * 0x9E3779B97F4A7C15L;
      int place = (int) (mixed ^ (mixed >>> 32)) & (keys.length - 1);
      while (numbers[place] != UNKNOWN && keys[place] != key) {
        place = (place + 1) & (keys.length - 1);
      }
      return place;
    }

    private void grow() {
      long[] oldKeys = keys;
      int[] oldNumbers = numbers;
      keys = new long[2 * oldKeys.length];
      numbers = new int[keys.length];
      Arrays.fill(numbers, UNKNOWN);
      for (int i = 0; i < oldKeys.length; i++) {
        if (oldNumbers[i] != UNKNOWN) {
          int place = place(oldKeys[i]);
          keys[place] = oldKeys[i];
          numbers[place] = oldNumbers[i];
        }
      }
    }
  }
}
