/**
 * Typed tables of primitive columns, how they are read and written, and the digest that names their
 * content.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.data;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
