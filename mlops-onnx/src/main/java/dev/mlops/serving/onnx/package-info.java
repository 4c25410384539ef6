/** Runs ONNX models through ONNX Runtime and owns the life of everything native. */
@CheckReturnValue
@NullMarked
package dev.mlops.serving.onnx;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
