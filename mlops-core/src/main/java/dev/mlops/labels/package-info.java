/** What turned out to be true of predictions. */
@CheckReturnValue
@NullMarked
package dev.mlops.labels;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
