/** Tells whether a window of data is still like its reference. */
@CheckReturnValue
@NullMarked
package dev.mlops.drift;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
