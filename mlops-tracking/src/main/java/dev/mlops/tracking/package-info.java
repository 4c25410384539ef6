/**
 * Experiments and their runs: params, metrics by step, tags, inputs, artifacts and outcomes,
 * recorded and searched in a workspace.
 */
@NullMarked
package dev.mlops.tracking;

import org.jspecify.annotations.NullMarked;
