/**
 * Experiments and their runs: params, metrics by step, tags, inputs, artifacts and outcomes,
 * recorded and searched in a workspace.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.tracking;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
