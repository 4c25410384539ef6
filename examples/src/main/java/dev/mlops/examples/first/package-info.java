/** The README's first program. */
@NullMarked
package dev.mlops.examples.first;

import org.jspecify.annotations.NullMarked;
