/**
 * What happened and who did it: events that are appended only, each bound to the one before by its
 * hash.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.journal;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
