/**
 * The search for the best params: trials that several processes share, each recorded as a run, and
 * the ranking of what they found.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.study;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
