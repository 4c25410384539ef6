/**
 * Runs that have ended, compared: what differs between several, and whether one can be repeated.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.tracking.compare;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
