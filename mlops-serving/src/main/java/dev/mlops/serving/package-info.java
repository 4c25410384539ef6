/**
 * Serves models inside the application: predictors, the deployment router, and rollouts that are
 * judged by evidence.
 */
@NullMarked
package dev.mlops.serving;

import org.jspecify.annotations.NullMarked;
