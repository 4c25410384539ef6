package dev.mlops.tracking;

import com.google.errorprone.annotations.CanIgnoreReturnValue;

/**
 * Some runs of one experiment or of several, column by column. A run is named by its place, from 0
 * on. A column that no run has is there, and empty.
 */
interface RunColumns {

  /** What each run has. */
  RunBase base();

  @CanIgnoreReturnValue // what is read is kept
  NumberColumn metric(String name, Condition.MetricValue which);

  @CanIgnoreReturnValue // what is read is kept
  TextColumn text(Condition.Source source, String name);

  TextColumn attribute(Condition.Attribute attribute);
}
