/** The failures of the world outside the program, by what the caller can do about them. */
@NullMarked
package dev.mlops.error;

import org.jspecify.annotations.NullMarked;
