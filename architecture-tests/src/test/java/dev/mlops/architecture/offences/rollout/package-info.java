@CheckReturnValue
@NullMarked
package dev.mlops.architecture.offences.rollout;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
