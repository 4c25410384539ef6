/** ONNX models in the registry: what a file says of itself, and whether a signature is its own. */
@NullMarked
package dev.mlops.registry.onnx;

import org.jspecify.annotations.NullMarked;
