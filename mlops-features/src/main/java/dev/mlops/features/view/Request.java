package dev.mlops.features.view;

import dev.mlops.data.Row;
import org.jspecify.annotations.Nullable;

/** What is asked: the values of a service's request fields, from a label row or a live call. */
interface Request {

  /** The value of a request field by its place, of the field's type. */
  @Nullable Object value(int field);

  /** All of them as a row. */
  Row row();
}
