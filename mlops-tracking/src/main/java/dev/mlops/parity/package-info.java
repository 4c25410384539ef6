/** Proof that a pipeline on the JVM computes what the one in Python computed. */
@CheckReturnValue
@NullMarked
package dev.mlops.parity;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
