/**
 * The feature store: one definition for training sets that are correct in time and for live
 * vectors.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.features;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
