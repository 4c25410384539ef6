package dev.mlops.report;

/**
 * A place on an axis.
 *
 * @param value where it is
 * @param label what stands there
 * @param context what stands below it, such as the year of the first of some days; may be empty
 */
record Tick(double value, String label, String context) {}
