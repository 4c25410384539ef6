/** Where a model comes from: its name, its version and the files that it is made of. */
@CheckReturnValue
@NullMarked
package dev.mlops.models;

import com.google.errorprone.annotations.CheckReturnValue;
import org.jspecify.annotations.NullMarked;
