/**
 * The rows of one entity in order of time, and the exact sums over any stretch of them: what both
 * training and live features are computed from.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.features.timeline;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
