/** Looks at models in production by rules, and tells those who should know. */
@CheckReturnValue
@NullMarked
package dev.mlops.watch;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
