/** Tells how good a model is in production, and how sure one can be. */
@NullMarked
package dev.mlops.monitoring;

import org.jspecify.annotations.NullMarked;
