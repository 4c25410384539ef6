/**
 * Summaries of data without its rows, which merge exactly and say what a batch has unlike its
 * reference.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.profile;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
