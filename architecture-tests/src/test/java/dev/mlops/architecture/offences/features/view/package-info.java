/** A definition that reads a clock. */
@CheckReturnValue
@NullMarked
package dev.mlops.architecture.offences.features.view;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
