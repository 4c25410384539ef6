/** Takes over what MLflow has recorded. */
@CheckReturnValue
@NullMarked
package dev.mlops.mlflow;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
