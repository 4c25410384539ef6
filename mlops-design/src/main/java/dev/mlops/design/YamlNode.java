package dev.mlops.design;

import java.util.List;
import java.util.Map;

/** A piece of YAML with the place where it stands. */
sealed interface YamlNode {

  Place place();

  /** What it is, for messages. */
  String kind();

  /**
   * Where something stands.
   *
   * @param line from 1
   * @param column from 1
   */
  record Place(int line, int column) {
    @Override
    public String toString() {
      return "line " + line + ", column " + column;
    }
  }

  /**
   * A text.
   *
   * @param plain whether it is without quotes
   */
  record Scalar(String text, boolean plain, Place place) implements YamlNode {
    @Override
    public String kind() {
      return "'" + Words.shown(text) + "'";
    }

    /** Whether nothing was written, as after a key whose answer is still open. */
    boolean isOpen() {
      return plain && (text.isEmpty() || text.equals("~") || text.equals("null"));
    }
  }

  /** Pieces in an order. */
  record Sequence(List<YamlNode> items, Place place) implements YamlNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  /** Pieces by name, in the order in which they stand. */
  record Mapping(Map<Scalar, YamlNode> entries, Place place) implements YamlNode {
    @Override
    public String kind() {
      return "keys with values";
    }
  }
}
