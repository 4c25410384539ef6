/** Whether to train again, and whether the new model is better than the old one. */
@CheckReturnValue
@NullMarked
package dev.mlops.retraining;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
