/**
 * Statistics that more than one part of the library needs: evidence, intervals, scores, histograms,
 * chance.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.stats;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
