package dev.mlops.serving;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * The units that other processes have counted in a step. Exact, as a unit that is taken for another
 * would be lost; grows as they come. Read by requests while the thread that writes to the database
 * adds.
 */
final class UnitSet {

  private static final int SMALLEST = 64;

  /** Zero marks an empty place, so the unit zero is kept apart. */
  private long[] places = new long[SMALLEST];

  private int size;
  private boolean hasZero;

  @CanIgnoreReturnValue
  synchronized boolean add(long unit) {
    if (unit == 0) {
      boolean isNew = !hasZero;
      hasZero = true;
      return isNew;
    }
    int place = place(places, unit);
    if (places[place] == unit) {
      return false;
    }
    places[place] = unit;
    size++;
    if (size > places.length / 2) {
      grow();
    }
    return true;
  }

  synchronized boolean contains(long unit) {
    return unit == 0 ? hasZero : places[place(places, unit)] == unit;
  }

  synchronized int size() {
    return size + (hasZero ? 1 : 0);
  }

  private void grow() {
    long[] larger = new long[places.length * 2];
    for (long unit : places) {
      if (unit != 0) {
        larger[place(larger, unit)] = unit;
      }
    }
    places = larger;
  }

  private static int place(long[] places, long unit) {
    int place = (int) (Buckets.mix(unit) >>> Integer.SIZE) & (places.length - 1);
    while (places[place] != 0 && places[place] != unit) {
      place = (place + 1) & (places.length - 1);
    }
    return place;
  }
}
