/** A room with a planted offence. */
@CheckReturnValue
@NullMarked
package dev.mlops.architecture.offences.annexe;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
