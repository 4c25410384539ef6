/** The workspace on which every module opens. */
@CheckReturnValue
@NullMarked
package dev.mlops;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
