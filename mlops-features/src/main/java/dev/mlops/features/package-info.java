/**
 * The feature store: one definition for training sets that are correct in time and for live
 * vectors.
 */
@NullMarked
package dev.mlops.features;

import org.jspecify.annotations.NullMarked;
