/** ONNX models in the registry: what a file says of itself, and whether a signature is its own. */
@CheckReturnValue
@NullMarked
package dev.mlops.registry.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
