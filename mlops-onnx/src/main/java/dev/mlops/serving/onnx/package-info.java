/** Runs ONNX models through ONNX Runtime and owns the life of everything native. */
@NullMarked
package dev.mlops.serving.onnx;

import org.jspecify.annotations.NullMarked;
