package dev.mlops.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/**
 * Numbers strings in the order in which they are first seen. An open hash table of codes, so that
 * the characters of a buffer can be looked up without making a string of them.
 */
final class StringDictionary {

  private static final int FREE = -1;

  private final List<String> strings = new ArrayList<>();
  private int[] table = filled(16);
  private char[] scratch = new char[0];

  private static int[] filled(int size) {
    int[] table = new int[size];
    Arrays.fill(table, FREE);
    return table;
  }

  /** Returns the strings by code; the list grows with the dictionary. */
  List<String> strings() {
    return Collections.unmodifiableList(strings);
  }

  int code(String string) {
    int slot = slot(string.hashCode());
    for (int code = table[slot]; code != FREE; code = table[slot]) {
      if (strings.get(code).equals(string)) {
        return code;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return add(string, slot);
  }

  int code(char[] chars, int offset, int length) {
    int slot = slot(hash(chars, offset, length));
    for (int code = table[slot]; code != FREE; code = table[slot]) {
      if (same(strings.get(code), chars, offset, length)) {
        return code;
      }
      slot = (slot + 1) & (table.length - 1);
    }
    return add(new String(chars, offset, length), slot);
  }

  /** The hash of {@link String#hashCode}, so that both lookups meet. */
  private static int hash(char[] chars, int offset, int length) {
    int hash = 0;
    for (int i = offset; i < offset + length; i++) {
      hash = 31 * hash + chars[i];
    }
    return hash;
  }

  private boolean same(String string, char[] chars, int offset, int length) {
    if (string.length() != length) {
      return false;
    }
    if (scratch.length < length) {
      scratch = new char[length * 2];
    }
    string.getChars(0, length, scratch, 0);
    return Arrays.equals(scratch, 0, length, chars, offset, offset + length);
  }

  private int slot(int hash) {
    int mixed = hash * 0x9E3779B9;
    return mixed >>> (Integer.numberOfLeadingZeros(table.length) + 1);
  }

  private int add(String string, int slot) {
    int code = strings.size();
    strings.add(WholeText.require(string));
    table[slot] = code;
    if (strings.size() > table.length / 2) {
      grow();
    }
    return code;
  }

  private void grow() {
    table = filled(table.length * 4);
    for (int code = 0; code < strings.size(); code++) {
      int slot = slot(strings.get(code).hashCode());
      while (table[slot] != FREE) {
        slot = (slot + 1) & (table.length - 1);
      }
      table[slot] = code;
    }
  }
}
