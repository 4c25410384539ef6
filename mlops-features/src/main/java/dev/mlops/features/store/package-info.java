/**
 * Where a source's rows are kept, and where live timelines are: two interfaces for backends, and
 * the defaults.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.features.store;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
