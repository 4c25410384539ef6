/**
 * Truth in a database, bytes in a content-addressed store, and the one protocol that makes bytes
 * visible.
 */
@CheckReturnValue
@NullMarked
package dev.mlops.storage;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
