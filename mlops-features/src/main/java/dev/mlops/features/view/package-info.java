/**
 * Definitions of features, and their computation from timelines: pure functions, without workspace,
 * clock or database.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.features.view;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
