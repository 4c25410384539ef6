package dev.mlops.features;

import java.util.BitSet;

/**
 * How a view's inputs are kept.
 *
 * @param numeric as numbers, or else as the columns that they came in
 * @param integers which of the numbers are whole
 */
record InputKinds(boolean numeric, BitSet integers) {

  static InputKinds columns() {
    return new InputKinds(false, new BitSet());
  }

  static InputKinds numbers(BitSet integers) {
    return new InputKinds(true, integers);
  }

  boolean integer(int input) {
    return integers.get(input);
  }
}
