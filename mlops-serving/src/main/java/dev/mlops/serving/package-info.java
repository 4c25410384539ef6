/**
 * Serves models inside the application: predictors, the deployment router, and rollouts that are
 * judged by evidence.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.serving;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
