/**
 * Statistics that more than one room of the house needs: evidence, intervals, scores, histograms,
 * chance.
 */
@NullMarked
package dev.mlops.stats;

import org.jspecify.annotations.NullMarked;
