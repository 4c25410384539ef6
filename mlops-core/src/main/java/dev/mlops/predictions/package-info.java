/** Every prediction that was served, and the labels that arrive for it later. */
@CheckReturnValue
@NullMarked
package dev.mlops.predictions;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
