package dev.mlops.predictions;

/**
 * What is known of a segment without reading its records.
 *
 * @param first the least time of a record, in microseconds
 * @param last the greatest time of a record, in microseconds
 * @param shape names its columns in the table of shapes
 */
record Segment(long id, String model, long first, long last, long records, long shape) {
  String name() {
    return "segment " + id + " of the prediction log";
  }
}
