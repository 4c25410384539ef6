/** Tells how good a model is in production, how sure one can be, and who should know. */
@NullMarked
package dev.mlops.monitoring;

import org.jspecify.annotations.NullMarked;
