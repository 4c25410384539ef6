package dev.mlops.features.view;

import java.util.Locale;

/** What an event view computes over a window. */
enum Aggregate {
  COUNT,
  SUM,
  MEAN,
  SHARE,
  MIN,
  MAX,
  LAST,
  STD;

  /** Whether the result is one of the values, and so of their type. */
  boolean picks() {
    return this == MIN || this == MAX || this == LAST;
  }

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
