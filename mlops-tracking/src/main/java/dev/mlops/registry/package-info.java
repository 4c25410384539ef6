/** Models with numbered, immutable versions, and the aliases that move between them. */
@CheckReturnValue
@NullMarked
package dev.mlops.registry;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
