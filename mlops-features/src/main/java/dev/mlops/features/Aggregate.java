package dev.mlops.features;

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

  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
