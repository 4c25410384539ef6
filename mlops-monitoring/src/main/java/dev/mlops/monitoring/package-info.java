/** Tells how good a model is in production, and how sure one can be. */
@CheckReturnValue
@NullMarked
package dev.mlops.monitoring;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
