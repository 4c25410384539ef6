package dev.mlops.models;

import dev.mlops.data.Dataset;

/** A model that is open and answers tables: a row in, a row out. */
@FunctionalInterface
public interface ModelRunner extends AutoCloseable {

  /**
   * Answers rows.
   *
   * @param rows the model's inputs, in the order of its signature
   * @return its outputs: a row for each, with at least the columns of the signature's outputs
   */
  Dataset answer(Dataset rows);

  /** Frees what the model holds; by default nothing. */
  @Override
  default void close() {}
}
