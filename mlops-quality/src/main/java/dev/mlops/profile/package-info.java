/**
 * Summaries of data without its rows, which merge exactly and say what a batch has unlike its
 * reference.
 */
@NullMarked
package dev.mlops.profile;

import org.jspecify.annotations.NullMarked;
