/** What can go wrong in the world outside: a few exceptions, named by what the caller can do. */
@CheckReturnValue
@NullMarked
package dev.mlops.error;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
