/** Whether to train again, and whether the new model is better than the old one. */
@NullMarked
package dev.mlops.retraining;

import org.jspecify.annotations.NullMarked;
