package dev.mlops.data;

/**
 * What was found out about a column of a text file from all of its values.
 *
 * @param column the column's name
 * @param dataType the narrowest type that holds every value
 * @param nulls how many values are missing
 * @param reason why the type is no narrower: {@code not INT64: '12.5' in row 3 is not a whole
 *     number}
 */
public record Inference(String column, DataType dataType, int nulls, String reason) {}
