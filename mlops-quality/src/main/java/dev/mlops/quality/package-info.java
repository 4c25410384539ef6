/**
 * Says what data must look like, checks it, and parts the rows that may go on from those that may
 * not.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.quality;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
