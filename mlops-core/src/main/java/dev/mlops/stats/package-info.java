/**
 * Statistics that more than one part of the library needs: evidence, intervals, scores, histograms,
 * chance.
 */
@NullMarked
package dev.mlops.stats;

import org.jspecify.annotations.NullMarked;
