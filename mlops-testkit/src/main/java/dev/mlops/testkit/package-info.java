/**
 * Contracts that every backend passes, a clock that tests move, real databases, and a harness that
 * kills processes.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.testkit;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
